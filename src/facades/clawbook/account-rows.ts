/**
 * What belongs to the account itself: how its integrations are, its settings and its keys.
 */
import { changeSettings, type ChangeSettingsDependencies } from '#actions/change-settings.ts';
import { listKeys, type ListKeysDependencies } from '#actions/list-keys.ts';
import { makeKey, type MakeKeyDependencies } from '#actions/make-key.ts';
import type { ReadChannelStatus } from '#actions/read-channel-status.ts';
import { readSettings } from '#actions/read-settings.ts';
import { revokeKey, type RevokeKeyDependencies } from '#actions/revoke-key.ts';
import type { ChangeConfigRequest, CreateApiKeyRequest } from '#wire/clawbook.ts';
import { pagination, type BookRow } from './answer.ts';
import { readPage } from './query.ts';
import * as translate from './translate.ts';

export type AccountDependencies = ChangeSettingsDependencies &
  MakeKeyDependencies &
  ListKeysDependencies &
  RevokeKeyDependencies & {
    readonly readChannelStatus: ReadChannelStatus;
    readonly version: string;
    readonly uptimeMs: () => number;
  };

export const accountRows = (deps: AccountDependencies): readonly BookRow[] => [
  {
    method: 'get',
    path: '/api/v1/status',
    scope: 'read:status',
    answer: async ({ principal }) => {
      const { version } = deps;
      const statuses = await deps.readChannelStatus(principal);
      return { bare: translate.status(statuses, { version, uptimeMs: deps.uptimeMs() }) };
    },
  },
  {
    method: 'get',
    path: '/api/v1/config',
    scope: 'admin:settings',
    answer: async ({ principal }) => ({ data: translate.config(await readSettings(deps, principal)) }),
  },
  {
    method: 'patch',
    path: '/api/v1/config',
    scope: 'admin:settings',
    answer: async ({ principal, body }) => ({
      data: translate.config(await changeSettings(deps, principal, changeFrom(body as ChangeConfigRequest))),
    }),
  },
  ...keyRows(deps),
];

/** Only what was written: what is absent stays as it is. */
const changeFrom = ({ default_channel, outbound, unknown_policy, retention_days }: ChangeConfigRequest) => ({
  ...(default_channel === undefined ? {} : { defaultChannel: default_channel }),
  ...(outbound === undefined ? {} : { outbound }),
  ...(unknown_policy === undefined ? {} : { unknownPolicy: unknown_policy }),
  ...(retention_days === undefined ? {} : { retentionDays: retention_days }),
});

const keyRows = (deps: AccountDependencies): readonly BookRow[] => [
  {
    method: 'post',
    path: '/api/v1/admin/api-keys',
    scope: 'admin:users',
    status: 201,
    answer: async ({ principal, body }) => {
      const { name, scopes } = (body ?? {}) as CreateApiKeyRequest;
      return { data: translate.newApiKey(await makeKey(deps, principal, { name, scopes })) };
    },
  },
  {
    method: 'get',
    path: '/api/v1/admin/api-keys',
    scope: 'admin:users',
    answer: async ({ principal, query }) => {
      const { page, perPage } = readPage(query());
      const keys = await listKeys(deps, principal);
      const shown = keys.slice((page - 1) * perPage, page * perPage);
      return { data: shown.map(translate.apiKey), page: pagination(page, perPage, keys.length) };
    },
  },
  {
    method: 'delete',
    path: '/api/v1/admin/api-keys/:id',
    scope: 'admin:users',
    answer: async ({ principal, parameter }) => {
      const id = parameter('id');
      await revokeKey(deps, principal, id);
      return { data: { revoked: true, id } };
    },
  },
];
