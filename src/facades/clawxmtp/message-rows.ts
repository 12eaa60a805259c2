/**
 * Direct messages: writing to somebody, the inbox, what was said with one other, and fetching what waits.
 */
import { pullMessages } from '#actions/pull-messages.ts';
import { readDms, type ReadDmsDependencies } from '#actions/read-dms.ts';
import { readInbox, type ReadInboxDependencies } from '#actions/read-inbox.ts';
import type { DmCommand, Letter, SendDm } from '#actions/send-dm.ts';
import { idempotencyKeyIn } from '#http/idempotency-key.ts';
import type { AnyRow, Call } from '#http/rows.ts';
import type { AddressMessageRequest, DirectMessageRequest } from '#wire/clawxmtp.ts';
import { paging, readPage } from './query.ts';
import { streamRow, type StreamDependencies } from './stream.ts';
import * as translate from './translate.ts';

export interface MessageDependencies extends StreamDependencies {
  readonly sendDm: SendDm;
  readonly store: ReadInboxDependencies['store'] & ReadDmsDependencies['store'];
  readonly connections: ReadDmsDependencies['connections'];
  readonly wallets: ReadDmsDependencies['wallets'];
  readonly vocabulary: translate.Vocabulary;
}

export const messagesShown = 50;

export const messageRows = (deps: MessageDependencies): readonly AnyRow[] => [
  sendRow(deps, '/messages/dm', (body) => {
    const { handle, message } = body as DirectMessageRequest;
    return { to: { handle }, text: message };
  }),
  sendRow(deps, '/messages/dm/address', (body) => {
    const { wallet_address, message } = body as AddressMessageRequest;
    return { to: { address: wallet_address }, text: message };
  }),
  {
    method: 'get',
    path: '/messages/inbox',
    scope: 'read:messages',
    answer: async ({ principal, query }) => {
      const rows = await readInbox(deps, principal, readPage(query(), messagesShown));
      return { ok: true, conversations: rows.map((row) => translate.message(row, deps.vocabulary)) };
    },
  },
  streamRow(deps),
  {
    method: 'get',
    path: '/messages/xmtp/sync',
    scope: 'read:messages',
    answer: async ({ principal, gone }) => {
      const synced = await pullMessages(deps, principal, gone());
      return { ok: true, synced, message: `${synced} ${synced === 1 ? 'message' : 'messages'} synced from XMTP` };
    },
  },
  {
    method: 'get',
    path: '/messages/:handle',
    scope: 'read:messages',
    answer: async ({ principal, parameter, query }) => {
      const asked = readPage(query(), messagesShown);
      const { rows, total } = await readDms(deps, principal, parameter('handle'), asked);
      const messages = rows.map((row) => translate.message(row, deps.vocabulary));
      return { ok: true, messages, ...paging(asked, rows.length, total) };
    },
  },
];

function sendRow(
  { sendDm }: MessageDependencies,
  path: string,
  read: (body: unknown) => Pick<DmCommand, 'to' | 'text'>,
): AnyRow {
  return {
    method: 'post',
    path,
    scope: 'write:messages',
    status: 201,
    answer: async (call) => {
      const { to, text } = read(call.body);
      return translate.sentMessage(await sendDm(call.principal, { to, ...letterOf(call, text) }));
    },
  };
}

export const letterOf = (call: Call, text: string): Letter => ({
  text,
  idempotencyKey: idempotencyKeyIn(call.header),
  gone: call.gone(),
});
