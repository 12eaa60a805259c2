/**
 * Routes: which account an address belongs to. Registered phone numbers are unique over all accounts; a provisional
 * route only brings home the answer to a text, for thirty days, and gives way to a registration.
 */
import { refuse } from '#core/failure.ts';
import type { AccountId } from '#core/ids.ts';
import type { AccountStore, ClaimOutcome, RouteRow } from '#ports/store/accounts.ts';
import { numbersRefusal } from '../rules/acceptance.ts';
import type { AccountCache } from './account-cache.ts';
import type { Db } from './file.ts';
import type { Writer } from './writer.ts';

const provisionalMs = 30 * 24 * 60 * 60 * 1000;

const selectHolder = 'SELECT account FROM routes WHERE phone_number = ?';
const selectProvisional = `SELECT account FROM provisional_routes
  WHERE address = ? AND connection_no = ? AND line = ? AND expires_at_ms > ?`;
const upsertProvisional = `INSERT INTO provisional_routes (address, connection_no, line, account, expires_at_ms)
  VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET account = excluded.account, expires_at_ms = excluded.expires_at_ms`;
const deleteProvisional = 'DELETE FROM provisional_routes WHERE address = ?';
const countRoutes = 'SELECT count(*) FROM routes WHERE account = ?';
const insertRoute = `INSERT INTO routes (phone_number, account, is_primary, created_at_ms, number)
  VALUES (?, ?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM routes))`;
const selectRoutes = `SELECT phone_number AS phoneNumber, is_primary AS isPrimary, created_at_ms AS createdAtMs
  FROM routes WHERE account = ? ORDER BY number`;
const markPrimary = 'UPDATE routes SET is_primary = (phone_number = ?) WHERE account = ?';
const deleteRoute = 'DELETE FROM routes WHERE phone_number = ?';

/** The lookups that accepting and receiving make inside a batch. */
export interface RouteTable {
  /** The account that registered an address. */
  holder(address: string): number | undefined;
  provisional(address: string, connection: number, line: string, nowMs: number): number | undefined;
  /** Give or extend a provisional route, unless another account was first. */
  grant(address: string, connection: number, line: string, account: number, nowMs: number): void;
}

export function routeTable(db: Db): RouteTable {
  const holder = db.prepare<[string], number>(selectHolder).pluck();
  const provisional = db.prepare<[string, number, string, number], number>(selectProvisional).pluck();
  const upsert = db.prepare<[string, number, string, number, number]>(upsertProvisional);
  return {
    holder: (address) => holder.get(address),
    provisional: (address, connection, line, nowMs) => provisional.get(address, connection, line, nowMs),
    grant(address, connection, line, account, nowMs) {
      const first = provisional.get(address, connection, line, nowMs);
      if (first !== undefined && first !== account) return;
      upsert.run(address, connection, line, account, nowMs + provisionalMs);
    },
  };
}

type RouteVerbs = Pick<
  AccountStore,
  'claimRoute' | 'routes' | 'setPrimaryRoute' | 'releaseRoute' | 'routesVersion' | 'mayText'
>;
type Listed = Omit<RouteRow, 'isPrimary'> & { isPrimary: number };

export function routeVerbs(db: Db, accounts: AccountCache, writer: Writer): RouteVerbs {
  const holder = db.prepare<[string], number>(selectHolder).pluck();
  const count = db.prepare<[number], number>(countRoutes).pluck();
  const insert = db.prepare<[string, number, number, number]>(insertRoute);
  const overrule = db.prepare<[string]>(deleteProvisional);
  const list = db.prepare<[number], Listed>(selectRoutes);
  const mark = db.prepare<[string, number]>(markPrimary);
  const remove = db.prepare<[string]>(deleteRoute);
  let version = 1;
  const numberOf = (account: AccountId) => {
    const entry = accounts.get(account);
    if (!entry) throw refuse('not_found', 'This account does not exist');
    return entry.number;
  };

  return {
    routesVersion: () => version,
    async mayText(account, numbers, addresses) {
      return numbersRefusal(numbers, addresses, numberOf(account), (address) => holder.get(address)) ?? null;
    },
    claimRoute: (account, phone, max, nowMs) =>
      writer.once((): ClaimOutcome => {
        const number = numberOf(account);
        const current = holder.get(phone);
        if (current !== undefined) return current === number ? 'already_claimed' : 'taken';
        const held = count.get(number) ?? 0;
        if (held >= max) return 'full';
        version += 1;
        overrule.run(phone);
        insert.run(phone, number, held === 0 ? 1 : 0, nowMs);
        return 'claimed';
      }),
    routes: async (account) => {
      const entry = accounts.get(account);
      return entry ? list.all(entry.number).map((row) => ({ ...row, isPrimary: row.isPrimary === 1 })) : [];
    },
    setPrimaryRoute: (account, phone) =>
      writer.once(() => {
        const number = numberOf(account);
        if (holder.get(phone) !== number) return false;
        version += 1;
        mark.run(phone, number);
        return true;
      }),
    releaseRoute: (account, phone) =>
      writer.once(() => {
        const number = numberOf(account);
        if (holder.get(phone) !== number) return false;
        version += 1;
        remove.run(phone);
        const left = list.all(number);
        const [oldest] = left;
        if (oldest && left.every((row) => row.isPrimary === 0)) mark.run(oldest.phoneNumber, number);
        return true;
      }),
  };
}
