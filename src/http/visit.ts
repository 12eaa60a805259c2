/**
 * What is known of a request besides what it says: its id, who sent it, and, once authenticated, for whom. Kept beside
 * the request, so that handlers cannot mistake a header for it.
 */
import type { IncomingMessage } from 'node:http';
import type { Account, Principal } from '#core/account.ts';

export interface Visit {
  readonly requestId: string;
  /** The visitor's address, proxies of ours taken away. */
  readonly peer: string;
  readonly fromLoopback: boolean;
}

export interface Caller {
  readonly principal: Principal;
  readonly account: Account;
}

const visits = new WeakMap<IncomingMessage, Visit>();
const callers = new WeakMap<IncomingMessage, Caller>();

export const rememberVisit = (req: IncomingMessage, visit: Visit): void => void visits.set(req, visit);
export const rememberCaller = (req: IncomingMessage, caller: Caller): void => void callers.set(req, caller);

export function visitOf(req: IncomingMessage): Visit {
  return visits.get(req) ?? { requestId: '', peer: req.socket.remoteAddress ?? '', fromLoopback: false };
}

export const peerOf = (req: IncomingMessage): string => visitOf(req).peer;

/** Who asks. Throws when no `requireKey` stands before the handler: that is a fault of ours, not the caller's. */
export function callerOf(req: IncomingMessage): Caller {
  const caller = callers.get(req);
  if (!caller) throw new Error('A handler that needs a caller is mounted without requireKey');
  return caller;
}
