/**
 * Between Claw Messenger's REST bodies and our words. Pure. Requests come checked against the contract; what it does not
 * know is left behind here.
 */
import type { Scope } from '#core/account.ts';
import { serviceOf } from '#core/channel.ts';
import type { claimRoute } from '#actions/claim-route.ts';
import type { ChannelDescription } from '#actions/describe-channels.ts';
import type { listKeys } from '#actions/list-keys.ts';
import type { listRoutes } from '#actions/list-routes.ts';
import type { KeyWish } from '#actions/make-key.ts';
import type { Usage } from '#actions/read-usage.ts';
import type { reportDiagnostics } from '#actions/report-diagnostics.ts';
import type { restartChannel } from '#actions/restart-channel.ts';
import type { setPrimaryRoute } from '#actions/set-primary-route.ts';
import type {
  CapabilityList,
  CreatedKey,
  CreateKeyRequest,
  DiagnosticsReceipt,
  DiagnosticsRequest,
  Done,
  KeyList,
  PhoneNumberRequest,
  PrimaryRoute,
  RegisteredRoute,
  RestartedChannel,
  RouteList,
  Usage as WireUsage,
} from '#wire/claw-messenger.ts';

type KeyRow = Awaited<ReturnType<typeof listKeys>>[number];
type RouteRow = Awaited<ReturnType<typeof listRoutes>>[number];

export const phoneNumberFrom = (body: unknown): string => (body as PhoneNumberRequest).phone_number;

export function keyWishFrom(body: unknown): KeyWish {
  const { name, scopes } = (body ?? {}) as CreateKeyRequest;
  return { name, scopes: scopes as readonly Scope[] | undefined };
}

/** The documented fields of a report; `metadata` is the client's own and kept as it is. */
export function reportFrom(body: unknown): Readonly<Record<string, unknown>> {
  const report = body as DiagnosticsRequest;
  const entries = (list: DiagnosticsRequest['errors']) => list?.map(({ ts, type, detail }) => ({ ts, type, detail }));
  return {
    plugin_version: report.plugin_version,
    node_version: report.node_version,
    errors: entries(report.errors),
    connection_log: entries(report.connection_log),
    metadata: report.metadata,
  };
}

export function createdKey({ row, key }: { readonly row: KeyRow; readonly key: string }): CreatedKey {
  return { ok: true, id: row.id, key, prefix: row.prefix, name: nameOf(row), created_at: timestamp(row.createdAtMs) };
}

export function keyList(rows: readonly KeyRow[]): KeyList {
  const keys = rows.map((row) => ({
    id: row.id,
    prefix: row.prefix,
    name: nameOf(row),
    scopes: row.scopes,
    created_at: timestamp(row.createdAtMs),
    last_used_at: row.lastUsedAtMs === null ? null : timestamp(row.lastUsedAtMs),
  }));
  return { ok: true, keys };
}

export function registeredRoute(claim: Awaited<ReturnType<typeof claimRoute>>): RegisteredRoute {
  return { ok: true, phone_number: claim.phoneNumber, already_claimed: claim.alreadyClaimed };
}

export function primaryRoute(route: Awaited<ReturnType<typeof setPrimaryRoute>>): PrimaryRoute {
  return { ok: true, phone_number: route.phoneNumber, is_primary: true };
}

export function diagnosticsReceipt(report: Awaited<ReturnType<typeof reportDiagnostics>>): DiagnosticsReceipt {
  return { ok: true, report_id: report };
}

export function restartedChannel(restart: Awaited<ReturnType<typeof restartChannel>>): RestartedChannel {
  return { ok: true, ...restart, connections: [...restart.connections] };
}

export const done: Done = { ok: true };

export function routeList(rows: readonly RouteRow[]): RouteList {
  const routes = rows.map((row) => ({
    phone_number: row.phoneNumber,
    is_primary: row.isPrimary,
    created_at: timestamp(row.createdAtMs),
  }));
  return { ok: true, routes };
}

export function usageBody(usage: Usage): WireUsage {
  return {
    ok: true,
    plan: usage.plan,
    status: usage.status,
    message_count: usage.messageCount,
    message_limit: usage.messageLimit,
    period_start: timestamp(usage.periodStartMs),
    period_end: timestamp(usage.periodEndMs),
    trial_ends_at: usage.trialEndsAtMs === null ? null : timestamp(usage.trialEndsAtMs),
  };
}

export function capabilityList(descriptions: readonly ChannelDescription[]): CapabilityList {
  const channels = descriptions.map(({ channel, driver, capabilities }) => ({
    channel,
    service: serviceOf(channel) as CapabilityList['channels'][number]['service'],
    driver,
    capabilities,
  }));
  return { ok: true, channels };
}

/** A key without a name says so. */
const nameOf = (row: KeyRow): string | null => (row.name === '' ? null : row.name);

const timestamp = (ms: number): string => new Date(ms).toISOString();
