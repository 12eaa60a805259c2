/**
 * Accept an outbound message: everything that can be refused is refused first, then message, command, event, usage and
 * idempotency key are committed together, and only then does the sender hear of it. A message whose conversation is
 * idle is written already claimed, which saves the outbox a second commit.
 */
import type { Account } from '#core/account.ts';
import { isPhoneChannel, type Channel } from '#core/channel.ts';
import { commandLifetimeMs, type ClaimedCommand } from '#core/command.ts';
import { refuse, Refused } from '#core/failure.ts';
import { fingerprint } from '#core/fingerprint.ts';
import { idText, type AccountId, type ConversationId, type MessageId, type RemoteId } from '#core/ids.ts';
import { peerKey, pollOf, type Message, type Part } from '#core/message.ts';
import { asKept, checkCapabilities, checkParts, fitting, shownAs } from '#core/outgoing.ts';
import { plans } from '#core/plan.ts';
import type { Counters } from '#ports/counters.ts';
import type { Dispatch, Place } from '#ports/dispatch.ts';
import type { Clock, Ids } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { AcceptItem, AcceptOutcome } from '#ports/store/outbound.ts';
import type { Chat, ChatName, ChatResolver } from './resolve-chat.ts';
import type { Turns } from './turns.ts';

export interface SendDependencies {
  readonly store: Pick<Store, 'accept' | 'account' | 'messages'>;
  readonly chats: ChatResolver;
  readonly turns: Turns;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly counters: Counters;
}

export interface SendCommand extends ChatName {
  readonly account: AccountId;
  readonly parts: readonly Part[];
  readonly replyTo: MessageId | null;
  /** At most 255 characters; one space per account over all facades. */
  readonly idempotencyKey: string | null;
  /** How long it may wait to be sent; null for a day. */
  readonly ttlMs: number | null;
}

export interface SendAnswer {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  /** The one it was sent on: named, or the chat's own, or the default. */
  readonly channel: Channel;
  /** `queued` for a fresh message; its present status when `cached`. */
  readonly status: Message['status'];
  readonly error: string | null;
  /** The idempotency key had been used for this very message before: nothing was sent again. */
  readonly cached: boolean;
  /** A poll that goes as text, because the channel has none. */
  readonly degraded?: true;
}

export type SendMessage = (command: SendCommand) => Promise<SendAnswer>;

/** Throws Refused: nothing was stored, and the same key may be used again. */
export function createSendMessage(deps: SendDependencies): SendMessage {
  return async (command) => {
    const turn = deps.turns.take(command.account);
    try {
      const account = await deps.store.account(command.account);
      if (!account) throw refuse('unauthenticated', 'This account no longer exists');
      checkParts(command.parts);
      checkKey(command.idempotencyKey);
      const found = deps.chats.resolve(account, command);
      const chat = found instanceof Promise ? await found : found;
      checkCapabilities(chat.channel, chat.can, command.parts, chat.spec.participants.length);
      const replyTo = command.replyTo === null ? null : await repliedTo(deps, command.account, command.replyTo);
      const parts = fitting(command.parts, chat.can);
      const shown = shownAs(parts, chat.can);
      const chunks = chat.driver.render(chat.channel, {
        parts: shown instanceof Promise ? await shown : shown,
        replyTo,
      });

      const earlier = turn.come();
      if (earlier) await earlier;
      const place = chat.conversation && deps.dispatch.place(chat.conversation, chat.channel, chat.connection);
      const item = acceptItem(deps, account, command, chat, { parts, chunks, claimed: place?.claimed ?? false });
      const accepted = accept(deps, item, place);
      turn.end();
      return answerOf(deps, account, chat, item, place, await accepted);
    } finally {
      turn.end();
    }
  };
}

