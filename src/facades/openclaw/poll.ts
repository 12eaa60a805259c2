/**
 * `poll` and `poll.results`: a question with options, in the names both generations of clients use, and how it stands.
 */
import type { ReadPoll } from '#actions/read-poll.ts';
import type { SendPoll } from '#actions/send-poll.ts';
import type { Principal } from '#core/account.ts';
import type { NameOf } from '#core/address.ts';
import { refuse } from '#core/failure.ts';
import { flag, missing, optionalCount, requiredText, texts, type Params } from './params.ts';
import { outcome, targetOf, type SendDependencies, type Sent } from './send.ts';
import { inOurWords } from './words.ts';

export interface PollDependencies extends SendDependencies {
  readonly sendPoll: SendPoll;
  readonly readPoll: ReadPoll;
  readonly nameOf: NameOf;
}

const weekSeconds = 604_800;
const hourSeconds = 3_600;

export async function poll(deps: PollDependencies, principal: Principal, params: Params, signal: AbortSignal) {
  const target = await targetOf(deps.nameMessage, principal, params);
  const question = requiredText(params, 'question');
  if (params['options'] === undefined) throw missing(params, 'options');
  const options = texts(params, 'options');
  const asked = deps.sendPoll({
    ...target,
    question,
    options,
    maxSelections: selections(params, options.length),
    anonymous: flag(params, 'anonymous') || flag(params, 'isAnonymous'),
    durationMs: durationMs(params),
  });
  const answer = await inOurWords(params, asked);
  const sent = await outcome(deps.awaitReceipt, principal, answer, target.idempotencyKey, signal);
  return answer.degraded ? { ...sent, payload: { ...sent.payload, degraded: true } } : sent;
}

function selections(params: Params, count: number): number {
  const most = optionalCount(params, 'maxSelections', 1, 12);
  const many = flag(params, 'allowMultipleAnswers');
  if (most !== null && most > 1 && params['allowMultipleAnswers'] === false) {
    throw refuse('invalid', 'maxSelections above 1 needs allowMultipleAnswers; leave one of them out', {
      field: 'maxSelections',
    });
  }
  return most ?? (many ? count : 1);
}

function durationMs(params: Params): number | null {
  const seconds = optionalCount(params, 'durationSeconds', 1, weekSeconds);
  const hours = optionalCount(params, 'durationHours', 1, weekSeconds / hourSeconds);
  if (seconds !== null && hours !== null) {
    throw refuse('invalid', 'durationSeconds and durationHours say the same; send one of them', {
      field: 'durationHours',
    });
  }
  return seconds !== null ? seconds * 1000 : hours !== null ? hours * hourSeconds * 1000 : null;
}

export async function pollResults(deps: PollDependencies, { account }: Principal, params: Params): Promise<Sent> {
  const message = await deps.nameMessage(account, requiredText(params, 'messageId'));
  const { chat, ...results } = await deps.readPoll(account, message);
  const ids = {
    messageId: chat.message.remoteId ?? chat.message.id,
    gatewayMessageId: chat.message.id,
    channel: chat.message.channel,
    chatId: chat.conversation.id,
  };
  const options = results.options.map(({ voters, ...option }) =>
    voters ? { ...option, voters: voters.map((voter) => deps.nameOf(ids.channel, voter)) } : option,
  );
  return { payload: { ...ids, ...results, options }, cached: false };
}
