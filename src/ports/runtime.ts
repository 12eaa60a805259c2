/**
 * Time, ids and chance, as promises: whatever needs one takes it as an argument, so tests can hold the clock.
 */
export interface Clock {
  /** Wall time, milliseconds since the epoch. May step either way. */
  nowMs(): number;
  /** Wall time in integer microseconds. May step either way; readers that need order keep their own maximum. */
  nowUs(): number;
  /** Milliseconds that never step back, from an arbitrary origin: for waits and leases within one process. */
  monotonicMs(): number;
}

export interface Ids {
  /** A strictly rising integer, never below the clock's microseconds at start: see core/ids. */
  next(): number;
  /** From now on every id is greater than this one. */
  atLeast(newest: number): void;
  /** A random text for things nobody orders: request ids, nonces. 22 URL-safe characters, 128 bits. */
  random(): string;
}

export interface Timers {
  /** Resolves after `ms`, or at once when the signal aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Runtime {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timers: Timers;
  /** A number in [0, 1). */
  chance(): number;
}

/** Structured log events: a name and ids. Never a body, a key, a phone number or a URL that carries one. */
export interface Log {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}
