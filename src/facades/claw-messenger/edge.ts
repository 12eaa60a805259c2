/**
 * The door of `/ws`: whose socket it is, what it may do, and the refusals that HTTP can still carry. Past the door a
 * session speaks the protocol over a link of the hub.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { holds, type Account } from '#core/account.ts';
import { failureOf, refuse, type Failure, type Refused } from '#core/failure.ts';
import type { AccountId, KeyId } from '#core/ids.ts';
import { retryAfterSeconds, waitMsOf } from '#http/failures.ts';
import { refuseUpgrade, type Sockets } from '#http/sockets.ts';
import type { UpgradeHandler } from '#http/upgrades.ts';
import { visitOf, type Caller } from '#http/visit.ts';
import { upgradeRefusal } from './failures.ts';
import { closes, Session, type SessionDependencies } from './session.ts';

export const socketsPerAccount = 20;
/** Generous: it only has to stop a client that runs in circles. */
const frameAllowance = { perSecond: 2_000, burst: 20_000 };

export interface SocketDoorDependencies extends Omit<SessionDependencies, 'allowance'> {
  readonly sockets: Sockets;
  /** Who asks. Throws Refused `unauthenticated` or `rate_limited`. */
  readonly admit: (request: IncomingMessage) => Promise<Caller>;
  /** False: as many sockets and frames as anybody likes, for benches on loopback. */
  readonly limits: boolean;
  /** A socket opened: who, and what program it says it is. */
  readonly opened: (fields: {
    readonly socket: string;
    readonly account: AccountId;
    readonly key: KeyId;
    readonly client: string | null;
  }) => void;
}

interface Wishes {
  readonly events: boolean;
  readonly client: string | null;
}

const reasons = {
  suspended: 'Account suspended',
  lapsed: 'Subscription lapsed',
} as const satisfies Record<Exclude<Account['state'], 'active'>, string>;

/** The handler of the upgrade path `/ws`. */
export function createSocketDoor(deps: SocketDoorDependencies): UpgradeHandler {
  const session: SessionDependencies = { ...deps, allowance: deps.limits ? frameAllowance : null };

  async function open(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): Promise<void> {
    const { principal, account } = await deps.admit(request);
    if (account.state !== 'active') {
      deps.sockets.turnAway(request, socket, head, closes.accountStopped.code, reasons[account.state]);
      return;
    }
    if (!holds(principal, 'read:messages') && !holds(principal, 'write:messages')) {
      throw refuse('forbidden', 'This socket needs a key with the scope read:messages or write:messages');
    }
    const { events, client } = wishesOf(url.searchParams);
    const outcome = deps.sockets.accept(request, socket, head, {
      account: account.id,
      limit: deps.limits ? socketsPerAccount : null,
      open(link) {
        const opened = new Session(session, principal, link);
        deps.opened({ socket: link.id, account: account.id, key: principal.key, client });
        void opened.start(events).then(() => askAgain(request, opened));
        return opened;
      },
    });
    if (outcome === 'full') throw tooManySockets();
    if (outcome === 'draining') throw stopping();
  }

  /** A key revoked between the first look at it and the first hint we heard would otherwise live on. */
  async function askAgain(request: IncomingMessage, opened: Session): Promise<void> {
    try {
      const { account } = await deps.admit(request);
      if (account.state !== 'active') opened.close(closes.accountStopped);
    } catch (error) {
      opened.close(failureOf(error).code === 'unauthenticated' ? closes.keyRevoked : closes.internal);
    }
  }

  return (request, socket, head, url) => {
    open(request, socket, head, url).catch((error: unknown) => {
      const failure = failureOf(error);
      if (failure.code === 'internal') deps.fault('socket.upgrade_failed', { error });
      turnDown(request, socket, failure);
    });
  };
}

function wishesOf(query: URLSearchParams): Wishes {
  const client = query.get('client');
  if (client !== null && (client.length > 128 || !/^[^/\s]+\/[^/\s]+$/.test(client))) {
    throw refuse('invalid', 'client must be a name and a version, such as my-agent/1.4.0', { field: 'client' });
  }
  const events = query.get('events') ?? 'all';
  if (events !== 'all' && events !== 'none') {
    throw refuse('invalid', 'events must be all or none', { field: 'events' });
  }
  return { client, events: events === 'all' };
}

function turnDown(request: IncomingMessage, socket: Duplex, failure: Failure): void {
  const { status, body } = upgradeRefusal(failure);
  const waitMs = waitMsOf(failure);
  refuseUpgrade(socket, status, body, {
    'X-Request-Id': visitOf(request).requestId,
    'X-Content-Type-Options': 'nosniff',
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="clawgate"' } : {}),
    ...(waitMs === undefined ? {} : { 'Retry-After': String(retryAfterSeconds(waitMs)) }),
  });
}

const tooManySockets = (): Refused =>
  refuse('rate_limited', `This account has ${socketsPerAccount} open sockets, the most it can have; close one first`, {
    retryAfterMs: 5_000,
  });

const stopping = (): Refused =>
  refuse('unavailable', 'The gateway is stopping; connect again in a few seconds', { retryAfterMs: 5_000 });
