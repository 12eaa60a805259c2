/**
 * The requests and responses of the ClawBook facade, generated from openapi/clawbook.openapi.yaml.
 * Change the contract and run `node openapi/generate.ts`; never this file.
 */
export interface paths {
    readonly "/api/v1/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The gateway and its integrations, without the envelope. */
        readonly get: operations["getStatus"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/messages/send": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send a message; answered once it is on disk.
         * @description To a `recipient` on a `platform` (the account's default channel when it names none), or into a conversation. The text is sent as it is written. With an `Idempotency-Key` the same request again answers the first message and sends nothing; another request with the same key is a conflict.
         */
        readonly post: operations["sendMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Messages in both directions, the newest first. */
        readonly get: operations["listMessages"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/messages/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example msg_gx3q8m5vkl */
                readonly id: components["parameters"]["MessageId"];
            };
            readonly cookie?: never;
        };
        /** A message with its timeline. */
        readonly get: operations["getMessage"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Forget a message; a tombstone stays.
         * @description Text, media and error go, and no facade answers the message again. One that still waits is not sent. What a provider has already is not taken back there. While a provider has it in hand the answer is 409.
         */
        readonly delete: operations["deleteMessage"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/messages/{id}/resolve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example msg_gx3q8m5vkl */
                readonly id: components["parameters"]["MessageId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Decide what became of a message that is `unknown`.
         * @description `sent` and `failed` say how it ended; `resend` sends it once more, and the recipient may then have it twice. A message that is not unknown is 409.
         */
        readonly post: operations["resolveMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/conversations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Conversations, those with the newest message first. */
        readonly get: operations["listConversations"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/conversations/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example cht_gx3q8m5vkj */
                readonly id: components["parameters"]["ConversationId"];
            };
            readonly cookie?: never;
        };
        /** A conversation. */
        readonly get: operations["getConversation"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Archive a conversation, or take it back out.
         * @description An archived conversation goes on as before; it only has another `status`.
         */
        readonly patch: operations["changeConversation"];
        readonly trace?: never;
    };
    readonly "/api/v1/conversations/{id}/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example cht_gx3q8m5vkj */
                readonly id: components["parameters"]["ConversationId"];
            };
            readonly cookie?: never;
        };
        /** The messages of a conversation, the newest first. */
        readonly get: operations["listConversationMessages"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/config": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The account's settings as they apply now. */
        readonly get: operations["getConfig"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Change settings of the account; what is left out stays.
         * @description null gives a setting back to the gateway. They hold for the account on every facade.
         */
        readonly patch: operations["changeConfig"];
        readonly trace?: never;
    };
    readonly "/api/v1/admin/api-keys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The account's live keys, by prefix, without the keys. */
        readonly get: operations["listApiKeys"];
        readonly put?: never;
        /**
         * Make an API key; the whole key is shown this once.
         * @description Scopes default to the three `read:` scopes and `write:messages`, as far as the maker has them. A scope that the maker lacks is 403. The key opens every facade.
         */
        readonly post: operations["createApiKey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/admin/api-keys/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Revoke a key; its sockets close with 1008 within a second. */
        readonly delete: operations["revokeApiKey"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/webhooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The account's webhooks, the oldest first, without their secrets. */
        readonly get: operations["listWebhooks"];
        readonly put?: never;
        /**
         * Make a webhook; its signing secret is shown this once.
         * @description It hears of what happens from now on. The URL must lead to a public address, or to one that the gateway's operator opened; that is checked now and again at every delivery. An account has at most 20; one more is 409.
         */
        readonly post: operations["createWebhook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/webhooks/{id}/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send a signed test event now and answer what came of it.
         * @description A `system.health` event whose data has `test: true`, sent once, whatever the webhook wants and whatever its status. Answered when the receiver has, after 15 seconds at most.
         */
        readonly post: operations["testWebhook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/webhooks/{id}/deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        /**
         * What was delivered, what waits for another try and what failed, the newest event first.
         * @description Kept for 30 days; of those that got through, the newest 10,000 of a webhook.
         */
        readonly get: operations["listWebhookDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/webhooks/{id}/deliveries/{delivery_id}/redeliver": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
                /** @example dlv_1gx3q8m5vkl */
                readonly delivery_id: components["parameters"]["WebhookDeliveryId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send a delivery again, under the same event id, whatever became of it before.
         * @description It is sent at once, and after a failure by what is left of its schedule. 409 unless the webhook is active.
         */
        readonly post: operations["redeliverWebhook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/webhooks/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        /** A webhook, and why it is disabled if it is. */
        readonly get: operations["getWebhook"];
        readonly put?: never;
        readonly post?: never;
        /** Forget a webhook and its delivery log. */
        readonly delete: operations["deleteWebhook"];
        readonly options?: never;
        readonly head?: never;
        /**
         * Change a webhook, take it up again, or rotate its secret; what is left out stays.
         * @description `status: paused` holds deliveries back. `status: active` takes a paused or disabled webhook up where it stopped: what happened meanwhile is delivered, up to three days back. `rotate_secret: true` answers a new `secret` once; for 24 hours every delivery carries a signature of each of the two, so that the receiver can change over at any moment. Rotating again ends the older one at once.
         */
        readonly patch: operations["changeWebhook"];
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Meta: {
            /** @description As in the header X-Request-Id. */
            readonly request_id: string;
            /** @description When it was answered. */
            readonly timestamp: string;
        };
        readonly SendMeta: {
            /** @description As in the header X-Request-Id. */
            readonly request_id: string;
            /** @description When it was answered. */
            readonly timestamp: string;
            /**
             * @description The idempotency key was used before; nothing new was sent.
             * @constant
             */
            readonly cached?: true;
        };
        readonly PageMeta: {
            /** @description As in the header X-Request-Id. */
            readonly request_id: string;
            /** @description When it was answered. */
            readonly timestamp: string;
            readonly pagination: components["schemas"]["Pagination"];
        };
        readonly Pagination: {
            readonly page: number;
            readonly per_page: number;
            /** @description How many there are on all pages. */
            readonly total: number;
            readonly total_pages: number;
        };
        /** @enum {string} */
        readonly ErrorCode: "INVALID_API_KEY" | "INSUFFICIENT_PERMISSIONS" | "NOT_FOUND" | "INVALID_PARAMETER" | "CHANNEL_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "IDEMPOTENCY_CONFLICT" | "CONFLICT" | "PAYLOAD_TOO_LARGE" | "RATE_LIMITED" | "INTERNAL_ERROR" | "SERVICE_UNAVAILABLE";
        /** @description Where the fault is, as far as there is more to say than the message does; null otherwise. */
        readonly ErrorDetails: {
            /** @description The field or parameter at fault, or the one that differs. */
            readonly field?: string;
            /** @description The finer cause, such as `cap_reached`. */
            readonly reason?: string;
            /** @description Seconds to wait. */
            readonly retry_after?: number;
        } | null;
        /**
         * @example {
         *       "success": false,
         *       "error": {
         *         "code": "INVALID_API_KEY",
         *         "message": "The provided API key is invalid or expired",
         *         "details": null
         *       },
         *       "meta": {
         *         "request_id": "req_abc123",
         *         "timestamp": "2026-01-30T14:30:00Z"
         *       }
         *     }
         */
        readonly Refusal: {
            /** @constant */
            readonly success: false;
            readonly error: {
                readonly code: components["schemas"]["ErrorCode"];
                /** @description The cause and the mend. */
                readonly message: string;
                readonly details: components["schemas"]["ErrorDetails"];
            };
            readonly meta: components["schemas"]["Meta"];
        };
        readonly Status: {
            /**
             * @description `degraded`: an integration is not connected; what needs it not works.
             * @enum {string}
             */
            readonly status: "healthy" | "degraded";
            readonly version: string;
            readonly uptime_seconds: number;
            /** @description Every channel that is configured for the account. */
            readonly integrations: {
                readonly [key: string]: "connected" | "disconnected";
            };
            /** @description The logins behind the channels. */
            readonly connections?: readonly components["schemas"]["ConnectionState"][];
        };
        readonly ConnectionState: {
            readonly connection: string;
            readonly driver: string;
            readonly channels: readonly components["schemas"]["Channel"][];
            /** @description No setting of it was refused. */
            readonly configured: boolean;
            /** @description What the provider said or was asked a moment ago. */
            readonly connected: boolean;
            /** @enum {string} */
            readonly state: "connecting" | "connected" | "down" | "needs_login" | "stopped" | "failed_to_start";
            /** @description What went wrong last; kept after recovery. */
            readonly error: string | null;
            /** Format: date-time */
            readonly error_at: string | null;
            /** @description What a person can do about it now. */
            readonly mend: string | null;
            /** Format: date-time */
            readonly last_inbound_at: string | null;
            /** Format: date-time */
            readonly last_outbound_at: string | null;
            /** @description What waits to be sent; null where the connection is shared with others. */
            readonly queue_length: number | null;
            /** @description How long the oldest of it has waited, in milliseconds; null when nothing waits, or it is shared. */
            readonly oldest_queued_ms: number | null;
            /** @description Sends whose fate nobody knows; null where the connection is shared with others. */
            readonly unknown_count: number | null;
        };
        /** @description A day, `2026-01-31`, or an ISO 8601 instant with its zone. */
        readonly DateOrInstant: string;
        /**
         * @description How far an outbound message has come: queued, sending, sent, delivered, read. `failed`: it was not sent. `unknown`: it may have been sent, the provider cannot say, and it is not sent again by itself. An inbound one is `received`.
         * @enum {string}
         */
        readonly DeliveryStatus: "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "unknown" | "received";
        /** @enum {string} */
        readonly Direction: "inbound" | "outbound";
        /** @description Exactly one of `recipient` and `conversation_id`, and a `message`, `attachments` or both. */
        readonly SendMessageRequest: {
            readonly platform?: components["schemas"]["Channel"];
            readonly recipient?: components["schemas"]["Address"];
            readonly conversation_id?: string;
            /** @description Sent as it is written. At most 10,000 characters. */
            readonly message?: string;
            readonly attachments?: readonly components["schemas"]["AttachmentToSend"][];
            /** @description The id of the message it answers. */
            readonly reply_to?: string;
        };
        readonly AttachmentToSend: {
            /** @description Fetched by the gateway; must be publicly reachable. */
            readonly url: string;
            /** @description Taken from the file when absent. */
            readonly mime_type?: string;
        };
        readonly SentMessage: {
            readonly message_id: string;
            readonly conversation_id: string;
            readonly platform: components["schemas"]["Channel"];
            readonly status: components["schemas"]["DeliveryStatus"];
        };
        readonly SentMessageAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["SentMessage"];
            readonly meta: components["schemas"]["SendMeta"];
        };
        readonly StoredAttachment: {
            /** @description Of an inbound one, opens without a header; signed, and valid for a limited time from when you read it. */
            readonly url: string;
            /** @description `application/octet-stream` when nobody knows better. */
            readonly mime_type: string;
        };
        readonly Message: {
            readonly id: string;
            readonly conversation_id: string;
            readonly platform: components["schemas"]["Channel"];
            readonly direction: components["schemas"]["Direction"];
            readonly sender: string;
            /** @description The address it went to; of a message to a group, its members joined by commas. */
            readonly recipient: string;
            /** @description Its text; empty when it has attachments alone. */
            readonly content: string;
            readonly attachments: readonly components["schemas"]["StoredAttachment"][];
            readonly status: components["schemas"]["DeliveryStatus"];
            /** @description Why it failed or is unknown. */
            readonly error: string | null;
            readonly created_at: components["schemas"]["Timestamp"];
            readonly updated_at: components["schemas"]["Timestamp"];
        };
        readonly MessageWithTimeline: {
            readonly id: string;
            readonly conversation_id: string;
            readonly platform: components["schemas"]["Channel"];
            readonly direction: components["schemas"]["Direction"];
            readonly sender: string;
            /** @description The address it went to; of a message to a group, its members joined by commas. */
            readonly recipient: string;
            /** @description Its text; empty when it has attachments alone. */
            readonly content: string;
            readonly attachments: readonly components["schemas"]["StoredAttachment"][];
            readonly status: components["schemas"]["DeliveryStatus"];
            /** @description Why it failed or is unknown. */
            readonly error: string | null;
            readonly created_at: components["schemas"]["Timestamp"];
            readonly updated_at: components["schemas"]["Timestamp"];
            /** @description Every status it has had, the first one first. */
            readonly timeline: readonly components["schemas"]["TimelineEntry"][];
        };
        readonly TimelineEntry: {
            readonly status: components["schemas"]["DeliveryStatus"];
            readonly at: components["schemas"]["Timestamp"];
        };
        readonly MessageAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["MessageWithTimeline"];
            readonly meta: components["schemas"]["Meta"];
        };
        readonly MessagePage: {
            /** @constant */
            readonly success: true;
            readonly data: readonly components["schemas"]["Message"][];
            readonly meta: components["schemas"]["PageMeta"];
        };
        readonly Deleted: {
            /** @constant */
            readonly deleted: true;
            readonly id: string;
        };
        readonly DeletedAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["Deleted"];
            readonly meta: components["schemas"]["Meta"];
        };
        readonly ResolveMessageRequest: {
            /** @enum {string} */
            readonly as: "sent" | "failed" | "resend";
        };
        /** @enum {string} */
        readonly ConversationStatus: "active" | "archived";
        readonly Conversation: {
            readonly id: string;
            readonly platform: components["schemas"]["Channel"];
            /** @description The addresses of the others. */
            readonly participants: readonly string[];
            readonly is_group: boolean;
            readonly status: components["schemas"]["ConversationStatus"];
            /** @description Deleted ones are not counted. */
            readonly message_count: number;
            /** Format: date-time */
            readonly last_message_at: string | null;
            readonly created_at: components["schemas"]["Timestamp"];
            readonly updated_at: components["schemas"]["Timestamp"];
        };
        readonly ConversationAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["Conversation"];
            readonly meta: components["schemas"]["Meta"];
        };
        readonly ConversationPage: {
            /** @constant */
            readonly success: true;
            readonly data: readonly components["schemas"]["Conversation"][];
            readonly meta: components["schemas"]["PageMeta"];
        };
        readonly ChangeConversationRequest: {
            readonly status: components["schemas"]["ConversationStatus"];
        };
        readonly Config: {
            readonly default_channel: components["schemas"]["Channel"];
            readonly outbound: components["schemas"]["OutboundRule"];
            readonly unknown_policy: components["schemas"]["UnknownPolicy"];
            readonly retention_days: components["schemas"]["RetentionDays"];
        };
        /**
         * @description `registered`: only phone numbers registered to the account may be texted.
         * @enum {string}
         */
        readonly OutboundRule: "open" | "registered";
        /**
         * @description What happens to a conversation behind a message nobody knows the fate of: it waits until somebody resolves it, it goes on after a minute, or the message is sent again.
         * @enum {string}
         */
        readonly UnknownPolicy: "hold" | "release" | "resend";
        /** @description Messages older than this are forgotten; null keeps them. */
        readonly RetentionDays: number | null;
        readonly ConfigAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["Config"];
            readonly meta: components["schemas"]["Meta"];
        };
        readonly ChangeConfigRequest: {
            readonly default_channel?: components["schemas"]["Channel"] | null;
            readonly outbound?: components["schemas"]["OutboundRule"] | null;
            readonly unknown_policy?: components["schemas"]["UnknownPolicy"];
            readonly retention_days?: components["schemas"]["RetentionDays"];
        };
        readonly CreateApiKeyRequest: {
            readonly name?: string;
            readonly scopes?: readonly components["schemas"]["Scope"][];
        };
        readonly NewApiKey: {
            readonly id: string;
            /** @description The whole key. It is not shown again. */
            readonly key: string;
            readonly prefix: string;
            readonly name: string | null;
            readonly scopes: readonly components["schemas"]["Scope"][];
            readonly created_at: components["schemas"]["Timestamp"];
        };
        readonly NewApiKeyAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["NewApiKey"];
            readonly meta: components["schemas"]["Meta"];
        };
        readonly ApiKey: {
            readonly id: string;
            /** @description The visible start of the key. */
            readonly prefix: string;
            readonly name: string | null;
            readonly scopes: readonly components["schemas"]["Scope"][];
            readonly created_at: components["schemas"]["Timestamp"];
            /**
             * Format: date-time
             * @description To the minute or better; null when it was never used.
             */
            readonly last_used_at: string | null;
        };
        readonly ApiKeyPage: {
            /** @constant */
            readonly success: true;
            readonly data: readonly components["schemas"]["ApiKey"][];
            readonly meta: components["schemas"]["PageMeta"];
        };
        readonly Revoked: {
            /** @constant */
            readonly revoked: true;
            readonly id: string;
        };
        readonly RevokedAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["Revoked"];
            readonly meta: components["schemas"]["Meta"];
        };
        /**
         * @description `integration.disconnected`: a connection is away and tries again by itself; `integration.error`: it needs a person. `system.health`: all that the account can use is connected again, or is not any more.
         * @enum {string}
         */
        readonly WebhookEventType: "message.received" | "message.sent" | "message.delivered" | "message.read" | "message.failed" | "integration.connected" | "integration.disconnected" | "integration.error" | "system.health";
        /** @description What it is told of; `*` is everything. */
        readonly WebhookEvents: readonly (components["schemas"]["WebhookEventType"] | "*")[];
        /** @description http or https, without credentials in it; redirects are not followed. */
        readonly WebhookUrl: string;
        /**
         * @description `disabled`: the gateway gave up on it and says why in `status_reason`: it answered 410, or nothing got through for more than 27 hours.
         * @enum {string}
         */
        readonly WebhookStatus: "active" | "paused" | "disabled";
        readonly Webhook: {
            readonly id: string;
            readonly url: components["schemas"]["WebhookUrl"];
            readonly events: components["schemas"]["WebhookEvents"];
            readonly status: components["schemas"]["WebhookStatus"];
            /** @description Why it is disabled, or what was passed over when it was taken up again. */
            readonly status_reason: string | null;
            /**
             * Format: date-time
             * @description Since when every try failed; null while they get through.
             */
            readonly failing_since: string | null;
            readonly created_at: components["schemas"]["Timestamp"];
        };
        readonly WebhookWithSecret: {
            readonly id: string;
            readonly url: components["schemas"]["WebhookUrl"];
            readonly events: components["schemas"]["WebhookEvents"];
            readonly status: components["schemas"]["WebhookStatus"];
            /** @description Why it is disabled, or what was passed over when it was taken up again. */
            readonly status_reason: string | null;
            /**
             * Format: date-time
             * @description Since when every try failed; null while they get through.
             */
            readonly failing_since: string | null;
            readonly created_at: components["schemas"]["Timestamp"];
            /** @description Signs what is delivered, by Standard Webhooks. It is not shown again. */
            readonly secret?: string;
        };
        readonly WebhookAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["Webhook"];
            readonly meta: components["schemas"]["Meta"];
        };
        readonly WebhookWithSecretAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["WebhookWithSecret"];
            readonly meta: components["schemas"]["Meta"];
        };
        readonly WebhookPage: {
            /** @constant */
            readonly success: true;
            readonly data: readonly components["schemas"]["Webhook"][];
            readonly meta: components["schemas"]["PageMeta"];
        };
        readonly CreateWebhookRequest: {
            readonly url: components["schemas"]["WebhookUrl"];
            /** @description Everything when it is left out. */
            readonly events?: components["schemas"]["WebhookEvents"];
        };
        readonly ChangeWebhookRequest: {
            readonly url?: components["schemas"]["WebhookUrl"];
            readonly events?: components["schemas"]["WebhookEvents"];
            /** @enum {string} */
            readonly status?: "active" | "paused";
            /** @description Answers a new secret; the one before it signs for 24 hours more. */
            readonly rotate_secret?: boolean;
        };
        /**
         * @description `waiting` for its first or another try; `failed`: it is not tried again by itself.
         * @enum {string}
         */
        readonly WebhookDeliveryStatus: "waiting" | "delivered" | "failed";
        readonly WebhookDelivery: {
            readonly id: string;
            /** @description The header webhook-id of every try. */
            readonly event_id: string;
            readonly type: components["schemas"]["WebhookEventType"];
            readonly status: components["schemas"]["WebhookDeliveryStatus"];
            readonly attempts: number;
            /** @description What the receiver answered last; null when it did not. */
            readonly response_status: number | null;
            /** @description What was wrong with the last try. */
            readonly error: string | null;
            readonly created_at: components["schemas"]["Timestamp"];
            /** Format: date-time */
            readonly last_attempt_at: string | null;
            /** Format: date-time */
            readonly next_attempt_at: string | null;
        };
        readonly WebhookDeliveryAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["WebhookDelivery"];
            readonly meta: components["schemas"]["Meta"];
        };
        readonly WebhookDeliveryPage: {
            /** @constant */
            readonly success: true;
            readonly data: readonly components["schemas"]["WebhookDelivery"][];
            readonly meta: components["schemas"]["PageMeta"];
        };
        readonly WebhookTest: {
            readonly delivery_id: string;
            readonly event_id: string;
            /** @enum {string} */
            readonly status: "delivered" | "failed";
            readonly response_status: number | null;
            readonly error: string | null;
        };
        readonly WebhookTestAnswer: {
            /** @constant */
            readonly success: true;
            readonly data: components["schemas"]["WebhookTest"];
            readonly meta: components["schemas"]["Meta"];
        };
        /** @description What a webhook receives, as JSON in a POST. At least once and in no promised order: take `id`, the header webhook-id, to recognise what came before, and `seq` within a conversation to order it. */
        readonly WebhookEvent: {
            readonly id: string;
            readonly type: components["schemas"]["WebhookEventType"];
            readonly created_at: components["schemas"]["Timestamp"];
            readonly data: components["schemas"]["WebhookMessage"] | components["schemas"]["WebhookIntegration"] | components["schemas"]["WebhookHealth"];
        };
        /** @description A message as it was when this happened to it. */
        readonly WebhookMessage: {
            readonly id: string;
            readonly conversation_id: string;
            readonly platform: components["schemas"]["Channel"];
            readonly direction: components["schemas"]["Direction"];
            readonly sender: string;
            /** @description The address it went to; of a message to a group, its members joined by commas. */
            readonly recipient: string;
            /** @description Its text; empty when it has attachments alone. */
            readonly content: string;
            readonly attachments: readonly components["schemas"]["StoredAttachment"][];
            readonly status: components["schemas"]["DeliveryStatus"];
            /** @description Why it failed or is unknown. */
            readonly error: string | null;
            readonly created_at: components["schemas"]["Timestamp"];
            readonly updated_at: components["schemas"]["Timestamp"];
            /** @description The same as `id`. */
            readonly message_id: string;
            /** @description Rises with everything that happens in the account. */
            readonly seq: number;
        };
        readonly WebhookIntegration: {
            readonly connection: string;
            readonly driver: string;
            readonly channels: readonly components["schemas"]["Channel"][];
            readonly state: string;
            readonly error: string | null;
            /** @description What a person can do about it. */
            readonly mend: string | null;
        };
        readonly WebhookHealth: {
            /** @enum {string} */
            readonly status: "healthy" | "degraded";
            readonly connections: readonly {
                readonly connection: string;
                readonly channels: readonly components["schemas"]["Channel"][];
                readonly state: string;
            }[];
            /**
             * @description It was sent by a test.
             * @constant
             */
            readonly test?: true;
        };
        /**
         * @description The channel by its id.
         * @enum {string}
         */
        readonly Channel: "imessage" | "rcs" | "sms" | "xmtp" | "telegram" | "signal" | "discord" | "slack" | "whatsapp";
        /** @description The same key with the same command answers the first message and sends nothing; with another command it is a conflict. Kept for 24 hours or more, across restarts and facades. */
        readonly IdempotencyKey: string;
        /**
         * @description Who sends or is sent to, in the form of the channel: a phone number in E.164 for iMessage, RCS, SMS, Signal and WhatsApp (iMessage also takes an email), a handle or wallet address for XMTP, the platform's own id elsewhere.
         * @example +1234567890
         * @example ada@example.com
         * @example 0x52908400098527886E0F7030069857D2E4169EE7
         */
        readonly Address: string;
        /**
         * Format: date-time
         * @description An instant in UTC as RFC 3339 writes it, ending in `Z`, with up to microseconds.
         * @example 2026-04-10T14:30:00.000Z
         */
        readonly Timestamp: string;
        /**
         * @description What a key may do. `*` is all that the account may.
         * @enum {string}
         */
        readonly Scope: "read:status" | "read:conversations" | "read:messages" | "write:messages" | "admin:settings" | "admin:users" | "*";
    };
    responses: {
        /** @description A field, parameter or the JSON itself is not as documented; `details.field` names it. */
        readonly InvalidParameter: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly Deprecation: components["headers"]["Deprecation"];
                readonly Sunset: components["headers"]["Sunset"];
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description No key, or one that is unknown, revoked or expired. */
        readonly InvalidApiKey: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly Deprecation: components["headers"]["Deprecation"];
                readonly Sunset: components["headers"]["Sunset"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "INVALID_API_KEY",
                 *         "message": "The provided API key is invalid or expired",
                 *         "details": null
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description The key is good, but lacks the scope, or the account may not do this. */
        readonly InsufficientPermissions: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly Deprecation: components["headers"]["Deprecation"];
                readonly Sunset: components["headers"]["Sunset"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "INSUFFICIENT_PERMISSIONS",
                 *         "message": "This key lacks the scope admin:settings; use a key that has it",
                 *         "details": null
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description There is no such thing, or it is not this account's. */
        readonly NoSuchThing: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly Deprecation: components["headers"]["Deprecation"];
                readonly Sunset: components["headers"]["Sunset"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "NOT_FOUND",
                 *         "message": "There is no such message; GET /api/v1/messages lists them",
                 *         "details": null
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description The key was used before for another message; `details.field` says what differs. */
        readonly IdempotencyConflict: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly Deprecation: components["headers"]["Deprecation"];
                readonly Sunset: components["headers"]["Sunset"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "IDEMPOTENCY_CONFLICT",
                 *         "message": "This idempotency key was used before with another recipient; use a new key",
                 *         "details": {
                 *           "field": "recipient"
                 *         }
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description It is not in the state that this needs. */
        readonly NotNow: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly Deprecation: components["headers"]["Deprecation"];
                readonly Sunset: components["headers"]["Sunset"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "CONFLICT",
                 *         "message": "Only a message whose fate is unknown can be resolved",
                 *         "details": null
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description The body is larger than 256 KiB, or the text longer than a message may be. Send media by URL. */
        readonly BodyTooLarge: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly Deprecation: components["headers"]["Deprecation"];
                readonly Sunset: components["headers"]["Sunset"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "PAYLOAD_TOO_LARGE",
                 *         "message": "The body is larger than 262144 bytes; send less, and media by URL",
                 *         "details": null
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description Too many requests; wait as long as `Retry-After` says. */
        readonly RateLimitExceeded: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly Deprecation: components["headers"]["Deprecation"];
                readonly Sunset: components["headers"]["Sunset"];
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "RATE_LIMITED",
                 *         "message": "60 requests a minute are used up; try again in 30 seconds",
                 *         "details": {
                 *           "retry_after": 30
                 *         }
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description A fault of the gateway. It is logged under the request id. */
        readonly InternalError: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "INTERNAL_ERROR",
                 *         "message": "Something failed inside the gateway; the request id in this answer finds it in the log",
                 *         "details": null
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description Starting, stopping, or something this needs is away; try again later. */
        readonly ServiceUnavailable: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "success": false,
                 *       "error": {
                 *         "code": "SERVICE_UNAVAILABLE",
                 *         "message": "Channel 'telegram' is not ready; try again in a moment",
                 *         "details": {
                 *           "field": "platform",
                 *           "retry_after": 5
                 *         }
                 *       },
                 *       "meta": {
                 *         "request_id": "req_abc123",
                 *         "timestamp": "2026-01-30T14:30:00Z"
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
    };
    parameters: {
        /**
         * @description Which page, from 1.
         * @example 1
         */
        readonly Page: number;
        /**
         * @description How many a page.
         * @example 20
         */
        readonly PerPage: number;
        /**
         * @description Made on this day (UTC) or later; or at this instant or later.
         * @example 2026-01-01
         */
        readonly StartDate: components["schemas"]["DateOrInstant"];
        /**
         * @description Made on this day (UTC) or earlier, the day included; or at this instant or earlier.
         * @example 2026-01-31
         */
        readonly EndDate: components["schemas"]["DateOrInstant"];
        /** @example whatsapp */
        readonly Platform: components["schemas"]["Channel"];
        /** @example delivered */
        readonly MessageStatus: components["schemas"]["DeliveryStatus"];
        /** @example inbound */
        readonly Direction: components["schemas"]["Direction"];
        /** @example active */
        readonly ConversationStatus: components["schemas"]["ConversationStatus"];
        /**
         * @description Fields in their order, joined by commas; a minus before one turns it round.
         * @example [
         *       "-created_at",
         *       "platform"
         *     ]
         */
        readonly MessageSort: readonly ("created_at" | "-created_at" | "updated_at" | "-updated_at" | "platform" | "-platform" | "status" | "-status")[];
        /**
         * @description Fields in their order, joined by commas; a minus before one turns it round.
         * @example [
         *       "-last_message_at"
         *     ]
         */
        readonly ConversationSort: readonly ("created_at" | "-created_at" | "updated_at" | "-updated_at" | "last_message_at" | "-last_message_at" | "platform" | "-platform" | "status" | "-status" | "message_count" | "-message_count")[];
        /** @example msg_gx3q8m5vkl */
        readonly MessageId: string;
        /** @example cht_gx3q8m5vkj */
        readonly ConversationId: string;
        /** @example whk_gx3q8m5vkl */
        readonly WebhookId: string;
        /** @example dlv_1gx3q8m5vkl */
        readonly WebhookDeliveryId: string;
        /** @example failed */
        readonly WebhookDeliveryStatus: components["schemas"]["WebhookDeliveryStatus"];
        /** @example 9d1c2a6e-order-4711 */
        readonly IdempotencyKeyHeader: components["schemas"]["IdempotencyKey"];
    };
    requestBodies: never;
    headers: {
        /**
         * @description The pages around this one, as RFC 8288 writes links, with `first`, `prev`, `next` and `last` as far as there are such.
         * @example <http://127.0.0.1:18789/api/v1/messages?page=2&per_page=20>; rel="next"
         */
        readonly Link: string;
        /**
         * @description Present when the request used something deprecated, with the instant since when (RFC 9745).
         * @example @1767225600
         */
        readonly Deprecation: string;
        /**
         * @description When the deprecated thing may stop working (RFC 8594).
         * @example Sun, 31 Jan 2027 00:00:00 GMT
         */
        readonly Sunset: string;
        /**
         * @description The id of this request, on every answer; name it when you report a fault.
         * @example req_01984f6e-8f2a-7c31-9d50-2f7c6a1b9e44
         */
        readonly RequestId: string;
        /**
         * @description Requests allowed in the present window. Absent where no limit applies.
         * @example 600
         */
        readonly RateLimitLimit: number;
        /**
         * @description Requests left in the present window.
         * @example 598
         */
        readonly RateLimitRemaining: number;
        /**
         * @description When the window ends, in whole seconds since 1970-01-01T00:00:00Z.
         * @example 1776177060
         */
        readonly RateLimitReset: number;
        /**
         * @description The same as a structured field: `r` requests remaining, `t` seconds until the window ends.
         * @example "default";r=598;t=42
         */
        readonly RateLimit: string;
        /**
         * @description The policy behind it: `q` requests in `w` seconds.
         * @example "default";q=600;w=60
         */
        readonly RateLimitPolicy: string;
        /**
         * @description Whole seconds to wait before the next try.
         * @example 30
         */
        readonly RetryAfter: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getStatus: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description `connected` is what the provider said or was asked a moment ago, never the configuration. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "healthy",
                     *       "version": "0.1.0",
                     *       "uptime_seconds": 86400,
                     *       "integrations": {
                     *         "whatsapp": "connected",
                     *         "telegram": "connected",
                     *         "discord": "disconnected"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Status"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly sendMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @example 9d1c2a6e-order-4711 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKeyHeader"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SendMessageRequest"];
            };
        };
        readonly responses: {
            /** @description Stored, and it will be sent. Not before it is on disk. */
            readonly 201: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "message_id": "msg_gx3q8m5vkl",
                     *         "conversation_id": "cht_gx3q8m5vkj",
                     *         "platform": "telegram",
                     *         "status": "queued"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["SentMessageAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 409: components["responses"]["IdempotencyConflict"];
            readonly 413: components["responses"]["BodyTooLarge"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly listMessages: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Which page, from 1.
                 * @example 1
                 */
                readonly page?: components["parameters"]["Page"];
                /**
                 * @description How many a page.
                 * @example 20
                 */
                readonly per_page?: components["parameters"]["PerPage"];
                /**
                 * @description Made on this day (UTC) or later; or at this instant or later.
                 * @example 2026-01-01
                 */
                readonly start_date?: components["parameters"]["StartDate"];
                /**
                 * @description Made on this day (UTC) or earlier, the day included; or at this instant or earlier.
                 * @example 2026-01-31
                 */
                readonly end_date?: components["parameters"]["EndDate"];
                /** @example whatsapp */
                readonly platform?: components["parameters"]["Platform"];
                /** @example delivered */
                readonly status?: components["parameters"]["MessageStatus"];
                /** @example inbound */
                readonly direction?: components["parameters"]["Direction"];
                /**
                 * @description Fields in their order, joined by commas; a minus before one turns it round.
                 * @example [
                 *       "-created_at",
                 *       "platform"
                 *     ]
                 */
                readonly sort?: components["parameters"]["MessageSort"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page. Past the end it is empty, with the totals as they are. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly Link: components["headers"]["Link"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "msg_gx3q8m5vkl",
                     *           "conversation_id": "cht_gx3q8m5vkj",
                     *           "platform": "telegram",
                     *           "direction": "outbound",
                     *           "sender": "our_bot",
                     *           "recipient": "123456789",
                     *           "content": "Hello from API!",
                     *           "attachments": [],
                     *           "status": "delivered",
                     *           "error": null,
                     *           "created_at": "2026-01-30T14:29:58.120Z",
                     *           "updated_at": "2026-01-30T14:29:59.480Z"
                     *         }
                     *       ],
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z",
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 150,
                     *           "total_pages": 8
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["MessagePage"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly getMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example msg_gx3q8m5vkl */
                readonly id: components["parameters"]["MessageId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description As it is now. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "msg_gx3q8m5vkl",
                     *         "conversation_id": "cht_gx3q8m5vkj",
                     *         "platform": "telegram",
                     *         "direction": "outbound",
                     *         "sender": "our_bot",
                     *         "recipient": "123456789",
                     *         "content": "Hello from API!",
                     *         "attachments": [],
                     *         "status": "delivered",
                     *         "error": null,
                     *         "created_at": "2026-01-30T14:29:58.120Z",
                     *         "updated_at": "2026-01-30T14:29:59.480Z",
                     *         "timeline": [
                     *           {
                     *             "status": "queued",
                     *             "at": "2026-01-30T14:29:58.120Z"
                     *           },
                     *           {
                     *             "status": "sent",
                     *             "at": "2026-01-30T14:29:58.700Z"
                     *           },
                     *           {
                     *             "status": "delivered",
                     *             "at": "2026-01-30T14:29:59.480Z"
                     *           }
                     *         ]
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["MessageAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly deleteMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example msg_gx3q8m5vkl */
                readonly id: components["parameters"]["MessageId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Gone. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "deleted": true,
                     *         "id": "msg_gx3q8m5vkl"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DeletedAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 409: components["responses"]["NotNow"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly resolveMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example msg_gx3q8m5vkl */
                readonly id: components["parameters"]["MessageId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "as": "sent"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ResolveMessageRequest"];
            };
        };
        readonly responses: {
            /** @description As it is now. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "msg_gx3q8m5vkl",
                     *         "conversation_id": "cht_gx3q8m5vkj",
                     *         "platform": "telegram",
                     *         "direction": "outbound",
                     *         "sender": "our_bot",
                     *         "recipient": "123456789",
                     *         "content": "Hello from API!",
                     *         "attachments": [],
                     *         "status": "delivered",
                     *         "error": null,
                     *         "created_at": "2026-01-30T14:29:58.120Z",
                     *         "updated_at": "2026-01-30T14:29:59.480Z",
                     *         "timeline": [
                     *           {
                     *             "status": "queued",
                     *             "at": "2026-01-30T14:29:58.120Z"
                     *           },
                     *           {
                     *             "status": "sent",
                     *             "at": "2026-01-30T14:29:58.700Z"
                     *           },
                     *           {
                     *             "status": "delivered",
                     *             "at": "2026-01-30T14:29:59.480Z"
                     *           }
                     *         ]
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["MessageAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 409: components["responses"]["NotNow"];
            readonly 413: components["responses"]["BodyTooLarge"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly listConversations: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Which page, from 1.
                 * @example 1
                 */
                readonly page?: components["parameters"]["Page"];
                /**
                 * @description How many a page.
                 * @example 20
                 */
                readonly per_page?: components["parameters"]["PerPage"];
                /**
                 * @description Made on this day (UTC) or later; or at this instant or later.
                 * @example 2026-01-01
                 */
                readonly start_date?: components["parameters"]["StartDate"];
                /**
                 * @description Made on this day (UTC) or earlier, the day included; or at this instant or earlier.
                 * @example 2026-01-31
                 */
                readonly end_date?: components["parameters"]["EndDate"];
                /** @example whatsapp */
                readonly platform?: components["parameters"]["Platform"];
                /** @example active */
                readonly status?: components["parameters"]["ConversationStatus"];
                /**
                 * @description Fields in their order, joined by commas; a minus before one turns it round.
                 * @example [
                 *       "-last_message_at"
                 *     ]
                 */
                readonly sort?: components["parameters"]["ConversationSort"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page. Past the end it is empty, with the totals as they are. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly Link: components["headers"]["Link"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "cht_gx3q8m5vkj",
                     *           "platform": "telegram",
                     *           "participants": [
                     *             "123456789"
                     *           ],
                     *           "is_group": false,
                     *           "status": "active",
                     *           "message_count": 2,
                     *           "last_message_at": "2026-01-30T14:29:58.120Z",
                     *           "created_at": "2026-01-30T14:20:00.000Z",
                     *           "updated_at": "2026-01-30T14:29:58.120Z"
                     *         }
                     *       ],
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z",
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 150,
                     *           "total_pages": 8
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ConversationPage"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly getConversation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example cht_gx3q8m5vkj */
                readonly id: components["parameters"]["ConversationId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description As it is now. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "cht_gx3q8m5vkj",
                     *         "platform": "telegram",
                     *         "participants": [
                     *           "123456789"
                     *         ],
                     *         "is_group": false,
                     *         "status": "active",
                     *         "message_count": 2,
                     *         "last_message_at": "2026-01-30T14:29:58.120Z",
                     *         "created_at": "2026-01-30T14:20:00.000Z",
                     *         "updated_at": "2026-01-30T14:29:58.120Z"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ConversationAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly changeConversation: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example cht_gx3q8m5vkj */
                readonly id: components["parameters"]["ConversationId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "status": "archived"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ChangeConversationRequest"];
            };
        };
        readonly responses: {
            /** @description As it is now. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "cht_gx3q8m5vkj",
                     *         "platform": "telegram",
                     *         "participants": [
                     *           "123456789"
                     *         ],
                     *         "is_group": false,
                     *         "status": "active",
                     *         "message_count": 2,
                     *         "last_message_at": "2026-01-30T14:29:58.120Z",
                     *         "created_at": "2026-01-30T14:20:00.000Z",
                     *         "updated_at": "2026-01-30T14:29:58.120Z"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ConversationAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 413: components["responses"]["BodyTooLarge"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly listConversationMessages: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Which page, from 1.
                 * @example 1
                 */
                readonly page?: components["parameters"]["Page"];
                /**
                 * @description How many a page.
                 * @example 20
                 */
                readonly per_page?: components["parameters"]["PerPage"];
                /**
                 * @description Made on this day (UTC) or later; or at this instant or later.
                 * @example 2026-01-01
                 */
                readonly start_date?: components["parameters"]["StartDate"];
                /**
                 * @description Made on this day (UTC) or earlier, the day included; or at this instant or earlier.
                 * @example 2026-01-31
                 */
                readonly end_date?: components["parameters"]["EndDate"];
                /** @example whatsapp */
                readonly platform?: components["parameters"]["Platform"];
                /** @example delivered */
                readonly status?: components["parameters"]["MessageStatus"];
                /** @example inbound */
                readonly direction?: components["parameters"]["Direction"];
                /**
                 * @description Fields in their order, joined by commas; a minus before one turns it round.
                 * @example [
                 *       "-created_at",
                 *       "platform"
                 *     ]
                 */
                readonly sort?: components["parameters"]["MessageSort"];
            };
            readonly header?: never;
            readonly path: {
                /** @example cht_gx3q8m5vkj */
                readonly id: components["parameters"]["ConversationId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page. Past the end it is empty, with the totals as they are. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly Link: components["headers"]["Link"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "msg_gx3q8m5vkl",
                     *           "conversation_id": "cht_gx3q8m5vkj",
                     *           "platform": "telegram",
                     *           "direction": "outbound",
                     *           "sender": "our_bot",
                     *           "recipient": "123456789",
                     *           "content": "Hello from API!",
                     *           "attachments": [],
                     *           "status": "delivered",
                     *           "error": null,
                     *           "created_at": "2026-01-30T14:29:58.120Z",
                     *           "updated_at": "2026-01-30T14:29:59.480Z"
                     *         }
                     *       ],
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z",
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 150,
                     *           "total_pages": 8
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["MessagePage"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly getConfig: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What the account has not decided is the gateway's. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "default_channel": "imessage",
                     *         "outbound": "open",
                     *         "unknown_policy": "release",
                     *         "retention_days": null
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ConfigAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly changeConfig: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "default_channel": "telegram",
                 *       "retention_days": 90
                 *     }
                 */
                readonly "application/json": components["schemas"]["ChangeConfigRequest"];
            };
        };
        readonly responses: {
            /** @description What the account has not decided is the gateway's. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "default_channel": "imessage",
                     *         "outbound": "open",
                     *         "unknown_policy": "release",
                     *         "retention_days": null
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ConfigAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 413: components["responses"]["BodyTooLarge"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly listApiKeys: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Which page, from 1.
                 * @example 1
                 */
                readonly page?: components["parameters"]["Page"];
                /**
                 * @description How many a page.
                 * @example 20
                 */
                readonly per_page?: components["parameters"]["PerPage"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Keys that are not revoked, the oldest first. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly Link: components["headers"]["Link"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "key_gx3q8m5vkl",
                     *           "prefix": "cm_live_AbCd1234",
                     *           "name": "my agent",
                     *           "scopes": [
                     *             "read:messages",
                     *             "write:messages"
                     *           ],
                     *           "created_at": "2026-01-30T14:30:00.000Z",
                     *           "last_used_at": null
                     *         }
                     *       ],
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z",
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 150,
                     *           "total_pages": 8
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly createApiKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                /**
                 * @example {
                 *       "name": "my agent",
                 *       "scopes": [
                 *         "read:messages",
                 *         "write:messages"
                 *       ]
                 *     }
                 */
                readonly "application/json": components["schemas"]["CreateApiKeyRequest"];
            };
        };
        readonly responses: {
            /** @description Made. Keep `key`; only its hash is stored. */
            readonly 201: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "key_gx3q8m5vkl",
                     *         "key": "cm_live_AbCd1234_000000000000000000000000000EXAMPLE",
                     *         "prefix": "cm_live_AbCd1234",
                     *         "name": "my agent",
                     *         "scopes": [
                     *           "read:messages",
                     *           "write:messages"
                     *         ],
                     *         "created_at": "2026-01-30T14:30:00.000Z"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["NewApiKeyAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 413: components["responses"]["BodyTooLarge"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly revokeApiKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` from the list, not the key.
                 * @example key_gx3q8m5vkl
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Revoked, for good. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "revoked": true,
                     *         "id": "key_gx3q8m5vkl"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["RevokedAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly listWebhooks: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Which page, from 1.
                 * @example 1
                 */
                readonly page?: components["parameters"]["Page"];
                /**
                 * @description How many a page.
                 * @example 20
                 */
                readonly per_page?: components["parameters"]["PerPage"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description All of them are on the first page, unless you ask for fewer. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly Link: components["headers"]["Link"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "whk_gx3q8m5vkl",
                     *           "url": "https://agent.example.com/hooks/clawgate",
                     *           "events": [
                     *             "message.received",
                     *             "message.failed"
                     *           ],
                     *           "status": "active",
                     *           "status_reason": null,
                     *           "failing_since": null,
                     *           "created_at": "2026-01-30T14:30:00.000Z"
                     *         }
                     *       ],
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z",
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 150,
                     *           "total_pages": 8
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["WebhookPage"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly createWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "url": "https://agent.example.com/hooks/clawgate",
                 *       "events": [
                 *         "message.received",
                 *         "message.failed"
                 *       ]
                 *     }
                 */
                readonly "application/json": components["schemas"]["CreateWebhookRequest"];
            };
        };
        readonly responses: {
            /** @description Made. Keep `secret`; it is stored wrapped and not shown again. */
            readonly 201: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "whk_gx3q8m5vkl",
                     *         "url": "https://agent.example.com/hooks/clawgate",
                     *         "events": [
                     *           "message.received",
                     *           "message.failed"
                     *         ],
                     *         "status": "active",
                     *         "status_reason": null,
                     *         "failing_since": null,
                     *         "created_at": "2026-01-30T14:30:00.000Z",
                     *         "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["WebhookWithSecretAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 409: components["responses"]["NotNow"];
            readonly 413: components["responses"]["BodyTooLarge"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly testWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It was tried; `status` says whether it got through. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "delivery_id": "dlv_1gx3q8m5vkl",
                     *         "event_id": "evt_gx3q8m5vkj_1gx3q8m5vkl",
                     *         "status": "failed",
                     *         "response_status": 500,
                     *         "error": "The endpoint answered 500"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["WebhookTestAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 409: components["responses"]["NotNow"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly listWebhookDeliveries: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description Which page, from 1.
                 * @example 1
                 */
                readonly page?: components["parameters"]["Page"];
                /**
                 * @description How many a page.
                 * @example 20
                 */
                readonly per_page?: components["parameters"]["PerPage"];
                /** @example failed */
                readonly status?: components["parameters"]["WebhookDeliveryStatus"];
            };
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page. Past the end it is empty, with the totals as they are. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly Link: components["headers"]["Link"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": [
                     *         {
                     *           "id": "dlv_1gx3q8m5vkl",
                     *           "event_id": "evt_gx3q8m5vkj_1gx3q8m5vkl",
                     *           "type": "message.received",
                     *           "status": "waiting",
                     *           "attempts": 1,
                     *           "response_status": 500,
                     *           "error": "The endpoint answered 500",
                     *           "created_at": "2026-01-30T14:30:00.000Z",
                     *           "last_attempt_at": "2026-01-30T14:30:00.000Z",
                     *           "next_attempt_at": "2026-01-30T14:30:05.000Z"
                     *         }
                     *       ],
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z",
                     *         "pagination": {
                     *           "page": 1,
                     *           "per_page": 20,
                     *           "total": 150,
                     *           "total_pages": 8
                     *         }
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly redeliverWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
                /** @example dlv_1gx3q8m5vkl */
                readonly delivery_id: components["parameters"]["WebhookDeliveryId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It waits for its turn, which is now. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "dlv_1gx3q8m5vkl",
                     *         "event_id": "evt_gx3q8m5vkj_1gx3q8m5vkl",
                     *         "type": "message.received",
                     *         "status": "waiting",
                     *         "attempts": 1,
                     *         "response_status": 500,
                     *         "error": "The endpoint answered 500",
                     *         "created_at": "2026-01-30T14:30:00.000Z",
                     *         "last_attempt_at": "2026-01-30T14:30:00.000Z",
                     *         "next_attempt_at": "2026-01-30T14:30:05.000Z"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["WebhookDeliveryAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 409: components["responses"]["NotNow"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly getWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description As it is now. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "whk_gx3q8m5vkl",
                     *         "url": "https://agent.example.com/hooks/clawgate",
                     *         "events": [
                     *           "message.received",
                     *           "message.failed"
                     *         ],
                     *         "status": "active",
                     *         "status_reason": null,
                     *         "failing_since": null,
                     *         "created_at": "2026-01-30T14:30:00.000Z"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["WebhookAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly deleteWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Gone; what was under way may still arrive. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "deleted": true,
                     *         "id": "whk_gx3q8m5vkl"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DeletedAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly changeWebhook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example whk_gx3q8m5vkl */
                readonly id: components["parameters"]["WebhookId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "events": [
                 *         "message.received"
                 *       ],
                 *       "status": "active"
                 *     }
                 */
                readonly "application/json": components["schemas"]["ChangeWebhookRequest"];
            };
        };
        readonly responses: {
            /** @description As it is now; with `secret` after a rotation. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly Deprecation: components["headers"]["Deprecation"];
                    readonly Sunset: components["headers"]["Sunset"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "success": true,
                     *       "data": {
                     *         "id": "whk_gx3q8m5vkl",
                     *         "url": "https://agent.example.com/hooks/clawgate",
                     *         "events": [
                     *           "message.received",
                     *           "message.failed"
                     *         ],
                     *         "status": "active",
                     *         "status_reason": null,
                     *         "failing_since": null,
                     *         "created_at": "2026-01-30T14:30:00.000Z"
                     *       },
                     *       "meta": {
                     *         "request_id": "req_abc123",
                     *         "timestamp": "2026-01-30T14:30:00Z"
                     *       }
                     *     }
                     */
                    readonly "application/json": components["schemas"]["WebhookWithSecretAnswer"];
                };
            };
            readonly 400: components["responses"]["InvalidParameter"];
            readonly 401: components["responses"]["InvalidApiKey"];
            readonly 403: components["responses"]["InsufficientPermissions"];
            readonly 404: components["responses"]["NoSuchThing"];
            readonly 413: components["responses"]["BodyTooLarge"];
            readonly 429: components["responses"]["RateLimitExceeded"];
            readonly 500: components["responses"]["InternalError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
}
export type Address = components['schemas']['Address'];
export type ApiKey = components['schemas']['ApiKey'];
export type ApiKeyPage = components['schemas']['ApiKeyPage'];
export type AttachmentToSend = components['schemas']['AttachmentToSend'];
export type ChangeConfigRequest = components['schemas']['ChangeConfigRequest'];
export type ChangeConversationRequest = components['schemas']['ChangeConversationRequest'];
export type ChangeWebhookRequest = components['schemas']['ChangeWebhookRequest'];
export type Channel = components['schemas']['Channel'];
export type Config = components['schemas']['Config'];
export type ConfigAnswer = components['schemas']['ConfigAnswer'];
export type ConnectionState = components['schemas']['ConnectionState'];
export type Conversation = components['schemas']['Conversation'];
export type ConversationAnswer = components['schemas']['ConversationAnswer'];
export type ConversationPage = components['schemas']['ConversationPage'];
export type ConversationStatus = components['schemas']['ConversationStatus'];
export type CreateApiKeyRequest = components['schemas']['CreateApiKeyRequest'];
export type CreateWebhookRequest = components['schemas']['CreateWebhookRequest'];
export type DateOrInstant = components['schemas']['DateOrInstant'];
export type Deleted = components['schemas']['Deleted'];
export type DeletedAnswer = components['schemas']['DeletedAnswer'];
export type DeliveryStatus = components['schemas']['DeliveryStatus'];
export type Direction = components['schemas']['Direction'];
export type ErrorCode = components['schemas']['ErrorCode'];
export type ErrorDetails = components['schemas']['ErrorDetails'];
export type IdempotencyKey = components['schemas']['IdempotencyKey'];
export type Message = components['schemas']['Message'];
export type MessageAnswer = components['schemas']['MessageAnswer'];
export type MessagePage = components['schemas']['MessagePage'];
export type MessageWithTimeline = components['schemas']['MessageWithTimeline'];
export type Meta = components['schemas']['Meta'];
export type NewApiKey = components['schemas']['NewApiKey'];
export type NewApiKeyAnswer = components['schemas']['NewApiKeyAnswer'];
export type OutboundRule = components['schemas']['OutboundRule'];
export type PageMeta = components['schemas']['PageMeta'];
export type Pagination = components['schemas']['Pagination'];
export type Refusal = components['schemas']['Refusal'];
export type ResolveMessageRequest = components['schemas']['ResolveMessageRequest'];
export type RetentionDays = components['schemas']['RetentionDays'];
export type Revoked = components['schemas']['Revoked'];
export type RevokedAnswer = components['schemas']['RevokedAnswer'];
export type Scope = components['schemas']['Scope'];
export type SendMessageRequest = components['schemas']['SendMessageRequest'];
export type SendMeta = components['schemas']['SendMeta'];
export type SentMessage = components['schemas']['SentMessage'];
export type SentMessageAnswer = components['schemas']['SentMessageAnswer'];
export type Status = components['schemas']['Status'];
export type StoredAttachment = components['schemas']['StoredAttachment'];
export type TimelineEntry = components['schemas']['TimelineEntry'];
export type Timestamp = components['schemas']['Timestamp'];
export type UnknownPolicy = components['schemas']['UnknownPolicy'];
export type Webhook = components['schemas']['Webhook'];
export type WebhookAnswer = components['schemas']['WebhookAnswer'];
export type WebhookDelivery = components['schemas']['WebhookDelivery'];
export type WebhookDeliveryAnswer = components['schemas']['WebhookDeliveryAnswer'];
export type WebhookDeliveryPage = components['schemas']['WebhookDeliveryPage'];
export type WebhookDeliveryStatus = components['schemas']['WebhookDeliveryStatus'];
export type WebhookEvent = components['schemas']['WebhookEvent'];
export type WebhookEventType = components['schemas']['WebhookEventType'];
export type WebhookEvents = components['schemas']['WebhookEvents'];
export type WebhookHealth = components['schemas']['WebhookHealth'];
export type WebhookIntegration = components['schemas']['WebhookIntegration'];
export type WebhookMessage = components['schemas']['WebhookMessage'];
export type WebhookPage = components['schemas']['WebhookPage'];
export type WebhookStatus = components['schemas']['WebhookStatus'];
export type WebhookTest = components['schemas']['WebhookTest'];
export type WebhookTestAnswer = components['schemas']['WebhookTestAnswer'];
export type WebhookUrl = components['schemas']['WebhookUrl'];
export type WebhookWithSecret = components['schemas']['WebhookWithSecret'];
export type WebhookWithSecretAnswer = components['schemas']['WebhookWithSecretAnswer'];
