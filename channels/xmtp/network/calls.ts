/**
 * How this network's API is put on gRPC: requests and answers are bytes here, so that what is malformed is answered as
 * such and what must be kept to the byte is. Whatever goes wrong in a call ends that call with a status.
 */
import type {
  ServerUnaryCall,
  ServiceDefinition,
  ServiceError,
  UntypedServiceImplementation,
  sendUnaryData,
} from '@grpc/grpc-js';
import type { Log } from '#ports/runtime.ts';
import { refusalOf, serviceError } from './refusal.ts';
import type { Call } from './streams.ts';

/** Who asks: the address alone, without the port. */
export interface Caller {
  readonly address: string;
}

export type Unary = (request: Buffer, caller: Caller) => Buffer | Promise<Buffer>;
export type Subscribe = (call: Call, caller: Caller) => void;

export interface Service {
  /** As clients spell it, with the package. */
  readonly name: string;
  readonly unary: Readonly<Record<string, Unary>>;
  readonly subscriptions: Readonly<Record<string, Subscribe>>;
}

const same = (bytes: Buffer): Buffer => bytes;

export function grpcService(
  { name, unary, subscriptions }: Service,
  log: Log,
): { definition: ServiceDefinition; implementation: UntypedServiceImplementation } {
  const definition: Record<string, ServiceDefinition[string]> = {};
  const implementation: UntypedServiceImplementation = {};
  const describe = (method: string, responseStream: boolean): void => {
    definition[method] = {
      path: `/${name}/${method}`,
      requestStream: false,
      responseStream,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    };
  };
  for (const [method, answer] of Object.entries(unary)) {
    describe(method, false);
    implementation[method] = (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
      void reply(answer, call, done, (error) => failure(error, method, log));
    };
  }
  for (const [method, subscribe] of Object.entries(subscriptions)) {
    describe(method, true);
    implementation[method] = (call: Call) => {
      try {
        subscribe(call, callerOf(call));
      } catch (error) {
        call.emit('error', failure(error, method, log));
      }
    };
  }
  return { definition, implementation };
}

async function reply(
  answer: Unary,
  call: ServerUnaryCall<Buffer, Buffer>,
  done: sendUnaryData<Buffer>,
  failed: (error: unknown) => ServiceError,
): Promise<void> {
  let bytes: Buffer;
  try {
    bytes = await answer(call.request, callerOf(call));
  } catch (error) {
    done(failed(error));
    return;
  }
  done(null, bytes);
}

function failure(error: unknown, method: string, log: Log): ServiceError {
  const refusal = refusalOf(error);
  if (refusal.code === 'broken') log.error('xmtp_network.call_failed', { method, error: String(error) });
  return serviceError(refusal);
}

/** A peer is written `address:port`, with brackets around some addresses of IPv6. */
function callerOf(call: { getPeer(): string }): Caller {
  return { address: call.getPeer().replace(/:\d+$/, '') };
}
