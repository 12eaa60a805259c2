/**
 * What webhooks tell of, and how what they tell is named. A name is made from the event alone, so that whatever is
 * planned twice, after a crash or for several endpoints, is recognised by the one who receives it.
 */
import type { Event } from './event.ts';
import { idNumber, idText, type AccountId, type DeliveryId } from './ids.ts';

export const webhookEventTypes = [
  'message.received',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
  'integration.connected',
  'integration.disconnected',
  'integration.error',
  'system.health',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];
export const everyEvent = '*';

export const isWebhookEventType = (text: string): text is WebhookEventType =>
  webhookEventTypes.some((type) => type === text);

/** Whether an endpoint that names these events wants this one. */
export const wants = (events: readonly string[], type: WebhookEventType): boolean =>
  events.includes(type) || events.includes(everyEvent);

/** What a row of the log is to a webhook; null for what none tells of. */
export function webhookTypeOf(event: Event): WebhookEventType | null {
  if (event.kind === 'received') return 'message.received';
  if (event.kind !== 'status') return null;
  const type = `message.${event.status}`;
  return isWebhookEventType(type) ? type : null;
}

/** Of a row of the log: even numbers, from its time, which is its own within the account even in a restored copy. */
export const deliveryOfEvent = ({ tsUs }: Pick<Event, 'tsUs'>): DeliveryId => idText('delivery', tsUs * 2);

/** Of what is in no log: odd numbers, so that the two never meet. `minted` is a fresh id. */
export const deliveryOfMinted = (minted: number): DeliveryId => idText('delivery', minted * 2 + 1);

/** The name that every try and every endpoint of the account gives the event behind a delivery. */
export function eventName(account: AccountId, delivery: DeliveryId): string {
  const text = (kind: 'account' | 'delivery', id: string) => (idNumber(kind, id) ?? 0).toString(36);
  return `evt_${text('account', account)}_${text('delivery', delivery)}`;
}
