/**
 * Opens the SQLite store: locks the file, brings it to this version, and puts the verbs together around one writer.
 * Throws StoreFault, with a sentence that names the file and the mend, when the database must not be used.
 */
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { acceptance, enqueueing, spoiltItem } from './accept.ts';
import { accountCache } from './account-cache.ts';
import { accountVerbs, keyVerbs } from './accounts.ts';
import { batchEnd, type Batch } from './batch.ts';
import { bornTable } from './born.ts';
import { claiming } from './claim.ts';
import { commandTable } from './commands.ts';
import { conversationCache } from './conversations.ts';
import { eventTail } from './event-tail.ts';
import { fateBook } from './fates.ts';
import { limitSize, lockFile, openFile, type Db } from './file.ts';
import { groupKeyTable, groupKeyVerbs } from './group-keys.ts';
import { keyIndex } from './key-index.ts';
import { listing } from './listing.ts';
import { listVerbs } from './lists.ts';
import { laneVerbs } from './lanes.ts';
import { logVerbs } from './log.ts';
import { maintenanceVerbs } from './maintenance.ts';
import { messageTable } from './messages.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { moltVerbs } from './molts.ts';
import { conversationVerbs } from './open-conversation.ts';
import { pollTable, pollVerbs } from './polls.ts';
import { receiptBook } from './receipts.ts';
import { remoteIdTable } from './remote-ids.ts';
import { ownerLookup, receiving, receivingSpoilt } from './receive.ts';
import { routeTable, routeVerbs } from './routes.ts';
import { settling, settlingSpoilt } from './settle.ts';
import { trafficVerbs } from './traffic.ts';
import { tombstoneVerbs } from './tombstones.ts';
import { expiring, unknownVerbs } from './unknowns.ts';
import { webhookVerbs } from './webhooks.ts';
import { openWriter } from './writer.ts';

export interface SqliteSettings {
  readonly file: string;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly log: Log;
  /** Where growing stops, as if the disk were full. Absent: the disk decides. */
  readonly sizeLimitBytes?: number;
  /** Called with the file, whole and closed, before an existing database is migrated: the moment to copy it. */
  readonly beforeMigrate?: (file: string) => Promise<void> | void;
}

export async function openSqliteStore(settings: SqliteSettings): Promise<Store> {
  const lock = lockFile(settings.file);
  try {
    const db = await openMigrated(settings);
    try {
      if (settings.sizeLimitBytes !== undefined) limitSize(db, settings.sizeLimitBytes);
      return assemble(settings, db, () => lock.release());
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The database at this version. The caller holds its lock. */
export async function openMigrated({
  file,
  clock,
  beforeMigrate,
}: Pick<SqliteSettings, 'file' | 'clock' | 'beforeMigrate'>): Promise<Db> {
  let db = openFile(file);
  try {
    const { existing, count } = pendingMigrations(db, file);
    if (existing && count > 0 && beforeMigrate) {
      // Closing writes everything into the one file, so that a plain copy of it is whole.
      db.close();
      await beforeMigrate(file);
      db = openFile(file);
    }
    migrate(db, clock.nowMs());
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What is known of the database in memory, and the statements that keep it true. */
function openTables(db: Db, clock: Clock) {
  const tail = eventTail(db);
  const accounts = accountCache(db, tail);
  const conversations = conversationCache(db);
  const commands = commandTable(db, conversations);
  const borns = bornTable(db, conversations);
  const fates = fateBook(db);
  const messages = messageTable(db, { accounts, borns, fates });
  const tables = {
    db,
    tail,
    accounts,
    conversations,
    commands,
    borns,
    fates,
    routes: routeTable(db),
    remoteIds: remoteIdTable(db, conversations),
    keys: keyIndex(db, () => borns.flush()),
    groupKeys: groupKeyTable(db),
    messages,
    polls: pollTable(db, () => messages.flush()),
    listed: listing({ db, tail, conversations, clock }),
    flush: () => messages.flush(),
    expiresAt: (atMs: number) => commands.expiresAt(atMs),
  };
  return { ...tables, receipts: receiptBook(tables) };
}

type Tables = ReturnType<typeof openTables>;

/** What was gathered during a batch is written at its end, together. */
function batchEnding({
  tail,
  accounts,
  conversations,
  borns,
  messages,
  remoteIds,
  keys,
}: Tables): (batch: Batch) => void {
  const endBatch = batchEnd(tail, accounts);
  return (batch) => {
    messages.flush();
    remoteIds.flush();
    keys.writeSome();
    borns.mark();
    endBatch(batch);
    if (!conversations.isFull()) return;
    conversations.forget();
    remoteIds.forget();
  };
}

/** After a rollback memory may hold what the disk does not. */
function forgetting({
  tail,
  accounts,
  conversations,
  remoteIds,
  borns,
  fates,
  keys,
  polls,
  receipts,
}: Tables): () => void {
  return () => {
    tail.forget();
    accounts.forget();
    conversations.forget();
    remoteIds.forget();
    borns.forget();
    fates.forget();
    keys.forget();
    polls.forget();
    receipts.recount();
  };
}

function assemble({ clock, bus, log }: SqliteSettings, db: Db, release: () => void): Store {
  const tables = openTables(db, clock);
  const { tail, accounts, conversations, commands, borns, keys, groupKeys, receipts } = tables;
  const [end, forget] = [batchEnding(tables), forgetting(tables)];
  const writer = openWriter({ db, clock, bus, log, end, forget });
  const expire = expiring(tables);
  let open = true;

  return {
    ...hotVerbs(tables, writer, expire),
    ...unknownVerbs(tables, clock, writer, expire),
    ...laneVerbs(db, commands, borns, clock, writer),
    ownerOf: ownerLookup(tables),
    ...conversationVerbs(accounts, conversations, writer),
    ...logVerbs(db, tail, accounts, conversations),
    ...listVerbs({ ...tables, writer }),
    ...tombstoneVerbs(tables, writer),
    ...accountVerbs(db, accounts, writer),
    ...keyVerbs(db, accounts, writer),
    ...routeVerbs(db, accounts, writer),
    ...moltVerbs(db, accounts, groupKeys, writer),
    ...groupKeyVerbs(groupKeys, writer),
    ...pollVerbs(db, accounts),
    ...trafficVerbs(db, writer),
    ...webhookVerbs(db, accounts, writer),
    ...maintenanceVerbs(db, writer, [keys, groupKeys], () => receipts.recount()),
    async close() {
      await writer.close();
      if (!open) return;
      open = false;
      db.close();
      release();
    },
  };
}

function hotVerbs(tables: Tables, writer: ReturnType<typeof openWriter>, expire: ReturnType<typeof expiring>) {
  const accept = acceptance(tables);
  const enqueue = enqueueing(tables);
  const claim = claiming({ ...tables, expire });
  const settle = settling(tables);
  const settleSpoilt = settlingSpoilt(settle);
  const receive = receiving(tables);
  return {
    accept: (items) => writer.each('now', items, accept, () => ({ outcome: 'refused', failure: spoiltItem })),
    enqueue: (items) => writer.each('now', items, enqueue, () => ({ outcome: 'refused', failure: spoiltItem })),
    claim: (requests) => writer.each('now', requests, claim, () => undefined),
    settle: (items) => writer.each('later', items, settle, settleSpoilt),
    receive: (items) => writer.each('soon', items, receive, receivingSpoilt),
  } satisfies Partial<Store>;
}
