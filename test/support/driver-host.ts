// The gateway as a driver sees it, for tests: it remembers what it was told and can refuse to store it. A fake; the real
// one is made by the outbox's supervisor.
import type { Readers } from '#ports/bus.ts';
import type { Targets } from '#core/targets.ts';
import type { DriverHost, Health, Inbound, TypingSignal } from '#ports/driver.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import { connectionId } from '#core/ids.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { memoryWallets } from './wallets.ts';

export interface RecordingHost extends DriverHost {
  /** Every batch that was handed over, stored or not, in order. */
  readonly batches: readonly (readonly Inbound[])[];
  /** The rows of the batches that were stored, in order, repeats and all. */
  readonly stored: readonly Inbound[];
  readonly typed: readonly TypingSignal[];
  readonly healths: readonly Health[];
  /** The next so many hand-overs fail, as a full disk would make them. */
  failNext(batches: number): void;
  /** The first answer of `look` that is not undefined, looked for after every change and every few milliseconds. */
  eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T>;
  /** The first stored row of a kind that fits. */
  storedOf<Kind extends Inbound['kind']>(
    kind: Kind,
    fits?: (row: Extract<Inbound, { kind: Kind }>) => boolean,
  ): Promise<Extract<Inbound, { kind: Kind }>>;
}

/** Nobody listens to anybody. */
export const nobodyReads: Readers = { isHeard: () => false, watch: () => () => undefined };

/** The operator opened nothing. */
export const publicTargets: Targets = { privateTargets: [], ownPorts: () => [] };

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const patienceMs = 8_000;
const lookEveryMs = 5;

export function recordingHost(dataDir: string, runtime: Runtime = createSystemRuntime()): RecordingHost {
  const batches: (readonly Inbound[])[] = [];
  const stored: Inbound[] = [];
  const typed: TypingSignal[] = [];
  const healths: Health[] = [];
  let failing = 0;

  const host: RecordingHost = {
    connection: connectionId('test'),
    dataDir,
    runtime,
    log: silentLog,
    wallets: memoryWallets(),
    readers: nobodyReads,
    targets: publicTargets,
    batches,
    stored,
    typed,
    healths,
    async receive(rows) {
      batches.push(rows);
      await Promise.resolve();
      if (failing > 0) {
        failing -= 1;
        throw new Error('the store said no');
      }
      stored.push(...rows);
    },
    typing: (signal) => void typed.push(signal),
    health: (health) => void healths.push(health),
    failNext: (count) => {
      failing = count;
    },
    eventually: (what, look) => eventually(what, look),
    storedOf: <Kind extends Inbound['kind']>(
      kind: Kind,
      fits: (row: Extract<Inbound, { kind: Kind }>) => boolean = () => true,
    ) =>
      eventually(`a ${kind} in the store`, () => {
        const ofKind = stored.filter((row): row is Extract<Inbound, { kind: Kind }> => row.kind === kind);
        return ofKind.find(fits);
      }),
  };
  return host;
}

/** Look until there is something, or fail saying what never came. */
export async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => void setTimeout(resolve, lookEveryMs));
  }
}
