/**
 * What the writer knows of the database, together: which parts there are, what is written at the end of a batch and in
 * which order, and what is thrown away after a rollback. Nothing but the writer may use it.
 */
import { accountCache } from './account-cache.ts';
import { writeEvents, type Batch } from './batch.ts';
import { commandBook } from './commands.ts';
import { connectionNumbers } from './connection-numbers.ts';
import { conversationCache } from './conversations.ts';
import { keyTable } from './idempotency.ts';
import { inboxTable } from './inbox.ts';
import { messageBook } from './messages.ts';
import { parkedTable } from './parked.ts';
import { pollTable } from './polls.ts';
import { remoteIdTable } from './remote-ids.ts';
import { routeTable } from './routes.ts';
import { together } from './sql.ts';

export type Tables = ReturnType<typeof openTables>;

export function openTables() {
  const accounts = accountCache();
  const connections = connectionNumbers();
  const conversations = conversationCache(connections);
  const messages = messageBook(accounts);
  return {
    accounts,
    connections,
    conversations,
    messages,
    commands: commandBook(),
    keys: keyTable(),
    inbox: inboxTable(),
    parked: parkedTable(),
    polls: pollTable(messages),
    remoteIds: remoteIdTable(conversations),
    routes: routeTable(),
  };
}

/** What was gathered during a batch is written at its end, together. */
export async function endBatch(tables: Tables, batch: Batch): Promise<void> {
  const { accounts, conversations, messages, commands, keys, inbox, parked, polls, remoteIds, routes } = tables;
  // Different tables, one after the other in one go: nothing here waits for an answer before the next is sent.
  await together([
    conversations.flush(batch),
    messages.flush(batch),
    commands.flush(batch),
    keys.flush(batch),
    remoteIds.flush(batch),
    inbox.flush(batch),
    parked.flush(batch),
    polls.flush(batch),
    routes.flush(batch),
    writeEvents(batch.sql, batch.rows),
    accounts.flush(batch),
  ]);
  conversations.trim();
  commands.clear();
  for (const table of [messages, keys, remoteIds, inbox, routes]) table.forget();
}

/** After a rollback memory may hold what the database does not. */
export function forgetAll(tables: Tables): void {
  for (const table of Object.values(tables)) table.forget();
}
