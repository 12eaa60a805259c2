// What is SQLite's own about lists: which trees answer them. Plans are asserted, not times, over an account of ten
// thousand messages in two thousand conversations, beside others.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idText, type AccountId } from '#core/ids.ts';
import type { ConversationSort, MessageSort, SortBy } from '#ports/store/lists.ts';
import { conversationPage, messagePage, type PageSql } from '#store/sqlite/list-pages.ts';
import { databaseName, openSqliteEngine } from '../support/store-sqlite.ts';
import { desk, dm, type OpenedStore } from '../support/store.ts';
import { everyConversation, everyMessage } from './store-lists.ts';

const dir = mkdtempSync(join(tmpdir(), 'clawgate-lists-'));
const engine = openSqliteEngine(dir);
let room: OpenedStore;
let owner: AccountId;
let reader: Sqlite.Database;

beforeAll(async () => {
  room = await engine.open();
  const { account, item } = desk(room);
  const other = await account();
  owner = await account();
  await room.store.accept([item(other), item(other)]);
  for (let n = 0; n < 10; n += 1) {
    room.runtime.advance(1000);
    await room.store.accept(
      Array.from({ length: 1000 }, (_, at) => {
        const number = 5_550_000_000 + ((n * 1000 + at) % 2000);
        return item(owner, { conversation: dm(`+1${number}`), channel: at % 3 === 0 ? 'sms' : 'imessage' });
      }),
    );
  }
  for (const account of [other, owner]) await room.store.listMessages(account, { ...everyMessage, limit: 1 });
  reader = new Sqlite(join(dir, databaseName), { readonly: true });
});

afterAll(async () => {
  reader.close();
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

function planOf(sql: string, values: readonly (string | number)[]): readonly string[] {
  const rows = reader.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
  return rows.map(({ detail }) => detail);
}

/** Every step begins at the account in a tree; what is sorted on the way is that account's. */
function expectSought({ page, total, values }: PageSql): void {
  const plans = [planOf(page, [...values, 20, 40]), planOf(total, values)];
  for (const plan of plans) {
    const [search, ...rest] = plan;
    expect(search).toMatch(/^SEARCH listed_\w+ USING (COVERING )?(INDEX \w+|PRIMARY KEY) \(account=\?/);
    for (const step of rest) expect(step).toMatch(/^USE TEMP B-TREE FOR (LAST|RIGHT|\d|ORDER)/);
  }
  expect(plans[1]).toHaveLength(1);
}

/** Every choice of some of the given changes. */
function choices<Query extends object>(query: Query, changes: readonly Partial<Query>[]): readonly Query[] {
  return changes.reduce<readonly Query[]>(
    (all, change) => all.flatMap((each) => [each, { ...each, ...change }]),
    [query],
  );
}

function sorts<Field extends string>(fields: readonly Field[]): readonly (readonly SortBy<Field>[])[] {
  const one = fields.flatMap((field) => [true, false].map((descending) => ({ field, descending })));
  const two = one.flatMap((first) => one.flatMap((then) => (then.field === first.field ? [] : [[first, then]])));
  return [[], ...one.map((only) => [only]), ...two];
}

describe('every list', () => {
  test('of messages is sought by its account in a tree, whatever it is filtered and sorted by', () => {
    const fields: readonly MessageSort[] = ['created_at', 'updated_at', 'platform', 'status'];
    const queries = choices(everyMessage, [
      { conversation: idText('conversation', 5) },
      { direction: 'outbound' },
      { status: 'queued' },
      { channel: 'sms' },
      { fromMs: 1 },
      { beforeMs: 2 },
    ]);
    for (const query of queries) for (const sort of sorts(fields)) expectSought(messagePage(2, { ...query, sort }));
    expect(queries).toHaveLength(64);
  });

  test('of conversations is sought by its account in a tree, whatever it is filtered and sorted by', () => {
    const fields: readonly ConversationSort[] = [
      'created_at',
      'updated_at',
      'last_message_at',
      'platform',
      'status',
      'message_count',
    ];
    const queries = choices(everyConversation, [
      { status: 'archived' },
      { channel: 'sms' },
      { fromMs: 1 },
      { beforeMs: 2 },
    ]);
    for (const query of queries) {
      for (const sort of sorts(fields)) expectSought(conversationPage(2, { ...query, sort }));
    }
  });

  test('by one key, newest first, needs no sorting at all', () => {
    const sorted = (sql: PageSql) => planOf(sql.page, [...sql.values, 20, 40]).length > 1;
    const messages = ['created_at', 'updated_at', 'platform', 'status'] as const;
    for (const field of messages) {
      const descending = field.endsWith('_at');
      expect([field, sorted(messagePage(2, { ...everyMessage, sort: [{ field, descending }] }))]).toEqual([
        field,
        false,
      ]);
    }
    const chats = ['created_at', 'updated_at', 'last_message_at', 'message_count'] as const;
    for (const field of chats) {
      const sort = [{ field, descending: true }];
      expect([field, sorted(conversationPage(2, { ...everyConversation, sort }))]).toEqual([field, false]);
    }
    const chat = { ...everyMessage, conversation: idText('conversation', 5) };
    expect(sorted(messagePage(2, chat))).toBe(false);
  });

  test('is as long as its total while messages arrive', async () => {
    const { item } = desk(room);
    expect((await room.store.listMessages(owner, everyMessage)).total).toBe(10_000);
    expect((await room.store.listConversations(owner, everyConversation)).total).toBe(2000);
    const before = (await room.store.listMessages(owner, { ...everyMessage, limit: 1 })).total;
    const arriving = Array.from({ length: 20 }, () => room.store.accept(Array.from({ length: 50 }, () => item(owner))));
    for (let n = 0; n < 10; n += 1) {
      const { rows, total } = await room.store.listMessages(owner, { ...everyMessage, limit: 100_000 });
      expect(rows).toHaveLength(total);
      const chats = await room.store.listConversations(owner, { ...everyConversation, limit: 100_000 });
      expect(chats.rows).toHaveLength(chats.total);
    }
    await Promise.all(arriving);
    expect((await room.store.listMessages(owner, { ...everyMessage, limit: 1 })).total).toBe(before + 1000);
  });
});
