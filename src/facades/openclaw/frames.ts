/**
 * The two framings of one socket, told apart frame by frame: `{type:"req"}` is today's native form, everything else the
 * documented one, which may come in batches. Reading only; what a method means is in methods.ts.
 */
import type { Failure } from '#core/failure.ts';
import { parseJson } from '#http/json.ts';
import { nativeError, seedError } from './failures.ts';
import { isParams, type Params } from './params.ts';

export type RequestId = string | number;

export type Frame =
  | { readonly form: 'native'; readonly id: string; readonly method: string; readonly params: Params }
  | { readonly form: 'documented'; readonly requests: readonly DocumentedRequest[]; readonly isBatch: boolean }
  /** Nothing that can be carried out. `form` and `id` say how to tell. */
  | {
      readonly form: 'broken';
      readonly as: 'native' | 'documented';
      readonly id: RequestId | null;
      readonly message: string;
    };

/** A request without an id asks for no answer. */
export interface DocumentedRequest {
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly params: Params;
}

const maxBatch = 100;
const maxMethod = 64;

export function parseFrame(text: string): Frame {
  const parsed = parseJson(text);
  if (!parsed.ok) return broken('documented', null, parsed.reason);
  return readFrame(parsed.value);
}

export function readFrame(value: unknown): Frame {
  if (Array.isArray(value)) return batch(value);
  if (!isParams(value)) return broken('documented', null, 'A frame is one JSON object with method and params');
  if (value['type'] === 'req') return native(value);
  const request = documented(value);
  return 'form' in request ? request : { form: 'documented', requests: [request], isBatch: false };
}

function batch(items: readonly unknown[]): Frame {
  if (items.length === 0 || items.length > maxBatch) {
    return broken('documented', null, `A batch holds 1 to ${maxBatch} requests`);
  }
  const requests: DocumentedRequest[] = [];
  for (const item of items) {
    const request = isParams(item) ? documented(item) : broken('documented', null, 'A batch holds JSON objects');
    if ('form' in request) return request;
    requests.push(request);
  }
  return { form: 'documented', requests, isBatch: true };
}

type Broken = Extract<Frame, { form: 'broken' }>;

function documented(value: Params): DocumentedRequest | Broken {
  const { id, method, params } = value;
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') {
    return broken('documented', null, 'id must be a string or a number');
  }
  const known = id ?? null;
  if (typeof method !== 'string' || method === '') {
    return broken('documented', known, 'Missing required field: method, such as "send"');
  }
  if (params !== undefined && params !== null && !isParams(params)) {
    return broken('documented', known, 'params must be an object with named parameters');
  }
  return { id: id ?? undefined, method: method.slice(0, maxMethod), params: isParams(params) ? params : {} };
}

function native(value: Params): Frame {
  const { id, method, params } = value;
  if (typeof id !== 'string' || id === '') return broken('native', null, 'id must be a string');
  if (typeof method !== 'string' || method === '') return broken('native', id, 'method must be a string');
  if (params !== undefined && params !== null && !isParams(params)) {
    return broken('native', id, 'params must be an object');
  }
  return { form: 'native', id, method: method.slice(0, maxMethod), params: isParams(params) ? params : {} };
}

const broken = (as: Broken['as'], id: RequestId | null, message: string): Broken => ({
  form: 'broken',
  as,
  id,
  message,
});

export const nativeAnswer = (id: string, payload: unknown): string =>
  JSON.stringify({ type: 'res', id, ok: true, payload });

export const nativeRefusal = (id: string | null, failure: Failure, details: object = {}): string => {
  const error = nativeError(failure);
  return JSON.stringify({ type: 'res', id, ok: false, error: { ...error, details: { ...error.details, ...details } } });
};

export const nativeEvent = (event: string, payload: unknown): string =>
  JSON.stringify({ type: 'event', event, payload });

/** The documented answer to a request; without an id where it had none. */
export type Envelope = { readonly id?: RequestId | null; readonly ok: boolean } & Readonly<Record<string, unknown>>;

export const accepted = (id: RequestId | null | undefined, payload: unknown, cached: boolean): Envelope => ({
  ...(id === undefined ? {} : { id }),
  ok: true,
  payload,
  ...(cached ? { meta: { cached: true } } : {}),
});

export const refused = (id: RequestId | null | undefined, failure: Failure): Envelope => ({
  ...(id === undefined ? {} : { id }),
  ok: false,
  error: seedError(failure),
});
