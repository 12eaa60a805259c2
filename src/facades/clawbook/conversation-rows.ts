/**
 * Conversations as resources: pages, one, its messages, and putting one away.
 */
import { archiveConversation, type ArchiveConversationDependencies } from '#actions/archive-conversation.ts';
import {
  listConversations,
  type ConversationStatus,
  type ListConversationsDependencies,
} from '#actions/list-conversations.ts';
import type { ListMessagesDependencies } from '#actions/list-messages.ts';
import { readConversation, type ReadConversationDependencies } from '#actions/read-conversation.ts';
import type { ChangeConversationRequest } from '#wire/clawbook.ts';
import { pagination, type BookRow } from './answer.ts';
import { messagePage } from './message-rows.ts';
import { oneOf, readList } from './query.ts';
import * as translate from './translate.ts';

export interface ConversationDependencies extends translate.Vocabulary {
  readonly store: ListConversationsDependencies['store'] &
    ReadConversationDependencies['store'] &
    ArchiveConversationDependencies['store'] &
    ListMessagesDependencies['store'];
}

const sortFields = ['created_at', 'updated_at', 'last_message_at', 'platform', 'status', 'message_count'] as const;
const statuses: readonly ConversationStatus[] = ['active', 'archived'];

export const conversationRows = (deps: ConversationDependencies): readonly BookRow[] => [
  {
    method: 'get',
    path: '/api/v1/conversations',
    scope: 'read:conversations',
    answer: async ({ principal, query: queryOf }) => {
      const written = queryOf();
      const { asked, query } = readList(written, sortFields);
      const sort = query.sort.length > 0 ? query.sort : [{ field: 'last_message_at' as const, descending: true }];
      const status = oneOf(written, 'status', statuses);
      const { rows, total } = await listConversations(deps, principal, { ...query, sort, status });
      return {
        data: rows.map((row) => translate.conversation(row, deps)),
        page: pagination(asked.page, asked.perPage, total),
      };
    },
  },
  {
    method: 'get',
    path: '/api/v1/conversations/:id',
    scope: 'read:conversations',
    answer: async ({ principal, parameter }) => ({
      data: translate.conversation(await readConversation(deps, principal, parameter('id')), deps),
    }),
  },
  {
    method: 'patch',
    path: '/api/v1/conversations/:id',
    scope: 'write:messages',
    answer: async ({ principal, parameter, body }) => {
      const { status } = body as ChangeConversationRequest;
      const archived = await archiveConversation(deps, principal, parameter('id'), status);
      return { data: translate.conversation(archived, deps) };
    },
  },
  {
    method: 'get',
    path: '/api/v1/conversations/:id/messages',
    scope: 'read:messages',
    answer: (call) => messagePage(deps, call, call.parameter('id')),
  },
];
