/**
 * Commands born claimed. As long as all goes well such a send never has a row among the commands: its message carries
 * the rendered body until the provider took it, and memory knows that it is in hand. Whatever else becomes of it, and
 * whatever a dead process left, is first written out as an ordinary command.
 */
import { idText, type ConnectionId, type MessageId } from '#core/ids.ts';
import { commandKind, commandState, statusCode } from '../rules/codes.ts';
import type { ConversationCache, ConversationEntry } from './conversations.ts';
import type { Db } from './file.ts';

/** The fence of a command that was claimed as it was stored. */
export const bornFence = 1;

const writeOut = `INSERT INTO commands (conversation, id, account, connection_no, kind, state, fence, attempt,
  first_sent_at_ms, created_at_ms, expires_at_ms, chunk_count, channel, body)
  SELECT m.conversation, m.id, m.account, c.connection_no, ${commandKind.send}, ${commandState.sending}, ${bornFence}, 1,
    m.created_at_ms, m.created_at_ms, m.expires_at_ms, 1, m.channel, m.body
  FROM messages m JOIN conversations c ON c.id = m.conversation
  WHERE m.id = ? AND m.body IS NOT NULL AND m.status <= ${statusCode.unknown}`;
const clearBody = 'UPDATE messages SET body = NULL, expires_at_ms = NULL WHERE id = ?';
const selectBorn = `SELECT id, conversation FROM messages
  WHERE id >= (SELECT value FROM meta WHERE name = 'born_from') AND body IS NOT NULL`;
const setBornFrom = "UPDATE meta SET value = ? WHERE name = 'born_from'";
const selectNewest = 'SELECT coalesce(max(id), 0) FROM messages';

interface Born {
  readonly number: number;
  readonly entry: ConversationEntry;
}

export interface BornTable {
  get(id: MessageId): Born | undefined;
  add(id: MessageId, born: Born): void;
  /** It ended well: nothing is left of it but its message. */
  end(id: MessageId, born: Born): void;
  /** Make it an ordinary command, under way with fence 1. */
  writeOut(id: MessageId, born: Born): void;
  /** Make all of them ordinary commands: at start, when nobody has them in hand. */
  writeOutAll(): void;
  /** Whether any of a conversation is in hand. */
  inHand(conversation: number): boolean;
  countByConnection(): ReadonlyMap<ConnectionId, number>;
  /** At the end of a batch: remember where a search for them has to begin. */
  mark(): void;
  forget(): void;
}

/** How many batches may pass before the beginning of the search is written again. */
const batchesPerMark = 16;

export function bornTable(db: Db, conversations: ConversationCache): BornTable {
  const write = db.prepare<[number]>(writeOut);
  const clear = db.prepare<[number]>(clearBody);
  const select = db.prepare<[], { id: number; conversation: number }>(selectBorn);
  const from = db.prepare<[number]>(setBornFrom);
  const newest = db.prepare<[], number>(selectNewest).pluck();
  const inHand = new Map<MessageId, Born>();
  const lanes = new Map<number, number>();
  let batches = 0;

  const add = (id: MessageId, born: Born) => {
    inHand.set(id, born);
    lanes.set(born.entry.number, (lanes.get(born.entry.number) ?? 0) + 1);
  };
  const end = (id: MessageId, born: Born) => {
    if (!inHand.delete(id)) return;
    const left = (lanes.get(born.entry.number) ?? 1) - 1;
    if (left === 0) lanes.delete(born.entry.number);
    else lanes.set(born.entry.number, left);
  };
  const out = (id: MessageId, born: Born) => {
    write.run(born.number);
    clear.run(born.number);
    end(id, born);
  };
  const load = () => {
    for (const { id, conversation } of select.all()) {
      const entry = conversations.byNumber(conversation);
      if (entry) add(idText('message', id), { number: id, entry });
    }
  };
  load();

  return {
    get: (id) => inHand.get(id),
    add,
    end,
    writeOut: out,
    writeOutAll() {
      for (const [id, born] of [...inHand]) out(id, born);
    },
    inHand: (conversation) => lanes.has(conversation),
    countByConnection() {
      const counts = new Map<ConnectionId, number>();
      for (const { entry } of inHand.values()) {
        const { connection } = entry.conversation;
        counts.set(connection, (counts.get(connection) ?? 0) + 1);
      }
      return counts;
    },
    mark() {
      batches += 1;
      if (batches % batchesPerMark !== 0) return;
      let oldest = Number.MAX_SAFE_INTEGER;
      for (const { number } of inHand.values()) oldest = Math.min(oldest, number);
      from.run(inHand.size === 0 ? (newest.get() ?? 0) : oldest);
    },
    forget() {
      inHand.clear();
      lanes.clear();
      load();
    },
  };
}
