/**
 * The methods, once for both framings and for HTTP: each with the scope it needs and what answers it. Framing, errors
 * and who is asking are the callers'.
 */
import type { ChannelDescription } from '#actions/describe-channels.ts';
import type { ReadChannelStatus } from '#actions/read-channel-status.ts';
import type { RestartedConnection } from '#actions/restart-channel.ts';
import { requireScope, type Principal, type Scope } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import { listMessages, type ListMessages } from './list.ts';
import { requiredText, type Params } from './params.ts';
import { poll, pollResults, type PollDependencies } from './poll.ts';
import { send, type Sent } from './send.ts';
import { channelsStatus } from './status.ts';

export interface MethodDependencies extends PollDependencies {
  readonly readChannelStatus: ReadChannelStatus;
  readonly listMessages: ListMessages;
  readonly describeChannels: (principal: Principal) => readonly ChannelDescription[];
  readonly restartChannel: (
    principal: Principal,
    channel: string,
  ) => Promise<{ channel: string; restarted: number; connections: readonly RestartedConnection[] }>;
  readonly mediaUrl: (url: string) => string;
  /** The OpenRPC document, with this gateway as its server. */
  readonly describe: () => Promise<unknown>;
  readonly clock: { nowMs(): number; monotonicMs(): number };
  readonly version: string;
}

export interface Call {
  readonly principal: Principal;
  readonly params: Params;
  /** Ends with whoever waits for the answer. */
  readonly signal: AbortSignal;
}

interface Method {
  /** Null: any key will do. */
  readonly scope: Scope | null;
  readonly answer: (call: Call) => Promise<Sent> | Sent;
}

export interface Methods {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Throws Refused: `invalid` for an unknown method, `forbidden` without the scope. */
  call(name: string, call: Call): Promise<Sent>;
}

const plain = (payload: Sent['payload']): Sent => ({ payload, cached: false });

export function createMethods(deps: MethodDependencies): Methods {
  const table = methodTable(deps);
  return {
    names: ['connect', ...table.keys()],
    has: (name) => table.has(name),
    async call(name, call) {
      const method = table.get(name);
      if (!method) throw refuse('invalid', `unknown method: ${name}`, { field: 'method' });
      if (method.scope !== null) requireScope(call.principal, method.scope);
      return method.answer(call);
    },
  };
}

function methodTable(deps: MethodDependencies): ReadonlyMap<string, Method> {
  return new Map<string, Method>([...messageMethods(deps), ...channelMethods(deps), ...ownMethods(deps)]);
}

type Entries = readonly (readonly [name: string, method: Method])[];

const messageMethods = (deps: MethodDependencies): Entries => [
  [
    'send',
    { scope: 'write:messages', answer: ({ principal, params, signal }) => send(deps, principal, params, signal) },
  ],
  [
    'poll',
    { scope: 'write:messages', answer: ({ principal, params, signal }) => poll(deps, principal, params, signal) },
  ],
  ['poll.results', { scope: 'read:messages', answer: ({ principal, params }) => pollResults(deps, principal, params) }],
  [
    'messages.list',
    {
      scope: 'read:messages',
      answer: async ({ principal, params }) => plain(await listMessages(deps, principal, params)),
    },
  ],
];

const channelMethods = (deps: MethodDependencies): Entries => [
  [
    'channels.status',
    {
      scope: 'read:status',
      answer: async ({ principal }) => {
        const statuses = await deps.readChannelStatus(principal);
        return plain(channelsStatus(deps.describeChannels(principal), statuses, deps.clock.nowMs()));
      },
    },
  ],
  [
    'channels.capabilities',
    {
      scope: 'read:status',
      answer: ({ principal }) => {
        const channels = deps
          .describeChannels(principal)
          .map(({ channel, driver, capabilities }) => [channel, { driver, ...capabilities }]);
        return plain({ channels: Object.fromEntries(channels) as object });
      },
    },
  ],
  [
    'channels.restart',
    {
      scope: null,
      answer: async ({ principal, params }) =>
        plain(await deps.restartChannel(principal, requiredText(params, 'channel'))),
    },
  ],
];

function ownMethods(deps: MethodDependencies): Entries {
  const { clock, version } = deps;
  const startedMs = clock.monotonicMs();
  const uptimeMs = () => Math.round(clock.monotonicMs() - startedMs);
  return [
    [
      'health',
      { scope: null, answer: () => plain({ ok: true, status: 'live', ts: clock.nowMs(), uptimeMs: uptimeMs() }) },
    ],
    [
      'status',
      {
        scope: 'read:status',
        answer: async ({ principal }) => {
          const statuses = await deps.readChannelStatus(principal);
          const connected = statuses.filter((each) => each.connected).length;
          return plain({ ok: true, version, uptimeMs: uptimeMs(), connections: statuses.length, connected });
        },
      },
    ],
    ['rpc.discover', { scope: null, answer: async () => plain((await deps.describe()) as Sent['payload']) }],
  ];
}
