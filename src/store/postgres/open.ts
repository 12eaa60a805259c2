/**
 * Opens the PostgreSQL store: takes the database for this gateway alone, brings it to this version, and puts the verbs
 * together around one writer and a few readers. Throws StoreFault, with a sentence that names the mend, when the database
 * must not be used. The URL, which holds a password, is never repeated.
 */
import pg from 'pg';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { StoreFault } from '../fault.ts';
import { accepting, enqueueing } from './accept.ts';
import { accountVerbs, keyVerbs } from './accounts.ts';
import { openBatch } from './batch.ts';
import { claiming } from './claim.ts';
import { groupKeyVerbs } from './group-keys.ts';
import { laneVerbs } from './lanes.ts';
import { listVerbs } from './lists.ts';
import { logVerbs } from './log.ts';
import { maintenanceVerbs } from './maintenance.ts';
import { migrate } from './migrate.ts';
import { moltVerbs } from './molts.ts';
import { ownerLookup } from './owner-of.ts';
import { conversationVerbs } from './open-conversation.ts';
import { pollVerbs } from './polls.ts';
import { openReads, type Reads } from './reads.ts';
import { receiving } from './receive.ts';
import { isMoved, placeOf, quieten, quietenWebhooks, settleIn } from './restore.ts';
import { routeVerbs } from './routes.ts';
import { openSession, type Session } from './session.ts';
import { settling } from './settle.ts';
import { ConnectionLost, type Sql } from './sql.ts';
import { endBatch, forgetAll, openTables, type Tables } from './tables.ts';
import { tombstoneVerbs } from './tombstones.ts';
import { trafficVerbs } from './traffic.ts';
import { unknownVerbs } from './unknowns.ts';
import { webhookVerbs } from './webhooks.ts';
import { openWriter, type Writer } from './writer.ts';

export interface PostgresSettings {
  /** `postgres://user:password@host:port/database`, and whatever else libpq understands there. */
  readonly url: string;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly log: Log;
}

/** What is asked once at start and answered from memory. */
interface Start {
  readonly epoch: number;
  readonly newestId: number;
}

const selectEpoch = "SELECT value FROM meta WHERE name = 'epoch'";
const selectNewest = `SELECT greatest((SELECT max(id) FROM messages), (SELECT max(id) FROM commands),
  (SELECT max(id) FROM conversations), 0) AS newest`;
const selectFsync = "SELECT current_setting('fsync') AS fsync";

export async function openPostgresStore(settings: PostgresSettings): Promise<Store> {
  const { url, clock, log } = settings;
  const tables = openTables();
  let [isCopy, place] = [false, ''];
  const prepare = async (sql: Sql) => {
    await migrate(sql, clock.nowMs());
    place = await placeOf(sql);
    isCopy = await isMoved(sql, place);
    if (!isCopy) await settleIn(sql, place);
    const [disk] = await sql.rows<{ fsync: string }>(selectFsync);
    if (disk?.fsync !== 'on')
      log.warn('store.fsync_off', { mend: 'PostgreSQL runs with fsync off: a crash loses messages' });
  };
  const session = await openSession({ url, log, prepare, onReconnect: () => forgetAll(tables) }).catch(
    (error: unknown) => {
      throw faultOf(error);
    },
  );
  const reads = openReads({ url, log });
  try {
    if (isCopy) await makeSafe(session, tables, settings, place);
    return assemble(settings, session, reads, tables, await startOf(reads));
  } catch (error) {
    await Promise.all([reads.close(), session.close()]);
    throw faultOf(error);
  }
}

/** A copy of another database sends nothing by itself; once it is safe it is at home here. */
async function makeSafe(
  session: Session,
  tables: Tables,
  { clock, log }: PostgresSettings,
  place: string,
): Promise<void> {
  await session.transaction(async (sql) => {
    const batch = openBatch(sql, clock);
    const { held } = await quieten(tables, batch);
    await endBatch(tables, batch);
    await quietenWebhooks(sql);
    await settleIn(sql, place);
    log.warn('store.restored_copy', { held, mend: 'clawgate messages unknown lists what waited to be sent' });
  });
}

async function startOf(sql: Sql): Promise<Start> {
  const [epoch] = await sql.rows<{ value: number }>(selectEpoch);
  const [ids] = await sql.rows<{ newest: number }>(selectNewest);
  return { epoch: epoch?.value ?? 1, newestId: ids?.newest ?? 0 };
}

function assemble(
  { clock, bus, log }: PostgresSettings,
  session: Session,
  reads: Reads,
  tables: Tables,
  start: Start,
): Store {
  const end = (batch: Parameters<typeof endBatch>[1]) => endBatch(tables, batch);
  const writer = openWriter({ session, clock, bus, log, end, forget: () => forgetAll(tables) });
  let isOpen = true;

  return {
    ...hotVerbs(tables, writer),
    ...unknownVerbs(tables, writer),
    ...laneVerbs(reads, clock, writer),
    ownerOf: ownerLookup(reads),
    ...conversationVerbs(tables, writer),
    ...logVerbs(reads, start.epoch),
    ...listVerbs(reads, tables, writer),
    ...tombstoneVerbs(reads, tables, writer, () => isOpen),
    ...accountVerbs(reads, tables.accounts, writer),
    ...keyVerbs(reads, tables.accounts, writer),
    ...routeVerbs(reads, tables.accounts, tables.routes, writer),
    ...moltVerbs(reads, tables.accounts, writer),
    ...groupKeyVerbs(reads, writer),
    ...pollVerbs(reads),
    ...trafficVerbs(reads, writer),
    ...webhookVerbs(reads, tables.accounts, writer),
    ...maintenanceVerbs(tables, writer),
    newestId: () => Math.max(start.newestId, tables.messages.newestId(), tables.commands.newestId()),
    async close() {
      isOpen = false;
      await writer.close();
      await Promise.all([reads.close(), session.close()]);
    },
  };
}

function hotVerbs(tables: Tables, writer: Writer) {
  const accept = accepting(tables);
  const enqueue = enqueueing(tables);
  const claim = claiming(tables);
  const settle = settling(tables);
  const receive = receiving(tables);
  return {
    accept: (items) => writer.each(accept, items),
    enqueue: (items) => writer.each(enqueue, items),
    claim: (requests) => writer.each(claim, requests),
    settle: (items) => writer.each(settle, items),
    receive: (items) => writer.each(receive, items),
  } satisfies Partial<Store>;
}

/** Why the database cannot be used, for a person. */
function faultOf(error: unknown): unknown {
  if (error instanceof StoreFault) return error;
  if (!(error instanceof ConnectionLost) && !(error instanceof pg.DatabaseError)) return error;
  return new StoreFault(
    `The PostgreSQL database cannot be used (${reasonOf(error)}); check that it runs, and CLAWGATE_DATABASE_URL`,
  );
}

/** A host with several addresses fails with several reasons, and a message of its own that says nothing. */
function reasonOf(error: Error): string {
  const { cause } = error;
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : undefined;
  return first instanceof Error ? first.message : error.message;
}
