/**
 * Stop and start the connections that carry a channel. The operator's alone: they may be shared by all accounts.
 */
import { requireOperator, type Principal } from '#core/account.ts';
import { isChannel, type Channel } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { ConnectionId } from '#core/ids.ts';
import type { Connection, Connections, ConnectionState } from '#ports/connections.ts';
import { connectionState } from './read-channel-status.ts';

export interface RestartedConnection {
  readonly connection: ConnectionId;
  readonly state: ConnectionState;
  readonly error: string | null;
  readonly mend: string | null;
}

export interface RestartChannelDependencies {
  readonly connections: Pick<Connections, 'all' | 'restart'>;
}

/**
 * Answers how many connections were restarted, and how each is since. Other connections, and the sockets of agents, are
 * not touched; what waits in the queue goes out when the connection is back. Two restarts at once are one. Throws `forbidden`,
 * and `not_found` for a channel nothing carries.
 */
export async function restartChannel(
  { connections }: RestartChannelDependencies,
  principal: Principal,
  name: string,
): Promise<{ channel: Channel; restarted: number; connections: readonly RestartedConnection[] }> {
  requireOperator(principal);
  const carriers = connections.all().filter((connection) => isChannel(name) && connection.channels.includes(name));
  if (!isChannel(name) || carriers.length === 0) {
    throw refuse(
      'not_found',
      `Channel '${name}' is not configured; GET /api/channels/capabilities lists those that are`,
      {
        field: 'channel',
        reason: 'channel_not_found',
      },
    );
  }
  await Promise.all(carriers.map((connection) => connections.restart(connection.id)));
  return { channel: name, restarted: carriers.length, connections: carriers.map(afterRestart) };
}

/** A connection is one object for the life of the gateway, so this is its present state. */
function afterRestart(connection: Connection): RestartedConnection {
  const { health } = connection;
  const [error, mend] = 'error' in health ? [health.error, health.mend] : [null, null];
  return { connection: connection.id, state: connectionState(connection), error, mend };
}
