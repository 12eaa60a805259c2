/**
 * The payloads and events of the OpenClaw facade, generated from openapi/openclaw.openrpc.json.
 * Change the contract and run `node openapi/generate.ts`; never this file.
 */
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly SendPayload: {
            /** @description The provider took the message. False: it is stored and waits (queued), or nobody knows (unknown). */
            readonly sent: boolean;
            /** @description The provider's id of the message; the gateway's own until there is one. */
            readonly messageId: string;
            /** @description The gateway's id of the message, on every protocol. */
            readonly gatewayMessageId: string;
            /** @description The idempotency key. */
            readonly runId: string;
            /** @description The channel that carried it. */
            readonly channel: string;
            /** @description The chat it is in. */
            readonly chatId: string;
            /** @description The key had been used for this very message before: nothing was sent again. */
            readonly cached?: boolean;
            /** @description The provider has not answered yet. */
            readonly queued?: boolean;
            /** @description The provider did not say whether it was sent. */
            readonly unknown?: boolean;
            /** @description Ask again with the same key to hear what became of it. */
            readonly retrySameKey?: boolean;
            /** @description Why it is unknown. */
            readonly error?: string;
        };
        readonly PollPayload: components["schemas"]["SendPayload"] & {
            /** @description The channel has no polls: it went as numbered text, and replies count as votes. */
            readonly degraded?: boolean;
        };
        readonly PollResults: {
            /** @description The poll. */
            readonly messageId: string;
            /** @description The question. */
            readonly question: string;
            readonly options: readonly {
                /** @description The option. */
                readonly text: string;
                readonly votes: number;
                readonly voters?: readonly string[];
            }[];
            readonly totalVoters: number;
            readonly degraded?: boolean;
            readonly closed?: boolean;
            readonly anonymous?: boolean;
        };
        readonly HelloOk: {
            /** @constant */
            readonly type: "hello-ok";
            /** @constant */
            readonly protocol: 4;
            readonly server: Record<string, never>;
            readonly features: Record<string, never>;
            readonly snapshot?: Record<string, never>;
            readonly auth: Record<string, never>;
            readonly policy: Record<string, never>;
        };
        readonly ChannelsStatus: {
            readonly ts: number;
            readonly channelOrder: readonly string[];
            readonly channelLabels: {
                readonly [key: string]: string;
            };
            readonly channels: {
                readonly [key: string]: {
                    readonly configured: boolean;
                    readonly running?: boolean;
                    readonly connected: boolean;
                    readonly lastError?: string | null;
                    readonly mend?: string | null;
                    readonly lastInboundAt?: number | null;
                    readonly lastOutboundAt?: number | null;
                };
            };
            readonly channelAccounts: {
                readonly [key: string]: readonly components["schemas"]["ChannelAccount"][];
            };
            readonly channelDefaultAccountId: {
                readonly [key: string]: string | null;
            };
        };
        readonly ChannelAccount: {
            /** @description The connection. */
            readonly accountId: string;
            /** @description The driver that serves it. */
            readonly driver?: string;
            readonly lines?: readonly string[];
            readonly enabled: boolean;
            readonly configured: boolean;
            readonly running: boolean;
            /** @description What the driver said last or was asked just now; never mere configuration. */
            readonly connected: boolean;
            /** @description connecting, connected, down, needs_login, stopped or failed_to_start. */
            readonly healthState: string;
            readonly lastError?: string | null;
            readonly mend?: string | null;
            readonly lastErrorAt?: number | null;
            readonly lastInboundAt?: number | null;
            readonly lastOutboundAt?: number | null;
            readonly queueLength?: number | null;
            readonly oldestQueuedMs?: number | null;
        };
        readonly Capabilities: {
            readonly channels: {
                readonly [key: string]: Record<string, never>;
            };
        };
        readonly MessageList: {
            readonly messages: readonly components["schemas"]["Message"][];
            readonly total: number;
            readonly nextOffset?: number;
        };
        readonly Message: {
            /** @description The provider's id, else the gateway's. */
            readonly messageId: string;
            /** @description The gateway's id. */
            readonly gatewayMessageId: string;
            /** @description The channel. */
            readonly channel: string;
            /** @description The connection. */
            readonly accountId?: string;
            /** @description The chat. */
            readonly chatId: string;
            /** @enum {unknown} */
            readonly direction: "inbound" | "outbound";
            /** @description Who sent it. */
            readonly from: string;
            readonly to: readonly string[];
            /** @description All its text. */
            readonly text: string;
            readonly attachments: readonly components["schemas"]["Attachment"][];
            /** @description What is known of it. */
            readonly status: string;
            readonly error?: string | null;
            /**
             * Format: date-time
             * @description When the gateway stored it.
             */
            readonly timestamp: string;
        };
        readonly Attachment: {
            /** @description Opens without a header, for a while. */
            readonly url: string;
            /** @description Its type. */
            readonly mimeType: string;
        };
        readonly Health: {
            /** @constant */
            readonly ok: true;
            /** @description live */
            readonly status: string;
            readonly ts: number;
            readonly uptimeMs: number;
        };
        readonly Status: {
            /** @constant */
            readonly ok: true;
            /** @description Of the gateway. */
            readonly version: string;
            readonly uptimeMs: number;
            readonly connections: number;
            readonly connected: number;
        };
        readonly Restarted: {
            /** @description The channel. */
            readonly channel: string;
            readonly restarted: number;
            readonly connections?: readonly Record<string, never>[];
        };
        readonly OpenRpc: Record<string, never>;
        readonly Error: {
            /** @enum {unknown} */
            readonly code: "INVALID_REQUEST" | "CHANNEL_NOT_FOUND" | "DELIVERY_FAILED" | "UNAUTHORIZED" | "IDEMPOTENCY_CONFLICT" | "RATE_LIMITED" | "UNAVAILABLE";
            /** @description The cause and the mend. */
            readonly message: string;
            readonly details?: {
                /** @description The parameter at fault. */
                readonly field?: string;
            };
            readonly retryAfterMs?: number;
        };
        /** @description Every answer of the documented form. */
        readonly Envelope: {
            readonly id?: string | number | null;
            readonly ok: boolean;
            readonly payload?: Record<string, never>;
            readonly error?: components["schemas"]["Error"];
            readonly meta?: {
                readonly cached?: boolean;
            };
        };
        /** @description Event message: somebody wrote. */
        readonly MessageEvent: {
            /** @description The provider's id. */
            readonly messageId: string;
            /** @description The gateway's id. */
            readonly gatewayMessageId: string;
            /** @description The channel. */
            readonly channel: string;
            /** @description The connection. */
            readonly accountId?: string;
            /** @description The chat. */
            readonly chatId: string;
            /** @description Who wrote. */
            readonly from: string;
            /** @description The text. */
            readonly text: string;
            readonly attachments: readonly components["schemas"]["Attachment"][];
            readonly isGroup?: boolean;
            readonly participants?: readonly string[];
            /** @description The thread. */
            readonly threadId?: string;
            /**
             * Format: date-time
             * @description When it was stored.
             */
            readonly timestamp: string;
            /** @description Where it stands in the account's log. */
            readonly cursor: string;
        };
        /** @description Event message.status: what became of a message of ours. */
        readonly StatusEvent: {
            /** @description As send answered it. */
            readonly messageId: string;
            /** @description The gateway's id. */
            readonly gatewayMessageId: string;
            /** @description The channel. */
            readonly channel?: string;
            /** @description The chat. */
            readonly chatId?: string;
            /** @enum {unknown} */
            readonly status: "sent" | "delivered" | "read" | "failed" | "unknown";
            /** @description Why it failed or is unknown. */
            readonly error?: string;
            /**
             * Format: date-time
             * @description When.
             */
            readonly timestamp: string;
            /** @description Where it stands in the log. */
            readonly cursor: string;
        };
        /** @description Event message.reaction: a tapback. */
        readonly ReactionEvent: {
            /** @description The message. */
            readonly messageId: string;
            /** @description The gateway's id. */
            readonly gatewayMessageId: string;
            /** @description The channel. */
            readonly channel?: string;
            /** @description The chat. */
            readonly chatId?: string;
            /** @description Who reacted. */
            readonly from: string;
            /** @description love, like, dislike, laugh, emphasize, question, or an emoji. */
            readonly reactionType: string;
            readonly added: boolean;
            /**
             * Format: date-time
             * @description When.
             */
            readonly timestamp?: string;
            /** @description Where it stands in the log. */
            readonly cursor?: string;
        };
        /** @description Event poll.vote: somebody chose, or changed their mind. */
        readonly VoteEvent: {
            /** @description The poll. */
            readonly messageId: string;
            /** @description The gateway's id. */
            readonly gatewayMessageId: string;
            /** @description The channel. */
            readonly channel?: string;
            /** @description The chat. */
            readonly chatId?: string;
            /** @description Who voted. */
            readonly from: string;
            /** @description Their whole choice, by number from 0; empty: taken back. */
            readonly options: readonly number[];
            /**
             * Format: date-time
             * @description When.
             */
            readonly timestamp?: string;
            /** @description Where it stands in the log. */
            readonly cursor?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
export type Attachment = components['schemas']['Attachment'];
export type Capabilities = components['schemas']['Capabilities'];
export type ChannelAccount = components['schemas']['ChannelAccount'];
export type ChannelsStatus = components['schemas']['ChannelsStatus'];
export type Envelope = components['schemas']['Envelope'];
export type Error = components['schemas']['Error'];
export type Health = components['schemas']['Health'];
export type HelloOk = components['schemas']['HelloOk'];
export type Message = components['schemas']['Message'];
export type MessageEvent = components['schemas']['MessageEvent'];
export type MessageList = components['schemas']['MessageList'];
export type OpenRpc = components['schemas']['OpenRpc'];
export type PollPayload = components['schemas']['PollPayload'];
export type PollResults = components['schemas']['PollResults'];
export type ReactionEvent = components['schemas']['ReactionEvent'];
export type Restarted = components['schemas']['Restarted'];
export type SendPayload = components['schemas']['SendPayload'];
export type Status = components['schemas']['Status'];
export type StatusEvent = components['schemas']['StatusEvent'];
export type VoteEvent = components['schemas']['VoteEvent'];
