/**
 * What is known of conversations in memory and not in the database yet: opened ones, renamed ones, and those that only
 * count one more message, which every batch has many of.
 */
import type { Batch } from './batch.ts';
import { bulkInsert, bulkUpdate } from './bulk.ts';
import type { ConversationEntry } from './conversation-rows.ts';
import { indexed } from './text.ts';

const insertConversations = bulkInsert('conversations', {
  id: 'int8',
  account: 'int8',
  connection_no: 'int8',
  line: 'text',
  line_key: 'text',
  is_group: 'bool',
  thread: 'text',
  thread_key: 'text',
  created_at_ms: 'int8',
  channel: 'text',
  peer_key: 'text',
  participants: 'text',
  remote_chat: 'text',
  chat_key: 'text',
  newest_message: 'int8',
  status: 'int2',
  message_count: 'int8',
  last_message_at_ms: 'int8',
  updated_at_ms: 'int8',
});
/** What every message changes is in no index: kept apart, so that PostgreSQL changes those rows in place. */
const updateCounts = bulkUpdate('conversations', {
  id: 'int8',
  newest_message: 'int8',
  status: 'int2',
  message_count: 'int8',
  last_message_at_ms: 'int8',
  updated_at_ms: 'int8',
});
const updatePeople = bulkUpdate('conversations', {
  id: 'int8',
  channel: 'text',
  peer_key: 'text',
  participants: 'text',
  remote_chat: 'text',
  chat_key: 'text',
});

export type PendingChanges = ReturnType<typeof pendingChanges>;

export function pendingChanges() {
  const fresh = new Set<ConversationEntry>();
  const counted = new Set<ConversationEntry>();
  const moved = new Set<ConversationEntry>();
  const counts = ({ newest, status, messageCount, lastMessageAtMs, updatedAtMs }: ConversationEntry) => [
    newest,
    status,
    messageCount,
    lastMessageAtMs,
    updatedAtMs,
  ];
  const people = ({ peer, conversation }: ConversationEntry) => {
    const { channel, participants, remoteChat } = conversation;
    const chat = remoteChat === null ? null : indexed(remoteChat);
    return [channel, indexed(peer), JSON.stringify(participants), remoteChat, chat];
  };
  const whole = (entry: ConversationEntry) => {
    const { line, isGroup, thread, createdAtMs } = entry.conversation;
    const place = [line, indexed(line), isGroup, thread ?? '', indexed(thread ?? ''), createdAtMs];
    return [entry.number, entry.account, entry.connection, ...place, ...people(entry), ...counts(entry)];
  };
  return {
    opened: (entry: ConversationEntry) => void fresh.add(entry),
    counts: (entry: ConversationEntry) => void (fresh.has(entry) || counted.add(entry)),
    people: (entry: ConversationEntry) => void (fresh.has(entry) || moved.add(entry)),
    async flush({ sql }: Batch): Promise<void> {
      const [opened, some, others] = [[...fresh], [...counted], [...moved]];
      for (const set of [fresh, counted, moved]) set.clear();
      await insertConversations(sql, opened.map(whole));
      await updatePeople(
        sql,
        others.map((entry) => [entry.number, ...people(entry)]),
      );
      await updateCounts(
        sql,
        some.map((entry) => [entry.number, ...counts(entry)]),
      );
    },
    forget(): void {
      for (const set of [fresh, counted, moved]) set.clear();
    },
  };
}
