/**
 * Holds requests (and, where asked, responses) to a bundled OpenAPI document. The validator is built at the first
 * request or by `warm`, never before: loading it costs more than the rest of the start together. Its complaints become
 * failures that name the field and the mend.
 */
import type { Request, RequestHandler } from 'express';
import { refuse, Refused } from '#core/failure.ts';
import { MethodNotAllowed } from './failures.ts';
import { nearMiss } from './near-miss.ts';

export interface Contract {
  /** Stands behind the body parser and before the handler. */
  readonly check: RequestHandler;
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
  return {
    check: async (req, res, next) => {
      plainContentType(req);
      const steps = await chain();
      try {
        for (const step of steps) await run(step, req, res);
      } catch (error) {
        throw failureFrom(error, req);
      }
      next();
    },
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

interface Complaint {
  readonly path: string;
  readonly message: string;
  /** `required.openapi.validation`: the JSON Schema keyword that was broken; absent where none was. */
  readonly errorCode?: string;
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
      return refuse('invalid', ...sentence(complaints[0], req.body));
    }
    default:
      return asError(error);
  }
}

function sentence(complaint: Complaint | undefined, body: unknown): [string, { field?: string }] {
  if (complaint === undefined) return ['The request does not match the documented form; /docs shows it', {}];
  const keyword = complaint.errorCode?.split('.')[0];
  const steps = complaint.path.split('/').slice(1).map(unescaped);
  const [place, ...inner] = steps;
  const field = fieldText(place === 'body' ? inner : steps.slice(1));
  if (place === 'body' && field === '') {
    if (body === undefined) return ['The body is missing; send a JSON object', {}];
    if (keyword !== 'type') return ['The body is empty; send at least one of the documented fields', {}];
    return ['The body must be a JSON object', {}];
  }
  return [`${field} ${demand(keyword, complaint.message, place === 'body' ? inner : [], body)}`, { field }];
}

/** What is demanded of the field, as the end of a sentence that begins with its name. */
function demand(keyword: string | undefined, message: string, steps: readonly string[], body: unknown): string {
  if (keyword === 'required') {
    const meant = nearMiss(steps.at(-1) ?? '', keysAt(body, steps.slice(0, -1)));
    return meant === undefined ? 'is missing; add it' : `is missing; did you mean it by '${meant}'?`;
  }
  if (keyword === 'type') return `must be of type ${message.replace(/^must be /, '')}`;
  if (keyword === 'pattern' && message.includes(e164Pattern)) {
    return 'must be a phone number in E.164 format: + and 7 to 15 digits, such as +15551234567';
  }
  return message.replaceAll(' NOT ', ' not ');
}

const e164Pattern = '^\\+\\d{7,15}$';

/** `parts[0].value` */
function fieldText(steps: readonly string[]): string {
  return steps.reduce(
    (text, step) => (/^\d+$/.test(step) ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

function keysAt(value: unknown, steps: readonly string[]): readonly string[] {
  let at = value;
  for (const step of steps) {
    at =
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string, unknown>)[step]
        : undefined;
  }
  return typeof at === 'object' && at !== null ? Object.keys(at) : [];
}

const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');

function allowedBy(error: Error): readonly string[] {
  const headers =
    'headers' in error && typeof error.headers === 'object' && error.headers !== null ? error.headers : {};
  return 'Allow' in headers && typeof headers.Allow === 'string' ? headers.Allow.toUpperCase().split(', ') : [];
}

/** Their complaints about an answer of ours are errors of ours: the log gets them, the caller an `internal`. */
const asError = (error: unknown): Error =>
  error instanceof Error && !(error instanceof Refused) ? error : new Error('The validator failed', { cause: error });
