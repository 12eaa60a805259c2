/**
 * What the connections last carried, over restarts: read at the start, written once a minute where it changed and once
 * more at the end. It may be a minute old after a crash, which is the price for costing messages nothing.
 */
import type { Connection } from '#ports/connections.ts';
import type { Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';

export interface Traffic {
  /** What is stored goes into the entries. Never throws. */
  recall(): Promise<void>;
  /** Write what changed, and no more by itself. Never throws. */
  stop(): Promise<void>;
}

type Entry = Pick<Connection, 'id'> & { lastInboundAtMs: number | null; lastOutboundAtMs: number | null };

const everyMs = 60_000;

export function keepTraffic(
  store: Pick<Store, 'traffic' | 'keepTraffic'>,
  entries: ReadonlyMap<Connection['id'], Entry>,
  log: Log,
): Traffic {
  const kept = new Map<Connection['id'], string>();
  const stampOf = (entry: Entry): string => `${entry.lastInboundAtMs} ${entry.lastOutboundAtMs}`;

  async function write(): Promise<void> {
    const changed = [...entries.values()].filter(
      (entry) => stampOf(entry) !== (kept.get(entry.id) ?? stampOf({ ...entry, ...nothing })),
    );
    if (changed.length === 0) return;
    const rows = changed.map(({ id, lastInboundAtMs, lastOutboundAtMs }) => ({
      connection: id,
      lastInboundAtMs,
      lastOutboundAtMs,
    }));
    const stamps = changed.map((entry) => [entry.id, stampOf(entry)] as const);
    try {
      await store.keepTraffic(rows);
      for (const [id, stamp] of stamps) kept.set(id, stamp);
    } catch (error) {
      log.warn('traffic.not_kept', { error });
    }
  }

  const timer = setInterval(() => void write(), everyMs);
  timer.unref();
  return {
    async recall() {
      try {
        for (const { connection, lastInboundAtMs, lastOutboundAtMs } of await store.traffic()) {
          const entry = entries.get(connection);
          if (!entry) continue;
          entry.lastInboundAtMs ??= lastInboundAtMs;
          entry.lastOutboundAtMs ??= lastOutboundAtMs;
          kept.set(connection, stampOf(entry));
        }
      } catch (error) {
        log.warn('traffic.not_recalled', { error });
      }
    },
    async stop() {
      clearInterval(timer);
      await write();
    },
  };
}

const nothing = { lastInboundAtMs: null, lastOutboundAtMs: null };
