/**
 * Groups: finding, opening, changing and closing them, coming and going, and what is said in them.
 */
import { changeGroup, type ChangeGroupDependencies } from '#actions/change-group.ts';
import { joinGroup, leaveGroup } from '#actions/change-membership.ts';
import type { CreateGroup } from '#actions/create-group.ts';
import { deleteGroup, type DeleteGroupDependencies } from '#actions/delete-group.ts';
import { listGroups, readGroup } from '#actions/read-group.ts';
import { listGroupMessages, sendToGroup, type TalkDependencies } from '#actions/talk-in-group.ts';
import { idempotencyKeyIn } from '#http/idempotency-key.ts';
import type { AnyRow } from '#http/rows.ts';
import type { CreateGroupRequest, GroupChange, GroupMessageRequest } from '#wire/clawxmtp.ts';
import { letterOf, messagesShown } from './message-rows.ts';
import { paging, readPage } from './query.ts';
import * as translate from './translate.ts';

type Actions = ChangeGroupDependencies & DeleteGroupDependencies & TalkDependencies;

export interface GroupDependencies extends Actions {
  readonly store: Actions['store'] & Parameters<typeof listGroups>[0]['store'];
  readonly createGroup: CreateGroup;
  readonly vocabulary: translate.Vocabulary;
}

const groupsShown = 20;

export const groupRows = (deps: GroupDependencies): readonly AnyRow[] => [
  {
    method: 'get',
    path: '/groups',
    open: true,
    answer: async ({ query }) => {
      const asked = readPage(query(), groupsShown);
      const { rows, total } = await listGroups(deps, asked);
      return { groups: rows.map(translate.group), ...paging(asked, rows.length, total) };
    },
  },
  {
    method: 'post',
    path: '/groups',
    scope: 'write:messages',
    status: 201,
    answer: async (call) => {
      const { title, description, ...links } = call.body as CreateGroupRequest;
      const wish = { title, description, ...translate.linksFrom(links) };
      return translate.groupDetails(await deps.createGroup(call.principal, wish, idempotencyKeyIn(call.header)));
    },
  },
  {
    method: 'get',
    path: '/groups/:id',
    open: true,
    answer: async ({ parameter }) => translate.groupDetails(await readGroup(deps, parameter('id'))),
  },
  {
    method: 'patch',
    path: '/groups/:id',
    scope: 'write:messages',
    answer: async ({ principal, parameter, body }) => {
      const { title, description, ...links } = body as GroupChange;
      const change = {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...translate.linksFrom(links),
      };
      return translate.groupDetails(await changeGroup(deps, principal, parameter('id'), change));
    },
  },
  {
    method: 'delete',
    path: '/groups/:id',
    scope: 'write:messages',
    status: 204,
    answer: async ({ principal, parameter }) => {
      await deleteGroup(deps, principal, parameter('id'));
      return {};
    },
  },
  ...memberRows(deps),
];

const memberRows = (deps: GroupDependencies): readonly AnyRow[] => [
  {
    method: 'post',
    path: '/groups/:id/join',
    scope: 'write:messages',
    answer: async ({ principal, parameter }) => {
      const id = parameter('id');
      await joinGroup(deps, principal, id);
      return { ok: true, group_id: id, member: true };
    },
  },
  {
    method: 'post',
    path: '/groups/:id/leave',
    scope: 'write:messages',
    answer: async ({ principal, parameter }) => {
      const id = parameter('id');
      await leaveGroup(deps, principal, id);
      return { ok: true, group_id: id, member: false };
    },
  },
  {
    method: 'post',
    path: '/groups/:id/messages',
    scope: 'write:messages',
    status: 201,
    answer: async (call) => {
      const { message } = call.body as GroupMessageRequest;
      const sent = await sendToGroup(deps, call.principal, call.parameter('id'), letterOf(call, message));
      return translate.sentMessage(sent);
    },
  },
  {
    method: 'get',
    path: '/groups/:id/messages',
    scope: 'read:messages',
    answer: async ({ principal, parameter, query }) => {
      const asked = readPage(query(), messagesShown);
      const { rows, total } = await listGroupMessages(deps, principal, parameter('id'), asked);
      const messages = rows.map((row) => translate.message(row, deps.vocabulary));
      return { ok: true, messages, ...paging(asked, rows.length, total) };
    },
  },
];
