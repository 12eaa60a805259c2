/**
 * Kannel, the gateway many know: bearerbox and smsbox with a spooled store and sendsms over HTTP, and a message centre of
 * its own `fake` kind, which is a line of text for each message on a socket: ours, which swallows them. Ports of its own
 * on loopback, everything below the bench's folder.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Program, startProgram } from './children.ts';
import type { Progress } from './subject.ts';

const readyWithinMs = 10_000;
const word = 'bench';

export interface Kannel {
  readonly port: number;
  readonly server: { readonly pid: number };
  /** Both of its processes are the server. */
  readonly pids: readonly number[];
  progress(): Promise<Progress>;
  /** A request that sends `text`, with places for a number and none for a key: it knows no keys. */
  request(text: string): string;
  stop(): Promise<void>;
}

/** Null when it is not installed. */
export async function startKannel(folder: string): Promise<Kannel | null> {
  const [bearerbox, smsbox] = [find('bearerbox'), find('smsbox')];
  if (bearerbox === undefined || smsbox === undefined) return null;
  const spool = join(folder, 'kannel-spool');
  await mkdir(spool, { recursive: true });
  const [admin = 0, box = 0, centre = 0, sendsms = 0] = await freePorts(4);
  const file = join(folder, 'kannel.conf');
  await writeFile(file, settings(spool, { admin, box, centre, sendsms }));
  const programs: Program[] = [];
  try {
    programs.push(startProgram(bearerbox, ['-v', '4', file]));
    const swallow = await reach(centre);
    swallow.resume();
    await reach(box).then((socket) => socket.destroy());
    programs.push(startProgram(smsbox, ['-v', '4', file]));
    await reach(sendsms).then((socket) => socket.destroy());
    return {
      port: sendsms,
      server: { pid: programs[0]?.pid ?? 0 },
      pids: programs.map(({ pid }) => pid),
      progress: () => readProgress(admin),
      request: (text) =>
        `GET /cgi-bin/sendsms?username=${word}&password=${word}&from=1234&to=%2B{number}&text=` +
        `${encodeURIComponent(text)} HTTP/1.1\r\nHost: 127.0.0.1:${sendsms}\r\nConnection: keep-alive\r\n\r\n`,
      async stop() {
        swallow.destroy();
        await stopAll(programs);
      },
    };
  } catch (error) {
    await stopAll(programs);
    throw error;
  }
}

const stopAll = async (programs: readonly Program[]): Promise<void> => {
  for (const program of programs.toReversed()) await program.stop();
};

/** Debian puts it where only an administrator's shell looks. */
function find(command: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((each) => join(each, command)).find((path) => existsSync(path));
}

interface Ports {
  readonly admin: number;
  readonly box: number;
  readonly centre: number;
  readonly sendsms: number;
}

/** Groups are told apart by empty lines. */
function settings(spool: string, { admin, box, centre, sendsms }: Ports): string {
  const groups = [
    {
      group: 'core',
      'admin-port': admin,
      'admin-interface': '127.0.0.1',
      'admin-password': word,
      'smsbox-port': box,
      'smsbox-interface': '127.0.0.1',
      'box-allow-ip': '127.0.0.1',
      'log-level': 4,
      'store-type': 'spool',
      'store-location': spool,
    },
    { group: 'smsc', smsc: 'fake', 'smsc-id': 'centre', port: centre, 'connect-allow-ip': '127.0.0.1' },
    {
      group: 'smsbox',
      'bearerbox-host': '127.0.0.1',
      'sendsms-port': sendsms,
      'sendsms-interface': '127.0.0.1',
      'log-level': 4,
    },
    { group: 'sendsms-user', username: word, password: word, 'max-messages': 1 },
  ];
  const lines = groups.map((group) =>
    Object.entries(group)
      .map(([name, value]) => `${name} = "${value}"\n`)
      .join(''),
  );
  return lines.join('\n');
}

/** Free a moment ago; nobody else on this machine is expected to take them meanwhile. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  return Promise.all(
    servers.map(async (server) => {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      return port;
    }),
  );
}

/** Connects as soon as somebody listens there. */
async function reach(port: number): Promise<Socket> {
  const untilMs = performance.now() + readyWithinMs;
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).on('error', () => resolve(false));
    });
    if (isOpen) return socket;
    if (performance.now() > untilMs) throw new Error(`Kannel does not listen on port ${port}`);
    await sleep(50);
  }
}

/** Its own counts: what left for the message centre, and what is still in the spool. */
async function readProgress(port: number): Promise<Progress> {
  const response = await fetch(`http://127.0.0.1:${port}/status.txt?password=${word}`);
  const text = await response.text();
  const found = /SMS: received \d+ \(\d+ queued\), sent (\d+) \(\d+ queued\), store size (-?\d+)/.exec(text);
  if (found === null) throw new Error(`Kannel's status is not what it used to be: ${text.slice(0, 300)}`);
  const settled = Number(found[1]);
  return { atMs: performance.now(), accepted: settled + Math.max(0, Number(found[2])), settled };
}
