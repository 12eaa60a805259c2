/**
 * `connect`: which credential it brings, which protocol it speaks, and what it is told when it is let in. The native
 * form follows the real gateway; the documented form gets the same payload.
 */
import { holds, type Principal } from '#core/account.ts';
import { maxFrameBytes } from '#http/sockets.ts';
import { isParams, type Params } from './params.ts';

export const protocol = 4;
export const tickMs = 30_000;
const maxBufferedBytes = 8 * 1024 * 1024;

export const events = [
  'connect.challenge',
  'tick',
  'shutdown',
  'message',
  'message.status',
  'message.reaction',
  'poll.vote',
] as const;

/** The token of `auth`, which some clients call a password; undefined when there is none. */
export function tokenOf(params: Params): string | undefined {
  const { auth } = params;
  if (!isParams(auth)) return undefined;
  for (const name of ['token', 'password']) {
    const value = auth[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** Whether the client speaks our protocol; one that names none is taken to. */
export function speaksOurs({ minProtocol, maxProtocol }: Params): boolean {
  const least = typeof minProtocol === 'number' ? minProtocol : protocol;
  const most = typeof maxProtocol === 'number' ? maxProtocol : protocol;
  return least <= protocol && protocol <= most;
}

/** What this client program says it is, for diagnostics; null unless it is a name and a version. */
export function clientOf({ client }: Params): string | null {
  if (!isParams(client)) return null;
  const name = client['id'] ?? client['name'];
  const { version } = client;
  if (typeof name !== 'string' || typeof version !== 'string') return null;
  const both = `${name}/${version}`;
  return both.length <= 128 && /^[^/\s]+\/[^/\s]+$/.test(both) ? both : null;
}

/** Our scopes in the real gateway's words. */
export function operatorScopes(principal: Principal): readonly string[] {
  return [
    ...(holds(principal, 'read:messages') || holds(principal, 'read:status') ? ['operator.read'] : []),
    ...(holds(principal, 'write:messages') ? ['operator.write'] : []),
    ...(principal.operator && holds(principal, '*') ? ['operator.admin'] : []),
  ];
}

export interface Welcome {
  readonly principal: Principal;
  readonly connId: string;
  readonly version: string;
  readonly methods: readonly string[];
  readonly uptimeMs: number;
  readonly nowMs: number;
}

export function helloOk({ principal, connId, version, methods, uptimeMs, nowMs }: Welcome) {
  return {
    type: 'hello-ok',
    protocol,
    server: { version, connId },
    features: { methods, events },
    snapshot: {
      presence: [],
      health: { ok: true, ts: nowMs },
      stateVersion: { presence: 0, health: 0 },
      uptimeMs,
    },
    auth: { role: 'operator', scopes: operatorScopes(principal) },
    policy: { maxPayload: maxFrameBytes, maxBufferedBytes, tickIntervalMs: tickMs },
  };
}
