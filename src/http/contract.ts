/**
 * Holds requests (and, where asked, responses) to a bundled OpenAPI document. The validator is built at the first
 * request or by `warm`, never before: loading it costs more than the rest of the start together. Its complaints become
 * failures that name the field and the mend.
 */
import type { Request, RequestHandler } from 'express';
import { refuse, Refused } from '#core/failure.ts';
import { refusalOf, type Complaint } from './complaints.ts';
import { MethodNotAllowed } from './failures.ts';
import { queryOf, repeated } from './query.ts';

export interface Contract {
  /** Stands behind the body parser and before the handler. */
  readonly check: RequestHandler;
  /** Whether `check` holds answers to the document too. */
  readonly holdsAnswers: boolean;
  /** Builds the validator now, so that the first request need not wait. Callable twice. */
  warm(): Promise<void>;
}

export interface ContractOptions {
  /** The bundled document; it is copied, because the validator writes into what it is given. */
  readonly load: () => Promise<unknown>;
  /** Holds answers to the document too, and hears of each that breaks it; the answer goes out all the same. */
  readonly onBrokenAnswer?: (problem: string) => void;
}

export function createContract(options: ContractOptions): Contract {
  let built: Promise<readonly RequestHandler[]> | undefined;
  const chain = () =>
    (built ??= build(options).catch((error: unknown) => {
      built = undefined;
      throw error;
    }));
  const check: RequestHandler = async (req, res, next) => {
    plainContentType(req);
    const steps = await chain();
    const { method } = req;
    try {
      // What answers GET answers HEAD; the documents need not say so each time.
      if (method === 'HEAD') req.method = 'GET';
      for (const step of steps) await run(step, req, res);
    } catch (error) {
      throw failureFrom(error, req);
    } finally {
      req.method = method;
    }
    next();
  };
  return {
    check,
    holdsAnswers: options.onBrokenAnswer !== undefined,
    warm: async () => void (await chain()),
  };
}

async function build({ load, onBrokenAnswer }: ContractOptions): Promise<readonly RequestHandler[]> {
  const { middleware } = await import('express-openapi-validator');
  const apiSpec = structuredClone(await load()) as Parameters<typeof middleware>[0]['apiSpec'];
  const handlers = middleware({
    apiSpec,
    validateApiSpec: false,
    validateSecurity: false,
    fileUploader: false,
    validateRequests: { allowUnknownQueryParameters: true },
    validateResponses: onBrokenAnswer ? { onError: (error) => onBrokenAnswer(error.message) } : false,
  });
  // Their types are of an older express; what they do fits ours.
  return handlers as unknown as readonly RequestHandler[];
}

/** One step of the validator, as a promise. */
function run(step: RequestHandler, req: Request, res: Parameters<RequestHandler>[1]): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (error?: unknown): void => (error === undefined || error === null ? resolve() : reject(error));
    void step(req, res, next);
  });
}

/**
 * The validator keeps one compiled schema for each content type it meets, and callers choose content types. The body
 * has been read as JSON by now, so it is told just that.
 */
function plainContentType(req: Request): void {
  if (req.body === undefined) delete req.headers['content-type'];
  else req.headers['content-type'] = 'application/json';
}

/** The failure behind the validator's error; an error that is not about the request is passed on as it is. */
function failureFrom(error: unknown, req: Request): Error {
  if (!(error instanceof Error) || !('status' in error)) return asError(error);
  switch (error.status) {
    case 404:
      return refuse('not_found', 'There is nothing on this path; /docs lists what there is');
    case 405:
      return new MethodNotAllowed(req.method, allowedBy(error));
    case 415:
      // Whatever came was read as JSON, so the one type it can miss is any at all.
      return refuse('invalid', 'The body is missing; send a JSON object');
    case 400: {
      const complaints = 'errors' in error && Array.isArray(error.errors) ? (error.errors as Complaint[]) : [];
      const [, place, name] = complaints[0]?.path.split('/') ?? [];
      const given = place === 'query' && name !== undefined ? repeated(queryOf(req), name) : undefined;
      return given ?? refusalOf(complaints[0], req.body);
    }
    default:
      return asError(error);
  }
}

function allowedBy(error: Error): readonly string[] {
  const headers =
    'headers' in error && typeof error.headers === 'object' && error.headers !== null ? error.headers : {};
  return 'Allow' in headers && typeof headers.Allow === 'string' ? headers.Allow.toUpperCase().split(', ') : [];
}

/** Their complaints about an answer of ours are errors of ours: the log gets them, the caller an `internal`. */
const asError = (error: unknown): Error =>
  error instanceof Error && !(error instanceof Refused) ? error : new Error('The validator failed', { cause: error });
