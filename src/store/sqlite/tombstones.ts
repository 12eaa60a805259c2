/**
 * Tombstones: what a message said is erased, and its row stays for its key, its remote id and its events. Nothing moves
 * a tombstone: its status is above every report's. What a provider has in hand cannot be taken back.
 */
import { refuse } from '#core/failure.ts';
import { idNumber, type MessageId } from '#core/ids.ts';
import type { ListStore } from '#ports/store/lists.ts';
import { commandState, statusCode } from '../rules/codes.ts';
import type { AccountCache } from './account-cache.ts';
import type { BornTable } from './born.ts';
import type { CommandTable } from './commands.ts';
import type { Fates } from './fates.ts';
import type { Db } from './file.ts';
import type { Listing } from './listing.ts';
import type { MessageTable } from './messages.ts';
import type { Writer } from './writer.ts';

const selectMessage = `SELECT account, conversation, created_at_ms AS createdAtMs FROM messages
  WHERE id = ? AND status <> ${statusCode.deleted}`;
const erase = `UPDATE messages SET status = ${statusCode.deleted}, parts = '[]', error = NULL, leaves = NULL, body = NULL,
  expires_at_ms = NULL, updated_at_ms = ? WHERE id = ?`;

interface MessageRow {
  account: number;
  conversation: number;
  createdAtMs: number;
}

export interface Parts {
  readonly db: Db;
  readonly accounts: AccountCache;
  readonly borns: BornTable;
  readonly commands: CommandTable;
  readonly fates: Fates;
  readonly messages: MessageTable;
  readonly listed: Listing;
}

export function tombstoneVerbs(parts: Parts, writer: Writer): Pick<ListStore, 'deleteMessage'> {
  const { db, accounts, commands, borns, messages } = parts;
  const select = db.prepare<[number], MessageRow>(selectMessage);
  const bury = burying(parts);
  return {
    deleteMessage: (account, message: MessageId) =>
      writer.once((batch) => {
        const entry = accounts.get(account);
        const number = idNumber('message', message);
        if (!entry || number === undefined) return false;
        messages.flush();
        const row = select.get(number);
        if (row?.account !== entry.number) return false;
        const command = commands.get(row.conversation, number);
        if (borns.get(message) || command?.state === commandState.sending) throw inHand();
        if (command) commands.remove(row.conversation, number);
        bury(number, row, batch.nowMs);
        return true;
      }),
  };
}

function burying({ db, fates, listed }: Parts) {
  const update = db.prepare<[number, number]>(erase);
  return (number: number, row: MessageRow, nowMs: number): void => {
    update.run(nowMs, number);
    fates.moved(number);
    listed.drop(row.account, number, row);
  };
}

const inHand = () =>
  refuse('conflict', 'The provider has this message in hand; delete it once its fate is known, in a moment');
