/**
 * Deliveries before their first try.
 */
import type { Event } from '#core/event.ts';
import { deliveryOfEvent, deliveryOfMinted, eventName, type WebhookEventType } from '#core/webhook.ts';
import type { WebhookDelivery, WebhookEndpoint } from '#ports/store/webhooks.ts';

const untried = { state: 'waiting', attempts: 0, responseStatus: null, error: null, lastAttemptAtMs: null } as const;

/** Of a row of the log: its body is made when it is sent. */
export function rowOfEvent(
  { id: webhook, account }: WebhookEndpoint,
  type: WebhookEventType,
  event: Event,
  createdAtMs: number,
): WebhookDelivery {
  const id = deliveryOfEvent(event);
  const name = eventName(account, id);
  const { seq } = event;
  return { ...untried, id, webhook, account, event: name, type, seq, body: null, createdAtMs, nextAttemptAtMs: null };
}

/** Of an event that is in no log: due at once, with its body. */
export function mintedRow(
  { id: webhook, account }: WebhookEndpoint,
  type: WebhookEventType,
  minted: number,
  body: string,
  atMs: number,
): WebhookDelivery {
  const id = deliveryOfMinted(minted);
  const event = eventName(account, id);
  return { ...untried, id, webhook, account, event, type, seq: null, body, createdAtMs: atMs, nextAttemptAtMs: atMs };
}
