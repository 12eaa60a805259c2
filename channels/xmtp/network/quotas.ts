/**
 * How much one address may publish in a minute, and how many streams it may hold open. An address may spend a whole
 * minute's worth at once; after that it comes back evenly. Memory is bounded: whoever has all of theirs left is
 * forgotten.
 */
import type { Clock } from '#ports/runtime.ts';
import { maxStreams } from './limits.ts';
import { Refusal } from './refusal.ts';

export interface Quotas {
  /** Throws `Refusal('too_fast')` when an address has published too much. */
  publish(address: string, messages: number): void;
  /** One more stream; call the answer when it ends, as often as you like. Throws `Refusal('too_fast')`. */
  openStream(address: string): () => void;
}

const minuteMs = 60_000;
const maxAddresses = 10_000;

/** Null lifts the limit on publishing. */
export function createQuotas(publishesPerMinute: number | null, clock: Clock): Quotas {
  /** When an address will have all of its minute left again. */
  const spentUntilMs = new Map<string, number>();
  const streams = new Map<string, number>();
  const perMessageMs = publishesPerMinute === null ? 0 : minuteMs / publishesPerMinute;
  return {
    publish(address, messages) {
      if (publishesPerMinute === null) return;
      const nowMs = clock.monotonicMs();
      const untilMs = Math.max(spentUntilMs.get(address) ?? 0, nowMs) + messages * perMessageMs;
      if (untilMs - nowMs > minuteMs) {
        throw new Refusal('too_fast', `more than ${publishesPerMinute} messages in a minute from one address`);
      }
      if (spentUntilMs.size >= maxAddresses && !spentUntilMs.has(address)) forgetTheIdle(spentUntilMs, nowMs);
      spentUntilMs.set(address, untilMs);
    },
    openStream(address) {
      const open = streams.get(address) ?? 0;
      if (open >= maxStreams) {
        throw new Refusal('too_fast', `more than ${maxStreams} streams from one address`);
      }
      streams.set(address, open + 1);
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        const left = (streams.get(address) ?? 1) - 1;
        if (left > 0) streams.set(address, left);
        else streams.delete(address);
      };
    },
  };
}

function forgetTheIdle(spentUntilMs: Map<string, number>, nowMs: number): void {
  for (const [address, untilMs] of spentUntilMs) if (untilMs <= nowMs) spentUntilMs.delete(address);
  if (spentUntilMs.size >= maxAddresses) throw new Refusal('too_fast', 'too many addresses publish at once');
}
