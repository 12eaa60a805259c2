/**
 * The requests and responses of the phone network’s control surface, generated from openapi/simulator.openapi.yaml.
 * Change the contract and run `node openapi/generate.ts`; never this file.
 */
export interface paths {
    readonly "/simulator/phones": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Every handset of the network. */
        readonly get: operations["listPhones"];
        readonly put?: never;
        /** Make a handset appear, or change its service. */
        readonly post: operations["addPhone"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/simulator/phones/{number}/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        /**
         * What the handset has, or waits for.
         * @description With `wait` the answer comes as soon as a message satisfies `match` and `since`, else with an empty list when the wait is over.
         */
        readonly get: operations["readHandset"];
        readonly put?: never;
        /**
         * The handset texts the gateway's line, or one of its chats.
         * @description Needs `text` or at least one attachment. An unknown `chatId` is 404.
         */
        readonly post: operations["textFromHandset"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/simulator/phones/{number}/typing": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** The handset starts or stops typing. */
        readonly post: operations["typeOnHandset"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/simulator/phones/{number}/read": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** The handset reads; by default all that is unread. */
        readonly post: operations["readOnHandset"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/simulator/phones/{number}/reactions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** The handset reacts to a message, or takes it back. */
        readonly post: operations["reactOnHandset"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/simulator/phones/{number}/votes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** The handset votes in a poll; an empty list takes the vote back. */
        readonly post: operations["voteOnHandset"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/simulator/phones/{number}/settings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Airplane mode and faults on demand.
         * @description Only the named settings change. With `faults` all faults are set anew; an empty object clears them.
         */
        readonly post: operations["setHandset"];
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
        /** @description What goes wrong with messages to and from this handset. Absent is false. */
        readonly Faults: {
            /** @description Delivery comes this much later. */
            readonly delayMs?: number;
            /** @description Reports and messages come twice. */
            readonly duplicate?: boolean;
            /** @description Reports come out of order. */
            readonly reorder?: boolean;
            /** @description Sends to it are refused. */
            readonly fail?: boolean;
            /** @description Sends to it arrive, but their acceptance is lost. */
            readonly loseAck?: boolean;
            /** @description iMessage and RCS arrive as SMS. */
            readonly smsFallback?: boolean;
        };
        readonly Phone: {
            readonly number: components["schemas"]["Address"];
            readonly service: components["schemas"]["Service"];
            /** @description Nothing comes or goes until it is off again. */
            readonly airplane: boolean;
            readonly faults: components["schemas"]["Faults"];
            /** @description Received and not yet read. */
            readonly unread: number;
        };
        readonly PhoneList: {
            readonly phones: readonly components["schemas"]["Phone"][];
        };
        readonly AddPhoneRequest: {
            readonly number: components["schemas"]["Address"];
            /** @description iMessage when absent. */
            readonly service?: components["schemas"]["Service"];
        };
        readonly HandsetAttachment: {
            readonly url: string;
            readonly mimeType?: string;
        };
        readonly HandsetTextRequest: {
            readonly text?: string;
            readonly attachments?: readonly components["schemas"]["HandsetAttachment"][];
            /** @description A chat of this handset; else its DM with the line. */
            readonly chatId?: string;
            /** @description The handset's own when absent. */
            readonly service?: components["schemas"]["Service"];
        };
        readonly HandsetTypingRequest: {
            readonly started: boolean;
            readonly chatId?: string;
        };
        readonly HandsetReadRequest: {
            readonly messageId?: string;
            readonly chatId?: string;
        };
        readonly HandsetReactionRequest: {
            readonly messageId: string;
            readonly reactionType: components["schemas"]["ReactionType"];
            /** @description Take it back. False when absent. */
            readonly remove?: boolean;
        };
        readonly HandsetVoteRequest: {
            readonly messageId: string;
            /** @description The chosen options by place, the first being 0. */
            readonly options: readonly number[];
        };
        readonly HandsetSettingsRequest: {
            readonly airplane?: boolean;
            readonly faults?: components["schemas"]["Faults"];
        };
        readonly HandsetReaction: {
            readonly from: components["schemas"]["Address"];
            readonly reactionType: components["schemas"]["ReactionType"];
        };
        readonly HandsetAttachmentView: {
            readonly url: string;
            readonly mimeType: string;
        };
        readonly HandsetMessage: {
            readonly messageId: string;
            readonly chatId: string;
            /**
             * @description `in`: the handset received it.
             * @enum {string}
             */
            readonly direction: "in" | "out";
            readonly from: components["schemas"]["Address"];
            /** @description Empty when there are only attachments. */
            readonly text: string;
            readonly attachments: readonly components["schemas"]["HandsetAttachmentView"][];
            readonly service: components["schemas"]["Service"];
            readonly sentAt: components["schemas"]["Timestamp"];
            /** @enum {string} */
            readonly status: "sent" | "delivered" | "read" | "failed";
            readonly reactions: readonly components["schemas"]["HandsetReaction"][];
            /** @description Whether the agent has marked it read. */
            readonly readByAgent: boolean;
            /** @description The message it answers; absent on others. */
            readonly replyTo?: string;
            /** @description Only on polls, whose question is the text. */
            readonly poll?: {
                readonly options: readonly string[];
                readonly maxSelections: number;
                readonly votes: readonly {
                    readonly from: components["schemas"]["Address"];
                    readonly options: readonly number[];
                }[];
            };
        };
        readonly HandsetView: {
            readonly messages: readonly components["schemas"]["HandsetMessage"][];
            /** @description Who is typing to this handset now. */
            readonly typing: readonly string[];
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
         * @description An ISO 8601 instant as callers write it: `Z` or an offset, with or without a fraction of a second; digits past the microsecond are ignored. A time without zone is not an instant.
         * @example 2026-04-10T14:30:00Z
         * @example 2026-04-10T16:30:00.123456+02:00
         */
        readonly Instant: string;
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
         * @description Who sends or is sent to, in the form of the channel: a phone number in E.164 for iMessage, RCS, SMS, Signal and WhatsApp (iMessage also takes an email), a handle or wallet address for XMTP, the platform's own id elsewhere.
         * @example +1234567890
         * @example ada@example.com
         * @example 0x52908400098527886E0F7030069857D2E4169EE7
         */
        readonly Address: string;
        /**
         * @description The channel as Claw Messenger spells it. Which are there depends on the configuration.
         * @enum {string}
         */
        readonly Service: "iMessage" | "RCS" | "SMS" | "XMTP" | "telegram" | "signal" | "discord" | "slack" | "whatsapp";
        /** @enum {string} */
        readonly ReactionType: "love" | "like" | "dislike" | "laugh" | "emphasize" | "question";
        /**
         * Format: date-time
         * @description An instant in UTC as RFC 3339 writes it, ending in `Z`, with up to microseconds.
         * @example 2026-04-10T14:30:00.000Z
         */
        readonly Timestamp: string;
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
    parameters: {
        /**
         * @description The handset's number in E.164 form, or its address in the form of its channel.
         * @example +1234567890
         */
        readonly Number: components["schemas"]["Address"];
    };
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
    readonly listPhones: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description In the order in which they appeared. */
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
                     *       "phones": [
                     *         {
                     *           "number": "+1234567890",
                     *           "service": "iMessage",
                     *           "airplane": false,
                     *           "faults": {},
                     *           "unread": 1
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["PhoneList"];
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
    readonly addPhone: {
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
                 *       "number": "+1234567890",
                 *       "service": "iMessage"
                 *     }
                 */
                readonly "application/json": components["schemas"]["AddPhoneRequest"];
            };
        };
        readonly responses: {
            /** @description It is there; also the answer when it was there already. */
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
                     *       "number": "+1234567890",
                     *       "service": "iMessage",
                     *       "airplane": false,
                     *       "faults": {},
                     *       "unread": 0
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Phone"];
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
    readonly readHandset: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description How long to wait for a match, in seconds or milliseconds, at most a minute.
                 * @example 5s
                 */
                readonly wait?: string;
                /** @description Only messages whose text contains this. */
                readonly match?: string;
                /** @description Only messages sent at or after this instant. The plus of an offset is written `%2B`. */
                readonly since?: components["schemas"]["Instant"];
                /** @description At most so many, the newest ones; without it all. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Oldest first. */
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
                     *       "messages": [
                     *         {
                     *           "messageId": "sim_m_1",
                     *           "chatId": "sim_c_1",
                     *           "direction": "out",
                     *           "from": "+1234567890",
                     *           "text": "Hey, got your message!",
                     *           "attachments": [],
                     *           "service": "iMessage",
                     *           "sentAt": "2026-04-10T14:30:00.000Z",
                     *           "status": "sent",
                     *           "reactions": [],
                     *           "readByAgent": false
                     *         }
                     *       ],
                     *       "typing": []
                     *     }
                     */
                    readonly "application/json": components["schemas"]["HandsetView"];
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
    readonly textFromHandset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "text": "Hey, got your message!"
                 *     }
                 */
                readonly "application/json": components["schemas"]["HandsetTextRequest"];
            };
        };
        readonly responses: {
            /** @description Handed to the network. */
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
                     *       "messageId": "sim_m_1",
                     *       "chatId": "sim_c_1",
                     *       "direction": "out",
                     *       "from": "+1234567890",
                     *       "text": "Hey, got your message!",
                     *       "attachments": [],
                     *       "service": "iMessage",
                     *       "sentAt": "2026-04-10T14:30:00.000Z",
                     *       "status": "sent",
                     *       "reactions": [],
                     *       "readByAgent": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["HandsetMessage"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly typeOnHandset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "started": true
                 *     }
                 */
                readonly "application/json": components["schemas"]["HandsetTypingRequest"];
            };
        };
        readonly responses: {
            /** @description Shown to the agent. */
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
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly readOnHandset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                /**
                 * @example {
                 *       "chatId": "sim_c_1"
                 *     }
                 */
                readonly "application/json": components["schemas"]["HandsetReadRequest"];
            };
        };
        readonly responses: {
            /** @description Read ticks are on their way. */
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
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly reactOnHandset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "messageId": "sim_m_1",
                 *       "reactionType": "love"
                 *     }
                 */
                readonly "application/json": components["schemas"]["HandsetReactionRequest"];
            };
        };
        readonly responses: {
            /** @description The message as it stands now. */
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
                     *       "messageId": "sim_m_1",
                     *       "chatId": "sim_c_1",
                     *       "direction": "out",
                     *       "from": "+1234567890",
                     *       "text": "Hey, got your message!",
                     *       "attachments": [],
                     *       "service": "iMessage",
                     *       "sentAt": "2026-04-10T14:30:00.000Z",
                     *       "status": "sent",
                     *       "reactions": [],
                     *       "readByAgent": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["HandsetMessage"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly voteOnHandset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "messageId": "sim_m_1",
                 *       "options": [
                 *         0
                 *       ]
                 *     }
                 */
                readonly "application/json": components["schemas"]["HandsetVoteRequest"];
            };
        };
        readonly responses: {
            /** @description The poll's message as it stands now. */
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
                     *       "messageId": "sim_m_1",
                     *       "chatId": "sim_c_1",
                     *       "direction": "out",
                     *       "from": "+1234567890",
                     *       "text": "Hey, got your message!",
                     *       "attachments": [],
                     *       "service": "iMessage",
                     *       "sentAt": "2026-04-10T14:30:00.000Z",
                     *       "status": "sent",
                     *       "reactions": [],
                     *       "readByAgent": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["HandsetMessage"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["Conflict"];
            readonly 413: components["responses"]["TooLarge"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly setHandset: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The handset's number in E.164 form, or its address in the form of its channel.
                 * @example +1234567890
                 */
                readonly number: components["parameters"]["Number"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "airplane": true,
                 *       "faults": {
                 *         "delayMs": 250,
                 *         "loseAck": true
                 *       }
                 *     }
                 */
                readonly "application/json": components["schemas"]["HandsetSettingsRequest"];
            };
        };
        readonly responses: {
            /** @description The handset as it is set now. */
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
                     *       "number": "+1234567890",
                     *       "service": "iMessage",
                     *       "airplane": true,
                     *       "faults": {
                     *         "delayMs": 250,
                     *         "loseAck": true
                     *       },
                     *       "unread": 0
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Phone"];
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
}
export type AddPhoneRequest = components['schemas']['AddPhoneRequest'];
export type Address = components['schemas']['Address'];
export type Done = components['schemas']['Done'];
export type Faults = components['schemas']['Faults'];
export type HandsetAttachment = components['schemas']['HandsetAttachment'];
export type HandsetAttachmentView = components['schemas']['HandsetAttachmentView'];
export type HandsetMessage = components['schemas']['HandsetMessage'];
export type HandsetReaction = components['schemas']['HandsetReaction'];
export type HandsetReactionRequest = components['schemas']['HandsetReactionRequest'];
export type HandsetReadRequest = components['schemas']['HandsetReadRequest'];
export type HandsetSettingsRequest = components['schemas']['HandsetSettingsRequest'];
export type HandsetTextRequest = components['schemas']['HandsetTextRequest'];
export type HandsetTypingRequest = components['schemas']['HandsetTypingRequest'];
export type HandsetView = components['schemas']['HandsetView'];
export type HandsetVoteRequest = components['schemas']['HandsetVoteRequest'];
export type Instant = components['schemas']['Instant'];
export type Phone = components['schemas']['Phone'];
export type PhoneList = components['schemas']['PhoneList'];
export type ReactionType = components['schemas']['ReactionType'];
export type Refusal = components['schemas']['Refusal'];
export type Service = components['schemas']['Service'];
export type Timestamp = components['schemas']['Timestamp'];
