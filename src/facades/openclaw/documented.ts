/**
 * The documented form's requests, dispatched by json-rpc-2.0 and answered in the envelope of the protocol's examples.
 * Single or in a batch, over a socket or over HTTP.
 */
import { JSONRPCServer, type JSONRPCResponse } from 'json-rpc-2.0';
import type { Principal } from '#core/account.ts';
import { failureOf, type Failure } from '#core/failure.ts';
import { accepted, refused, type DocumentedRequest, type Envelope } from './frames.ts';
import type { Methods } from './methods.ts';
import { isParams } from './params.ts';
import type { Sent } from './send.ts';

export interface Asking {
  readonly principal: Principal;
  readonly signal: AbortSignal;
  /** Whether a request without an id is answered too, as over HTTP. */
  readonly answersAll: boolean;
  /** Told of a failure of ours behind a call; never with anything the caller sent. */
  readonly fault: (method: string, error: unknown) => void;
}

/** Answers one envelope for each request that has one, in order. */
export type AnswerDocumented = (requests: readonly DocumentedRequest[], asking: Asking) => Promise<readonly Envelope[]>;

/** Stands for the id of a request that has none and is answered all the same. */
const noId = '\u0000none';
const failed = -32_000;

export function createDocumented(methods: Methods): AnswerDocumented {
  const server = new JSONRPCServer<Asking>({ errorListener: () => undefined });
  for (const name of methods.names) {
    if (name === 'connect') continue;
    server.addMethod(name, async (params, asking) => {
      try {
        const { principal, signal } = asking;
        return await methods.call(name, { principal, params: isParams(params) ? params : {}, signal });
      } catch (error) {
        if (failureOf(error).code === 'internal') asking.fault(name, error);
        throw error;
      }
    });
  }
  server.mapErrorToJSONRPCErrorResponse = (id, error) => ({
    jsonrpc: '2.0',
    id,
    error: { code: failed, message: '', data: failureOf(error) },
  });

  const answer = async (request: DocumentedRequest, asking: Asking): Promise<readonly Envelope[]> => {
    const id = request.id ?? (asking.answersAll ? noId : undefined);
    const { method, params } = request;
    const response = await server.receive(
      { jsonrpc: '2.0', method, params, ...(id === undefined ? {} : { id }) },
      asking,
    );
    return response === null ? [] : [envelope(response, method)];
  };
  return async (requests, asking) => {
    // At once, as separate frames would be: only the answers keep the order.
    const answers = await Promise.all(requests.map((request) => answer(request, asking)));
    return answers.flat();
  };
}

function envelope(response: JSONRPCResponse, method: string): Envelope {
  const id = response.id === noId ? undefined : response.id;
  if (response.error === undefined) {
    const { payload, cached } = response.result as Sent;
    return accepted(id, payload, cached);
  }
  const unknown: Failure = { code: 'invalid', message: `unknown method: ${method}`, field: 'method' };
  return refused(id, response.error.code === failed ? (response.error.data as Failure) : unknown);
}
