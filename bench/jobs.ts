/**
 * Which sockets, keys and conversations each row means. The same job goes to the gateway and to the floor beside it.
 */
import type { Job, SocketPlan } from './load/orders.ts';
import type { Subject } from './subject.ts';

export interface Shape {
  readonly sockets: number;
  readonly inFlight: number;
}

export type Conversations = 'many' | 'hot';

/** Conversations over all accounts of a row that says `many`. */
export const manyConversations = 2_000;
export const maxAccounts = 1_000;

/** Numbers of different accounts never meet: a number texted by one account is routed to it. */
const firstNumber = 12_022_000_000;
const numbersPerAccount = 2_000;

export const numbersOf = (account: number, count: number): SocketPlan['numbers'] => ({
  first: firstNumber + account * numbersPerAccount,
  count,
});

export const nameOf = ({ sockets, inFlight }: Shape): string => `${sockets}×${inFlight}`;

/**
 * Over several accounts each socket is an account's ordinary socket and hears its status frames. Over one account every
 * frame would go to every socket, which measures fan-out: there the senders open with `events=none`, and one ordinary
 * socket listens to all.
 */
export function sendJob(subject: Subject, shape: Shape, accounts: number, conversations: Conversations): Job {
  const perAccount = conversations === 'hot' ? 1 : Math.ceil(manyConversations / accounts);
  const sockets = Array.from({ length: shape.sockets }, (_, index): SocketPlan => {
    const account = index % accounts;
    return {
      query: subject.query(account, accounts > 1),
      inFlight: shape.inFlight,
      numbers: numbersOf(account, perAccount),
    };
  });
  const listener: SocketPlan = { query: subject.query(0, true), inFlight: 0, numbers: numbersOf(0, 1) };
  return {
    port: subject.server.port,
    sockets: accounts === 1 ? [...sockets, listener] : sockets,
    framesPerSend: null,
  };
}

/** One sender that hears nothing, and sockets of the same account that hear each message's status. */
export function fanOutJob(subject: Subject, listeners: number): Job {
  const sender: SocketPlan = {
    query: subject.query(0, false),
    inFlight: 256,
    numbers: numbersOf(0, manyConversations),
  };
  const listener: SocketPlan = { query: subject.query(0, true), inFlight: 0, numbers: numbersOf(0, 1) };
  return {
    port: subject.server.port,
    sockets: [...Array.from({ length: listeners }, () => listener), sender],
    framesPerSend: listeners,
  };
}

/** Sockets of `accounts` accounts that are open and silent. */
export function idleJob(subject: Subject, sockets: number, accounts: number): Job {
  const plans = Array.from({ length: sockets }, (_, index): SocketPlan => {
    const account = index % accounts;
    return { query: subject.query(account, true), inFlight: 0, numbers: numbersOf(account, 1) };
  });
  return { port: subject.server.port, sockets: plans, framesPerSend: null };
}
