/**
 * The delivery log of webhook endpoints, and which of it waits for another try.
 */
import { idNumber, idText, type WebhookId } from '#core/ids.ts';
import type { DeliveryState, WebhookDelivery, WebhookProgress, WebhookStore } from '#ports/store/webhooks.ts';
import type { Db } from './file.ts';
import type { Writer } from './writer.ts';

const selectExists = 'SELECT 1 FROM webhooks WHERE id = ?';
const advance = 'UPDATE webhooks SET cursor_seq = max(cursor_seq, ?), failing_since_ms = ? WHERE id = ?';
const upsert = `INSERT INTO webhook_deliveries (webhook, number, event, type, seq, state, attempts, response_status, error,
  created_at_ms, last_attempt_at_ms, next_attempt_at_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
  response_status = excluded.response_status, error = excluded.error,
  last_attempt_at_ms = excluded.last_attempt_at_ms, next_attempt_at_ms = excluded.next_attempt_at_ms`;
/** The account is the endpoint's. */
const columns = `SELECT d.*, w.account FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook`;
const selectDue = `${columns} WHERE d.webhook = ? AND d.state = 'waiting' AND d.next_attempt_at_ms <= ?
  ORDER BY d.next_attempt_at_ms LIMIT ?`;
const selectNextDue = `SELECT min(next_attempt_at_ms) FROM webhook_deliveries WHERE webhook = ? AND state = 'waiting'`;
const selectOne = `${columns} WHERE d.webhook = ? AND d.number = ? AND w.account = ?`;
const ofState = (state: DeliveryState | null): string => (state === null ? '' : `AND d.state = '${state}'`);
const selectPage = (state: DeliveryState | null) =>
  `${columns} WHERE d.webhook = ? AND w.account = ? ${ofState(state)} ORDER BY d.number DESC LIMIT ? OFFSET ?`;
const countOf = (state: DeliveryState | null) => `SELECT count(*) FROM webhook_deliveries d
  WHERE d.webhook = ? AND EXISTS (SELECT 1 FROM webhooks WHERE id = d.webhook AND account = ?) ${ofState(state)}`;
const selectEndpoints = 'SELECT id FROM webhooks';
const selectBeyond = 'SELECT number FROM webhook_deliveries WHERE webhook = ? ORDER BY number DESC LIMIT 1 OFFSET ?';
const deleteOld = `DELETE FROM webhook_deliveries WHERE (webhook, number) IN (SELECT webhook, number FROM
  (SELECT webhook, number, state, created_at_ms FROM webhook_deliveries WHERE webhook = ? AND state <> 'waiting'
  ORDER BY number LIMIT ?) WHERE created_at_ms < ? OR (state = 'delivered' AND number <= ?))`;

interface DeliveryRow {
  webhook: number;
  number: number;
  account: number;
  event: string;
  type: string;
  seq: number | null;
  state: DeliveryState;
  attempts: number;
  response_status: number | null;
  error: string | null;
  created_at_ms: number;
  last_attempt_at_ms: number | null;
  next_attempt_at_ms: number | null;
  body: string | null;
}

type DeliveryVerbs = Pick<
  WebhookStore,
  'recordDeliveries' | 'dueDeliveries' | 'nextDueMs' | 'delivery' | 'deliveries' | 'sweepDeliveries'
>;
type Outcomes = { readonly deliveries: readonly WebhookDelivery[]; readonly progress: readonly WebhookProgress[] };

const numberOf = (id: WebhookId): number => idNumber('webhook', id) ?? 0;

