/**
 * The requests and responses of the Claw Messenger facade and of the gateway’s own documents and health, generated from openapi/claw-messenger.openapi.yaml.
 * Change the contract and run `node openapi/generate.ts`; never this file.
 */
export interface paths {
    readonly "/api/keys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The account's live keys, by prefix, without the keys. */
        readonly get: operations["listKeys"];
        readonly put?: never;
        /**
         * Make an API key; the whole key is shown this once.
         * @description Scopes default to the three `read:` scopes and `write:messages`, as far as the maker has them. Asking for a scope that the maker lacks is 403.
         */
        readonly post: operations["createKey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/keys/{id}": {
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
        readonly delete: operations["revokeKey"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/routes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The registered phone numbers. */
        readonly get: operations["listRoutes"];
        readonly put?: never;
        /**
         * Register a phone number, at most 20 an account.
         * @description From then on what this number texts comes to this account. A number already registered here answers 200 with `already_claimed: true`; held by another account, 409; the 21st, 403.
         */
        readonly post: operations["registerRoute"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/routes/primary": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Make a registered number the primary one. */
        readonly put: operations["setPrimaryRoute"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/routes/{phone}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Release a number; releasing the primary promotes the oldest. */
        readonly delete: operations["releaseRoute"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/billing/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Messages accepted this period, the plan and its limit.
         * @description Accepted outbound messages count one each; refused ones and XMTP do not. At the limit a send is refused with "Monthly message limit reached".
         */
        readonly get: operations["getUsage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/diagnostics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Hand in a client's report of its connection, one an hour.
         * @description A second report within the hour is 429 with `Retry-After` in seconds.
         */
        readonly post: operations["submitDiagnostics"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/channels/capabilities": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The configured channels and what each can do. */
        readonly get: operations["listCapabilities"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/channels/{channel}/restart": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Stop and start the connections of a channel.
         * @description Queued messages wait and are sent afterwards. Other channels are not touched.
         */
        readonly post: operations["restartChannel"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What this is and where its socket and documents are. */
        readonly get: operations["getServiceInfo"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Up, for how long, and which build. */
        readonly get: operations["getHealth"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/healthz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Alive, with the number of open sockets. */
        readonly get: operations["getLiveness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Whether to send it traffic; 503 while it starts or stops. */
        readonly get: operations["getReadiness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Prometheus metrics; from loopback no key is needed. */
        readonly get: operations["getMetrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/docs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The explorer for these documents, served from here. */
        readonly get: operations["getDocs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/openapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** This document, merged with those of the other facades. */
        readonly get: operations["getOpenApi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/asyncapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The document of the socket at `/ws`. */
        readonly get: operations["getAsyncApi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly CreateKeyRequest: {
            readonly name?: string;
            readonly scopes?: readonly components["schemas"]["Scope"][];
        };
        readonly CreatedKey: {
            /** @constant */
            readonly ok: true;
            readonly id: string;
            /** @description The whole key. It is not shown again. */
            readonly key: string;
            readonly prefix: string;
            readonly name: string | null;
            readonly created_at: components["schemas"]["Timestamp"];
        };
        readonly Key: {
            readonly id: string;
            /** @description The visible start of the key. */
            readonly prefix: string;
            readonly name: string | null;
            readonly scopes: readonly components["schemas"]["Scope"][];
            readonly created_at: components["schemas"]["Timestamp"];
            /** @description To the minute or better; null when it was never used. */
            readonly last_used_at: components["schemas"]["Timestamp"] | null;
        };
        readonly KeyList: {
            /** @constant */
            readonly ok: true;
            readonly keys: readonly components["schemas"]["Key"][];
        };
        readonly PhoneNumberRequest: {
            readonly phone_number: components["schemas"]["E164"];
        };
        readonly RegisteredRoute: {
            /** @constant */
            readonly ok: true;
            readonly phone_number: components["schemas"]["E164"];
            /** @description Whether this account had it before this call. */
            readonly already_claimed: boolean;
        };
        readonly PrimaryRoute: {
            /** @constant */
            readonly ok: true;
            readonly phone_number: components["schemas"]["E164"];
            /** @constant */
            readonly is_primary: true;
        };
        readonly Route: {
            readonly phone_number: components["schemas"]["E164"];
            readonly is_primary: boolean;
            readonly created_at: components["schemas"]["Timestamp"];
        };
        readonly RouteList: {
            /** @constant */
            readonly ok: true;
            readonly routes: readonly components["schemas"]["Route"][];
        };
        readonly Usage: {
            /** @constant */
            readonly ok: true;
            /** @enum {string} */
            readonly plan: "self-hosted" | "base" | "growth" | "plus" | "pro" | "molt";
            /** @enum {string} */
            readonly status: "active" | "trialing" | "past_due" | "lapsed" | "suspended";
            readonly message_count: number;
            /** @description null is no limit. */
            readonly message_limit: number | null;
            readonly period_start: components["schemas"]["Timestamp"];
            readonly period_end: components["schemas"]["Timestamp"];
            readonly trial_ends_at: components["schemas"]["Timestamp"] | null;
        };
        readonly DiagnosticsRequest: {
            readonly plugin_version?: string;
            readonly node_version?: string;
            readonly errors?: readonly components["schemas"]["DiagnosticsEntry"][];
            readonly connection_log?: readonly components["schemas"]["DiagnosticsEntry"][];
            readonly metadata?: Record<string, never>;
        };
        readonly DiagnosticsEntry: {
            /** @description When, as the client's clock had it. */
            readonly ts: string;
            readonly type: string;
            readonly detail?: string;
        };
        readonly DiagnosticsReceipt: {
            /** @constant */
            readonly ok: true;
            readonly report_id: string;
        };
        readonly ChannelCapabilities: {
            readonly channel: components["schemas"]["Channel"];
            readonly service: components["schemas"]["Service"];
            /** @description Who carries it. */
            readonly driver: string;
            readonly capabilities: components["schemas"]["Capabilities"];
        };
        readonly CapabilityList: {
            /** @constant */
            readonly ok: true;
            readonly channels: readonly components["schemas"]["ChannelCapabilities"][];
        };
        readonly RestartedChannel: {
            /** @constant */
            readonly ok: true;
            readonly channel: components["schemas"]["Channel"];
            /** @description How many connections. */
            readonly restarted: number;
            /** @description How each of them is now. */
            readonly connections: readonly components["schemas"]["RestartedConnection"][];
        };
        readonly RestartedConnection: {
            readonly connection: string;
            /** @enum {string} */
            readonly state: "connecting" | "connected" | "down" | "needs_login" | "stopped" | "failed_to_start";
            /** @description Why it is not connected. */
            readonly error: string | null;
            /** @description What a person can do about it. */
            readonly mend: string | null;
        };
        readonly ServiceInfo: {
            /** @constant */
            readonly ok: true;
            /** @constant */
            readonly name: "clawgate";
            readonly version: string;
            readonly websocket_url: string;
            /** Format: uri */
            readonly docs: string;
            /** Format: uri */
            readonly openapi: string;
            /** Format: uri */
            readonly asyncapi: string;
            /** Format: uri */
            readonly openrpc: string;
        };
        readonly Health: {
            /** @constant */
            readonly ok: true;
            /**
             * @description `degraded`: some channel is down; what needs no channel works.
             * @enum {string}
             */
            readonly status: "ok" | "degraded";
            /** @description Seconds since the start. */
            readonly uptime: number;
            /** @description The git commit, or null when it is not known. */
            readonly commit: string | null;
            readonly version: string;
        };
        readonly Liveness: {
            /** @constant */
            readonly ok: true;
            /** @constant */
            readonly status: "live";
            /** @description Open WebSockets of all accounts. */
            readonly connections: number;
        };
        readonly Readiness: {
            /** @constant */
            readonly ok: true;
            /** @constant */
            readonly status: "ready";
            /** @description Connections that do not work now, when there are any. Everything else does. */
            readonly down?: readonly components["schemas"]["AilingConnection"][];
        };
        readonly AilingConnection: {
            readonly connection: string;
            /** @enum {string} */
            readonly state: "connecting" | "down" | "needs_login" | "stopped" | "failed_to_start";
            /** @description What a person can do about it. */
            readonly mend: string;
        };
        readonly OpenApiDocument: {
            readonly openapi: string;
            readonly info: Record<string, never>;
            readonly paths: Record<string, never>;
        };
        readonly AsyncApiDocument: {
            readonly asyncapi: string;
            readonly info: Record<string, never>;
            readonly channels: Record<string, never>;
        };
        /**
         * @example {
         *       "ok": false,
         *       "error": "phone_number is not a phone number in E.164 form",
         *       "detail": "Write a plus, the country code and the number without blanks, like +1234567890."
         *     }
         */
        readonly Refusal: {
            /** @constant */
            readonly ok: false;
            /** @description What went wrong, in one sentence. */
            readonly error: string;
            /** @description Which field or condition caused it, and what mends it. */
            readonly detail: string;
        };
        /**
         * @example {
         *       "ok": true
         *     }
         */
        readonly Done: {
            /** @constant */
            readonly ok: true;
        };
        /**
         * @description A phone number in E.164 form: a plus, then 7 to 15 digits, no blanks, brackets or dashes.
         * @example +1234567890
         */
        readonly E164: string;
        /**
         * @description The channel by its id.
         * @enum {string}
         */
        readonly Channel: "imessage" | "rcs" | "sms" | "xmtp" | "telegram" | "signal" | "discord" | "slack" | "whatsapp";
        /**
         * @description What a key may do. `*` is all that the account may.
         * @enum {string}
         */
        readonly Scope: "read:status" | "read:conversations" | "read:messages" | "write:messages" | "admin:settings" | "admin:users" | "*";
        /**
         * Format: date-time
         * @description An instant in UTC as RFC 3339 writes it, ending in `Z`, with up to microseconds.
         * @example 2026-04-10T14:30:00.000Z
         */
        readonly Timestamp: string;
        /**
         * @description The channel as Claw Messenger spells it. Which are there depends on the configuration.
         * @enum {string}
         */
        readonly Service: "iMessage" | "RCS" | "SMS" | "XMTP" | "telegram" | "signal" | "discord" | "slack" | "whatsapp";
        /** @description What a channel can do here, as its driver declares it. `false` means not at all. */
        readonly Capabilities: {
            /** @enum {string} */
            readonly addressing: "phone" | "phone-or-email" | "wallet" | "opaque";
            readonly text: {
                readonly maxCharacters: number;
                /** @enum {string} */
                readonly format: "plain" | "markdown" | "html";
            };
            readonly media: false | {
                readonly maxCount: number;
                readonly maxBytes: number;
            };
            readonly groups: false | {
                readonly maxMembers: number;
            };
            readonly typing: boolean;
            /** @description Whether `read` can be told to the sender. */
            readonly readReceipts: boolean;
            readonly reactions: false | readonly string[];
            readonly edits: boolean;
            readonly unsend: boolean;
            readonly replies: boolean;
            readonly polls: false | {
                readonly maxOptions: number;
                readonly multiple: boolean;
            };
            /** @description What is reported after a message was accepted. */
            readonly receipts: readonly ("delivered" | "read" | "failed")[];
            /**
             * @description Whether the provider drops a second send with the same key, always, for a time, or never.
             * @enum {string}
             */
            readonly idempotency: "key" | "window" | "none";
            /** @description The time for `window`, in milliseconds. */
            readonly dedupeWindowMs?: number;
            /** @description Messages of one conversation handed over at once. */
            readonly maxRun: number;
            readonly rate?: {
                readonly perLinePerSecond?: number;
                readonly perPairPerMinute?: number;
            };
        };
    };
    responses: {
        /** @description A field, parameter or the JSON itself is not as documented; `detail` names it. */
        readonly Invalid: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "phone_number is missing",
                 *       "detail": "Send it in the JSON body, like {\"phone_number\":\"+1234567890\"}."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description No credential, or one that is unknown, revoked or expired. */
        readonly Unauthenticated: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "Invalid API key",
                 *       "detail": "Send a valid key as \"Authorization: Bearer cm_live_…\"."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description The credential is good, but lacks the scope, or the account may not do this. */
        readonly Forbidden: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "This key may not do that",
                 *       "detail": "The scope write:messages is needed; this key has read:status."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description The body is larger than 256 KiB. Send media by URL. */
        readonly TooLarge: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "The body is too large",
                 *       "detail": "At most 262144 bytes are read; send media by URL."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description Too many requests; wait as long as `Retry-After` says. */
        readonly RateLimited: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "Too many requests",
                 *       "detail": "Try again in 30 seconds."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description A fault of the gateway. It is logged under the request id. */
        readonly Internal: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "The gateway failed",
                 *       "detail": "Nothing was done. Report the request id in X-Request-Id."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description Starting, stopping, or something this needs is away; try again later. */
        readonly Unavailable: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "Retry-After": components["headers"]["RetryAfter"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "The gateway is stopping",
                 *       "detail": "Try again in a few seconds."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description There is no such thing, or it is not this account's. */
        readonly NotFound: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "This number is not registered",
                 *       "detail": "Register it with POST /api/routes first."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
        /** @description Somebody else holds it, or it is not in the state that this needs. */
        readonly Conflict: {
            headers: {
                readonly "X-Request-Id": components["headers"]["RequestId"];
                readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                readonly RateLimit: components["headers"]["RateLimit"];
                readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                readonly [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "ok": false,
                 *       "error": "This number is registered to another account",
                 *       "detail": "A number belongs to one account at a time; it must be released there first."
                 *     }
                 */
                readonly "application/json": components["schemas"]["Refusal"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
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
    readonly listKeys: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description All keys that are not revoked, oldest first. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "keys": [
                     *         {
                     *           "id": "key_01984f6e8f2a",
                     *           "prefix": "cm_live_AbCd1234",
                     *           "name": "my agent",
                     *           "scopes": [
                     *             "read:messages",
                     *             "write:messages"
                     *           ],
                     *           "created_at": "2026-04-10T14:30:00.000Z",
                     *           "last_used_at": null
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["KeyList"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly createKey: {
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
                readonly "application/json": components["schemas"]["CreateKeyRequest"];
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
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "id": "key_01984f6e8f2a",
                     *       "key": "cm_live_AbCd1234_000000000000000000000000000EXAMPLE",
                     *       "prefix": "cm_live_AbCd1234",
                     *       "name": "my agent",
                     *       "created_at": "2026-04-10T14:30:00.000Z"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["CreatedKey"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly revokeKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` from the list, not the key.
                 * @example key_01984f6e8f2a
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Revoked. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Done"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listRoutes: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description All of them, the primary one first and then the oldest. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "routes": [
                     *         {
                     *           "phone_number": "+1234567890",
                     *           "is_primary": true,
                     *           "created_at": "2026-04-10T14:30:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["RouteList"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly registerRoute: {
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
                 *       "phone_number": "+1234567890"
                 *     }
                 */
                readonly "application/json": components["schemas"]["PhoneNumberRequest"];
            };
        };
        readonly responses: {
            /** @description Registered to this account. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "phone_number": "+1234567890",
                     *       "already_claimed": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["RegisteredRoute"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly setPrimaryRoute: {
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
                 *       "phone_number": "+1234567890"
                 *     }
                 */
                readonly "application/json": components["schemas"]["PhoneNumberRequest"];
            };
        };
        readonly responses: {
            /** @description It is primary; the former one stays registered. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "phone_number": "+1234567890",
                     *       "is_primary": true
                     *     }
                     */
                    readonly "application/json": components["schemas"]["PrimaryRoute"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly releaseRoute: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The number in E.164 form, its plus written as it is or as `%2B`.
                 * @example +1234567890
                 */
                readonly phone: components["schemas"]["E164"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Released. Others may register it now. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Done"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getUsage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The present period. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Usage"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly submitDiagnostics: {
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
                 *       "plugin_version": "0.1.7",
                 *       "node_version": "v22.0.0",
                 *       "errors": [
                 *         {
                 *           "ts": "2026-04-10T14:30:00Z",
                 *           "type": "error",
                 *           "detail": "socket closed"
                 *         }
                 *       ],
                 *       "connection_log": [
                 *         {
                 *           "ts": "2026-04-10T14:29:00Z",
                 *           "type": "connect"
                 *         }
                 *       ],
                 *       "metadata": {
                 *         "connected": true
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["DiagnosticsRequest"];
            };
        };
        readonly responses: {
            /** @description Stored. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "report_id": "rep_01984f6e8f2a"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["DiagnosticsReceipt"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly listCapabilities: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One entry a channel, the default channel first. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "channels": [
                     *         {
                     *           "channel": "imessage",
                     *           "service": "iMessage",
                     *           "driver": "simulator",
                     *           "capabilities": {
                     *             "addressing": "phone-or-email",
                     *             "text": {
                     *               "maxCharacters": 10000,
                     *               "format": "plain"
                     *             },
                     *             "media": {
                     *               "maxCount": 10,
                     *               "maxBytes": 104857600
                     *             },
                     *             "groups": {
                     *               "maxMembers": 32
                     *             },
                     *             "typing": true,
                     *             "readReceipts": true,
                     *             "reactions": [
                     *               "love",
                     *               "like",
                     *               "dislike",
                     *               "laugh",
                     *               "emphasize",
                     *               "question"
                     *             ],
                     *             "edits": true,
                     *             "unsend": true,
                     *             "replies": true,
                     *             "polls": false,
                     *             "receipts": [
                     *               "delivered",
                     *               "read",
                     *               "failed"
                     *             ],
                     *             "idempotency": "key",
                     *             "maxRun": 64
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["CapabilityList"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly restartChannel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @example imessage */
                readonly channel: components["schemas"]["Channel"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Started again, and how each connection is since. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "channel": "imessage",
                     *       "restarted": 1,
                     *       "connections": [
                     *         {
                     *           "connection": "simulator",
                     *           "state": "connected",
                     *           "error": null,
                     *           "mend": null
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["RestartedChannel"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getServiceInfo: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The same for everyone. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "name": "clawgate",
                     *       "version": "0.1.0",
                     *       "websocket_url": "ws://127.0.0.1:18789/ws",
                     *       "docs": "http://127.0.0.1:18789/docs",
                     *       "openapi": "http://127.0.0.1:18789/openapi.json",
                     *       "asyncapi": "http://127.0.0.1:18789/asyncapi.json",
                     *       "openrpc": "http://127.0.0.1:18789/openrpc.json"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["ServiceInfo"];
                };
            };
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getHealth: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The process answers. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "status": "ok",
                     *       "uptime": 123.45,
                     *       "commit": "810e7e8",
                     *       "version": "0.1.0"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getLiveness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The process answers. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "status": "live",
                     *       "connections": 3
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Liveness"];
                };
            };
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getReadiness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It takes requests and sockets. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "status": "ready"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Readiness"];
                };
            };
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getMetrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The Prometheus text format. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    /**
                     * @example # TYPE process_cpu_seconds_total counter
                     *     process_cpu_seconds_total 1.25
                     */
                    readonly "text/plain": string;
                };
            };
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getDocs: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page. A trailing slash may be added by a redirect. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getOpenApi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description OpenAPI 3.1. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OpenApiDocument"];
                };
            };
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getAsyncApi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description AsyncAPI 3.0. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AsyncApiDocument"];
                };
            };
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
}
export type AilingConnection = components['schemas']['AilingConnection'];
export type AsyncApiDocument = components['schemas']['AsyncApiDocument'];
export type Capabilities = components['schemas']['Capabilities'];
export type CapabilityList = components['schemas']['CapabilityList'];
export type Channel = components['schemas']['Channel'];
export type ChannelCapabilities = components['schemas']['ChannelCapabilities'];
export type CreateKeyRequest = components['schemas']['CreateKeyRequest'];
export type CreatedKey = components['schemas']['CreatedKey'];
export type DiagnosticsEntry = components['schemas']['DiagnosticsEntry'];
export type DiagnosticsReceipt = components['schemas']['DiagnosticsReceipt'];
export type DiagnosticsRequest = components['schemas']['DiagnosticsRequest'];
export type Done = components['schemas']['Done'];
export type E164 = components['schemas']['E164'];
export type Health = components['schemas']['Health'];
export type Key = components['schemas']['Key'];
export type KeyList = components['schemas']['KeyList'];
export type Liveness = components['schemas']['Liveness'];
export type OpenApiDocument = components['schemas']['OpenApiDocument'];
export type PhoneNumberRequest = components['schemas']['PhoneNumberRequest'];
export type PrimaryRoute = components['schemas']['PrimaryRoute'];
export type Readiness = components['schemas']['Readiness'];
export type Refusal = components['schemas']['Refusal'];
export type RegisteredRoute = components['schemas']['RegisteredRoute'];
export type RestartedChannel = components['schemas']['RestartedChannel'];
export type RestartedConnection = components['schemas']['RestartedConnection'];
export type Route = components['schemas']['Route'];
export type RouteList = components['schemas']['RouteList'];
export type Scope = components['schemas']['Scope'];
export type Service = components['schemas']['Service'];
export type ServiceInfo = components['schemas']['ServiceInfo'];
export type Timestamp = components['schemas']['Timestamp'];
export type Usage = components['schemas']['Usage'];
