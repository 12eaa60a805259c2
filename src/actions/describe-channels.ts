/**
 * What an account can send where: its channels, who carries them and what each can do.
 */
import type { Principal } from '#core/account.ts';
import { channels, type Capabilities, type Channel } from '#core/channel.ts';
import type { Connections } from '#ports/connections.ts';

export interface DescribeChannelsDependencies {
  readonly connections: Pick<Connections, 'for'>;
  readonly defaultChannel: Channel;
}

export interface ChannelDescription {
  readonly channel: Channel;
  readonly driver: string;
  readonly capabilities: Capabilities;
}

/** The default channel first; a channel whose driver could not be made can do nothing and is left out. */
export function describeChannels(
  { connections, defaultChannel }: DescribeChannelsDependencies,
  principal: Principal,
): readonly ChannelDescription[] {
  const inOrder = [defaultChannel, ...channels.filter((channel) => channel !== defaultChannel)];
  return inOrder.flatMap((channel) => {
    const connection = connections.for(channel, principal.account);
    if (!connection?.driver) return [];
    return [{ channel, driver: connection.driverName, capabilities: connection.driver.capabilities(channel) }];
  });
}
