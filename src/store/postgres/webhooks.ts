/**
 * Webhook endpoints: what they want, how they are and how far they came. Their deliveries are in webhook-deliveries.ts.
 * Changes go through the writer, so that they are on disk when they are answered.
 */
import { refuse } from '#core/failure.ts';
import { idNumber, idText, type AccountId, type WebhookId } from '#core/ids.ts';
import type { WebhookEndpoint, WebhookState, WebhookStore, WrappedSecret } from '#ports/store/webhooks.ts';
import type { AccountCache } from './account-cache.ts';
import { ownerNumber } from './log.ts';
import type { Sql } from './sql.ts';
import { deliveryVerbs } from './webhook-deliveries.ts';
import type { Reads } from './reads.ts';
import type { Writer } from './writer.ts';

const countOfAccount = 'SELECT count(*) AS count FROM webhooks WHERE account = $1';
const insertEndpoint = `INSERT INTO webhooks (id, account, url, events, state, state_reason, secrets, cursor_seq,
  failing_since_ms, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;
const selectEndpoint = 'SELECT * FROM webhooks WHERE id = $1 AND account = $2';
const selectOfAccount = 'SELECT * FROM webhooks WHERE account = $1 ORDER BY id';
const selectActive = "SELECT * FROM webhooks WHERE state = 'active' ORDER BY id";
const updateEndpoint = `UPDATE webhooks SET url = $1, events = $2, state = $3, state_reason = $4, secrets = $5,
  cursor_seq = $6, failing_since_ms = $7 WHERE id = $8`;
const selectEvery = 'SELECT * FROM webhooks ORDER BY id';
const rewrapEndpoint = 'UPDATE webhooks SET secrets = $1 WHERE id = $2 AND account = $3 AND secrets = $4';
const deleteEndpoint = 'DELETE FROM webhooks WHERE id = $1 AND account = $2';
const deleteLog = 'DELETE FROM webhook_deliveries WHERE webhook = $1';

interface EndpointRow {
  id: number;
  account: number;
  url: string;
  events: string;
  state: WebhookState;
  state_reason: string | null;
  secrets: string;
  cursor_seq: number;
  failing_since_ms: number | null;
  created_at_ms: number;
}

export function webhookVerbs(reads: Reads, accounts: AccountCache, writer: Writer): WebhookStore {
  return { ...endpointReads(reads), ...endpointWrites(accounts, writer), ...deliveryVerbs(reads, writer) };
}

function endpointReads(reads: Sql) {
  return {
    webhook: (account, id) => endpoint(reads, account, id),
    webhooks: async (account) =>
      (await reads.rows<EndpointRow>(selectOfAccount, [ownerNumber(account)])).map(endpointOf),
    activeWebhooks: async () => (await reads.rows<EndpointRow>(selectActive)).map(endpointOf),
    everyWebhook: async () => (await reads.rows<EndpointRow>(selectEvery)).map(endpointOf),
  } satisfies Partial<WebhookStore>;
}

function endpointWrites(accounts: AccountCache, writer: Writer) {
  return {
    insertWebhook: (fresh, limit) =>
      writer.once(async (batch) => {
        const entry = await accounts.get(batch, fresh.account);
        if (!entry) throw refuse('not_found', 'This account does not exist');
        const [row] = await batch.sql.rows<{ count: number }>(countOfAccount, [entry.number]);
        if ((row?.count ?? 0) >= limit) {
          throw refuse('conflict', `An account has at most ${limit} webhooks; delete one first`);
        }
        await batch.sql.run(insertEndpoint, [
          idNumber('webhook', fresh.id) ?? 0,
          entry.number,
          ...changeable(fresh),
          fresh.createdAtMs,
        ]);
      }),
    updateWebhook: (account, id, change) =>
      writer.once(async ({ sql }) => {
        const before = await endpoint(sql, account, id);
        if (!before) return undefined;
        const after = { ...before, ...change };
        await sql.run(updateEndpoint, [...changeable(after), idNumber('webhook', id) ?? 0]);
        return after;
      }),
    rewrapWebhook: (account, id, before, after) =>
      writer.once(async ({ sql }) => {
        const place = [idNumber('webhook', id) ?? 0, ownerNumber(account)];
        return (await sql.run(rewrapEndpoint, [JSON.stringify(after), ...place, JSON.stringify(before)])) > 0;
      }),
    deleteWebhook: (account, id) =>
      writer.once(async ({ sql }) => {
        const number = idNumber('webhook', id) ?? 0;
        if ((await sql.run(deleteEndpoint, [number, ownerNumber(account)])) === 0) return false;
        await sql.run(deleteLog, [number]);
        return true;
      }),
  } satisfies Partial<WebhookStore>;
}

/** The columns that may change, in their order in both statements. */
function changeable({ url, events, state, stateReason, secrets, cursorSeq, failingSinceMs }: WebhookEndpoint) {
  return [url, JSON.stringify(events), state, stateReason, JSON.stringify(secrets), cursorSeq, failingSinceMs] as const;
}

async function endpoint(sql: Sql, account: AccountId, id: WebhookId): Promise<WebhookEndpoint | undefined> {
  const [row] = await sql.rows<EndpointRow>(selectEndpoint, [idNumber('webhook', id) ?? 0, ownerNumber(account)]);
  return row && endpointOf(row);
}

function endpointOf(row: EndpointRow): WebhookEndpoint {
  return {
    id: idText('webhook', row.id),
    account: idText('account', row.account),
    url: row.url,
    events: JSON.parse(row.events) as readonly string[],
    state: row.state,
    stateReason: row.state_reason,
    secrets: JSON.parse(row.secrets) as readonly WrappedSecret[],
    cursorSeq: row.cursor_seq,
    failingSinceMs: row.failing_since_ms,
    createdAtMs: row.created_at_ms,
  };
}
