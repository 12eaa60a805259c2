/**
 * Votes on our polls: stored with their event, read as results. Conversations whose newest poll went as text are known
 * in memory, so that every other reply costs no question.
 */
import { idNumber, idText } from '#core/ids.ts';
import { pollOf, type Part } from '#core/message.ts';
import { choiceOf, isChoice, isOpen, risen, type Poll } from '#core/poll.ts';
import type { PollStore, Vote } from '#ports/store/polls.ts';
import { directionCode } from '../rules/codes.ts';
import type { AccountCache, AccountEntry } from './account-cache.ts';
import { appendVote, type Batch } from './batch.ts';
import type { Db } from './file.ts';

const selectPoll = `SELECT parts, created_at_ms AS createdAtMs FROM messages
  WHERE id = ? AND account = ? AND direction = ${directionCode.outbound}`;
const insertVote = 'INSERT INTO votes (account, message, sender, options, at_ms) VALUES (?, ?, ?, ?, ?)';
const selectVotes = `SELECT number, message, sender, options FROM votes WHERE message = ? AND account = ? ORDER BY number`;
const selectVote = 'SELECT number, message, sender, options FROM votes WHERE number = ? AND account = ?';
const upsertTextPoll = `INSERT INTO text_polls (conversation, message, at_ms) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET message = excluded.message, at_ms = excluded.at_ms`;
const selectTextPolls = 'SELECT conversation, message FROM text_polls WHERE at_ms > ? ORDER BY at_ms DESC LIMIT ?';
const deleteTextPolls = 'DELETE FROM text_polls WHERE at_ms <= ?';

/** A reply counts as a vote for so long; a number texted a week later means something else. */
const answeredForMs = 7 * 24 * 60 * 60 * 1000;
const remembered = 50_000;

export interface PollTable {
  /** Stores a whole choice. False when it is no poll of the account, is closed, or cannot be chosen so. */
  vote(batch: Batch, account: AccountEntry, poll: number, from: string, options: readonly number[]): boolean;
  /** A poll that goes as text was stored in this conversation. */
  sentAsText(batch: Batch, conversation: number, poll: number): void;
  /** Counts a reply as a vote where the conversation's newest text poll can be answered so. */
  replied(batch: Batch, account: AccountEntry, conversation: number, from: string, text: string): void;
  forget(): void;
}

interface Row {
  number: number;
  message: number;
  sender: string;
  options: string;
}

/** `flush` writes the messages of this batch that are still in memory. */
export function pollTable(db: Db, flush: () => void): PollTable {
  const find = db.prepare<[number, number], { parts: string; createdAtMs: number }>(selectPoll);
  const insert = db.prepare<[number, number, string, string, number]>(insertVote);
  const remember = db.prepare<[number, number, number]>(upsertTextPoll);
  const expire = db.prepare<[number]>(deleteTextPolls);
  const every = db.prepare<[number, number], { conversation: number; message: number }>(selectTextPolls);
  let open = new Map<number, number>();
  const load = (): void => {
    open = new Map(every.all(0, remembered).map(({ conversation, message }) => [conversation, message]));
  };
  load();

  const openPoll = (batch: Batch, account: AccountEntry, number: number): Poll | undefined => {
    flush();
    const row = find.get(number, account.number);
    const poll = row && pollOf(JSON.parse(row.parts) as readonly Part[]);
    if (!row || !poll || !isOpen(poll, row.createdAtMs, batch.nowMs)) return undefined;
    return poll.degraded && batch.nowMs > row.createdAtMs + answeredForMs ? undefined : poll;
  };
  const store = (batch: Batch, account: AccountEntry, poll: number, from: string, options: readonly number[]): void => {
    const stored = insert.run(account.number, poll, from, JSON.stringify(risen(options)), batch.nowMs);
    appendVote(batch, account, idText('message', poll), poll, Number(stored.lastInsertRowid));
  };
  return {
    vote(batch, account, number, from, options) {
      const poll = openPoll(batch, account, number);
      if (!poll || !isChoice(poll.options.length, poll.maxSelections, options)) return false;
      store(batch, account, number, from, options);
      return true;
    },
    sentAsText(batch, conversation, poll) {
      remember.run(conversation, poll, batch.nowMs);
      if (open.size >= remembered) {
        expire.run(batch.nowMs - answeredForMs);
        load();
      }
      open.set(conversation, poll);
    },
    replied(batch, account, conversation, from, text) {
      const number = open.get(conversation);
      if (number === undefined) return;
      const poll = openPoll(batch, account, number);
      if (!poll) return void open.delete(conversation);
      const choice = choiceOf(poll, text);
      if (choice) store(batch, account, number, from, choice);
    },
    forget: load,
  };
}

export function pollVerbs(db: Db, accounts: AccountCache): PollStore {
  const all = db.prepare<[number, number], Row>(selectVotes);
  const one = db.prepare<[number, number], Row>(selectVote);
  return {
    async votes(account, poll) {
      const [entry, number] = [accounts.get(account), idNumber('message', poll)];
      if (!entry || number === undefined) return [];
      const newest = new Map<string, Vote>();
      for (const row of all.all(number, entry.number)) newest.set(row.sender, voteOf(row));
      return [...newest.values()].filter(({ options }) => options.length > 0);
    },
    async votesByNumber(account, numbers) {
      const entry = accounts.get(account);
      if (!entry) return [];
      return numbers.flatMap((number) => {
        const row = one.get(number, entry.number);
        return row ? [voteOf(row)] : [];
      });
    },
  };
}

const voteOf = ({ number, message, sender, options }: Row): Vote => ({
  number,
  poll: idText('message', message),
  from: sender,
  options: JSON.parse(options) as readonly number[],
});
