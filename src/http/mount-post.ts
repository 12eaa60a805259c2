/**
 * One path that takes JSON by POST from whoever has a key, for protocols that put everything else into the body.
 */
import { Router, type RequestHandler } from 'express';
import type { Principal } from '#core/account.ts';
import type { Mount } from './app.ts';
import type { Door } from './authenticate.ts';
import { readJson } from './body.ts';
import { MethodNotAllowed, type RenderFailure } from './failures.ts';
import { callerOf, visitOf } from './visit.ts';

export interface Posted {
  readonly principal: Principal;
  /** Undefined when there was none. */
  readonly body: unknown;
  /** The header of that name. */
  readonly idempotencyKey: string | undefined;
  readonly requestId: string;
  /** Ends when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export function mountPost(deps: {
  readonly path: string;
  readonly name: string;
  readonly door: Pick<Door, 'requireAnyKey'>;
  readonly failures: RenderFailure;
  /** What is sent as JSON with 200. */
  readonly answer: (posted: Posted) => Promise<unknown>;
}): Mount {
  const { path, name, door, failures } = deps;
  const handler: RequestHandler = async (req, res) => {
    const over = new AbortController();
    res.once('close', () => over.abort());
    const key = req.headers['idempotency-key'];
    const answer = await deps.answer({
      principal: callerOf(req).principal,
      body: req.body as unknown,
      idempotencyKey: typeof key === 'string' && key !== '' ? key : undefined,
      requestId: visitOf(req).requestId,
      signal: over.signal,
    });
    res.json(answer);
  };
  const router = Router({ caseSensitive: true });
  router.post(path, door.requireAnyKey, readJson(), handler);
  router.all(path, (req) => {
    throw new MethodNotAllowed(req.method, ['POST']);
  });
  return { path, name, handler: router, failures };
}
