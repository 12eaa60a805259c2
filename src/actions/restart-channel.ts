/**
 * Stop and start the connections that carry a channel. The operator's alone: they may be shared by all accounts.
 */
import { requireOperator, type Principal } from '#core/account.ts';
import { isChannel, type Channel } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { Connections } from '#ports/connections.ts';

export interface RestartChannelDependencies {
  readonly connections: Pick<Connections, 'all' | 'restart'>;
}

/** Answers how many connections were restarted. Throws `forbidden`, and `not_found` for a channel nothing carries. */
export async function restartChannel(
  { connections }: RestartChannelDependencies,
  principal: Principal,
  name: string,
): Promise<{ channel: Channel; restarted: number }> {
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
  return { channel: name, restarted: carriers.length };
}
