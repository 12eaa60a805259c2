// A fake of the one thing XMTP's library does that cannot be had at will: a stream that tells of nothing, because a chat
// came while it was being opened. A stream opened anew is not deaf. What is in the client's database is found all the same.
import type { Session } from '#channels/xmtp/clients.ts';
import type { Expectation, StreamParts } from '#channels/xmtp/streams.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { silentLog } from './driver-host.ts';

type Hear = (error: Error | null, message: { convoId: string }) => void;

export interface DeafStream {
  readonly parts: StreamParts;
  readonly expected: Expectation;
  readonly seen: { opened: number; looks: number; readonly handed: string[] };
  /** A message is in the database; the stream tells of it unless it is the deaf one. */
  readonly arrives: (text: string) => void;
}

export function deafStream(): DeafStream {
  const seen: DeafStream['seen'] = { opened: 0, looks: 0, handed: [] };
  const stored: string[] = [];
  let hear: Hear = () => undefined;
  const handOver = (): Promise<number> => {
    const fresh = stored.splice(0);
    seen.looks += 1;
    seen.handed.push(...fresh);
    return Promise.resolve(fresh.length);
  };
  const conversations = {
    streamAllMessages: (told: Hear) => {
      seen.opened += 1;
      hear = seen.opened === 1 ? () => undefined : told;
      return Promise.resolve({ endAndWait: () => Promise.resolve() });
    },
    syncAll: () => Promise.resolve(),
  };
  const session = { account: 'acc_1', conversations } as unknown as Session;
  const parts = {
    clients: { use: (_account: string, work: (of: Session) => Promise<unknown>) => work(session) },
    handOver: { all: handOver, of: handOver },
    link: { isUp: true },
    host: { runtime: createSystemRuntime(), log: silentLog },
  } as unknown as StreamParts;
  return {
    parts,
    seen,
    expected: { sinceMs: null, wake: () => undefined },
    arrives(text) {
      stored.push(text);
      hear(null, { convoId: 'chat' });
    },
  };
}
