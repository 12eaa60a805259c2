/**
 * Claw Messenger over HTTP: one row for each path and method of the contract, with the scope its key needs. A request is
 * let in, read and held to the contract by the http room, and then handed to one action. Fixed paths stand before the
 * patterns that would match them too.
 */
import { claimRoute, type ClaimRouteDependencies } from '#actions/claim-route.ts';
import { describeChannels, type DescribeChannelsDependencies } from '#actions/describe-channels.ts';
import { listKeys, type ListKeysDependencies } from '#actions/list-keys.ts';
import { listRoutes, type ListRoutesDependencies } from '#actions/list-routes.ts';
import { makeKey, type MakeKeyDependencies } from '#actions/make-key.ts';
import { readUsage, type ReadUsageDependencies } from '#actions/read-usage.ts';
import { releaseRoute, type ReleaseRouteDependencies } from '#actions/release-route.ts';
import { reportDiagnostics, type ReportDiagnosticsDependencies } from '#actions/report-diagnostics.ts';
import { restartChannel, type RestartChannelDependencies } from '#actions/restart-channel.ts';
import { revokeKey, type RevokeKeyDependencies } from '#actions/revoke-key.ts';
import { setPrimaryRoute, type SetPrimaryRouteDependencies } from '#actions/set-primary-route.ts';
import type { Mount } from '#http/app.ts';
import type { Door } from '#http/authenticate.ts';
import { createContract, type Contract } from '#http/contract.ts';
import { routeRows, type Row } from '#http/rows.ts';
import { renderFailure } from './failures.ts';
import * as translate from './translate.ts';

type Actions = ClaimRouteDependencies &
  ReleaseRouteDependencies &
  ListRoutesDependencies &
  SetPrimaryRouteDependencies &
  MakeKeyDependencies &
  RevokeKeyDependencies &
  ListKeysDependencies &
  ReadUsageDependencies &
  ReportDiagnosticsDependencies &
  DescribeChannelsDependencies &
  RestartChannelDependencies;

export interface ClawMessengerRestDependencies extends Actions {
  readonly door: Door;
  /** Hears of an answer that breaks the contract; tests listen. */
  readonly onBrokenAnswer?: (problem: string) => void;
}

/** The bundled contract, as the documents serve it. */
export const loadContract = async (): Promise<unknown> =>
  (await import('#wire/claw-messenger.openapi.json', { with: { type: 'json' } })).default;

/** What the server mounts at /api, and the contract to warm once the server listens. */
export function clawMessengerRest(deps: ClawMessengerRestDependencies): { mount: Mount; contract: Contract } {
  const { door, onBrokenAnswer } = deps;
  const contract = createContract({ load: loadContract, ...(onBrokenAnswer && { onBrokenAnswer }) });
  const rows = [...keyRows(deps), ...phoneRows(deps), ...accountRows(deps), ...channelRows(deps)];
  const handler = routeRows(rows, { door, contract });
  return { mount: { path: '/api', name: 'claw-messenger', handler, failures: renderFailure }, contract };
}

const keyRows = (actions: Actions): readonly Row[] => [
  {
    method: 'post',
    path: '/api/keys',
    scope: '*',
    status: 201,
    answer: async ({ principal, body }) =>
      translate.createdKey(await makeKey(actions, principal, translate.keyWishFrom(body))),
  },
  {
    method: 'get',
    path: '/api/keys',
    scope: '*',
    answer: async ({ principal }) => translate.keyList(await listKeys(actions, principal)),
  },
  {
    method: 'delete',
    path: '/api/keys/:id',
    scope: '*',
    answer: async ({ principal, parameter }) => {
      await revokeKey(actions, principal, parameter('id'));
      return translate.done;
    },
  },
];

const phoneRows = (actions: Actions): readonly Row[] => [
  {
    method: 'post',
    path: '/api/routes',
    scope: 'write:messages',
    answer: async ({ principal, body }) =>
      translate.registeredRoute(await claimRoute(actions, principal, translate.phoneNumberFrom(body))),
  },
  {
    method: 'get',
    path: '/api/routes',
    scope: 'read:status',
    answer: async ({ principal }) => translate.routeList(await listRoutes(actions, principal)),
  },
  {
    method: 'put',
    path: '/api/routes/primary',
    scope: 'write:messages',
    answer: async ({ principal, body }) =>
      translate.primaryRoute(await setPrimaryRoute(actions, principal, translate.phoneNumberFrom(body))),
  },
  {
    method: 'delete',
    path: '/api/routes/:phone',
    scope: 'write:messages',
    answer: async ({ principal, parameter }) => {
      await releaseRoute(actions, principal, parameter('phone'));
      return translate.done;
    },
  },
];

const accountRows = (actions: Actions): readonly Row[] => [
  {
    method: 'get',
    path: '/api/billing/usage',
    scope: '*',
    answer: async ({ principal }) => translate.usageBody(await readUsage(actions, principal)),
  },
  {
    method: 'post',
    path: '/api/diagnostics',
    scope: 'read:status',
    answer: async ({ principal, body }) =>
      translate.diagnosticsReceipt(await reportDiagnostics(actions, principal, translate.reportFrom(body))),
  },
];

const channelRows = (actions: Actions): readonly Row[] => [
  {
    method: 'get',
    path: '/api/channels/capabilities',
    scope: 'read:status',
    answer: ({ principal }) => translate.capabilityList(describeChannels(actions, principal)),
  },
  {
    method: 'post',
    path: '/api/channels/:channel/restart',
    scope: '*',
    owner: true,
    answer: async ({ principal, parameter }) =>
      translate.restartedChannel(await restartChannel(actions, principal, parameter('channel'))),
  },
];
