/**
 * How the channels are, in the real gateway's shape: what is configured is one thing, what is connected another. The
 * queue and the mend of an error are ours beside it.
 */
import type { ChannelDescription } from '#actions/describe-channels.ts';
import type { ConnectionStatus } from '#actions/read-channel-status.ts';
import { serviceOf, type Channel } from '#core/channel.ts';

export function channelsStatus(
  channels: readonly ChannelDescription[],
  statuses: readonly ConnectionStatus[],
  nowMs: number,
) {
  const order = [...new Set([...channels.map(({ channel }) => channel), ...statuses.flatMap((each) => each.channels)])];
  const carriers = (channel: Channel) => statuses.filter((each) => each.channels.includes(channel));
  const per = <Value>(make: (channel: Channel) => Value): Record<string, Value> =>
    Object.fromEntries(order.map((channel) => [channel, make(channel)]));
  return {
    ts: nowMs,
    channelOrder: order,
    channelLabels: per(serviceOf),
    channels: per((channel) => summary(carriers(channel))),
    channelAccounts: per((channel) => carriers(channel).map(accountOf)),
    channelDefaultAccountId: per((channel) => carriers(channel)[0]?.connection ?? null),
  };
}

function summary(carriers: readonly ConnectionStatus[]) {
  const ailing = carriers.find(({ connected }) => !connected);
  return {
    configured: carriers.length > 0,
    running: carriers.some(({ running }) => running),
    connected: carriers.some(({ connected }) => connected),
    lastError: ailing?.lastError ?? null,
    mend: ailing?.mend ?? null,
    lastInboundAt: newest(carriers.map(({ lastInboundAtMs }) => lastInboundAtMs)),
    lastOutboundAt: newest(carriers.map(({ lastOutboundAtMs }) => lastOutboundAtMs)),
  };
}

function accountOf(status: ConnectionStatus) {
  const { configured, enabled, running, connected, lastError, mend, lastErrorAtMs, state, lines, driver } = status;
  return {
    accountId: status.connection,
    driver,
    lines,
    enabled,
    configured,
    running,
    connected,
    healthState: state,
    lastError,
    mend,
    lastErrorAt: lastErrorAtMs,
    lastInboundAt: status.lastInboundAtMs,
    lastOutboundAt: status.lastOutboundAtMs,
    queueLength: status.queueLength,
    oldestQueuedMs: status.oldestQueuedMs,
  };
}

function newest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((each) => each !== null);
  return known.length === 0 ? null : Math.max(...known);
}
