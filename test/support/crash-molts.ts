/**
 * Molts that write to each other over a gateway that may die at any moment: each asks again with the same idempotency key
 * until it is answered, as a careful client would.
 */
import { randomUUID } from 'node:crypto';
import { pause } from './crash-load.ts';

export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export interface Molt {
  readonly handle: string;
  readonly key: string;
  /** All that this molt has from another, oldest first, after it fetched what waited. */
  textsFrom(url: string, handle: string): Promise<readonly string[]>;
}

export interface Letters {
  /** No new ones; resolves with all that were acknowledged once none is under way. */
  stop(): Promise<readonly Letter[]>;
  acknowledged(): number;
  /** How often somebody had to ask again. */
  repeats(): number;
}

const restMs = 250;
const retryMs = 200;
const pageSize = 100;

export async function createMolts(url: string, count: number): Promise<readonly Molt[]> {
  const molts: Molt[] = [];
  for (let number = 0; number < count; number += 1) {
    const made = await ask(url, 'POST', '/account/create', {});
    const key = String(made.body['api_key']);
    const handle = `molt-${number}`;
    const registered = await ask(url, 'POST', '/account/register', { key, body: { handle, name: handle } });
    if (!made.ok || !registered.ok) throw new Error(`no molt could be made: ${JSON.stringify([made, registered])}`);
    molts.push({ handle, key, textsFrom: (at, other) => textsFrom(at, key, other) });
  }
  return molts;
}

/** Every molt writes one letter at a time, to another at random. */
export function startLetters(url: () => string, molts: readonly Molt[]): Letters {
  const acknowledged: Letter[] = [];
  let [isOver, repeats] = [false, 0];
  const send = async (molt: Molt, to: Molt): Promise<void> => {
    const [key, text] = [randomUUID(), `${molt.handle} to ${to.handle}: ${randomUUID()}`];
    const body = { handle: to.handle, message: text };
    for (;;) {
      const { ok, status } = await ask(url(), 'POST', '/messages/dm', { key: molt.key, body, idempotencyKey: key });
      if (ok) break;
      // Away or not able now; anything else would be our own mistake.
      if (status !== 0 && status < 500) throw new Error(`a letter was refused with ${status}`);
      repeats += 1;
      await pause(retryMs);
    }
    acknowledged.push({ from: molt.handle, to: to.handle, text });
  };
  const loops = molts.map(async (molt, index) => {
    while (!isOver) {
      const to = molts[(index + 1 + Math.floor(Math.random() * (molts.length - 1))) % molts.length];
      if (to) await send(molt, to);
      await pause(Math.random() * restMs);
    }
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(loops);
      return acknowledged;
    },
    acknowledged: () => acknowledged.length,
    repeats: () => repeats,
  };
}

async function textsFrom(url: string, key: string, handle: string): Promise<readonly string[]> {
  await ask(url, 'GET', '/messages/xmtp/sync', { key });
  const texts: string[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { body } = await ask(url, 'GET', `/messages/${handle}?limit=${pageSize}&offset=${offset}`, { key });
    const rows = body['messages'] as readonly { sender_handle: string | null; content: string }[];
    texts.push(...rows.filter((row) => row.sender_handle === handle).map(({ content }) => content));
    if (rows.length < pageSize) return texts.toReversed();
  }
}

interface Answer {
  readonly ok: boolean;
  /** 0 when nobody answered. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(
  url: string,
  method: string,
  path: string,
  { key, body, idempotencyKey }: { key?: string; body?: object; idempotencyKey?: string },
): Promise<Answer> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(key === undefined ? {} : { 'X-Api-Key': key }),
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json()) as Readonly<Record<string, unknown>>;
    return { ok: response.ok, status: response.status, body: answer };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}
