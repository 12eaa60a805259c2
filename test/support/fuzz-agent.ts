/**
 * An agent that sends anything and keeps books: every frame of the gateway is held to the contract, answers are counted
 * by what they answer, and a close is remembered with its code. It opens a new socket after a close and goes on.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { readBundle, validatorOf, type JsonObject } from '../contract/openapi-documents.ts';

const check = validatorOf(readBundle('claw-messenger.asyncapi'));
const patienceMs = 10_000;

export interface Books {
  /** How often each id was answered with a `send.result`. */
  readonly results: Map<string, number>;
  errors: number;
  pongs: number;
  syncsDone: number;
  /** Sends that were taken and had not been before. */
  accepted: number;
  readonly closes: { readonly code: number; readonly reason: string }[];
  /** Frames that the contract does not know, with what is wrong. */
  readonly strange: string[];
}

export interface FuzzAgent {
  readonly books: Books;
  send(frame: string | Buffer): Promise<void>;
  /** Resolves once the books say so; rejects with what was waited for. */
  until(what: string, done: (books: Books) => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function openFuzzAgent(url: string): Promise<FuzzAgent> {
  const books: Books = { results: new Map(), errors: 0, pongs: 0, syncsDone: 0, accepted: 0, closes: [], strange: [] };
  let wake = (): void => {};
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(url);
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      enter(books, data.toString('utf8'));
      wake();
    });
    socket.on('close', (code, reason) => {
      books.closes.push({ code, reason: String(reason) });
      wake();
    });
    await once(socket, 'open');
    return socket;
  };
  let socket = await open();
  return {
    books,
    async send(frame) {
      if (socket.readyState !== WebSocket.OPEN) socket = await open();
      socket.send(frame, { binary: typeof frame !== 'string' });
    },
    async until(what, done) {
      const deadline = AbortSignal.timeout(patienceMs);
      while (!done(books)) {
        if (deadline.aborted) throw new Error(`there never was ${what}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          deadline.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
}

function enter(books: Books, text: string): void {
  const frame = JSON.parse(text) as JsonObject;
  const faults = check({ $ref: '#/components/schemas/ServerFrame' }, frame);
  if (faults.length > 0) books.strange.push(`${text.slice(0, 400)}: ${faults.slice(0, 3).join('; ')}`);
  const { type, id, ok, cached } = frame;
  if (type === 'send.result' && typeof id === 'string') {
    books.results.set(id, (books.results.get(id) ?? 0) + 1);
    if (ok === true && cached !== true) books.accepted += 1;
  }
  if (type === 'error') books.errors += 1;
  if (type === 'pong') books.pongs += 1;
  if (type === 'sync.done') books.syncsDone += 1;
}
