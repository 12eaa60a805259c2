/**
 * What the bench and its load process say to each other over the process channel.
 */
export interface SocketPlan {
  /** The query of the upgrade, with its key: `key=…&events=none`. */
  readonly query: string;
  /** Sends kept under way; 0 for a socket that only listens. */
  readonly inFlight: number;
  /** The phone numbers it sends to, chosen evenly at random: `count` of them from `first` on. */
  readonly numbers: { readonly first: number; readonly count: number };
}

export interface Job {
  readonly port: number;
  readonly sockets: readonly SocketPlan[];
  /** Fan-out: a send is over when this many status frames came for it, not when it was answered. Null: when answered. */
  readonly framesPerSend: number | null;
}

export type Order =
  | { readonly order: 'open'; readonly job: Job }
  | { readonly order: 'send' }
  /** Read the counters now. Latencies are kept between the first and the second mark. */
  | { readonly order: 'mark' }
  /** Send no more, wait for what is under way, close. */
  | { readonly order: 'finish' };

export interface Counters {
  readonly atMs: number;
  readonly acked: number;
  readonly refused: number;
  /** Status and message frames that came. */
  readonly pushed: number;
  readonly cpuUs: number;
}

export interface Finish {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Sends never answered within the patience at the end. */
  readonly unanswered: number;
  readonly firstRefusal: string | null;
}

export type Answer =
  | { readonly answer: 'opened' }
  | { readonly answer: 'sending' }
  | { readonly answer: 'marked'; readonly counters: Counters }
  | { readonly answer: 'finished'; readonly finish: Finish }
  | { readonly answer: 'broken'; readonly why: string };
