/**
 * The running gateway's local door: a Unix socket in the data folder that only its owner can open, one request and its
 * answer as lines of JSON. Whoever may open it may read the database file anyway, so it asks for no key. It is how
 * `clawgate` commands work while the gateway holds the store.
 */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { failureOf, Refused } from '#core/failure.ts';
import type { Log } from '#ports/runtime.ts';
import type { Desk, DeskAnswer, DeskRequest } from './desk.ts';

const maxRequestBytes = 64 * 1024;
const requestPatienceMs = 5_000;
const statusPatienceMs = 5_000;
const maxCallers = 16;
/** What the narrowest system allows for a socket's path, less one. */
const maxPathBytes = 103;

type Line =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'error'; readonly message: string };

/** Opens the door. The caller holds the store's lock, so a socket that lies there is a dead gateway's. */
export async function serveControl(deps: {
  readonly dataDir: string;
  readonly desk: Desk;
  readonly log: Log;
}): Promise<{ close(): Promise<void> }> {
  const path = await socketPath(deps.dataDir, { make: true });
  await rm(path, { force: true });
  const callers = new Set<Socket>();
  const server = createServer((socket) => {
    callers.add(socket);
    socket.once('close', () => callers.delete(socket));
    socket.on('error', () => socket.destroy());
    void converse(socket, deps.desk, deps.log);
  });
  server.maxConnections = maxCallers;
  await listen(server, path);
  await chmod(path, 0o600);
  server.on('error', (error) => deps.log.warn('control.failed', { error }));
  return {
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const socket of callers) socket.destroy();
      await closed;
      await rm(path, { force: true });
    },
  };
}

/**
 * Asks the running gateway, or answers undefined when none runs on this data folder. Throws what went wrong there, with
 * a message for the person.
 */
export async function callControl<Request extends DeskRequest>(
  dataDir: string,
  request: Request,
  progress: (text: string) => void = () => undefined,
): Promise<{ readonly answer: DeskAnswer<Request> } | undefined> {
  const socket = await reach(await socketPath(dataDir, { make: false }));
  if (!socket) return undefined;
  socket.write(`${JSON.stringify(request)}\n`);
  // Whatever else is asked may take as long as it takes; only a look must not hang with a gateway that does.
  if (request.command === 'status') socket.setTimeout(statusPatienceMs, () => socket.destroy());
  try {
    for await (const line of linesOf(socket)) {
      if (line.kind === 'progress') progress(line.text);
      else if (line.kind === 'error') throw new Error(line.message);
      else return { answer: line.answer as DeskAnswer<Request> };
    }
  } finally {
    socket.destroy();
  }
  throw new Error('The gateway ended or hung before it had answered; look at its log, then try again');
}

/** Ends when the gateway does, however it does. */
async function* linesOf(socket: Socket): AsyncGenerator<Line> {
  let rest = '';
  try {
    for await (const chunk of socket.setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as Line;
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
  }
}

async function converse(socket: Socket, desk: Desk, log: Log): Promise<void> {
  const say = (line: Line) => void (socket.writable && socket.write(`${JSON.stringify(line)}\n`));
  try {
    const request = parseRequest(await readLine(socket));
    const answer = await desk.ask(request, (text) => {
      // Progress is for watching: a caller who does not read misses some.
      if (socket.writableLength === 0) say({ kind: 'progress', text });
    });
    say({ kind: 'answer', answer });
  } catch (error) {
    if (!(error instanceof Refused)) log.warn('control.request_failed', { error });
    // The other end is the gateway's own operator: any error's message is theirs to read.
    const message = error instanceof Error ? error.message : failureOf(error).message;
    say({ kind: 'error', message });
  }
  socket.end();
}

function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const giveUp = setTimeout(() => reject(new Error('No request came')), requestPatienceMs);
    socket.setEncoding('utf8');
    socket.once('close', () => {
      clearTimeout(giveUp);
      reject(new Error('The caller left'));
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0 && text.length <= maxRequestBytes) return;
      clearTimeout(giveUp);
      if (end < 0) reject(new Error('The request is too long'));
      else resolve(text.slice(0, end));
    });
  });
}

/** Our own command line wrote it, so its shape is trusted once its command is known; an older or newer one is told. */
function parseRequest(text: string): DeskRequest {
  const known = ['status', 'accounts.add', 'accounts.list', 'backup', 'messages.unknown', 'messages.resolve'];
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'command' in value && known.includes(String(value.command))) {
    return value as DeskRequest;
  }
  throw new Error('The running gateway does not know this command: it is another version than this command line');
}

/** In the data folder; where its path is too long for a socket, in a private folder of its own among the temporary files. */
async function socketPath(dataDir: string, { make }: { readonly make: boolean }): Promise<string> {
  const plain = join(dataDir, 'control.sock');
  if (Buffer.byteLength(plain) <= maxPathBytes) return plain;
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `clawgate-${process.getuid?.() ?? 0}-${name}`, 'control.sock');
  if (make) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Anybody may make folders there: one that is not ours alone is not trusted with requests.
  const folder = await lstat(dirname(path)).catch(() => undefined);
  if (folder && (!folder.isDirectory() || folder.uid !== process.getuid?.() || (folder.mode & 0o077) !== 0)) {
    throw new Error(
      `${dirname(path)} is not private to this user; take it away, or use a data folder with a shorter path`,
    );
  }
  return path;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function reach(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(error.code ?? '')) resolve(undefined);
      else
        reject(new Error(`The running gateway cannot be reached at ${path} (${error.message}); run this as its user`));
    });
  });
}
