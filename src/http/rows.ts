/**
 * A facade's REST paths as a table: each row is a path and method of a contract, the scope its key needs, and what
 * answers it. A request is let in, read, held to the contract and answered, in that order; a path that is in the table
 * with other methods alone is a 405.
 */
import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Scope } from '#core/account.ts';
import type { Door } from './authenticate.ts';
import { readJson } from './body.ts';
import type { Contract } from './contract.ts';
import { wasInUrl } from './credential.ts';
import { allowHeader, MethodNotAllowed } from './failures.ts';
import { callerOf, visitOf, type Caller } from './visit.ts';

/** A request as a row sees it: whose it is, and what the contract let through. */
export interface Call extends Caller {
  readonly body: unknown;
  readonly parameter: (name: string) => string;
  /** As it was written: a parameter may stand there twice, and a credential does not. */
  readonly query: () => URLSearchParams;
  readonly header: (name: string) => string | undefined;
}

export interface Row<Answer extends object = object> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As express spells it: `/api/keys/:id`. A fixed path stands before a pattern that would match it too. */
  readonly path: string;
  readonly scope: Scope;
  /** Only the gateway's owner may: decided before the body is read. */
  readonly owner?: true;
  /** 200 unless it says otherwise. */
  readonly status?: number;
  /** Instead of the contract's own check of a request, for a path that must be fast. Throws what it refuses. */
  readonly check?: (call: Call) => Promise<void> | void;
  readonly answer: (call: Call) => Promise<Answer> | Answer;
}

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
}

export function routeRows<Answer extends object>(
  rows: readonly Row<Answer>[],
  deps: RowDependencies<Answer>,
): RequestHandler {
  const router = Router({ caseSensitive: true });
  for (const row of rows) {
    const guard = row.owner ? deps.door.requireOwner : deps.door.requireKey(row.scope);
    const checks = checksOf(row, deps.contract);
    router[row.method](row.path, guard, readJson(), ...checks, answerWith(row, deps));
  }
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

/** A row's own check spares requests the whole validator, which then sees them only where it is to see answers. */
function checksOf<Answer extends object>({ check }: Row<Answer>, contract: Contract): readonly RequestHandler[] {
  if (!check) return [contract.check];
  const own: RequestHandler = async (req, _res, next) => {
    await check(callOf(req));
    next();
  };
  return contract.holdsAnswers ? [own, contract.check] : [own];
}

function answerWith<Answer extends object>(row: Row<Answer>, { envelope }: RowDependencies<Answer>): RequestHandler {
  return async (req, res) => {
    const answer = await row.answer(callOf(req));
    const body = envelope ? envelope(answer, exchangeOf(req, res)) : answer;
    res.status(row.status ?? 200).json(body);
  };
}

function callOf(req: Request): Call {
  const { principal, account } = callerOf(req);
  return {
    principal,
    account,
    body: req.body as unknown,
    parameter: (name) => {
      const value = req.params[name];
      return typeof value === 'string' ? value : '';
    },
    query: () => queryOf(req),
    header: (name) => req.get(name),
  };
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

const queryOf = (req: Request): URLSearchParams => new URLSearchParams(req.url.split('?')[1]);
