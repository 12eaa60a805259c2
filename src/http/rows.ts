/**
 * A facade's REST paths as a table: each row is a path and method of a contract, the scope its key needs, and what
 * answers it. A request is let in, read, held to the contract and answered, in that order; a path that is in the table
 * with other methods alone is a 405. Some rows are open to anybody, and some answer with a stream of events.
 */
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Scope } from '#core/account.ts';
import type { Door } from './authenticate.ts';
import { readJson } from './body.ts';
import type { Contract } from './contract.ts';
import { credentialOf, wasInUrl } from './credential.ts';
import type { EventStream, EventStreams } from './event-stream.ts';
import { allowHeader, MethodNotAllowed } from './failures.ts';
import { queryOf } from './query.ts';
import { callerOf, visitOf, type Caller, type Visit } from './visit.ts';

/** A request as every row sees it: what the contract let through. */
interface Asked {
  readonly body: unknown;
  readonly parameter: (name: string) => string;
  /** As it was written: a parameter may stand there twice, and a credential does not. */
  readonly query: () => URLSearchParams;
  readonly header: (name: string) => string | undefined;
  /** Ends when nobody waits for the answer any more. */
  readonly gone: () => AbortSignal;
}

/** With whose it is. */
export interface Call extends Asked, Caller {}

/** Of a row that needs no key. */
export interface OpenCall extends Asked {
  readonly visit: Visit;
  /** Who asks, if they say so; undefined without a credential. Throws `unauthenticated` for a bad one. */
  readonly caller: () => Promise<Caller | undefined>;
}

export interface Row<Answer extends object = object> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As express spells it: `/api/keys/:id`. A fixed path stands before a pattern that would match it too. */
  readonly path: string;
  readonly open?: never;
  readonly scope: Scope;
  /** Only the gateway's owner may: decided before the body is read. */
  readonly owner?: true;
  /** 200 unless it says otherwise; with 204 nothing of the answer goes out. */
  readonly status?: number;
  /** Instead of the contract's own check of a request, for a path that must be fast. Throws what it refuses. */
  readonly check?: (call: Call) => Promise<void> | void;
  readonly answer: (call: Call) => Promise<Answer> | Answer;
}

/** A row that anybody may ask. */
export interface OpenRow<Answer extends object = object> extends Pick<Row<Answer>, 'method' | 'path' | 'status'> {
  readonly open: true;
  readonly answer: (call: OpenCall) => Promise<Answer> | Answer;
}

/** A row that goes on answering: what it throws before it has its stream is refused like anything else. */
export interface StreamRow extends Pick<Row, 'path' | 'scope' | 'open'> {
  readonly method: 'get';
  readonly stream: (call: Call) => Promise<(stream: EventStream) => Promise<void>>;
}

export type AnyRow<Answer extends object = object> = Row<Answer> | OpenRow<Answer> | StreamRow;

/** A request and its answer as far as a facade may say something about every one of them. */
export interface Exchange {
  readonly requestId: string;
  readonly path: string;
  /** A credential stood in the URL; it stands there no more. */
  readonly hadKeyInUrl: boolean;
  readonly query: () => URLSearchParams;
  readonly setHeader: (name: string, value: string) => void;
  /** Beside what the header holds already. */
  readonly addHeader: (name: string, value: string) => void;
}

export interface RowDependencies<Answer extends object> {
  readonly door: Door;
  readonly contract: Contract;
  /** Sees every request first, whatever becomes of it. */
  readonly announce?: (exchange: Exchange) => void;
  /** From what a row answers to what goes out as JSON; it may set headers. What a row answers, where it is left out. */
  readonly envelope?: (answer: Answer, exchange: Exchange) => object;
  /** Where a table has rows that stream. */
  readonly streams?: EventStreams;
}