/** What became of it, for the outbox and for the sender, in the tick in which the store answered. */
function answerOf(
  deps: SendDependencies,
  account: Account,
  chat: Chat,
  item: AcceptItem,
  place: Place | undefined,
  outcome: AcceptOutcome,
): SendAnswer {
  const degraded = pollOf(item.parts)?.degraded ? ({ degraded: true } as const) : {};
  const { channel } = chat;
  switch (outcome.outcome) {
    case 'stored': {
      const { message, conversation, createdAtMs } = outcome;
      deps.counters.accepted += 1;
      if (chat.conversation === undefined) chat.remember(conversation);
      if (!place) deps.dispatch.queued(account.id, conversation.id, chat.connection);
      else if (place.claimed) place.born(bornClaimed(item, account, createdAtMs));
      else place.queued();
      const fresh = { channel, status: 'queued', error: null, cached: false } as const;
      return { messageId: message, conversationId: conversation.id, ...fresh, ...degraded };
    }
    case 'repeated': {
      const { message, conversation, status, error } = outcome;
      deps.counters.repeated += 1;
      return { messageId: message, conversationId: conversation, channel, status, error, cached: true, ...degraded };
    }
    case 'refused':
      deps.counters.refused += 1;
      throw new Refused(outcome.failure);
    default:
      return outcome satisfies never;
  }
}

/** The commit, giving the place back whenever nothing was stored under it. */
async function accept(deps: SendDependencies, item: AcceptItem, place: Place | undefined): Promise<AcceptOutcome> {
  let stored = false;
  try {
    const [outcome] = await deps.store.accept([item]);
    if (!outcome) throw new Error('the store answered no outcome');
    stored = outcome.outcome === 'stored';
    return outcome;
  } finally {
    if (!stored) place?.abandoned();
  }
}

function acceptItem(
  deps: SendDependencies,
  account: Account,
  command: SendCommand,
  chat: Chat,
  { parts, chunks, claimed }: Pick<AcceptItem, 'parts' | 'chunks' | 'claimed'>,
): AcceptItem {
  return {
    account: account.id,
    message: idText('message', deps.ids.next()),
    conversation: chat.conversation?.id ?? chat.spec,
    channel: chat.channel,
    sender: chat.spec.line,
    parts: asKept(parts),
    chunks,
    replyTo: command.replyTo,
    cap: isPhoneChannel(chat.channel) ? plans[account.plan].messageLimit : 'free',
    idempotency: command.idempotencyKey === null ? null : idempotency(command.idempotencyKey, command, chat),
    claimed,
    expiresAtMs: deps.clock.nowMs() + (command.ttlMs ?? commandLifetimeMs),
  };
}

/** The command as the store wrote it for an item that was accepted claimed. */
function bornClaimed(item: AcceptItem, account: Account, nowMs: number): ClaimedCommand {
  return {
    kind: 'send',
    id: item.message,
    account: account.id,
    fence: 1,
    attempt: 1,
    maybeSent: false,
    firstSentAtMs: nowMs,
    expiresAtMs: item.expiresAtMs,
    unknownPolicy: account.unknownPolicy,
    channel: item.channel,
    chunks: item.chunks,
    nextChunk: 0,
  };
}

/** Two keys that differ only in halves of characters would be stored as one. */
function checkKey(key: string | null): void {
  if (key === null || key.isWellFormed()) return;
  throw refuse('invalid', 'idempotencyKey holds half a character; use plain text', { field: 'idempotencyKey' });
}

/** The same text is the same message, whether its protocol calls it Markdown or not. */
const unmarked = (part: Part): Part => (part.type === 'text' ? { type: 'text', value: part.value } : part);
const isMarkdown = (part: Part): boolean => part.type === 'text' && part.format !== undefined;

/** The canonical command after translation, without its correlation id: what must be equal for a key to be a resend. */
function idempotency(key: string, command: SendCommand, chat: Chat): AcceptItem['idempotency'] {
  const { participants, isGroup, thread } = chat.spec;
  const parts = asKept(command.parts);
  // A group that was named as a chat stays that chat, whoever comes and goes between a send and its repetition.
  const chatId = isGroup ? command.chatId : null;
  return {
    action: pollOf(parts) ? 'poll' : 'send',
    key,
    fingerprint: fingerprint({
      to: chatId === null ? peerKey(participants, isGroup) : undefined,
      chatId: chatId ?? undefined,
      channel: chat.channel,
      parts: JSON.stringify(parts.some(isMarkdown) ? parts.map(unmarked) : parts),
      replyTo: command.replyTo ?? undefined,
      thread: thread ?? undefined,
      accountId: command.connection ?? undefined,
    }),
  };
}

async function repliedTo(deps: SendDependencies, account: AccountId, message: MessageId): Promise<RemoteId> {
  const [found] = await deps.store.messages(account, [message]);
  if (found?.message.remoteId) return found.message.remoteId;
  throw refuse('not_found', 'replyToId is not a message of this account that the channel knows', {
    field: 'replyToId',
  });
}
