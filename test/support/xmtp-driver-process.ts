// Starts and kills an XMTP driver that lives in a process of its own (xmtp-driver-main.ts), and is its gateway: it keeps
// what came in once per event id, and goes on sending a message under its key until that was accepted.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Wallet } from 'ethers';
import type { Inbound, Receipt } from '#ports/driver.ts';

export type CrashTestSays =
  | { readonly kind: 'taken'; readonly number: number }
  | {
      readonly kind: 'send';
      readonly number: number;
      readonly to: string;
      readonly key: string;
      readonly text: string;
    };

export type CrashDriverSays =
  | { readonly kind: 'inbox'; readonly inboxId: string }
  | { readonly kind: 'ready'; readonly line: string }
  | { readonly kind: 'received'; readonly number: number; readonly rows: readonly Inbound[] }
  | { readonly kind: 'receipt'; readonly number: number; readonly receipt: Receipt };

const program = fileURLToPath(new URL('./xmtp-driver-main.ts', import.meta.url));

export interface DriverProcess {
  readonly address: string;
  /** Texts by event id, in the order in which they came. */
  readonly stored: ReadonlyMap<string, string>;
  /** Resolves when it is ready, or died before. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Undefined when it died over it. */
  send(to: string, key: string, text: string): Promise<Receipt | undefined>;
}

export function driverProcess(url: string, folder: string, name: string): DriverProcess {
  const wallet = Wallet.createRandom();
  const databaseKey = randomBytes(32).toString('hex');
  const stored = new Map<string, string>();
  const receipts = new Map<number, (receipt: Receipt | undefined) => void>();
  let [child, inbox, number]: [ChildProcess | null, string, number] = [null, '', 0];

  const hear = (says: CrashDriverSays, from: ChildProcess): void => {
    switch (says.kind) {
      case 'inbox':
        inbox = says.inboxId;
        return;
      case 'received':
        for (const row of says.rows)
          if (row.kind === 'message' && !stored.has(row.eventId)) stored.set(row.eventId, row.text);
        from.send({ kind: 'taken', number: says.number } satisfies CrashTestSays, () => undefined);
        return;
      case 'receipt':
        receipts.get(says.number)?.(says.receipt);
        return;
      case 'ready':
        return;
      default:
        says satisfies never;
    }
  };
  return {
    address: wallet.address.toLowerCase(),
    stored,
    async start() {
      const args = [join(folder, name), url, wallet.privateKey, databaseKey, inbox];
      const started = fork(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      child = started;
      await new Promise<void>((done) => {
        started.once('exit', () => {
          for (const answer of receipts.values()) answer(undefined);
          receipts.clear();
          done();
        });
        started.on('message', (says: CrashDriverSays) => {
          hear(says, started);
          if (says.kind === 'ready') done();
        });
      });
    },
    async kill() {
      const was = child;
      child = null;
      if (!was || was.exitCode !== null || was.signalCode !== null) return;
      const gone = once(was, 'exit');
      was.kill('SIGKILL');
      await gone;
    },
    send(to, key, text) {
      number += 1;
      const mine = number;
      return new Promise((resolve) => {
        if (!child?.connected) return resolve(undefined);
        receipts.set(mine, resolve);
        child.send({ kind: 'send', number: mine, to, key, text } satisfies CrashTestSays, () => undefined);
      });
    },
  };
}
