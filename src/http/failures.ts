/**
 * How a failure reaches an HTTP caller: the facade decides status and body, this file the headers around them. A 405
 * has no code in core, because only HTTP knows methods; it is `unsupported` with its own status.
 */
import type { Request, Response } from 'express';
import { refuse, Refused, type Failure } from '#core/failure.ts';
import { visitOf } from './visit.ts';

/** A facade's words for a failure. Total: every code has an answer. */
export type RenderFailure = (
  failure: Failure,
  request: RefusedRequest,
) => {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
};

/** What a facade may say of the request it refuses. */
export interface RefusedRequest {
  readonly requestId: string;
  /** It was the method alone: the status will be 405 whatever the facade says. */
  readonly isMethod: boolean;
}

/** The request's method is not one of the path's. */
export class MethodNotAllowed extends Refused {
  readonly allowed: readonly string[];

  constructor(method: string, allowed: readonly string[]) {
    super({ code: 'unsupported', message: `${method} is not possible on this path; use ${allowed.join(' or ')}` });
    this.name = 'MethodNotAllowed';
    this.allowed = allowed;
  }
}

/** For what no route took. */
export function noSuchPath(req: Request): Refused {
  return refuse('not_found', `There is nothing at this path for ${req.method}; /docs lists what there is`);
}

/** For a Host header that is not ours. */
export function strangeHost(): Refused {
  return refuse(
    'forbidden',
    'The gateway does not answer to this Host; use its address, or set CLAWGATE_PUBLIC_URL to the URL it is reached by',
  );
}

export function sendFailure(res: Response, failure: Failure, render: RenderFailure, error?: unknown): void {
  const isMethod = error instanceof MethodNotAllowed;
  const { status, body } = render(failure, { requestId: visitOf(res.req).requestId, isMethod });
  const waitMs = waitMsOf(failure);
  if (waitMs !== undefined) res.setHeader('Retry-After', retryAfterSeconds(waitMs));
  if (failure.code === 'unauthenticated') res.setHeader('WWW-Authenticate', 'Bearer realm="clawgate"');
  if (isMethod) res.setHeader('Allow', allowHeader(error.allowed));
  res.status(isMethod ? 405 : status).json(body);
}

/** Whatever answers GET answers HEAD, and every path says what it takes. */
export function allowHeader(methods: readonly string[]): string {
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ');
}

/** How long the caller should wait; undefined when waiting changes nothing. */
export function waitMsOf(failure: Failure): number | undefined {
  return failure.retryAfterMs ?? (failure.code === 'unavailable' ? 5_000 : undefined);
}

export const retryAfterSeconds = (waitMs: number): number => Math.max(1, Math.ceil(waitMs / 1000));
