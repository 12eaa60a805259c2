/**
 * Refusals in the names of this protocol's parameters, in their message too: whoever sent `message` and `mediaUrl` knows
 * no parts. Pure but for the waiting.
 */
import { Refused, renamed, type Failure } from '#core/failure.ts';
import type { Params } from './params.ts';

/** What is under way, refused in the words of the one who asked for it with `params`. */
export async function inOurWords<Answer>(params: Params, underWay: Promise<Answer>): Promise<Answer> {
  try {
    return await underWay;
  } catch (error) {
    throw error instanceof Refused ? new Refused(reworded(error.failure, params)) : error;
  }
}

function reworded(failure: Failure, params: Params): Failure {
  const { field } = failure;
  return field === undefined ? failure : renamed(failure, ourName(field, failure, params));
}

const ourNames: Readonly<Record<string, string>> = { thread: 'threadId', chatId: 'to', replyTo: 'replyToId' };

function ourName(field: string, { code }: Failure, params: Params): string {
  if (/^parts\[\d+\]\.value$/.test(field)) return 'message';
  const url = /^parts\[(\d+)\]\.url$/.exec(field);
  // The text stands first, then the single URL, then the others.
  if (url)
    return has(params, 'mediaUrl') && Number(url[1]) === (has(params, 'message') ? 1 : 0) ? 'mediaUrl' : 'mediaUrls';
  if (field !== 'parts') return ourNames[field] ?? field;
  // All that a poll asks is one part.
  if (has(params, 'question')) return 'poll';
  const isMedia = code === 'unsupported' || code === 'too_large';
  return (isMedia ? ['mediaUrls', 'mediaUrl', 'buffer'].find((name) => has(params, name)) : undefined) ?? 'message';
}

const has = (params: Params, name: string): boolean => Boolean(params[name]);
