/**
 * The frames of the Claw Messenger socket, generated from openapi/claw-messenger.asyncapi.yaml.
 * Change the contract and run `node openapi/generate.ts`; never this file.
 */
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The query of the upgrade. Unknown parameters are ignored. */
        readonly SocketQuery: {
            /** @description The API key; a header may carry it instead. */
            readonly key?: string;
            /**
             * @description The caller's name and version, `name/version`; kept for diagnostics.
             * @example my-agent/1.4.0
             */
            readonly client?: string;
            /**
             * @description `none` is for sockets that only send: no message, typing, reaction or status is pushed to them. Answers (send.result, sync with its replay, pong, error) come all the same.
             * @default all
             * @enum {string}
             */
            readonly events?: "all" | "none";
        };
        /** @description A chat, from a send.result or an inbound message. Opaque. */
        readonly ChatId: string;
        /** @description A message, from a send.result or an inbound message. Opaque. */
        readonly MessageId: string;
        /** @description Chosen by the client; stands on the send.result. Two sends may bear the same, each is answered. */
        readonly CorrelationId: string;
        /** @description A place in the account's log. Opaque. */
        readonly Cursor: string;
        /** @description Exactly one of `to` and `chatId`. Any fault is answered with a send.result, or, without a usable `id`, with an `invalid_send` error. */
        readonly SendFrame: {
            /** @constant */
            readonly type: "send";
            readonly id: components["schemas"]["CorrelationId"];
            /** @description One address is a DM, several are a group; the same members are the same group. */
            readonly to?: components["schemas"]["Address"] | readonly components["schemas"]["Address"][];
            readonly chatId?: components["schemas"]["ChatId"];
            readonly parts: readonly components["schemas"]["Part"][];
            /** @description iMessage when absent. With `chatId` the chat's own service is used. */
            readonly service?: components["schemas"]["Service"];
            readonly idempotencyKey?: components["schemas"]["IdempotencyKey"];
            /**
             * @description Answer after the provider has taken or refused the message instead of after it is stored.
             * @constant
             */
            readonly wait?: "sent";
        };
        /** @description `cursor` is used when both are there. With neither, an `invalid_sync` error. */
        readonly SyncFrame: {
            /** @constant */
            readonly type: "sync";
            /** @description Messages later than this are replayed. */
            readonly since?: components["schemas"]["Instant"];
            readonly cursor?: components["schemas"]["Cursor"];
        };
        readonly PingFrame: {
            /** @constant */
            readonly type: "ping";
        };
        readonly PongFrame: {
            /** @constant */
            readonly type: "pong";
        };
        /** @description Exactly one of `to` and `chatId`. */
        readonly TypingStartFrame: {
            /** @constant */
            readonly type: "typing.start";
            readonly to?: components["schemas"]["Address"];
            readonly chatId?: components["schemas"]["ChatId"];
        };
        /** @description Exactly one of `to` and `chatId`. */
        readonly TypingStopFrame: {
            /** @constant */
            readonly type: "typing.stop";
            readonly to?: components["schemas"]["Address"];
            readonly chatId?: components["schemas"]["ChatId"];
        };
        /** @description Exactly one of `to` and `chatId`. */
        readonly ReadFrame: {
            /** @constant */
            readonly type: "read";
            readonly to?: components["schemas"]["Address"];
            readonly chatId?: components["schemas"]["ChatId"];
        };
        readonly ReactFrame: {
            /** @constant */
            readonly type: "reaction";
            readonly messageId: components["schemas"]["MessageId"];
            readonly reactionType: components["schemas"]["ReactionType"];
            /** @description Take it back. False when absent. */
            readonly remove?: boolean;
        };
        /** @description What an agent may send. */
        readonly ClientFrame: components["schemas"]["SendFrame"] | components["schemas"]["SyncFrame"] | components["schemas"]["PingFrame"] | components["schemas"]["PongFrame"] | components["schemas"]["TypingStartFrame"] | components["schemas"]["TypingStopFrame"] | components["schemas"]["ReadFrame"] | components["schemas"]["ReactFrame"];
        readonly SendAcceptedFrame: {
            /** @constant */
            readonly type: "send.result";
            readonly id: components["schemas"]["CorrelationId"];
            /** @constant */
            readonly ok: true;
            readonly messageId: components["schemas"]["MessageId"];
            readonly chatId: components["schemas"]["ChatId"];
            /**
             * @description `queued`: stored, and it will be sent. With `wait`, `sent` when the provider took it. A repeated key shows the first message's present state. `unknown`: it may have been sent; do not send it again blindly.
             * @enum {string}
             */
            readonly status: "queued" | "sent" | "delivered" | "read" | "unknown";
            /**
             * @description The idempotency key was used before; nothing new was sent.
             * @constant
             */
            readonly cached?: true;
            /** @description Why it is unknown. */
            readonly error?: string;
        };
        /** @description Nothing was sent. The ids and the status are there when the message had been stored before it failed. */
        readonly SendRefusedFrame: {
            /** @constant */
            readonly type: "send.result";
            readonly id: components["schemas"]["CorrelationId"];
            /** @constant */
            readonly ok: false;
            /** @description The reason, the field and the mend. */
            readonly error: string;
            readonly messageId?: components["schemas"]["MessageId"];
            readonly chatId?: components["schemas"]["ChatId"];
            /** @constant */
            readonly status?: "failed";
            /** @constant */
            readonly cached?: true;
        };
        readonly SendResultFrame: components["schemas"]["SendAcceptedFrame"] | components["schemas"]["SendRefusedFrame"];
        readonly MessageFrame: {
            /** @constant */
            readonly type: "message";
            readonly messageId: components["schemas"]["MessageId"];
            readonly chatId: components["schemas"]["ChatId"];
            readonly from: components["schemas"]["Address"];
            /** @description Empty when there are only attachments. */
            readonly text: string;
            readonly attachments: readonly components["schemas"]["Attachment"][];
            readonly service: components["schemas"]["Service"];
            readonly isGroup: boolean;
            /** @description The members of a group, the sender among them; empty in a DM. */
            readonly participants: readonly components["schemas"]["Address"][];
            /** @description When the gateway stored it; rises strictly within the account and can be handed back as `since`. */
            readonly timestamp: components["schemas"]["Timestamp"];
            /** @description Its place in the account's log. Rises; other events lie between. */
            readonly seq: number;
            readonly cursor?: components["schemas"]["Cursor"];
            /**
             * @description On the messages of a sync.
             * @constant
             */
            readonly replay?: true;
        };
        readonly TypingFrame: {
            /** @constant */
            readonly type: "typing";
            readonly from: components["schemas"]["Address"];
            readonly started: boolean;
            readonly chatId?: components["schemas"]["ChatId"];
        };
        readonly ReactionFrame: {
            /** @constant */
            readonly type: "reaction";
            readonly messageId: components["schemas"]["MessageId"];
            readonly from: components["schemas"]["Address"];
            /** @description One of the six of iMessage, RCS and SMS; the emoji itself where a channel has others. */
            readonly reactionType: string;
            /** @description False when it was taken back. */
            readonly added: boolean;
            readonly chatId?: components["schemas"]["ChatId"];
        };
        readonly ProgressFrame: {
            /** @constant */
            readonly type: "status";
            readonly messageId: components["schemas"]["MessageId"];
            /** @enum {string} */
            readonly status: "delivered" | "read";
        };
        readonly TroubleFrame: {
            /** @constant */
            readonly type: "status";
            readonly messageId: components["schemas"]["MessageId"];
            /**
             * @description `unknown`: it may have been sent, the provider cannot say, and it is not sent again by itself.
             * @enum {string}
             */
            readonly status: "failed" | "unknown";
            readonly error: string;
        };
        readonly StatusFrame: components["schemas"]["ProgressFrame"] | components["schemas"]["TroubleFrame"];
        readonly SyncDoneFrame: {
            /** @constant */
            readonly type: "sync.done";
            /** @description How many messages were replayed. */
            readonly count: number;
            readonly cursor: components["schemas"]["Cursor"];
            /**
             * @description The cursor was of a history that is gone (the gateway was restored from a backup), so all that is kept was replayed. Drop what you know by its messageId, and go on from this cursor.
             * @constant
             */
            readonly reset?: true;
        };
        /**
         * @description - `unknown_type`: the type is none of ours.
         *     - `invalid_sync`: `since` or `cursor` is missing or malformed.
         *     - `sync_error`: the store failed during the replay; sync again.
         *     - `invalid_send`: a send without a usable `id`.
         *     - `invalid_json`: the frame is not a JSON object, or too deep.
         *     - `invalid_request`: a field is missing or malformed, or the key lacks the scope.
         *     - `unsupported`: the channel cannot do this; the message names what can.
         *     - `rate_limited`: too many frames; slow down.
         *     - `internal`: a fault of the gateway.
         * @enum {string}
         */
        readonly ErrorCode: "unknown_type" | "invalid_sync" | "sync_error" | "invalid_send" | "invalid_json" | "invalid_request" | "unsupported" | "rate_limited" | "internal";
        readonly ErrorFrame: {
            /** @constant */
            readonly type: "error";
            readonly code: components["schemas"]["ErrorCode"];
            /** @description The cause, the field and the mend. */
            readonly message: string;
        };
        /** @description What the gateway may send. */
        readonly ServerFrame: components["schemas"]["SendResultFrame"] | components["schemas"]["MessageFrame"] | components["schemas"]["TypingFrame"] | components["schemas"]["ReactionFrame"] | components["schemas"]["StatusFrame"] | components["schemas"]["SyncDoneFrame"] | components["schemas"]["PingFrame"] | components["schemas"]["PongFrame"] | components["schemas"]["ErrorFrame"];
        /**
         * @description Who sends or is sent to, in the form of the channel: a phone number in E.164 for iMessage, RCS, SMS, Signal and WhatsApp (iMessage also takes an email), a handle or wallet address for XMTP, the platform's own id elsewhere.
         * @example +1234567890
         * @example ada@example.com
         * @example 0x52908400098527886E0F7030069857D2E4169EE7
         */
        readonly Address: string;
        /** @description One piece of an outbound message. Unknown fields are ignored. */
        readonly Part: components["schemas"]["TextPart"] | components["schemas"]["MediaPart"];
        /**
         * @example {
         *       "type": "text",
         *       "value": "Hello!"
         *     }
         */
        readonly TextPart: {
            /** @constant */
            readonly type: "text";
            /** @description Sent as it is. At most 10,000 characters. */
            readonly value: string;
        };
        /**
         * @example {
         *       "type": "media",
         *       "url": "https://example.com/image.jpg",
         *       "mimeType": "image/jpeg"
         *     }
         */
        readonly MediaPart: {
            /** @constant */
            readonly type: "media";
            /** @description Fetched by the gateway; must be publicly reachable. */
            readonly url: string;
            /** @description Taken from the file when absent. */
            readonly mimeType?: string;
        };
        /**
         * @description The channel as Claw Messenger spells it. Which are there depends on the configuration.
         * @enum {string}
         */
        readonly Service: "iMessage" | "RCS" | "SMS" | "XMTP" | "telegram" | "signal" | "discord" | "slack" | "whatsapp";
        /** @description The same key with the same command answers the first message and sends nothing; with another command it is a conflict. Kept for 24 hours or more, across restarts and facades. */
        readonly IdempotencyKey: string;
        /**
         * @description An ISO 8601 instant as callers write it: `Z` or an offset, with or without a fraction of a second; digits past the microsecond are ignored. A time without zone is not an instant.
         * @example 2026-04-10T14:30:00Z
         * @example 2026-04-10T16:30:00.123456+02:00
         */
        readonly Instant: string;
        /** @enum {string} */
        readonly ReactionType: "love" | "like" | "dislike" | "laugh" | "emphasize" | "question";
        /**
         * @example {
         *       "url": "http://127.0.0.1:18789/media/3f1c?sig=8c1d",
         *       "mimeType": "image/jpeg"
         *     }
         */
        readonly Attachment: {
            /**
             * Format: uri
             * @description Opens without a header; signed, and valid for a limited time from when you read it.
             */
            readonly url: string;
            /** @description `application/octet-stream` when nobody knows better. */
            readonly mimeType: string;
        };
        /**
         * Format: date-time
         * @description An instant in UTC as RFC 3339 writes it, ending in `Z`, with up to microseconds.
         * @example 2026-04-10T14:30:00.000Z
         */
        readonly Timestamp: string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
