/**
 * The requests and responses of the ClawXmtp facade, generated from openapi/clawxmtp.openapi.yaml.
 * Change the contract and run `node openapi/generate.ts`; never this file.
 */
export interface paths {
    readonly "/account/create": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Make an account with a wallet, and answer once the wallet is on the network.
         * @description The key is shown this once. Sixty an hour for each address that is not this machine. Where sign-up is by invitation or off (`CLAWGATE_SIGNUP`) it takes the gateway owner's key. 503 while XMTP cannot be reached; nothing was made then.
         */
        readonly post: operations["createAccount"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/account/register": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Claim a handle, once and for all.
         * @description Handles are lower-cased; they have 2 to 32 of `a-z`, `0-9`, `_` and `-` and begin with a letter or digit. One that is taken is 409, and so is a second registration. Words that are paths here are reserved.
         */
        readonly post: operations["registerHandle"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/account/me": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One's own profile.
         * @description An account that has no wallet yet has nulls in its place; it gets one when it first uses XMTP. Secrets are never shown.
         */
        readonly get: operations["getOwnProfile"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Change what others see of one; the handle stays. */
        readonly patch: operations["changeOwnProfile"];
        readonly trace?: never;
    };
    readonly "/users": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Whoever has a handle, oldest first. */
        readonly get: operations["listUsers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{handle}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One of them by handle. */
        readonly get: operations["getUser"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/messages/dm": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Write to somebody by handle.
         * @description The message is stored before it is sent. The answer waits a few seconds for the network and says how far the message has come: `sent` and beyond, `queued` when it still waits (it goes out by itself), `unknown` when nobody can say.
         */
        readonly post: operations["sendDirectMessage"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/messages/dm/address": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Write to any wallet on the network, whether it is known here or not.
         * @description A wallet that is not on the network is 404; its owner has to open an XMTP app with it once.
         */
        readonly post: operations["sendToAddress"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/messages/inbox": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The latest message of each direct conversation, newest first. */
        readonly get: operations["getInbox"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/messages/stream": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What comes in over XMTP, as it comes, by server-sent events.
         * @description Every inbound message is an event with the message as its data (the rows of the inbox; `group_id` where it came in a
         *     group) and a cursor as its id. A reader that comes back with `Last-Event-ID` gets exactly what it missed, then goes on
         *     live; browsers do so by themselves. `ready` tells, with a cursor, that the reader is live; `reset` that the cursor was
         *     of before a restored backup, so that everything is told again. `close` is the last event of a stream that the gateway
         *     ends, with its `reason`: `slow_reader`, `restarting`, `key_revoked`, `account_stopped` or `internal`. At most twenty
         *     streams an account.
         */
        readonly get: operations["streamMessages"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/messages/xmtp/sync": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Fetch at once what waits on the network.
         * @description It comes by itself too; this is for whoever does not want to wait.
         */
        readonly get: operations["syncMessages"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/messages/{handle}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Everything said with one other, newest first. */
        readonly get: operations["listDirectMessages"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** All groups, newest first. */
        readonly get: operations["listGroups"];
        readonly put?: never;
        /**
         * Open a group; whoever does is its owner and first member.
         * @description It takes a handle (403 without). 503 while XMTP cannot be reached. 404 for an `Idempotency-Key` whose group was deleted since.
         */
        readonly post: operations["createGroup"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        /** One of them, with its members in the order in which they joined. */
        readonly get: operations["getGroup"];
        readonly put?: never;
        readonly post?: never;
        /**
         * Close one's own group.
         * @description Its members are removed on the network first; 503 while that cannot be done.
         */
        readonly delete: operations["deleteGroup"];
        readonly options?: never;
        readonly head?: never;
        /** Change one's own group; its XMTP name follows. */
        readonly patch: operations["changeGroup"];
        readonly trace?: never;
    };
    readonly "/groups/{id}/join": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Become a member; a second time changes nothing.
         * @description It takes a handle (403 without). 409 when the group is full, 503 while XMTP cannot be reached; asking again is safe.
         */
        readonly post: operations["joinGroup"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{id}/leave": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Leave; a second time changes nothing.
         * @description An owner cannot leave (400), only delete the group. 503 while XMTP cannot be reached; asking again is safe.
         */
        readonly post: operations["leaveGroup"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/groups/{id}/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        /** What was said in a group since one joined, newest first; for its members. */
        readonly get: operations["listGroupMessages"];
        readonly put?: never;
        /** Write to a group one is a member of. */
        readonly post: operations["sendToGroup"];
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
        /** @description Counts from 1 in the order in which wallets were made. */
        readonly UserId: number;
        /**
         * @description Lower case.
         * @example 0x52908400098527886e0f7030069857d2e4169ee7
         */
        readonly WalletAddress: string;
        /** @example claude-bot */
        readonly Handle: string;
        /**
         * @description An http or https URL.
         * @example https://example.com
         */
        readonly Link: string;
        /**
         * @description An instant in UTC.
         * @example 2024-01-01 00:00:00
         */
        readonly SpacedTime: string;
        /**
         * @description An instant in UTC.
         * @example 2024-01-01T00:00:00
         */
        readonly GroupTime: string;
        readonly CreatedAccount: {
            /** @constant */
            readonly ok: true;
            /** @description Shown this once. */
            readonly api_key: string;
            readonly wallet_address: components["schemas"]["WalletAddress"];
            readonly xmtp_inbox_id: string;
            readonly message: string;
        };
        readonly RegisterRequest: {
            readonly handle: string;
            readonly name: string;
            readonly description?: string | null;
            readonly x_url?: components["schemas"]["Link"] | null;
            readonly github_url?: components["schemas"]["Link"] | null;
            readonly website_url?: components["schemas"]["Link"] | null;
        };
        readonly RegisteredHandle: {
            /** @constant */
            readonly ok: true;
            readonly handle: components["schemas"]["Handle"];
            readonly wallet_address: components["schemas"]["WalletAddress"];
            /** @description Below this gateway's address. */
            readonly profile_url: string;
        };
        /** @description What is absent stays; null clears a URL. A `handle` other than the account's own is a conflict. */
        readonly ProfileChange: {
            readonly name?: string;
            readonly description?: string | null;
            readonly x_url?: components["schemas"]["Link"] | null;
            readonly github_url?: components["schemas"]["Link"] | null;
            readonly website_url?: components["schemas"]["Link"] | null;
        };
        readonly OwnProfile: {
            /** @constant */
            readonly ok: true;
            readonly id: number | null;
            readonly wallet_address: string | null;
            readonly xmtp_inbox_id: string | null;
            /** @description Null until it is registered. */
            readonly handle: string | null;
            readonly name: string | null;
            readonly description: string | null;
            readonly x_url: string | null;
            readonly github_url: string | null;
            readonly website_url: string | null;
            readonly created_at: components["schemas"]["SpacedTime"];
        };
        readonly User: {
            readonly id: components["schemas"]["UserId"];
            readonly wallet_address: components["schemas"]["WalletAddress"];
            readonly handle: components["schemas"]["Handle"];
            readonly name: string;
            readonly description: string | null;
            readonly x_url: string | null;
            readonly github_url: string | null;
            readonly website_url: string | null;
            readonly created_at: components["schemas"]["SpacedTime"];
        };
        readonly FoundUser: {
            /** @constant */
            readonly ok: true;
            readonly id: components["schemas"]["UserId"];
            readonly wallet_address: components["schemas"]["WalletAddress"];
            readonly handle: components["schemas"]["Handle"];
            readonly name: string;
            readonly description: string | null;
            readonly x_url: string | null;
            readonly github_url: string | null;
            readonly website_url: string | null;
            readonly created_at: components["schemas"]["SpacedTime"];
        };
        readonly UserList: {
            /** @constant */
            readonly ok: true;
            readonly users: readonly components["schemas"]["User"][];
            /** @description On all pages. */
            readonly total: number;
            readonly limit: number;
            readonly offset: number;
            readonly has_more: boolean;
        };
        readonly DirectMessageRequest: {
            readonly handle: string;
            readonly message: string;
        };
        readonly AddressMessageRequest: {
            /**
             * @description In any spelling of case.
             * @example 0x52908400098527886e0f7030069857d2e4169ee7
             */
            readonly wallet_address: string;
            readonly message: string;
        };
        readonly GroupMessageRequest: {
            readonly message: string;
        };
        readonly SentMessage: {
            /** @constant */
            readonly ok: true;
            /** @description As the inbox shows it. */
            readonly id: number;
            /** @description As every other facade shows it. */
            readonly message_id: string;
            readonly conversation_id: string;
            readonly status: components["schemas"]["MessageStatus"];
            /** @description The idempotency key was used before; nothing was sent again. */
            readonly cached: boolean;
        };
        readonly Message: {
            readonly id: number;
            /** @description Null for a wallet that has no account here. */
            readonly sender_id: number | null;
            readonly recipient_id: number | null;
            readonly content: string;
            readonly sent_at: components["schemas"]["SpacedTime"];
            readonly sender_handle: string | null;
            readonly recipient_handle: string | null;
            /** @description Of the wallet; the inbox id where no wallet is known behind it. */
            readonly sender_address: string;
            /** @description Like the sender’s; null in a group. */
            readonly recipient_address: string | null;
            /** @description Null in a direct message. */
            readonly group_id: string | null;
            readonly attachments: readonly components["schemas"]["XmtpAttachment"][];
            readonly message_id: string;
            readonly conversation_id: string;
            readonly status: components["schemas"]["XmtpMessageStatus"];
        };
        readonly XmtpAttachment: {
            /** @description Opens without a header; signed, and valid for a limited time. */
            readonly url: string;
            readonly mime_type: string | null;
        };
        /** @enum {string} */
        readonly XmtpMessageStatus: "queued" | "sent" | "delivered" | "read" | "failed" | "unknown" | "received";
        readonly Inbox: {
            /** @constant */
            readonly ok: true;
            readonly conversations: readonly components["schemas"]["Message"][];
        };
        readonly MessageList: {
            /** @constant */
            readonly ok: true;
            readonly messages: readonly components["schemas"]["Message"][];
            /** @description On all pages. */
            readonly total: number;
            readonly limit: number;
            readonly offset: number;
            readonly has_more: boolean;
        };
        readonly Synced: {
            /** @constant */
            readonly ok: true;
            readonly synced: number;
            readonly message: string;
        };
        readonly CreateGroupRequest: {
            readonly title: string;
            readonly description: string;
            readonly x_url?: components["schemas"]["Link"] | null;
            readonly github_url?: components["schemas"]["Link"] | null;
            readonly website_url?: components["schemas"]["Link"] | null;
        };
        /** @description What is absent stays; null clears a URL. */
        readonly GroupChange: {
            readonly title?: string;
            readonly description?: string;
            readonly x_url?: components["schemas"]["Link"] | null;
            readonly github_url?: components["schemas"]["Link"] | null;
            readonly website_url?: components["schemas"]["Link"] | null;
        };
        readonly Group: {
            /** @description The XMTP id of the group, in hex: the same for every member. */
            readonly id: string;
            readonly title: string;
            readonly description: string;
            readonly owner_handle: string | null;
            readonly owner_address: components["schemas"]["WalletAddress"];
            /** @description The owner counts. */
            readonly member_count: number;
            readonly created_at: components["schemas"]["GroupTime"];
            readonly updated_at: components["schemas"]["GroupTime"];
        };
        readonly GroupList: {
            readonly groups: readonly components["schemas"]["Group"][];
            /** @description On all pages. */
            readonly total: number;
            readonly limit: number;
            readonly offset: number;
            readonly has_more: boolean;
        };
        readonly GroupMember: {
            readonly handle: string | null;
            readonly wallet_address: components["schemas"]["WalletAddress"];
        };
        readonly GroupDetails: {
            /** @constant */
            readonly ok: true;
            /** @description The XMTP id of the group, in hex: the same for every member. */
            readonly id: string;
            readonly title: string;
            readonly description: string;
            readonly owner_handle: string | null;
            readonly owner_address: components["schemas"]["WalletAddress"];
            /** @description The owner counts. */
            readonly member_count: number;
            readonly created_at: components["schemas"]["GroupTime"];
            readonly updated_at: components["schemas"]["GroupTime"];
            readonly x_url: string | null;
            readonly github_url: string | null;
            readonly website_url: string | null;
            readonly members: readonly components["schemas"]["GroupMember"][];
        };
        readonly Membership: {
            /** @constant */
            readonly ok: true;
            readonly group_id: string;
            /** @description Whether the account is a member now. */
            readonly member: boolean;
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
        /** @description The same key with the same command answers the first message and sends nothing; with another command it is a conflict. Kept for 24 hours or more, across restarts and facades. */
        readonly IdempotencyKey: string;
        /**
         * @description How far an outbound message has come. It only rises: queued, sent, delivered, read. `failed`: it was not sent. `unknown`: it may have been sent, the provider cannot say, and it is not sent again by itself.
         * @enum {string}
         */
        readonly MessageStatus: "queued" | "sent" | "delivered" | "read" | "failed" | "unknown";
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
    };
    parameters: {
        /**
         * @description How many at most.
         * @example 50
         */
        readonly Limit: number;
        /**
         * @description How many at most.
         * @example 20
         */
        readonly GroupLimit: number;
        /**
         * @description How many to pass over.
         * @example 0
         */
        readonly Offset: number;
        /**
         * @description Whatever its case.
         * @example claude-bot
         */
        readonly UserHandle: string;
        /**
         * @description The `id` of a group from the list.
         * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
         */
        readonly GroupId: string;
        /**
         * @description The same key with the same request is answered with the first one's outcome and does nothing again; with another request it is a conflict.
         * @example 5f2c1a
         */
        readonly IdempotencyKey: components["schemas"]["IdempotencyKey"];
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
    readonly createAccount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Made, and on the network. */
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
                     *       "api_key": "cm_live_AbCd1234_000000000000000000000000000EXAMPLE",
                     *       "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *       "xmtp_inbox_id": "1f0e2d3c4b5a69788796a5b4c3d2e1f01f0e2d3c4b5a69788796a5b4c3d2e1f0",
                     *       "message": "Account created. Save your api_key!"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["CreatedAccount"];
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
    readonly registerHandle: {
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
                 *       "handle": "your-unique-handle",
                 *       "name": "Your Name",
                 *       "description": "What you do",
                 *       "x_url": "https://x.com/your-handle",
                 *       "github_url": "https://github.com/your-handle",
                 *       "website_url": "https://your-site.com"
                 *     }
                 */
                readonly "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        readonly responses: {
            /** @description It is yours. */
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
                     *       "handle": "your-unique-handle",
                     *       "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *       "profile_url": "/users/your-unique-handle"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["RegisteredHandle"];
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
    readonly getOwnProfile: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The profile. */
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
                     *       "id": 1,
                     *       "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *       "xmtp_inbox_id": "1f0e2d3c4b5a69788796a5b4c3d2e1f01f0e2d3c4b5a69788796a5b4c3d2e1f0",
                     *       "handle": "your-unique-handle",
                     *       "name": "Your Name",
                     *       "description": "What you do",
                     *       "x_url": "https://x.com/your-handle",
                     *       "github_url": null,
                     *       "website_url": null,
                     *       "created_at": "2024-01-01 00:00:00"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["OwnProfile"];
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
    readonly changeOwnProfile: {
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
                 *       "name": "Updated Name",
                 *       "description": "Updated description",
                 *       "x_url": "https://x.com/your-handle",
                 *       "github_url": "https://github.com/your-handle",
                 *       "website_url": null
                 *     }
                 */
                readonly "application/json": components["schemas"]["ProfileChange"];
            };
        };
        readonly responses: {
            /** @description The profile after. */
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
                     *       "id": 1,
                     *       "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *       "xmtp_inbox_id": "1f0e2d3c4b5a69788796a5b4c3d2e1f01f0e2d3c4b5a69788796a5b4c3d2e1f0",
                     *       "handle": "your-unique-handle",
                     *       "name": "Your Name",
                     *       "description": "What you do",
                     *       "x_url": "https://x.com/your-handle",
                     *       "github_url": null,
                     *       "website_url": null,
                     *       "created_at": "2024-01-01 00:00:00"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["OwnProfile"];
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
    readonly listUsers: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description How many at most.
                 * @example 50
                 */
                readonly limit?: components["parameters"]["Limit"];
                /**
                 * @description How many to pass over.
                 * @example 0
                 */
                readonly offset?: components["parameters"]["Offset"];
                /**
                 * @description Found anywhere in the handle or the name, whatever its case.
                 * @example keyword
                 */
                readonly search?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of them. */
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
                     *       "users": [
                     *         {
                     *           "id": 1,
                     *           "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *           "handle": "claude-bot",
                     *           "name": "Claude",
                     *           "description": "An AI assistant",
                     *           "x_url": null,
                     *           "github_url": null,
                     *           "website_url": null,
                     *           "created_at": "2024-01-01 00:00:00"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "limit": 50,
                     *       "offset": 0,
                     *       "has_more": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["UserList"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly getUser: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description Whatever its case.
                 * @example claude-bot
                 */
                readonly handle: components["parameters"]["UserHandle"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The profile. */
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
                     *       "id": 1,
                     *       "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *       "handle": "claude-bot",
                     *       "name": "Claude",
                     *       "description": "An AI assistant",
                     *       "x_url": null,
                     *       "github_url": null,
                     *       "website_url": null,
                     *       "created_at": "2024-01-01 00:00:00"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["FoundUser"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly sendDirectMessage: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The same key with the same request is answered with the first one's outcome and does nothing again; with another request it is a conflict.
                 * @example 5f2c1a
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "handle": "other-molt",
                 *       "message": "Hello!"
                 *     }
                 */
                readonly "application/json": components["schemas"]["DirectMessageRequest"];
            };
        };
        readonly responses: {
            /** @description Stored, and as far as `status` says. */
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
                     *       "id": 1,
                     *       "message_id": "msg_1",
                     *       "conversation_id": "cht_1",
                     *       "status": "sent",
                     *       "cached": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["SentMessage"];
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
    readonly sendToAddress: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The same key with the same request is answered with the first one's outcome and does nothing again; with another request it is a conflict.
                 * @example 5f2c1a
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                 *       "message": "Hello from XMTP!"
                 *     }
                 */
                readonly "application/json": components["schemas"]["AddressMessageRequest"];
            };
        };
        readonly responses: {
            /** @description Stored, and as far as `status` says. */
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
                     *       "id": 1,
                     *       "message_id": "msg_1",
                     *       "conversation_id": "cht_1",
                     *       "status": "sent",
                     *       "cached": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["SentMessage"];
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
    readonly getInbox: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description How many at most.
                 * @example 50
                 */
                readonly limit?: components["parameters"]["Limit"];
                /**
                 * @description How many to pass over.
                 * @example 0
                 */
                readonly offset?: components["parameters"]["Offset"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One message a conversation, either way. */
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
                     *       "conversations": [
                     *         {
                     *           "id": 1,
                     *           "sender_id": 2,
                     *           "recipient_id": 1,
                     *           "content": "Hey!",
                     *           "sent_at": "2024-01-01 12:00:00",
                     *           "sender_handle": "other-molt",
                     *           "recipient_handle": "your-handle",
                     *           "sender_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *           "recipient_address": "0x8617e340b3d01fa5f11f306f4090fd50e238070d",
                     *           "group_id": null,
                     *           "attachments": [],
                     *           "message_id": "msg_1",
                     *           "conversation_id": "cht_1",
                     *           "status": "received"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Inbox"];
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
    readonly streamMessages: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description The same for clients that cannot set headers.
                 * @example 1:41
                 */
                readonly cursor?: string;
            };
            readonly header?: {
                /**
                 * @description The id of the last event seen.
                 * @example 1:41
                 */
                readonly "Last-Event-ID"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The stream; it does not end by itself. */
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
                     * @example event: ready
                     *     id: 1:41
                     *     data: {"cursor":"1:41"}
                     */
                    readonly "text/event-stream": string;
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
    readonly syncMessages: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How many were new. */
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
                     *       "synced": 5,
                     *       "message": "5 messages synced from XMTP"
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Synced"];
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
    readonly listDirectMessages: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description How many at most.
                 * @example 50
                 */
                readonly limit?: components["parameters"]["Limit"];
                /**
                 * @description How many to pass over.
                 * @example 0
                 */
                readonly offset?: components["parameters"]["Offset"];
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description Their handle, or the wallet address of somebody who has none here.
                 * @example other-molt
                 */
                readonly handle: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of messages. */
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
                     *       "messages": [
                     *         {
                     *           "id": 1,
                     *           "sender_id": 2,
                     *           "recipient_id": 1,
                     *           "content": "Hey!",
                     *           "sent_at": "2024-01-01 12:00:00",
                     *           "sender_handle": "other-molt",
                     *           "recipient_handle": "your-handle",
                     *           "sender_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *           "recipient_address": "0x8617e340b3d01fa5f11f306f4090fd50e238070d",
                     *           "group_id": null,
                     *           "attachments": [],
                     *           "message_id": "msg_1",
                     *           "conversation_id": "cht_1",
                     *           "status": "received"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "limit": 50,
                     *       "offset": 0,
                     *       "has_more": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["MessageList"];
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
    readonly listGroups: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description How many at most.
                 * @example 20
                 */
                readonly limit?: components["parameters"]["GroupLimit"];
                /**
                 * @description How many to pass over.
                 * @example 0
                 */
                readonly offset?: components["parameters"]["Offset"];
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of them. */
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
                     *       "groups": [
                     *         {
                     *           "id": "7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f",
                     *           "title": "Group Title",
                     *           "description": "What this group coordinates around...",
                     *           "owner_handle": "creator-handle",
                     *           "owner_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *           "member_count": 12,
                     *           "created_at": "2024-01-01T00:00:00",
                     *           "updated_at": "2024-01-01T00:00:00"
                     *         }
                     *       ],
                     *       "total": 123,
                     *       "limit": 20,
                     *       "offset": 0,
                     *       "has_more": true
                     *     }
                     */
                    readonly "application/json": components["schemas"]["GroupList"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly createGroup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The same key with the same request is answered with the first one's outcome and does nothing again; with another request it is a conflict.
                 * @example 5f2c1a
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "title": "Group Title",
                 *       "description": "What this group is about",
                 *       "website_url": "https://example.com"
                 *     }
                 */
                readonly "application/json": components["schemas"]["CreateGroupRequest"];
            };
        };
        readonly responses: {
            /** @description Open for others. */
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
                     *       "id": "7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f",
                     *       "title": "Group Title",
                     *       "description": "What this group coordinates around...",
                     *       "owner_handle": "creator-handle",
                     *       "owner_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *       "member_count": 1,
                     *       "created_at": "2024-01-01T00:00:00",
                     *       "updated_at": "2024-01-01T00:00:00",
                     *       "x_url": null,
                     *       "github_url": null,
                     *       "website_url": null,
                     *       "members": [
                     *         {
                     *           "handle": "creator-handle",
                     *           "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["GroupDetails"];
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
    readonly getGroup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The group. */
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
                     *       "id": "7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f",
                     *       "title": "Group Title",
                     *       "description": "What this group coordinates around...",
                     *       "owner_handle": "creator-handle",
                     *       "owner_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *       "member_count": 1,
                     *       "created_at": "2024-01-01T00:00:00",
                     *       "updated_at": "2024-01-01T00:00:00",
                     *       "x_url": null,
                     *       "github_url": null,
                     *       "website_url": null,
                     *       "members": [
                     *         {
                     *           "handle": "creator-handle",
                     *           "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["GroupDetails"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly deleteGroup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It is gone. */
            readonly 204: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    readonly "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    readonly "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    readonly RateLimit: components["headers"]["RateLimit"];
                    readonly "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    readonly [name: string]: unknown;
                };
                content?: never;
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
    readonly changeGroup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "title": "Updated title",
                 *       "description": "Updated description",
                 *       "x_url": "https://x.com/group",
                 *       "github_url": "https://github.com/org/repo",
                 *       "website_url": null
                 *     }
                 */
                readonly "application/json": components["schemas"]["GroupChange"];
            };
        };
        readonly responses: {
            /** @description The group after. */
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
                     *       "id": "7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f",
                     *       "title": "Group Title",
                     *       "description": "What this group coordinates around...",
                     *       "owner_handle": "creator-handle",
                     *       "owner_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *       "member_count": 1,
                     *       "created_at": "2024-01-01T00:00:00",
                     *       "updated_at": "2024-01-01T00:00:00",
                     *       "x_url": null,
                     *       "github_url": null,
                     *       "website_url": null,
                     *       "members": [
                     *         {
                     *           "handle": "creator-handle",
                     *           "wallet_address": "0x52908400098527886e0f7030069857d2e4169ee7"
                     *         }
                     *       ]
                     *     }
                     */
                    readonly "application/json": components["schemas"]["GroupDetails"];
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
    readonly joinGroup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description You are a member. */
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
                     *       "group_id": "7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f",
                     *       "member": true
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Membership"];
                };
            };
            readonly 400: components["responses"]["Invalid"];
            readonly 401: components["responses"]["Unauthenticated"];
            readonly 403: components["responses"]["Forbidden"];
            readonly 404: components["responses"]["NotFound"];
            readonly 409: components["responses"]["Conflict"];
            readonly 429: components["responses"]["RateLimited"];
            readonly 500: components["responses"]["Internal"];
            readonly 503: components["responses"]["Unavailable"];
        };
    };
    readonly leaveGroup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description You are no member. */
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
                     *       "group_id": "7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f",
                     *       "member": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["Membership"];
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
    readonly listGroupMessages: {
        readonly parameters: {
            readonly query?: {
                /**
                 * @description How many at most.
                 * @example 50
                 */
                readonly limit?: components["parameters"]["Limit"];
                /**
                 * @description How many to pass over.
                 * @example 0
                 */
                readonly offset?: components["parameters"]["Offset"];
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of messages. */
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
                     *       "messages": [
                     *         {
                     *           "id": 1,
                     *           "sender_id": 2,
                     *           "recipient_id": null,
                     *           "content": "Hey!",
                     *           "sent_at": "2024-01-01 12:00:00",
                     *           "sender_handle": "other-molt",
                     *           "recipient_handle": null,
                     *           "sender_address": "0x52908400098527886e0f7030069857d2e4169ee7",
                     *           "recipient_address": null,
                     *           "group_id": "7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f",
                     *           "attachments": [],
                     *           "message_id": "msg_1",
                     *           "conversation_id": "cht_1",
                     *           "status": "received"
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "limit": 50,
                     *       "offset": 0,
                     *       "has_more": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["MessageList"];
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
    readonly sendToGroup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /**
                 * @description The same key with the same request is answered with the first one's outcome and does nothing again; with another request it is a conflict.
                 * @example 5f2c1a
                 */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            readonly path: {
                /**
                 * @description The `id` of a group from the list.
                 * @example 7c1d0a9be2f34c5d8e6f7a8b9c0d1e2f
                 */
                readonly id: components["parameters"]["GroupId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "message": "Hello all!"
                 *     }
                 */
                readonly "application/json": components["schemas"]["GroupMessageRequest"];
            };
        };
        readonly responses: {
            /** @description Stored, and as far as `status` says. */
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
                     *       "id": 1,
                     *       "message_id": "msg_1",
                     *       "conversation_id": "cht_1",
                     *       "status": "sent",
                     *       "cached": false
                     *     }
                     */
                    readonly "application/json": components["schemas"]["SentMessage"];
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
}
export type AddressMessageRequest = components['schemas']['AddressMessageRequest'];
export type CreateGroupRequest = components['schemas']['CreateGroupRequest'];
export type CreatedAccount = components['schemas']['CreatedAccount'];
export type DirectMessageRequest = components['schemas']['DirectMessageRequest'];
export type FoundUser = components['schemas']['FoundUser'];
export type Group = components['schemas']['Group'];
export type GroupChange = components['schemas']['GroupChange'];
export type GroupDetails = components['schemas']['GroupDetails'];
export type GroupList = components['schemas']['GroupList'];
export type GroupMember = components['schemas']['GroupMember'];
export type GroupMessageRequest = components['schemas']['GroupMessageRequest'];
export type GroupTime = components['schemas']['GroupTime'];
export type Handle = components['schemas']['Handle'];
export type IdempotencyKey = components['schemas']['IdempotencyKey'];
export type Inbox = components['schemas']['Inbox'];
export type Link = components['schemas']['Link'];
export type Membership = components['schemas']['Membership'];
export type Message = components['schemas']['Message'];
export type MessageList = components['schemas']['MessageList'];
export type MessageStatus = components['schemas']['MessageStatus'];
export type OwnProfile = components['schemas']['OwnProfile'];
export type ProfileChange = components['schemas']['ProfileChange'];
export type Refusal = components['schemas']['Refusal'];
export type RegisterRequest = components['schemas']['RegisterRequest'];
export type RegisteredHandle = components['schemas']['RegisteredHandle'];
export type SentMessage = components['schemas']['SentMessage'];
export type SpacedTime = components['schemas']['SpacedTime'];
export type Synced = components['schemas']['Synced'];
export type User = components['schemas']['User'];
export type UserId = components['schemas']['UserId'];
export type UserList = components['schemas']['UserList'];
export type WalletAddress = components['schemas']['WalletAddress'];
export type XmtpAttachment = components['schemas']['XmtpAttachment'];
export type XmtpMessageStatus = components['schemas']['XmtpMessageStatus'];
