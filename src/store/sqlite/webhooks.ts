/**
 * Webhook endpoints: what they want, how they are and how far they came. Their deliveries are in webhook-deliveries.ts.
 * Changes go through the writer, so that they are on disk when they are answered.
 */
import { refuse } from '#core/failure.ts';
import { idNumber, idText, type AccountId, type WebhookId } from '#core/ids.ts';
import type { WebhookEndpoint, WebhookState, WebhookStore, WrappedSecret } from '#ports/store/webhooks.ts';
import type { AccountCache } from './account-cache.ts';
import type { Db } from './file.ts';
import { deliveryVerbs } from './webhook-deliveries.ts';
import type { Writer } from './writer.ts';

const countOfAccount = 'SELECT count(*) FROM webhooks WHERE account = ?';
const insertEndpoint = `INSERT INTO webhooks (id, account, url, events, state, state_reason, secrets, cursor_seq,
  failing_since_ms, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const selectEndpoint = 'SELECT * FROM webhooks WHERE id = ? AND account = ?';
const selectOfAccount = 'SELECT * FROM webhooks WHERE account = ? ORDER BY id';
const selectActive = "SELECT * FROM webhooks WHERE state = 'active' ORDER BY id";
const updateEndpoint = `UPDATE webhooks SET url = ?, events = ?, state = ?, state_reason = ?, secrets = ?,
  cursor_seq = ?, failing_since_ms = ? WHERE id = ?`;
const selectEvery = 'SELECT * FROM webhooks ORDER BY id';
const rewrapEndpoint = 'UPDATE webhooks SET secrets = ? WHERE id = ? AND account = ? AND secrets = ?';
const deleteEndpoint = 'DELETE FROM webhooks WHERE id = ? AND account = ?';
const deleteLog = 'DELETE FROM webhook_deliveries WHERE webhook = ?';

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
type Changed = [string, string, string, string | null, string, number, number | null, id: number];

export function webhookVerbs(db: Db, accounts: AccountCache, writer: Writer): WebhookStore {
  return {
    ...endpointReads(db, accounts),
    ...endpointWrites(db, accounts, writer),
    ...endpointRewraps(db, accounts, writer),
    ...deliveryVerbs(db, writer),
  };
}

function endpointReads(db: Db, accounts: AccountCache) {
  const select = endpointReader(db, accounts);
  const list = db.prepare<[number], EndpointRow>(selectOfAccount);
  const active = db.prepare<[], EndpointRow>(selectActive);
  const every = db.prepare<[], EndpointRow>(selectEvery);
  return {
    webhook: async (account, id) => select(account, id),
    async webhooks(account) {
      const entry = accounts.get(account);
      return entry ? list.all(entry.number).map(endpointOf) : [];
    },
    activeWebhooks: async () => active.all().map(endpointOf),
    everyWebhook: async () => every.all().map(endpointOf),
  } satisfies Partial<WebhookStore>;
}

function endpointWrites(db: Db, accounts: AccountCache, writer: Writer) {
  const select = endpointReader(db, accounts);
  const count = db.prepare<[number], number>(countOfAccount).pluck();
  const insert = db.prepare<(string | number | null)[]>(insertEndpoint);
  const update = db.prepare<Changed>(updateEndpoint);
  const remove = db.prepare<[number, number]>(deleteEndpoint);
  const removeLog = db.prepare<[number]>(deleteLog);
  return {
    insertWebhook: (endpoint, limit) =>
      writer.once(() => {
        const entry = accounts.get(endpoint.account);
        if (!entry) throw refuse('not_found', 'This account does not exist');
        if ((count.get(entry.number) ?? 0) >= limit) {
          throw refuse('conflict', `An account has at most ${limit} webhooks; delete one first`);
        }
        insert.run(
          idNumber('webhook', endpoint.id) ?? 0,
          entry.number,
          endpoint.url,
          JSON.stringify(endpoint.events),
          endpoint.state,
          endpoint.stateReason,
          JSON.stringify(endpoint.secrets),
          endpoint.cursorSeq,
          endpoint.failingSinceMs,
          endpoint.createdAtMs,
        );
      }),
    updateWebhook: (account, id, change) =>
      writer.once(() => {
        const before = select(account, id);
        if (!before) return undefined;
        const after = { ...before, ...change };
        update.run(
          after.url,
          JSON.stringify(after.events),
          after.state,
          after.stateReason,
          JSON.stringify(after.secrets),
          after.cursorSeq,
          after.failingSinceMs,
          idNumber('webhook', id) ?? 0,
        );
        return after;
      }),
    deleteWebhook: (account, id) =>
      writer.once(() => {
        const entry = accounts.get(account);
        const number = idNumber('webhook', id);
        if (!entry || number === undefined) return false;
        if (remove.run(number, entry.number).changes === 0) return false;
        removeLog.run(number);
        return true;
      }),
  } satisfies Partial<WebhookStore>;
}

function endpointRewraps(db: Db, accounts: AccountCache, writer: Writer) {
  const rewrap = db.prepare<[string, number, number, string]>(rewrapEndpoint);
  return {
    rewrapWebhook: (account, id, before, after) =>
      writer.once(() => {
        const [entry, number] = [accounts.get(account), idNumber('webhook', id) ?? 0];
        return !!entry && rewrap.run(JSON.stringify(after), number, entry.number, JSON.stringify(before)).changes > 0;
      }),
  } satisfies Partial<WebhookStore>;
}

function endpointReader(db: Db, accounts: AccountCache) {
  const select = db.prepare<[number, number], EndpointRow>(selectEndpoint);
  return (account: AccountId, id: WebhookId): WebhookEndpoint | undefined => {
    const entry = accounts.get(account);
    const number = idNumber('webhook', id);
    const row = entry && number !== undefined ? select.get(number, entry.number) : undefined;
    return row && endpointOf(row);
  };
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
