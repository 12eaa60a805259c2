/**
 * What a person at the machine may ask of the gateway, over an open store. The running gateway answers it on its control
 * socket (control.ts); while none runs, the command line opens the store and answers itself (offline.ts). Same desk,
 * same answers.
 */
import type { DataFolder } from '#config/data-folder.ts';
import { refuse } from '#core/failure.ts';
import { idNumber, idText } from '#core/ids.ts';
import type { Plan } from '#core/plan.ts';
import { createAccount } from '#identity/accounts.ts';
import type { ReadEveryStatus } from '#actions/read-channel-status.ts';
import type { ResolveMessage } from '#actions/resolve-message.ts';
import type { KeyMint } from '#ports/identity.ts';
import type { Runtime } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { Resolution, UnknownMessage } from '#ports/store/outbound.ts';
import { makeBackup, type BackupReport } from './backup.ts';

export type DeskRequest =
  | { readonly command: 'status' }
  | { readonly command: 'accounts.add'; readonly plan: Plan; readonly name: string }
  | { readonly command: 'accounts.list' }
  | { readonly command: 'backup'; readonly target: string; readonly withSecrets: boolean }
  | { readonly command: 'messages.unknown' }
  | { readonly command: 'messages.resolve'; readonly message: string; readonly as: Resolution };

export interface AccountLine {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly plan: string;
  readonly state: string;
  readonly createdAtMs: number;
}

export interface ConnectionLine {
  readonly id: string;
  readonly driver: string;
  readonly channels: readonly string[];
  readonly lines: readonly string[];
  readonly state: string;
  readonly error: string | null;
  readonly mend: string | null;
  readonly queued: number;
  readonly unknown: number;
}

export interface DeskAnswers {
  status: {
    readonly version: string;
    readonly pid: number;
    /** Null when this is not a running gateway. */
    readonly url: string | null;
    /** Why the database cannot be used, or null. */
    readonly databaseFault: string | null;
    readonly connections: readonly ConnectionLine[];
    /** How many there are, and how many of them cannot be opened; null when this is not a running gateway. */
    readonly wallets: { readonly count: number; readonly locked: number } | null;
  };
  'accounts.add': { readonly account: AccountLine; readonly key: string };
  'accounts.list': readonly AccountLine[];
  backup: BackupReport;
  /** At most `shownUnknowns`, oldest first. */
  'messages.unknown': readonly UnknownMessage[];
  'messages.resolve': { readonly status: string };
}

export type DeskAnswer<Request extends DeskRequest> = DeskAnswers[Request['command']];

export interface DeskDependencies {
  readonly store: Store;
  readonly mint: KeyMint;
  readonly runtime: Runtime;
  readonly folder: DataFolder;
  readonly version: string;
  /** A running gateway's; absent at the command line. */
  readonly gateway?: {
    readonly url: string;
    readonly readEveryStatus: ReadEveryStatus;
    readonly resolveMessage: ResolveMessage;
    readonly countWallets: () => { readonly count: number; readonly locked: number };
  };
}

export const shownUnknowns = 1_000;

/** `progress` hears sentences while something takes long. Throws errors whose message is for the person. */
export interface Desk {
  ask<Request extends DeskRequest>(request: Request, progress?: (text: string) => void): Promise<DeskAnswer<Request>>;
}

export function createDesk(deps: DeskDependencies): Desk {
  return {
    // The answer of a command has the type its request names; the switch below cannot say so to the compiler.
    ask: async <Request extends DeskRequest>(request: Request, progress: (text: string) => void = () => undefined) =>
      (await answerTo(deps, request, progress)) as DeskAnswer<Request>,
  };
}

function answerTo(
  deps: DeskDependencies,
  request: DeskRequest,
  progress: (text: string) => void,
): Promise<DeskAnswers[DeskRequest['command']]> {
  switch (request.command) {
    case 'status':
      return status(deps);
    case 'accounts.add':
      return addAccount(deps, request);
    case 'accounts.list':
      return deps.store.accounts();
    case 'backup':
      return makeBackup({ ...deps, clock: deps.runtime.clock }, request, progress);
    case 'messages.unknown':
      return deps.store.unknowns(shownUnknowns);
    case 'messages.resolve':
      return resolve(deps, request);
    default:
      return request satisfies never;
  }
}

async function addAccount(deps: DeskDependencies, { plan, name }: { plan: Plan; name: string }) {
  if (plan === 'self-hosted') throw refuse('invalid', 'The plan self-hosted is the owner account’s alone');
  return createAccount(deps, { plan, name });
}

async function status({ store, version, gateway }: DeskDependencies): Promise<DeskAnswers['status']> {
  const databaseFault = await store.check().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const connections = ((await gateway?.readEveryStatus()) ?? []).map((status) => ({
    id: status.connection,
    driver: status.driver,
    channels: status.channels,
    lines: status.lines,
    state: status.state,
    error: status.connected ? null : status.lastError,
    mend: status.mend,
    queued: status.queueLength ?? 0,
    unknown: status.unknownCount ?? 0,
  }));
  const wallets = gateway?.countWallets() ?? null;
  return { version, pid: process.pid, url: gateway?.url ?? null, databaseFault, connections, wallets };
}

async function resolve(
  { store, gateway }: DeskDependencies,
  { message, as }: { message: string; as: Resolution },
): Promise<DeskAnswers['messages.resolve']> {
  const number = idNumber('message', message);
  if (number === undefined) throw refuse('invalid', `${message} is no message id; one looks like msg_1a2b3c`);
  const id = idText('message', number);
  for (const { id: account } of await store.accounts()) {
    const [found] = await store.messages(account, [id]);
    if (!found) continue;
    const status = gateway
      ? await gateway.resolveMessage(account, id, as)
      : (await store.resolve(account, id, as)).status;
    return { status };
  }
  throw refuse('not_found', `There is no message ${message}`);
}
