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

/**
 * One question under way on each connection, the next when it is answered; the connections take what `by` offers in turn.
 */
export interface AskJob {
  readonly port: number;
  readonly connections: number;
  readonly by:
    | {
        readonly way: 'http';
        readonly asks: readonly HttpAsk[];
      }
    | {
        readonly way: 'rpc';
        readonly path: string;
        /** Sent first on each socket, and answered with `"id":0` before anything is asked. */
        readonly hellos: readonly string[];
        /** With `{id}` where the number of the question goes. */
        readonly ask: string;
      };
}

export interface HttpAsk {
  /** A whole request, head and body. `{key}` becomes a random key and `{number}` a number, both of constant length. */
  readonly request: string;
  readonly numbers: SocketPlan['numbers'];
}

export type Order<Work = Job> =
  | { readonly order: 'open'; readonly job: Work }
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
