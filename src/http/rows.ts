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
import { allowHeader, MethodNotAllowed } from './failures.ts';
import { callerOf, type Caller } from './visit.ts';

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
  /** Instead of the contract's own check, for a path that must be fast; answers are held to the contract where it is asked to. */
  readonly check?: RequestHandler;
  readonly answer: (call: Call) => Promise<Answer> | Answer;
}

export interface RowDependencies<Answer extends object> {
  readonly door: Door;
  readonly contract: Contract;
  /** From what a row answers to what goes out as JSON; it may set headers. What a row answers, where it is left out. */
  readonly envelope?: (answer: Answer, req: Request, res: Response) => object;
}

export function routeRows<Answer extends object>(
  rows: readonly Row<Answer>[],
  deps: RowDependencies<Answer>,
): RequestHandler {
  const router = Router({ caseSensitive: true });
  for (const row of rows) {
    const guard = row.owner ? deps.door.requireOwner : deps.door.requireKey(row.scope);
    const checks = row.check ? [row.check, deps.contract.checkAnswer] : [deps.contract.check];
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
  return router;
}

function answerWith<Answer extends object>(row: Row<Answer>, { envelope }: RowDependencies<Answer>): RequestHandler {
  return async (req, res) => {
    const answer = await row.answer(callOf(req));
    const body = envelope ? envelope(answer, req, res) : answer;
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
    query: () => new URLSearchParams(req.url.split('?')[1]),
    header: (name) => req.get(name),
  };
}
