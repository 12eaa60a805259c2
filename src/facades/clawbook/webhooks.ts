/**
 * Webhooks as resources: endpoints, their delivery log, a test and another delivery. What is delivered is made in the
 * room that delivers; a message in it is this facade's message.
 */
import { changeWebhook, deleteWebhook, type ChangeWebhookDependencies } from '#actions/change-webhook.ts';
import { makeWebhook, type MakeWebhookDependencies } from '#actions/make-webhook.ts';
import {
  listWebhooks,
  readWebhook,
  type ListWebhooksDependencies,
  type WebhookDelivery as Delivery,
  type WebhookEndpoint,
} from '#actions/read-webhook.ts';
import {
  listDeliveries,
  redeliverWebhook,
  testWebhook,
  type WebhookDeliveryDependencies,
} from '#actions/redeliver-webhook.ts';
import { everyEvent, isWebhookEventType } from '#core/webhook.ts';
import type {
  ChangeWebhookRequest,
  CreateWebhookRequest,
  Webhook,
  WebhookDelivery,
  WebhookTest,
  WebhookWithSecret,
} from '#wire/clawbook.ts';
import { pagination, type BookRow } from './answer.ts';
import { oneOf, pageNames, readPage } from './query.ts';

export interface WebhookRowDependencies {
  readonly store: MakeWebhookDependencies['store'] &
    ChangeWebhookDependencies['store'] &
    ListWebhooksDependencies['store'] &
    WebhookDeliveryDependencies['store'];
  readonly webhooks: MakeWebhookDependencies['webhooks'] & WebhookDeliveryDependencies['webhooks'];
  readonly clock: MakeWebhookDependencies['clock'];
  readonly ids: MakeWebhookDependencies['ids'];
}

const scope = 'admin:settings';
const deliveryStates = ['waiting', 'delivered', 'failed'] as const;

export const webhookRows = (deps: WebhookRowDependencies): readonly BookRow[] => [
  {
    method: 'post',
    path: '/api/v1/webhooks',
    scope,
    status: 201,
    answer: async ({ principal, body }) => {
      const { url, events = [everyEvent] } = body as CreateWebhookRequest;
      const { endpoint, secret } = await makeWebhook(deps, principal, { url, events });
      return { data: withSecret(endpoint, secret) };
    },
  },
  {
    method: 'get',
    path: '/api/v1/webhooks',
    scope,
    answer: async ({ principal, query }) => {
      const { page, perPage } = readPage(query());
      const every = await listWebhooks(deps, principal);
      const shown = every.slice((page - 1) * perPage, page * perPage);
      return { data: shown.map(webhook), page: pagination(page, perPage, every.length) };
    },
  },
  {
    method: 'get',
    path: '/api/v1/webhooks/:id',
    scope,
    answer: async ({ principal, parameter }) => ({
      data: webhook(await readWebhook(deps, principal, parameter('id'))),
    }),
  },
  {
    method: 'patch',
    path: '/api/v1/webhooks/:id',
    scope,
    answer: async ({ principal, parameter, body }) => {
      const { url, events, status, rotate_secret: rotateSecret } = body as ChangeWebhookRequest;
      const { endpoint, secret } = await changeWebhook(deps, principal, parameter('id'), {
        ...(url === undefined ? {} : { url }),
        ...(events === undefined ? {} : { events }),
        ...(status === undefined ? {} : { state: status }),
        ...(rotateSecret === undefined ? {} : { rotateSecret }),
      });
      return { data: secret === null ? webhook(endpoint) : withSecret(endpoint, secret) };
    },
  },
  {
    method: 'delete',
    path: '/api/v1/webhooks/:id',
    scope,
    answer: async ({ principal, parameter }) => {
      const id = parameter('id');
      await deleteWebhook(deps, principal, id);
      return { data: { deleted: true, id } };
    },
  },
  ...deliveryRows(deps),
];

const deliveryRows = (deps: WebhookDeliveryDependencies): readonly BookRow[] => [
  {
    method: 'post',
    path: '/api/v1/webhooks/:id/test',
    scope,
    answer: async ({ principal, parameter }) => ({
      data: tested(await testWebhook(deps, principal, parameter('id'))),
    }),
  },
  {
    method: 'get',
    path: '/api/v1/webhooks/:id/deliveries',
    scope,
    answer: async ({ principal, parameter, query: queryOf }) => {
      const query = queryOf();
      const { page, perPage } = readPage(query, [...pageNames, 'status']);
      const asked = {
        offset: (page - 1) * perPage,
        limit: perPage,
        state: oneOf(query, 'status', deliveryStates),
      };
      const { rows, total } = await listDeliveries(deps, principal, parameter('id'), asked);
      return { data: rows.map(delivery), page: pagination(page, perPage, total) };
    },
  },
  {
    method: 'post',
    path: '/api/v1/webhooks/:id/deliveries/:delivery_id/redeliver',
    scope,
    answer: async ({ principal, parameter }) => ({
      data: delivery(await redeliverWebhook(deps, principal, parameter('id'), parameter('delivery_id'))),
    }),
  },
];

function webhook(endpoint: WebhookEndpoint): Webhook {
  return {
    id: endpoint.id,
    url: endpoint.url,
    events: endpoint.events.filter((type) => type === everyEvent || isWebhookEventType(type)),
    status: endpoint.state,
    status_reason: endpoint.stateReason,
    failing_since: optional(endpoint.failingSinceMs),
    created_at: timestamp(endpoint.createdAtMs),
  };
}

const withSecret = (endpoint: WebhookEndpoint, secret: string): WebhookWithSecret => ({ ...webhook(endpoint), secret });

function delivery(row: Delivery): WebhookDelivery {
  return {
    id: row.id,
    event_id: row.event,
    type: isWebhookEventType(row.type) ? row.type : 'system.health',
    status: row.state,
    attempts: row.attempts,
    response_status: row.responseStatus,
    error: row.error,
    created_at: timestamp(row.createdAtMs),
    last_attempt_at: optional(row.lastAttemptAtMs),
    next_attempt_at: optional(row.nextAttemptAtMs),
  };
}

const tested = (row: Delivery): WebhookTest => ({
  delivery_id: row.id,
  event_id: row.event,
  status: row.state === 'delivered' ? 'delivered' : 'failed',
  response_status: row.responseStatus,
  error: row.error,
});

const optional = (ms: number | null): string | null => (ms === null ? null : timestamp(ms));
const timestamp = (ms: number): string => new Date(ms).toISOString();
