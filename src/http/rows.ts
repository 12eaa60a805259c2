/**
 * A facade's REST paths as a table: each row is a path and method of a contract, the scope its key needs, and what
 * answers it. A request is let in, read, held to the contract and answered, in that order; a path that is in the table
 * with other methods alone is a 405.
 */
import { Router, type RequestHandler } from 'express';
import type { Scope } from '#core/account.ts';
import type { Door } from './authenticate.ts';
import { readJson } from './body.ts';
import type { Contract } from './contract.ts';
import { MethodNotAllowed } from './failures.ts';
import { callerOf, type Caller } from './visit.ts';

/** A request as a row sees it: whose it is, and what the contract let through. */
export interface Call extends Caller {
  readonly body: unknown;
  readonly parameter: (name: string) => string;
}

export interface Row {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As express spells it: `/api/keys/:id`. A fixed path stands before a pattern that would match it too. */
  readonly path: string;
  readonly scope: Scope;
  /** Only the gateway's owner may: decided before the body is read. */
  readonly owner?: true;
  /** 200 unless it says otherwise. */
  readonly status?: number;
  readonly answer: (call: Call) => Promise<object> | object;
}

export function routeRows(rows: readonly Row[], deps: { door: Door; contract: Contract }): RequestHandler {
  const router = Router({ caseSensitive: true });
  for (const row of rows) {
    const guard = row.owner ? deps.door.requireOwner : deps.door.requireKey(row.scope);
    router[row.method](row.path, guard, readJson(), deps.contract.check, answerWith(row));
  }
  for (const path of new Set(rows.map((row) => row.path))) {
    const allowed = rows.filter((row) => row.path === path).map((row) => row.method.toUpperCase());
    router.all(path, (req) => {
      throw new MethodNotAllowed(req.method, allowed);
    });
  }
  return router;
}

function answerWith(row: Row): RequestHandler {
  return async (req, res) => {
    const parameter = (name: string): string => {
      const value = req.params[name];
      return typeof value === 'string' ? value : '';
    };
    const answer = await row.answer({ ...callerOf(req), body: req.body as unknown, parameter });
    res.status(row.status ?? 200).json(answer);
  };
}