export function deliveryVerbs(db: Db, writer: Writer): DeliveryVerbs {
  const due = db.prepare<[number, number, number], DeliveryRow>(selectDue);
  const nextDue = db.prepare<[number], number | null>(selectNextDue).pluck();
  const one = db.prepare<[number, number, number], DeliveryRow>(selectOne);
  const record = recording(db);
  return {
    recordDeliveries: async (deliveries, progress) =>
      void (await writer.each('soon', [{ deliveries, progress }], (_batch, outcomes) => record(outcomes), unstorable)),
    dueDeliveries: async (webhook, nowMs, limit) => due.all(numberOf(webhook), nowMs, limit).map(deliveryOf),
    nextDueMs: async (webhook) => nextDue.get(numberOf(webhook)) ?? null,
    async delivery(account, webhook, id) {
      const row = one.get(numberOf(webhook), idNumber('delivery', id) ?? 0, idNumber('account', account) ?? 0);
      return row && deliveryOf(row);
    },
    deliveries: pageReading(db),
    sweepDeliveries: sweeping(db, writer),
  };
}

function unstorable(): never {
  throw new Error('deliveries could not be stored');
}

function recording(db: Db): (outcomes: Outcomes) => void {
  const exists = db.prepare<[number], number>(selectExists).pluck();
  const put = db.prepare<(string | number | null)[]>(upsert);
  const move = db.prepare<[number, number | null, number]>(advance);
  return ({ deliveries, progress }) => {
    const isThere = new Map<WebhookId, boolean>();
    for (const delivery of deliveries) {
      const { webhook } = delivery;
      if (!isThere.has(webhook)) isThere.set(webhook, exists.get(numberOf(webhook)) !== undefined);
      if (isThere.get(webhook) === true) put.run(...valuesOf(delivery));
    }
    for (const { webhook, cursorSeq, failingSinceMs } of progress)
      move.run(cursorSeq, failingSinceMs, numberOf(webhook));
  };
}

function pageReading(db: Db): WebhookStore['deliveries'] {
  const of = (state: DeliveryState | null) => ({
    page: db.prepare<[number, number, number, number], DeliveryRow>(selectPage(state)),
    count: db.prepare<[number, number], number>(countOf(state)).pluck(),
  });
  const every = of(null);
  const byState = { waiting: of('waiting'), delivered: of('delivered'), failed: of('failed') };
  return async (account, webhook, { offset, limit, state }) => {
    const { page, count } = state === null ? every : byState[state];
    const [number, owner] = [numberOf(webhook), idNumber('account', account) ?? 0];
    const rows = page.all(number, owner, limit, offset).map(deliveryOf);
    return { rows, total: count.get(number, owner) ?? 0 };
  };
}

function sweeping(db: Db, writer: Writer): WebhookStore['sweepDeliveries'] {
  const endpoints = db.prepare<[], number>(selectEndpoints).pluck();
  const beyond = db.prepare<[number, number], number>(selectBeyond).pluck();
  const remove = db.prepare<[number, number, number, number]>(deleteOld);
  return ({ olderThanMs, keep }, limit) =>
    writer.once(() => {
      let gone = 0;
      for (const webhook of endpoints.all()) {
        if (gone >= limit) break;
        gone += remove.run(webhook, limit - gone, olderThanMs, beyond.get(webhook, keep) ?? 0).changes;
      }
      return gone;
    });
}

function valuesOf(delivery: WebhookDelivery): (string | number | null)[] {
  return [
    numberOf(delivery.webhook),
    idNumber('delivery', delivery.id) ?? 0,
    delivery.event,
    delivery.type,
    delivery.seq,
    delivery.state,
    delivery.attempts,
    delivery.responseStatus,
    delivery.error,
    delivery.createdAtMs,
    delivery.lastAttemptAtMs,
    delivery.nextAttemptAtMs,
    delivery.body,
  ];
}

function deliveryOf(row: DeliveryRow): WebhookDelivery {
  return {
    id: idText('delivery', row.number),
    webhook: idText('webhook', row.webhook),
    account: idText('account', row.account),
    event: row.event,
    type: row.type,
    seq: row.seq,
    body: row.body,
    state: row.state,
    attempts: row.attempts,
    responseStatus: row.response_status,
    error: row.error,
    createdAtMs: row.created_at_ms,
    lastAttemptAtMs: row.last_attempt_at_ms,
    nextAttemptAtMs: row.next_attempt_at_ms,
  };
}
