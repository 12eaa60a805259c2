// Starts and kills people who live in processes of their own (xmtp-agent-main.ts), and keeps what they heard over all
// their lives.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Wallet } from 'ethers';
import type { Heard } from './xmtp-people.ts';

export interface TestSays {
  readonly number: number;
  readonly to: string;
  readonly text: string;
}

export type AgentSays =
  | { readonly kind: 'ready'; readonly inboxId: string; readonly installationId: string }
  | { readonly kind: 'sent'; readonly number: number }
  | { readonly kind: 'failed'; readonly number: number; readonly reason: string }
  | { readonly kind: 'heard'; readonly heard: Heard };

const program = fileURLToPath(new URL('./xmtp-agent-main.ts', import.meta.url));

export interface Agent {
  /** Known after the first start; the same ever after. */
  readonly inboxId: string;
  readonly installationId: string;
  readonly heard: readonly Heard[];
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Rejects with the SDK's words when it failed. */
  send(to: string, text: string): Promise<void>;
  hears(text: string): Promise<void>;
}

export function agent(url: string, folder: string, name: string): Agent {
  const [path, key, wallet] = [join(folder, `${name}.db3`), randomBytes(32).toString('hex'), Wallet.createRandom()];
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const sends = new Map<number, { sent: () => void; failed: (error: Error) => void }>();
  let [inboxId, installationId, number] = ['', '', 0];
  let child: ChildProcess | null = null;
  const hear = (says: AgentSays): void => {
    switch (says.kind) {
      case 'ready':
        ({ inboxId, installationId } = says);
        return;
      case 'heard':
        heard.push(says.heard);
        for (const check of waiting) check();
        return;
      case 'sent':
        sends.get(says.number)?.sent();
        return;
      case 'failed':
        sends.get(says.number)?.failed(new Error(says.reason));
        return;
      default:
        says satisfies never;
    }
  };
  return {
    get inboxId() {
      return inboxId;
    },
    get installationId() {
      return installationId;
    },
    heard,
    async start() {
      const started = fork(program, [url, path, key, wallet.privateKey], {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      child = started;
      await new Promise<void>((ready, failed) => {
        started.once('exit', () => failed(new Error('the agent ended')));
        started.on('message', (says: AgentSays) => {
          hear(says);
          if (says.kind === 'ready') ready();
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
    send(to, text) {
      number += 1;
      const mine = number;
      return new Promise((sent, failed) => {
        sends.set(mine, { sent, failed });
        child?.send({ number: mine, to, text } satisfies TestSays);
      });
    },
    hears: (text) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!heard.some((each) => each.text === text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
