/**
 * Events of the gateway itself: a connection came, went or needs a person, and the health of all that an account can
 * use. A change is told once it has lasted a moment, each account hears of the connections it may use, the owner of all.
 * Nothing is told while it is so from the start; trouble at the start is.
 */
import type { AccountId, ConnectionId } from '#core/ids.ts';
import { deliveryOfMinted, eventName, type WebhookEventType } from '#core/webhook.ts';
import type { Connection } from '#ports/connections.ts';
import type { Runtime } from '#ports/runtime.ts';
import { envelope, healthData, integrationData } from './bodies.ts';

/** An event with its body, for one account. */
export interface Announcement {
  readonly account: AccountId;
  readonly type: WebhookEventType;
  readonly minted: number;
  readonly body: string;
  readonly atMs: number;
}

export interface AnnounceDependencies {
  readonly connections: { all(): readonly Connection[] };
  readonly runtime: Pick<Runtime, 'clock' | 'ids' | 'timers'>;
  readonly isOwner: (account: AccountId) => boolean;
  /** The accounts that somebody delivers for. */
  readonly listeners: () => Iterable<AccountId>;
  readonly tell: (announcement: Announcement) => void;
}

type Standing = 'connected' | 'disconnected' | 'error';

/** Shorter than this is no change: a restart, a probe that came late. */
const settleMs = 1_000;

export interface Announcer {
  /** The health of a connection may have changed. */
  heard(connection: Connection): void;
  /** From now on this account is told of changes. */
  joined(account: AccountId): void;
  stop(): void;
}

export function createAnnouncer(deps: AnnounceDependencies): Announcer {
  const told = new Map<ConnectionId, Standing>();
  const settling = new Set<ConnectionId>();
  const healthTold = new Map<AccountId, boolean>();
  const stopped = new AbortController();

  const settled = (id: ConnectionId): void => {
    const connection = deps.connections.all().find((each) => each.id === id);
    const standing = connection ? standingOf(connection) : null;
    if (!connection || standing === null) return;
    const before = told.get(connection.id);
    told.set(connection.id, standing);
    if (before === standing || (before === undefined && standing === 'connected')) return tellHealth();
    for (const account of deps.listeners()) {
      if (sees(deps, account, connection)) {
        tell(account, `integration.${standing}`, integrationData(connection));
      }
    }
    tellHealth();
  };
  const tellHealth = (): void => {
    for (const account of deps.listeners()) {
      const [seen, isHealthy] = healthOf(deps, account);
      if (isHealthy === null || healthTold.get(account) === isHealthy) continue;
      const isNews = healthTold.has(account) || !isHealthy;
      healthTold.set(account, isHealthy);
      if (isNews) tell(account, 'system.health', healthData(seen, isHealthy));
    }
  };
  const tell = (account: AccountId, type: WebhookEventType, data: object): void => {
    const [minted, atMs] = [deps.runtime.ids.next(), deps.runtime.clock.nowMs()];
    const body = envelope(eventName(account, deliveryOfMinted(minted)), type, atMs, data);
    deps.tell({ account, type, minted, body, atMs });
  };
  return {
    heard(connection) {
      if (settling.has(connection.id) || stopped.signal.aborted) return;
      if (told.get(connection.id) === standingOf(connection)) return;
      settling.add(connection.id);
      void deps.runtime.timers.sleep(settleMs, stopped.signal).then(() => {
        settling.delete(connection.id);
        if (!stopped.signal.aborted) settled(connection.id);
      });
    },
    joined(account) {
      const [, isHealthy] = healthOf(deps, account);
      if (isHealthy !== null && !healthTold.has(account)) healthTold.set(account, isHealthy);
    },
    stop: () => stopped.abort(),
  };
}

/** Null on the way from one to another. */
function standingOf({ health }: Connection): Standing | null {
  switch (health.state) {
    case 'connecting':
      return null;
    case 'connected':
      return 'connected';
    case 'down':
    case 'stopped':
      return 'disconnected';
    case 'needs_login':
      return 'error';
    default:
      return health satisfies never;
  }
}

const sees = ({ isOwner }: Pick<AnnounceDependencies, 'isOwner'>, account: AccountId, connection: Connection) =>
  connection.account === null || connection.account === account || isOwner(account);

/** What the account may use, and whether all of it works; null while one is on its way. */
function healthOf(deps: AnnounceDependencies, account: AccountId): [readonly Connection[], boolean | null] {
  const seen = deps.connections.all().filter((connection) => sees(deps, account, connection));
  const standings = seen.filter(({ health }) => health.state !== 'stopped').map(standingOf);
  if (standings.includes(null)) return [seen, null];
  return [seen, standings.every((standing) => standing === 'connected')];
}
