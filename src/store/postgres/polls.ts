/**
 * Votes on our polls: stored with their event, read as results. Conversations whose newest poll went as text are known
 * in memory, so that every other reply costs no question.
 */
import { idNumber, idText } from '#core/ids.ts';
import { pollOf, type Part } from '#core/message.ts';
import { choiceOf, isChoice, isOpen, risen, type Poll } from '#core/poll.ts';
import type { PollStore, Vote } from '#ports/store/polls.ts';
import { directionCode } from '../rules/codes.ts';
import { append, type AccountEntry, type Batch } from './batch.ts';
import { bulkInsert } from './bulk.ts';
import type { MessageBook } from './messages.ts';
import type { Scalar, Sql } from './sql.ts';

const selectPoll = `SELECT parts, created_at_ms AS "createdAtMs" FROM messages
  WHERE id = $1 AND account = $2 AND direction = ${directionCode.outbound}`;
const insertVotes = bulkInsert('votes', {
  number: 'int8',
  account: 'int8',
  message: 'int8',
  sender: 'text',
  options: 'text',
  at_ms: 'int8',
});
const selectNewestVote = 'SELECT coalesce(max(number), 0) AS newest FROM votes';
const selectVotes =
  'SELECT number, message, sender, options FROM votes WHERE message = $1 AND account = $2 ORDER BY number';
const selectVote = `SELECT number, message, sender, options FROM votes
  JOIN unnest($1::int8[]) WITH ORDINALITY AS w (wanted, at) ON wanted = number WHERE account = $2 ORDER BY at`;
const upsertTextPoll = bulkInsert(
  'text_polls',
  { conversation: 'int8', message: 'int8', at_ms: 'int8' },
  'ON CONFLICT (conversation) DO UPDATE SET message = excluded.message, at_ms = excluded.at_ms',
);
const selectTextPolls = 'SELECT conversation, message FROM text_polls ORDER BY at_ms DESC LIMIT $1';
const deleteTextPolls = 'DELETE FROM text_polls WHERE at_ms <= $1';

/** A reply counts as a vote for so long; a number texted a week later means something else. */
const answeredForMs = 7 * 24 * 60 * 60 * 1000;
const remembered = 50_000;

export interface PollTable {
  load(batch: Batch): Promise<void>;
  /** Stores a whole choice. False when it is no poll of the account, is closed, or cannot be chosen so. */
  vote(batch: Batch, account: AccountEntry, poll: number, from: string, options: readonly number[]): Promise<boolean>;
  /** A poll that goes as text was stored in this conversation. */
  sentAsText(batch: Batch, conversation: number, poll: number): Promise<void>;
  /** Counts a reply as a vote where the conversation's newest text poll can be answered so. */
  replied(batch: Batch, account: AccountEntry, conversation: number, from: string, text: string): Promise<void>;
  flush(batch: Batch): Promise<void>;
  forget(): void;
}

interface Row {
  number: number;
  message: number;
  sender: string;
  options: string;
}

export function pollTable(messages: MessageBook): PollTable {
  /** By conversation; null while it is not loaded. */
  let open: Map<number, number> | null = null;
  let newest: number | null = null;
  let votes: Scalar[][] = [];
  let asText = new Map<number, Scalar[]>();

  const loaded = async ({ sql }: Batch): Promise<Map<number, number>> => {
    if (open) return open;
    const rows = await sql.rows<{ conversation: number; message: number }>(selectTextPolls, [remembered]);
    open = new Map(rows.map(({ conversation, message }) => [conversation, message]));
    return open;
  };
  const flush: PollTable['flush'] = async ({ sql }) => {
    const [fresh, texts] = [votes, [...asText.values()]];
    votes = [];
    asText = new Map();
    await insertVotes(sql, fresh);
    await upsertTextPoll(sql, texts);
  };
  const store = async (batch: Batch, account: AccountEntry, poll: number, from: string, options: readonly number[]) => {
    newest ??= (await batch.sql.rows<{ newest: number }>(selectNewestVote))[0]?.newest ?? 0;
    newest += 1;
    votes.push([newest, account.number, poll, from, JSON.stringify(risen(options)), batch.nowMs]);
    append(batch, account, idText('message', poll), poll, { kind: 'vote', vote: newest });
  };
  return {
    load: async (batch) => void (await loaded(batch)),
    async vote(batch, account, number, from, options) {
      const poll = await openPoll(batch, messages, account, number);
      if (!poll || !isChoice(poll.options.length, poll.maxSelections, options)) return false;
      await store(batch, account, number, from, options);
      return true;
    },
    async sentAsText(batch, conversation, poll) {
      const known = await loaded(batch);
      asText.set(conversation, [conversation, poll, batch.nowMs]);
      if (known.size >= remembered) {
        await flush(batch);
        await batch.sql.run(deleteTextPolls, [batch.nowMs - answeredForMs]);
        open = null;
      }
      (await loaded(batch)).set(conversation, poll);
    },
    async replied(batch, account, conversation, from, text) {
      const known = await loaded(batch);
      const number = known.get(conversation);
      if (number === undefined) return;
      const poll = await openPoll(batch, messages, account, number);
      if (!poll) return void known.delete(conversation);
      const choice = choiceOf(poll, text);
      if (choice) await store(batch, account, number, from, choice);
    },
    flush,
    forget() {
      [open, newest, votes] = [null, null, []];
      asText.clear();
    },
  };
}

async function openPoll(
  batch: Batch,
  messages: MessageBook,
  account: AccountEntry,
  number: number,
): Promise<Poll | undefined> {
  // The poll may be of this very batch.
  await messages.flush(batch);
  const [row] = await batch.sql.rows<{ parts: string; createdAtMs: number }>(selectPoll, [number, account.number]);
  const poll = row && pollOf(JSON.parse(row.parts) as readonly Part[]);
  if (!row || !poll || !isOpen(poll, row.createdAtMs, batch.nowMs)) return undefined;
  return poll.degraded && batch.nowMs > row.createdAtMs + answeredForMs ? undefined : poll;
}

export function pollVerbs(reads: Sql): PollStore {
  return {
    async votes(account, poll) {
      const [owner, number] = [idNumber('account', account), idNumber('message', poll)];
      if (owner === undefined || number === undefined) return [];
      const newest = new Map<string, Vote>();
      for (const row of await reads.rows<Row>(selectVotes, [number, owner])) newest.set(row.sender, voteOf(row));
      return [...newest.values()].filter(({ options }) => options.length > 0);
    },
    async votesByNumber(account, numbers) {
      const owner = idNumber('account', account);
      if (owner === undefined || numbers.length === 0) return [];
      return (await reads.rows<Row>(selectVote, [numbers, owner])).map(voteOf);
    },
  };
}

const voteOf = ({ number, message, sender, options }: Row): Vote => ({
  number,
  poll: idText('message', message),
  from: sender,
  options: JSON.parse(options) as readonly number[],
});
