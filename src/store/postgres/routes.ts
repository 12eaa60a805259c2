/**
 * Routes: which account an address belongs to. Registered phone numbers are unique over all accounts; a provisional
 * route only brings home the answer to a text, for thirty days, and gives way to a registration.
 */
import { refuse } from '#core/failure.ts';
import { idNumber, type AccountId } from '#core/ids.ts';
import type { AccountStore, ClaimOutcome, RouteRow } from '#ports/store/accounts.ts';
import { numbersRefusal } from '../rules/acceptance.ts';
import type { AccountCache } from './account-cache.ts';
import type { Batch } from './batch.ts';
import { bulkInsert, turned } from './bulk.ts';
import type { Sql } from './sql.ts';
import { indexed } from './text.ts';
import type { Writer } from './writer.ts';

const provisionalMs = 30 * 24 * 60 * 60 * 1000;

const selectHolders = 'SELECT phone_number, account FROM routes WHERE phone_number = ANY($1::text[])';
const selectProvisional = `SELECT w.at, p.account, p.expires_at_ms
  FROM unnest($1::text[], $2::int8[], $3::text[]) WITH ORDINALITY AS w (address, no, line, at)
  JOIN provisional_routes p ON p.address = w.address AND p.connection_no = w.no AND p.line = w.line`;
const upsertProvisional = bulkInsert(
  'provisional_routes',
  { address: 'text', connection_no: 'int8', line: 'text', account: 'int8', expires_at_ms: 'int8' },
  `ON CONFLICT (address, connection_no, line) DO UPDATE SET account = excluded.account,
   expires_at_ms = excluded.expires_at_ms`,
);
const deleteProvisional = 'DELETE FROM provisional_routes WHERE address = $1';
const countRoutes = 'SELECT count(*) AS held FROM routes WHERE account = $1';
const insertRoute = 'INSERT INTO routes (phone_number, account, is_primary, created_at_ms) VALUES ($1, $2, $3, $4)';
const selectRoutes = `SELECT phone_number AS "phoneNumber", is_primary AS "isPrimary", created_at_ms AS "createdAtMs"
  FROM routes WHERE account = $1 ORDER BY number`;
const markPrimary = 'UPDATE routes SET is_primary = (phone_number = $1) WHERE account = $2';
const deleteRoute = 'DELETE FROM routes WHERE phone_number = $1';
const selectAccount = 'SELECT 1 AS there FROM accounts WHERE id = $1';

/** Where an answer may come from. */
export interface Origin {
  readonly address: string;
  readonly connection: number;
  readonly line: string;
}

/** The lookups that accepting and receiving make inside a batch. */
export interface RouteTable {
  loadHolders(batch: Batch, addresses: readonly string[]): Promise<void>;
  loadOrigins(batch: Batch, origins: readonly Origin[]): Promise<void>;
  /** The account that registered an address, and the one it may answer; both as far as they were loaded. */
  holder(address: string): number | undefined;
  provisional(batch: Batch, origin: Origin): number | undefined;
  /** Give or extend a provisional route, unless another account was first. */
  grant(batch: Batch, origin: Origin, account: number): Promise<void>;
  flush(batch: Batch): Promise<void>;
  /** At the end of a batch, after a rollback, and when registrations change. */
  forget(): void;
}

interface Provisional {
  readonly origin: Origin;
  readonly account: number;
  readonly expiresAtMs: number;
}