export type Address = components['schemas']['Address'];
export type Attachment = components['schemas']['Attachment'];
export type ChatId = components['schemas']['ChatId'];
export type ClientFrame = components['schemas']['ClientFrame'];
export type CorrelationId = components['schemas']['CorrelationId'];
export type Cursor = components['schemas']['Cursor'];
export type ErrorCode = components['schemas']['ErrorCode'];
export type ErrorFrame = components['schemas']['ErrorFrame'];
export type IdempotencyKey = components['schemas']['IdempotencyKey'];
export type Instant = components['schemas']['Instant'];
export type MediaPart = components['schemas']['MediaPart'];
export type MessageFrame = components['schemas']['MessageFrame'];
export type MessageId = components['schemas']['MessageId'];
export type Part = components['schemas']['Part'];
export type PingFrame = components['schemas']['PingFrame'];
export type PongFrame = components['schemas']['PongFrame'];
export type ProgressFrame = components['schemas']['ProgressFrame'];
export type ReactFrame = components['schemas']['ReactFrame'];
export type ReactionFrame = components['schemas']['ReactionFrame'];
export type ReactionType = components['schemas']['ReactionType'];
export type ReadFrame = components['schemas']['ReadFrame'];
export type SendAcceptedFrame = components['schemas']['SendAcceptedFrame'];
export type SendFrame = components['schemas']['SendFrame'];
export type SendRefusedFrame = components['schemas']['SendRefusedFrame'];
export type SendResultFrame = components['schemas']['SendResultFrame'];
export type ServerFrame = components['schemas']['ServerFrame'];
export type Service = components['schemas']['Service'];
export type SocketQuery = components['schemas']['SocketQuery'];
export type StatusFrame = components['schemas']['StatusFrame'];
export type SyncDoneFrame = components['schemas']['SyncDoneFrame'];
export type SyncFrame = components['schemas']['SyncFrame'];
export type TextPart = components['schemas']['TextPart'];
export type Timestamp = components['schemas']['Timestamp'];
export type TroubleFrame = components['schemas']['TroubleFrame'];
export type TypingFrame = components['schemas']['TypingFrame'];
export type TypingStartFrame = components['schemas']['TypingStartFrame'];
export type TypingStopFrame = components['schemas']['TypingStopFrame'];
