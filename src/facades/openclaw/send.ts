/**
 * `send`: from its parameters to a message, and from what the provider said to the answer. The answer waits for the
 * receipt, because this protocol tells a platform message id or a failed delivery; what takes longer than a client
 * waits is answered as queued, and the same key finds it again.
 */
import type { AwaitReceipt } from '#actions/await-receipt.ts';
import type { NameMessage } from '#actions/name-message.ts';
import type { SendAnswer, SendMessage } from '#actions/send-message.ts';
import type { Principal } from '#core/account.ts';
import { isSettled } from '#core/delivery.ts';
import { refuse } from '#core/failure.ts';
import { connectionId, idNumber, type ConversationId, type MessageId } from '#core/ids.ts';
import type { Channel } from '#core/channel.ts';
import type { Part } from '#core/message.ts';
import {
  channelOf,
  flag,
  idempotencyKeyOf,
  missing,
  optionalCount,
  optionalText,
  requiredText,
  texts,
} from './params.ts';
import type { Params } from './params.ts';
import { inOurWords } from './words.ts';

export interface SendDependencies {
  readonly sendMessage: SendMessage;
  readonly awaitReceipt: AwaitReceipt;
  readonly nameMessage: NameMessage;
  /** Keep uploaded bytes and answer the URL the channel can fetch them by, and what they are kept as. Throws Refused. */
  readonly keepUpload: (
    upload: Upload,
  ) => Promise<{ readonly url: string; readonly mimeType: string; readonly reference: string }>;
}

export interface Upload {
  readonly base64: string;
  readonly filename: string | null;
  readonly contentType: string | null;
}

/** Clients give up at 10 seconds. */
const receiptWaitMs = 8_000;
const daySeconds = 86_400;

export interface Sent {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly cached: boolean;
}

/** Where a call goes: shared by `send` and `poll`. */
export async function targetOf(nameMessage: NameMessage, principal: Principal, params: Params) {
  const to = requiredText(params, 'to');
  const channel = channelOf(params);
  const connection = optionalText(params, 'accountId');
  const isChat = idNumber('conversation', to) !== undefined;
  return {
    account: principal.account,
    to: isChat ? null : [withoutChannel(to, channel)],
    chatId: isChat ? (to as ConversationId) : null,
    channel: isChat && params['channel'] === undefined ? null : channel,
    connection: connection === null || connection === '' ? null : connectionId(connection),
    thread: optionalText(params, 'threadId'),
    replyTo: await repliedTo(nameMessage, principal, params),
    idempotencyKey: idempotencyKeyOf(params),
    ttlMs: lifetimeMs(params),
  };
}

const lifetimeMs = (params: Params): number | null => {
  const seconds = optionalCount(params, 'ttlSeconds', 1, daySeconds);
  return seconds === null ? null : seconds * 1000;
};

/** `signal:+15551234567` is what session keys are made of, and callers hand it on as it is. */
function withoutChannel(to: string, channel: Channel | null): string {
  return channel !== null && to.toLowerCase().startsWith(`${channel}:`) ? to.slice(channel.length + 1) : to;
}

async function repliedTo(nameMessage: NameMessage, { account }: Principal, params: Params): Promise<MessageId | null> {
  const id = optionalText(params, 'replyToId');
  if (id === null || id === '') return null;
  const message = await nameMessage(account, id);
  if (message) return message;
  throw refuse('not_found', 'replyToId is not a message of this account; use the messageId of one', {
    field: 'replyToId',
  });
}

export async function send(deps: SendDependencies, principal: Principal, params: Params, signal: AbortSignal) {
  const target = await targetOf(deps.nameMessage, principal, params);
  const parts = await partsOf(deps, params);
  const answer = await inOurWords(params, deps.sendMessage({ ...target, parts }));
  return outcome(deps.awaitReceipt, principal, answer, target.idempotencyKey, signal);
}

async function partsOf(deps: SendDependencies, params: Params): Promise<readonly Part[]> {
  const text = optionalText(params, 'message') ?? '';
  const single = optionalText(params, 'mediaUrl');
  const urls = [...(single === null || single === '' ? [] : [single]), ...texts(params, 'mediaUrls')];
  const gif = flag(params, 'gifPlayback') ? { gif: true as const } : {};
  const parts: Part[] = text === '' ? [] : [{ type: 'text', value: text, format: 'markdown' }];
  for (const url of new Set(urls)) parts.push({ type: 'media', url, ...gif });
  const base64 = optionalText(params, 'buffer');
  if (base64 !== null && base64 !== '') {
    const kept = await deps.keepUpload({
      base64,
      filename: optionalText(params, 'filename'),
      contentType: optionalText(params, 'contentType'),
    });
    parts.push({ type: 'media', ...kept, ...gif });
  }
  if (parts.length > 0) return parts;
  if (params['message'] === undefined) throw missing(params, 'message');
  throw refuse('invalid', 'message is empty; send text, mediaUrl or mediaUrls', { field: 'message' });
}

/** What became of a message that is stored, as this protocol says it. */
export async function outcome(
  awaitReceipt: AwaitReceipt,
  principal: Principal,
  answer: SendAnswer,
  runId: string,
  signal: AbortSignal,
): Promise<Sent> {
  const { cached, messageId } = answer;
  const whereabouts = { chatId: answer.conversationId, gatewayMessageId: messageId, ...(cached ? { cached } : {}) };
  if (answer.status === 'deleted') {
    // Its key still keeps it from being sent again; there is nothing left to wait for.
    const error = 'Its record has been deleted';
    const payload = { sent: false, unknown: true, messageId, error, runId, channel: answer.channel, ...whereabouts };
    return { payload, cached };
  }
  const receipt = await awaitReceipt(principal.account, messageId, receiptWaitMs, signal);
  const about = { runId, channel: receipt.channel, ...whereabouts };
  if (!isSettled(receipt.status)) {
    const payload = { sent: false, queued: true, messageId, retrySameKey: true, ...about };
    return { payload, cached };
  }
  if (receipt.status === 'failed') {
    throw refuse('unavailable', `Failed to send message: ${receipt.error ?? 'the channel refused it'}`, {
      reason: 'delivery_failed',
    });
  }
  if (receipt.status === 'unknown') {
    const error = receipt.error ?? 'The provider did not say whether it was sent';
    const payload = { sent: false, unknown: true, messageId, error, retrySameKey: true, ...about };
    return { payload, cached };
  }
  return { payload: { sent: true, messageId: receipt.remoteId ?? messageId, ...about }, cached };
}