export function routeTable(): RouteTable {
  const holders = new Map<string, number | undefined>();
  const known = new Map<string, Provisional | undefined>();
  const granted = new Map<string, Provisional>();
  const nameOf = ({ address, connection, line }: Origin): string => JSON.stringify([address, connection, line]);

  const loadHolders: RouteTable['loadHolders'] = async ({ sql }, addresses) => {
    const missing = [...new Set(addresses)].filter((address) => !holders.has(address));
    if (missing.length === 0) return;
    for (const address of missing) holders.set(address, undefined);
    for (const [address, account] of await holdersOf(sql, missing)) holders.set(address, account);
  };
  const loadOrigins: RouteTable['loadOrigins'] = async ({ sql }, origins) => {
    const missing = origins.filter((origin) => !known.has(nameOf(origin)));
    if (missing.length === 0) return;
    for (const origin of missing) known.set(nameOf(origin), undefined);
    const rows = missing.map(({ address, connection, line }) => [indexed(address), connection, indexed(line)]);
    type Row = { at: number; account: number; expires_at_ms: number };
    for (const { at, account, expires_at_ms } of await sql.rows<Row>(selectProvisional, turned(rows, 3))) {
      const origin = missing[at - 1];
      if (origin) known.set(nameOf(origin), { origin, account, expiresAtMs: expires_at_ms });
    }
  };
  const provisional: RouteTable['provisional'] = (batch, origin) => {
    const found = known.get(nameOf(origin));
    return found && found.expiresAtMs > batch.nowMs ? found.account : undefined;
  };
  return {
    loadHolders,
    loadOrigins,
    holder: (address) => holders.get(address),
    provisional,
    async grant(batch, origin, account) {
      await loadOrigins(batch, [origin]);
      const first = provisional(batch, origin);
      if (first !== undefined && first !== account) return;
      const route = { origin, account, expiresAtMs: batch.nowMs + provisionalMs };
      known.set(nameOf(origin), route);
      granted.set(nameOf(origin), route);
    },
    async flush({ sql }) {
      const rows = Array.from(granted.values(), ({ origin: { address, connection, line }, account, expiresAtMs }) => {
        return [indexed(address), connection, indexed(line), account, expiresAtMs];
      });
      granted.clear();
      await upsertProvisional(sql, rows);
    },
    forget() {
      holders.clear();
      known.clear();
      granted.clear();
    },
  };
}

/** Who registered which of some addresses. */
export async function holdersOf(sql: Sql, addresses: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (addresses.length === 0) return new Map();
  const rows = await sql.rows<{ phone_number: string; account: number }>(selectHolders, [addresses]);
  return new Map(rows.map(({ phone_number: address, account }) => [address, account]));
}

type RouteVerbs = Pick<
  AccountStore,
  'claimRoute' | 'routes' | 'setPrimaryRoute' | 'releaseRoute' | 'routesVersion' | 'mayText'
>;

export function routeVerbs(reads: Sql, accounts: AccountCache, table: RouteTable, writer: Writer): RouteVerbs {
  let version = 1;
  /** Only behind the commit: who looks in between must not take what was true before for what is true now. */
  const changed = async (batch: Batch) => {
    await table.flush(batch);
    table.forget();
    batch.afterwards.push(() => (version += 1));
  };
  const numberOf = async (batch: Batch, account: AccountId) => {
    const entry = await accounts.get(batch, account);
    if (!entry) throw refuse('not_found', 'This account does not exist');
    return entry.number;
  };
  const holderOf = async (sql: Sql, phone: string) => (await holdersOf(sql, [phone])).get(phone);

  return {
    routesVersion: () => version,
    async mayText(account, numbers, addresses) {
      const number = idNumber('account', account) ?? 0;
      const [holders, [there]] = await Promise.all([
        holdersOf(reads, addresses),
        reads.rows<{ there: number }>(selectAccount, [number]),
      ]);
      if (!there) throw refuse('not_found', 'This account does not exist');
      return numbersRefusal(numbers, addresses, number, (address) => holders.get(address)) ?? null;
    },
    claimRoute: (account, phone, max, nowMs) =>
      writer.once(async (batch): Promise<ClaimOutcome> => {
        const { sql } = batch;
        const number = await numberOf(batch, account);
        const current = await holderOf(sql, phone);
        if (current !== undefined) return current === number ? 'already_claimed' : 'taken';
        const held = (await sql.rows<{ held: number }>(countRoutes, [number]))[0]?.held ?? 0;
        if (held >= max) return 'full';
        await changed(batch);
        await sql.run(deleteProvisional, [indexed(phone)]);
        await sql.run(insertRoute, [phone, number, held === 0, nowMs]);
        return 'claimed';
      }),
    routes: (account) => reads.rows<RouteRow>(selectRoutes, [idNumber('account', account) ?? 0]),
    setPrimaryRoute: (account, phone) =>
      writer.once(async (batch) => {
        const number = await numberOf(batch, account);
        if ((await holderOf(batch.sql, phone)) !== number) return false;
        await changed(batch);
        await batch.sql.run(markPrimary, [phone, number]);
        return true;
      }),
    releaseRoute: (account, phone) =>
      writer.once(async (batch) => {
        const { sql } = batch;
        const number = await numberOf(batch, account);
        if ((await holderOf(sql, phone)) !== number) return false;
        await changed(batch);
        await sql.run(deleteRoute, [phone]);
        const left = await sql.rows<RouteRow>(selectRoutes, [number]);
        const [oldest] = left;
        if (oldest && left.every((row) => !row.isPrimary)) await sql.run(markPrimary, [oldest.phoneNumber, number]);
        return true;
      }),
  };
}
