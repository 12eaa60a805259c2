/**
 * The delivery log of webhook endpoints, and which of it waits for another try.
 */
import { idNumber, idText, type WebhookId } from '#core/ids.ts';
import type { DeliveryState, WebhookDelivery, WebhookProgress, WebhookStore } from '#ports/store/webhooks.ts';
import type { Batch } from './batch.ts';
import { relation, turned, type Columns } from './bulk.ts';
import { ownerNumber } from './log.ts';
import type { Reads } from './reads.ts';
import type { Scalar } from './sql.ts';
import type { Verb, Writer } from './writer.ts';

const columns: Columns = {
  webhook: 'int8',
  number: 'int8',
  event: 'text',
  type: 'text',
  seq: 'int8',
  state: 'text',
  attempts: 'int8',
  response_status: 'int8',
  error: 'text',
  created_at_ms: 'int8',
  last_attempt_at_ms: 'int8',
  next_attempt_at_ms: 'int8',
  body: 'text',
};
const names = Object.keys(columns).join(', ');
/** What belongs to an endpoint that is gone is passed over. */
const upsert = `INSERT INTO webhook_deliveries (${names})
  SELECT ${names} FROM ${relation(columns)} AS n (${names}) WHERE EXISTS (SELECT FROM webhooks w WHERE w.id = n.webhook)
  ON CONFLICT (webhook, number) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
  response_status = excluded.response_status, error = excluded.error,
  last_attempt_at_ms = excluded.last_attempt_at_ms, next_attempt_at_ms = excluded.next_attempt_at_ms`;
const advance = `UPDATE webhooks w SET cursor_seq = greatest(w.cursor_seq, n.cursor_seq), failing_since_ms = n.failing_since_ms
  FROM unnest($1::int8[], $2::int8[], $3::int8[]) AS n (id, cursor_seq, failing_since_ms) WHERE w.id = n.id`;
/** The account is the endpoint's. */
const select = 'SELECT d.*, w.account FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook';
const selectDue = `${select} WHERE d.webhook = $1 AND d.state = 'waiting' AND d.next_attempt_at_ms <= $2
  ORDER BY d.next_attempt_at_ms LIMIT $3`;
const selectNextDue =
  "SELECT min(next_attempt_at_ms) AS due FROM webhook_deliveries WHERE webhook = $1 AND state = 'waiting'";
const selectOne = `${select} WHERE d.webhook = $1 AND d.number = $2 AND w.account = $3`;
const ofState = (state: DeliveryState | null): string => (state === null ? '' : `AND d.state = '${state}'`);
const selectPage = (state: DeliveryState | null) =>
  `${select} WHERE d.webhook = $1 AND w.account = $2 ${ofState(state)} ORDER BY d.number DESC LIMIT $3 OFFSET $4`;
const countOf = (state: DeliveryState | null) => `SELECT count(*) AS total FROM webhook_deliveries d
  WHERE d.webhook = $1 AND EXISTS (SELECT FROM webhooks w WHERE w.id = d.webhook AND w.account = $2) ${ofState(state)}`;
const selectEndpoints = 'SELECT id FROM webhooks';
const selectBeyond = 'SELECT number FROM webhook_deliveries WHERE webhook = $1 ORDER BY number DESC LIMIT 1 OFFSET $2';
const deleteOld = `DELETE FROM webhook_deliveries d USING
  (SELECT number, state, created_at_ms FROM webhook_deliveries WHERE webhook = $1 AND state <> 'waiting'
   ORDER BY number LIMIT $2) o
  WHERE d.webhook = $1 AND d.number = o.number AND (o.created_at_ms < $3 OR (o.state = 'delivered' AND o.number <= $4))`;

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

export function deliveryVerbs(reads: Reads, writer: Writer): DeliveryVerbs {
  return {
    recordDeliveries: async (deliveries, progress) => void (await writer.each(recording, [{ deliveries, progress }])),
    async dueDeliveries(webhook, nowMs, limit) {
      return (await reads.rows<DeliveryRow>(selectDue, [numberOf(webhook), nowMs, limit])).map(deliveryOf);
    },
    async nextDueMs(webhook) {
      return (await reads.rows<{ due: number | null }>(selectNextDue, [numberOf(webhook)]))[0]?.due ?? null;
    },
    async delivery(account, webhook, id) {
      const values = [numberOf(webhook), idNumber('delivery', id) ?? 0, ownerNumber(account)];
      const [row] = await reads.rows<DeliveryRow>(selectOne, values);
      return row && deliveryOf(row);
    },
    async deliveries(account, webhook, { offset, limit, state }) {
      const of = [numberOf(webhook), ownerNumber(account)];
      return reads.snapshot(async (sql) => {
        const [counted] = await sql.rows<{ total: number }>(countOf(state), of);
        const rows = await sql.rows<DeliveryRow>(selectPage(state), [...of, limit, offset]);
        return { rows: rows.map(deliveryOf), total: counted?.total ?? 0 };
      });
    },
    sweepDeliveries: ({ olderThanMs, keep }, limit) =>
      writer.once(async ({ sql }) => {
        let gone = 0;
        for (const { id } of await sql.rows<{ id: number }>(selectEndpoints)) {
          if (gone >= limit) break;
          const [beyond] = await sql.rows<{ number: number }>(selectBeyond, [id, keep]);
          gone += await sql.run(deleteOld, [id, limit - gone, olderThanMs, beyond?.number ?? 0]);
        }
        return gone;
      }),
  };
}

const recording: Verb<Outcomes, void> = {
  async carry(batch, all) {
    for (const outcomes of all) await record(batch, outcomes);
    return all.map(() => undefined);
  },
  spoilt: () => {
    throw new Error('deliveries could not be stored');
  },
};

async function record({ sql }: Batch, { deliveries, progress }: Outcomes): Promise<void> {
  // One statement may not change a row twice: of one delivery that is there twice, the later one counts.
  const once = new Map(deliveries.map((delivery) => [`${delivery.webhook} ${delivery.id}`, delivery]));
  if (once.size > 0) await sql.run(upsert, turned([...once.values()].map(valuesOf), 13));
  for (const { webhook, cursorSeq, failingSinceMs } of progress) {
    await sql.run(advance, [[numberOf(webhook)], [cursorSeq], [failingSinceMs]]);
  }
}

function valuesOf(delivery: WebhookDelivery): Scalar[] {
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
