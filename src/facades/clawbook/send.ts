/**
 * POST /api/v1/messages/send: the one path of this facade that has to be fast. Its body is held to the contract by a
 * function compiled for it; what the sending action says of its own fields is said again in this protocol's words.
 */
import { failureOf, refuse, Refused, renamed, type Failure } from '#core/failure.ts';
import { isId, type ConversationId, type MessageId } from '#core/ids.ts';
import type { Part } from '#core/message.ts';
import type { SendMessage } from '#actions/send-message.ts';
import type { CompiledBody } from '#http/compiled-body.ts';
import { idempotencyHeader, idempotencyKeyIn } from '#http/idempotency-key.ts';
import { nearMiss } from '#http/near-miss.ts';
import type { SendMessageRequest } from '#wire/clawbook.ts';
import type { BookCall, BookRow } from './answer.ts';
import { sentMessage } from './translate.ts';

export interface SendDependencies {
  readonly sendMessage: SendMessage;
}

export const sendRow = ({ sendMessage }: SendDependencies, compiled: CompiledBody): BookRow => ({
  method: 'post',
  path: '/api/v1/messages/send',
  scope: 'write:messages',
  status: 201,
  check: checkedBy(compiled),
  answer: async (call) => {
    const answer = await sendMessage(commandOf(call)).catch((error: unknown) => {
      throw error instanceof Refused ? new Refused(inOurWords(failureOf(error))) : error;
    });
    return { data: sentMessage(answer), ...(answer.cached ? { meta: { cached: true } } : {}) };
  },
});

/** What the schema can only call "not exactly one" is said first, and better. */
const checkedBy =
  (compiled: CompiledBody) =>
  ({ header, body }: BookCall): Promise<void> | void => {
    idempotencyKeyIn(header);
    checkNames(body);
    return compiled.check(body);
  };

function checkNames(body: unknown): void {
  if (body === undefined) throw refuse('invalid', 'The body is missing; send a JSON object');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refuse('invalid', 'The body must be a JSON object');
  }
  const has = (name: string): boolean => Object.hasOwn(body, name);
  if (has('recipient') && has('conversation_id')) {
    throw refuse('invalid', 'Provide either recipient or conversation_id, not both', { field: 'recipient' });
  }
  if (!has('recipient') && !has('conversation_id')) throw missing('recipient', body);
  if (!has('message') && !has('attachments')) throw missing('message', body);
  // Without a platform it goes out on the default channel, which is not what somebody meant who misspelt one.
  if (!has('platform') && nearMiss('platform', strangers(body)) !== undefined) throw missing('platform', body);
}

const known = ['platform', 'recipient', 'conversation_id', 'message', 'attachments', 'reply_to'];
const strangers = (body: object): readonly string[] => Object.keys(body).filter((name) => !known.includes(name));

function missing(field: string, body: object): Refused {
  const meant = nearMiss(field, strangers(body));
  const mend = meant === undefined ? 'add it' : `did you mean it by '${meant}'?`;
  return refuse('invalid', `${field} is missing; ${mend}`, { field });
}

type Command = Parameters<SendMessage>[0];

function commandOf({ principal, body, header }: BookCall): Command {
  const { platform, recipient, conversation_id, message, attachments = [], reply_to } = body as SendMessageRequest;
  const parts: Part[] = message === undefined ? [] : [{ type: 'text', value: message }];
  for (const { url, mime_type } of attachments) {
    parts.push({ type: 'media', url, ...(mime_type === undefined ? {} : { mimeType: mime_type }) });
  }
  return {
    account: principal.account,
    to: recipient === undefined ? null : [recipient],
    chatId: conversation_id === undefined ? null : conversationOf(conversation_id),
    channel: platform ?? null,
    connection: null,
    thread: null,
    parts,
    replyTo: reply_to === undefined ? null : repliedTo(reply_to),
    idempotencyKey: idempotencyKeyIn(header),
    ttlMs: null,
  };
}

function conversationOf(text: string): ConversationId {
  if (isId('conversation', text)) return text;
  throw noSuchConversation();
}

const noSuchConversation = (): Refused =>
  refuse(
    'not_found',
    'conversation_id is no conversation of this account; list the conversations to see which there are',
    {
      field: 'conversation_id',
    },
  );

function repliedTo(text: string): MessageId {
  if (isId('message', text)) return text;
  throw refuse('not_found', 'reply_to is not a message of this account that the channel knows', { field: 'reply_to' });
}

const ourNames: Readonly<Record<string, string>> = {
  to: 'recipient',
  chatId: 'conversation_id',
  channel: 'platform',
  parts: 'message',
  replyTo: 'reply_to',
  replyToId: 'reply_to',
  idempotencyKey: idempotencyHeader,
};

/** The failure with the names of this protocol's fields, in its message too. */
function inOurWords(failure: Failure): Failure {
  const { field } = failure;
  if (field === undefined) return failure;
  if (field === 'chatId' && failure.code === 'not_found') return noSuchConversation().failure;
  return renamed(failure, failure.code === 'unsupported' && field === 'parts' ? 'attachments' : ourName(field));
}

/** Parts that hold a URL are the attachments, in their order; how many texts stand before them is one or none. */
function ourName(field: string): string {
  if (/^parts\[\d+\]\.url$/.test(field)) return 'attachments';
  return field.startsWith('parts[') ? 'message' : (ourNames[field] ?? field);
}