export function routeRows<Answer extends object>(
  rows: readonly AnyRow<Answer>[],
  deps: RowDependencies<Answer>,
): RequestHandler {
  const router = Router({ caseSensitive: true });
  for (const row of rows) router[row.method](row.path, ...handlersOf(row, deps));
  for (const path of new Set(rows.map((row) => row.path))) {
    const allowed = rows.filter((row) => row.path === path).map((row) => row.method.toUpperCase());
    router.options(path, (_req, res) => {
      res.setHeader('Allow', allowHeader(allowed)).status(204).end();
    });
    router.all(path, (req) => {
      throw new MethodNotAllowed(req.method, allowed);
    });
  }
  const { announce } = deps;
  if (!announce) return router;
  return (req, res, next) => {
    announce(exchangeOf(req, res));
    return router(req, res, next);
  };
}

function handlersOf<Answer extends object>(
  row: AnyRow<Answer>,
  deps: RowDependencies<Answer>,
): readonly RequestHandler[] {
  const { door, contract, streams } = deps;
  if (row.open === true) return [readJson(), contract.check, answerOpenly(row, deps)];
  if ('stream' in row) {
    if (!streams) throw new Error(`${row.path} streams where no streams are`);
    return [door.requireKey(row.scope), readJson(), contract.check, streamWith(row, streams)];
  }
  const guard = row.owner ? door.requireOwner : door.requireKey(row.scope);
  return [guard, readJson(), ...checksOf(row, contract), answerWith(row, deps)];
}

/** A row's own check spares requests the whole validator, which then sees them only where it is to see answers. */
function checksOf<Answer extends object>({ check }: Row<Answer>, contract: Contract): readonly RequestHandler[] {
  if (!check) return [contract.check];
  const own: RequestHandler = async (req, _res, next) => {
    await check(callOf(req));
    next();
  };
  return contract.holdsAnswers ? [own, contract.check] : [own];
}

function answerWith<Answer extends object>(row: Row<Answer>, deps: RowDependencies<Answer>): RequestHandler {
  return async (req, res) => sendAnswer(await row.answer(callOf(req)), row.status, deps, req, res);
}

function answerOpenly<Answer extends object>(row: OpenRow<Answer>, deps: RowDependencies<Answer>): RequestHandler {
  return async (req, res) => {
    const caller = async () => (credentialOf(req) === undefined ? undefined : deps.door.admit(req));
    sendAnswer(await row.answer({ ...askedOf(req), visit: visitOf(req), caller }), row.status, deps, req, res);
  };
}

function sendAnswer<Answer extends object>(
  answer: Answer,
  status: number | undefined,
  { envelope }: RowDependencies<Answer>,
  req: Request,
  res: Response,
): void {
  if (status === 204) {
    res.status(204).end();
    return;
  }
  const body = envelope ? envelope(answer, exchangeOf(req, res)) : answer;
  res.status(status ?? 200).json(body);
}

/** What fails once the stream is open can only hang up: its reader comes back to where it was. */
function streamWith(row: StreamRow, streams: EventStreams): RequestHandler {
  return async (req, res) => {
    const begin = await row.stream(callOf(req));
    const stream = streams.open(req, res, callerOf(req).principal.account);
    try {
      await begin(stream);
    } catch (error) {
      stream.close('internal');
      throw error;
    }
  };
}

const callOf = (req: Request): Call => ({ ...callerOf(req), ...askedOf(req) });

function askedOf(req: Request): Asked {
  return {
    body: req.body as unknown,
    parameter: (name) => {
      const value = req.params[name];
      return typeof value === 'string' ? value : '';
    },
    query: () => queryOf(req),
    header: (name) => req.get(name),
    gone: () => goneOf(req),
  };
}

function goneOf({ res }: Request): AbortSignal {
  const gone = new AbortController();
  if (res?.closed === true) gone.abort();
  else res?.once('close', () => gone.abort());
  return gone.signal;
}

function exchangeOf(req: Request, res: Response): Exchange {
  return {
    requestId: visitOf(req).requestId,
    path: req.path,
    hadKeyInUrl: wasInUrl(req),
    query: () => queryOf(req),
    setHeader: (name, value) => void res.setHeader(name, value),
    addHeader: (name, value) => void res.append(name, value),
  };
}
