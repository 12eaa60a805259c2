/**
 * What is sent: the envelope around an event, and the words for what is in no log. Bodies of messages are made from the
 * log whenever they are sent, so none is stored.
 */
import type { Event } from '#core/event.ts';
import type { WebhookEventType } from '#core/webhook.ts';
import type { Connection } from '#ports/connections.ts';
import type { MessageInChat } from '#ports/store/log.ts';

/** A message as the protocol that made the endpoint shows it. */
export type DescribeMessage = (chat: MessageInChat) => object;

export function envelope(name: string, type: string, atMs: number, data: object): string {
  return JSON.stringify({ id: name, type, created_at: new Date(atMs).toISOString(), data });
}

/** The message as it was when this happened to it, as far as its state goes: a later one has an event of its own. */
export function messageBody(
  name: string,
  type: WebhookEventType,
  event: Event,
  { message, conversation }: MessageInChat,
  describe: DescribeMessage,
): string {
  const atMs = Math.floor(event.tsUs / 1000);
  const then =
    event.kind === 'status'
      ? { ...message, status: event.status, error: event.status === 'failed' ? message.error : null, updatedAtMs: atMs }
      : message;
  const data = { ...describe({ message: then, conversation }), message_id: message.id, seq: event.seq };
  return envelope(name, type, atMs, data);
}

export function integrationData({ id, driverName, channels, health }: Connection): object {
  return {
    connection: id,
    driver: driverName,
    channels,
    state: health.state,
    error: 'error' in health ? health.error : null,
    mend: 'mend' in health ? health.mend : null,
  };
}

export function healthData(connections: readonly Connection[], isHealthy: boolean): object {
  return {
    status: isHealthy ? 'healthy' : 'degraded',
    connections: connections.map(({ id, channels, health }) => ({ connection: id, channels, state: health.state })),
  };
}
