/**
 * The door: a request brings one credential, which is classified once, and goes on with a caller beside it or not at
 * all. Every facade's HTTP routes stand behind these middlewares; sockets are let in elsewhere.
 */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { requireOperator, requireScope, type Scope } from '#core/account.ts';
import { refuse, Refused } from '#core/failure.ts';
import type { Authenticate } from '#ports/identity.ts';
import { credentialOf } from './credential.ts';
import type { Limits } from './limits.ts';
import { peerOf, rememberCaller, type Caller } from './visit.ts';

export interface Door {
  /** 401 without a good credential, 403 without the scope, 403 for a suspended account that would change something. */
  requireKey(scope: Scope): RequestHandler;
  /** 401 without a good credential, 403 unless it is the gateway owner's. */
  readonly requireOwner: RequestHandler;
  /** 401 without a good credential; what it may do is the handler's to decide. */
  readonly requireAnyKey: RequestHandler;
  /** Who asks, for handlers that decide by themselves. Throws `unauthenticated` and `rate_limited`. */
  admit(req: IncomingMessage): Promise<Caller>;
  /** The same for a credential that came another way than in the request's head: in a first frame. */
  admitAs(req: IncomingMessage, credential: string | undefined): Promise<Caller>;
}

export function createDoor(deps: { readonly authenticate: Authenticate; readonly limits: Limits }): Door {
  const { authenticate, limits } = deps;

  const admit = (req: IncomingMessage): Promise<Caller> => admitAs(req, credentialOf(req));
  const admitAs = async (req: IncomingMessage, credential: string | undefined): Promise<Caller> => {
    if (credential === undefined) {
      throw refuse('unauthenticated', 'This needs an API key; send it in the header Authorization: Bearer <key>');
    }
    const peer = peerOf(req);
    await limits.checkFailures(peer);
    const answer = await authenticate(credential);
    if (answer.ok) return answer;
    if (answer.failure.code === 'unauthenticated') await limits.countFailure(peer);
    throw new Refused(answer.failure);
  };
  const guard = (mayEnter: (caller: Caller) => void): RequestHandler => {
    return async (req, res, next) => {
      const caller = await admit(req);
      await limits.countCaller(res, caller, peerOf(req));
      mayEnter(caller);
      if (caller.account.state === 'suspended' && req.method !== 'GET' && req.method !== 'HEAD') {
        throw refuse('forbidden', 'Account suspended; ask whoever suspended it', { reason: 'suspended' });
      }
      rememberCaller(req, caller);
      next();
    };
  };
  return {
    requireKey: (scope) => guard(({ principal }) => requireScope(principal, scope)),
    requireOwner: guard(({ principal }) => requireOperator(principal)),
    requireAnyKey: guard(() => undefined),
    admit,
    admitAs,
  };
}
