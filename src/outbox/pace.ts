/**
 * The provider's pace: when the next message of a line, and of a (line, recipient) pair, may go out. Unpaced channels
 * cost nothing. Memory only: after a restart the pace starts afresh, and the provider's own 429 is still obeyed.
 */
import type { Capabilities } from '#core/channel.ts';
import type { Conversation } from '#core/message.ts';

const rememberedPairs = 100_000;

export interface Pace {
  /** How many messages of this conversation may go now, at most `wanted`; when none, `waitMs` until one may. */
  take(
    conversation: Conversation,
    rate: Capabilities['rate'],
    wanted: number,
    nowMs: number,
  ): { allowed: number; waitMs: number };
}

/** A bucket that leaks one message each `everyMs` and holds `burst`. */
interface Bucket {
  freeAtMs: number;
}

export function createPace(): Pace {
  const lines = new Map<string, Bucket>();
  const pairs = new Map<string, Bucket>();

  function bucket(map: Map<string, Bucket>, key: string): Bucket {
    let found = map.get(key);
    if (!found) {
      if (map.size >= rememberedPairs) map.clear();
      map.set(key, (found = { freeAtMs: 0 }));
    }
    return found;
  }

  return {
    take(conversation, rate, wanted, nowMs) {
      if (!rate) return { allowed: wanted, waitMs: 0 };
      const limits: { bucket: Bucket; everyMs: number; burst: number }[] = [];
      const line = `${conversation.connection} ${conversation.line}`;
      if (rate.perLinePerSecond) {
        limits.push({
          bucket: bucket(lines, line),
          everyMs: 1_000 / rate.perLinePerSecond,
          burst: Math.max(1, rate.perLinePerSecond),
        });
      }
      if (rate.perPairPerMinute) {
        const pair = bucket(pairs, `${line} ${conversation.id}`);
        limits.push({ bucket: pair, everyMs: 60_000 / rate.perPairPerMinute, burst: rate.perPairPerMinute });
      }
      let [allowed, waitMs] = [wanted, 0];
      for (const limit of limits) {
        const filledMs = Math.max(0, limit.bucket.freeAtMs - nowMs);
        const room = Math.floor(limit.burst - filledMs / limit.everyMs + 1e-9);
        if (room < 1) waitMs = Math.max(waitMs, Math.ceil(filledMs - (limit.burst - 1) * limit.everyMs));
        allowed = Math.min(allowed, Math.max(0, room));
      }
      for (const limit of limits)
        limit.bucket.freeAtMs = Math.max(limit.bucket.freeAtMs, nowMs) + allowed * limit.everyMs;
      return { allowed, waitMs };
    },
  };
}
