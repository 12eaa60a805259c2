/**
 * Messages as resources: pages, one with its timeline, forgetting one, and deciding what became of one.
 */
import { deleteMessage, type DeleteMessageDependencies } from '#actions/delete-message.ts';
import { listMessages, type ListMessagesDependencies } from '#actions/list-messages.ts';
import { noSuchMessage, readMessage, type ReadMessageDependencies } from '#actions/read-message.ts';
import type { ResolveMessage } from '#actions/resolve-message.ts';
import { messageStatuses } from '#core/delivery.ts';
import { isId } from '#core/ids.ts';
import type { ResolveMessageRequest } from '#wire/clawbook.ts';
import { pagination, type Answer, type BookCall, type BookRow } from './answer.ts';
import { oneOf, readList } from './query.ts';
import * as translate from './translate.ts';

export interface MessageDependencies
  extends ListMessagesDependencies, ReadMessageDependencies, DeleteMessageDependencies, translate.Vocabulary {
  readonly store: ListMessagesDependencies['store'] &
    ReadMessageDependencies['store'] &
    DeleteMessageDependencies['store'];
  readonly resolveMessage: ResolveMessage;
}

const sortFields = ['created_at', 'updated_at', 'platform', 'status'] as const;
const statuses = [...messageStatuses, 'received'] as const;

export const messageRows = (deps: MessageDependencies): readonly BookRow[] => [
  {
    method: 'get',
    path: '/api/v1/messages',
    scope: 'read:messages',
    answer: (call) => messagePage(deps, call, null),
  },
  {
    method: 'get',
    path: '/api/v1/messages/:id',
    scope: 'read:messages',
    answer: ({ principal, parameter }) => told(deps, principal, parameter('id')),
  },
  {
    method: 'delete',
    path: '/api/v1/messages/:id',
    scope: 'write:messages',
    answer: async ({ principal, parameter }) => {
      const id = parameter('id');
      await deleteMessage(deps, principal, id);
      return { data: { deleted: true, id } };
    },
  },
  {
    method: 'post',
    path: '/api/v1/messages/:id/resolve',
    scope: 'write:messages',
    answer: async ({ principal, parameter, body }) => {
      const id = parameter('id');
      if (!isId('message', id)) throw noSuchMessage();
      await deps.resolveMessage(principal.account, id, (body as ResolveMessageRequest).as);
      return told(deps, principal, id);
    },
  },
];

async function told(deps: MessageDependencies, principal: BookCall['principal'], id: string): Promise<Answer> {
  return { data: translate.messageWithTimeline(await readMessage(deps, principal, id), deps) };
}

/** Of all conversations with null, or of one that has to be the account's. */
export async function messagePage(
  deps: ListMessagesDependencies & translate.Vocabulary,
  { principal, query: queryOf }: BookCall,
  conversation: string | null,
): Promise<Answer> {
  const written = queryOf();
  const { asked, query } = readList(written, sortFields, ['direction']);
  const { rows, total } = await listMessages(deps, principal, conversation, {
    ...query,
    status: oneOf(written, 'status', statuses),
    direction: oneOf(written, 'direction', ['inbound', 'outbound']),
  });
  return {
    data: rows.map((row) => translate.message(row, deps)),
    page: pagination(asked.page, asked.perPage, total),
  };
}
