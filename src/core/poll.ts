/**
 * Polls: what may be asked, how a poll looks where the channel has none, and which options a reply to such a text
 * chooses.
 */
import { refuse } from './failure.ts';

export interface Poll {
  readonly type: 'poll';
  readonly question: string;
  readonly options: readonly string[];
  readonly maxSelections: number;
  /** Results do not tell who voted. */
  readonly anonymous: boolean;
  /** From the moment it was stored; null: it stays open. */
  readonly durationMs: number | null;
  /** It went as numbered text, because the channel has no polls: replies count as votes. */
  readonly degraded?: true;
}

export const maxPollOptions = 12;
const maxQuestionCharacters = 1_000;
const maxOptionCharacters = 200;

/** Throws `invalid` naming the field and the mend. */
export function checkPoll({ question, options, maxSelections }: Poll): void {
  if (question.trim() === '') throw refuse('invalid', 'question is empty; ask something', { field: 'question' });
  if (question.length > maxQuestionCharacters) {
    throw refuse('too_large', `question is longer than ${maxQuestionCharacters} characters; shorten it`, {
      field: 'question',
    });
  }
  if (options.length < 2 || options.length > maxPollOptions) {
    throw refuse('invalid', `options must hold 2 to ${maxPollOptions} texts, not ${options.length}`, {
      field: 'options',
    });
  }
  const seen = new Set<string>();
  options.forEach((option, index) => {
    const field = `options[${index}]`;
    const text = option.trim();
    if (text === '') throw refuse('invalid', `${field} is empty; name what can be chosen`, { field });
    if (option.length > maxOptionCharacters) {
      throw refuse('too_large', `${field} is longer than ${maxOptionCharacters} characters; shorten it`, { field });
    }
    if (seen.has(text.toLowerCase())) throw refuse('invalid', `${field} is there twice; make it differ`, { field });
    seen.add(text.toLowerCase());
  });
  if (maxSelections < 1 || maxSelections > options.length) {
    throw refuse('invalid', `maxSelections must be 1 to ${options.length}, the number of options`, {
      field: 'maxSelections',
    });
  }
}

/** The poll as text: numbered options, and how to answer where a reply counts. */
export function pollText({ question, options, maxSelections, degraded }: Poll): string {
  const lines = [question, ...options.map((option, index) => `${index + 1}. ${option}`)];
  if (degraded) lines.push('', maxSelections === 1 ? 'Reply with a number.' : 'Reply with numbers, such as 1, 2.');
  return lines.join('\n');
}

/** Which options a reply chooses, rising; undefined when it is no answer to the poll. */
export function choiceOf({ options, maxSelections }: Poll, reply: string): readonly number[] | undefined {
  const text = reply.trim();
  const named = options.findIndex((option) => option.trim().toLowerCase() === text.toLowerCase());
  if (named >= 0) return [named];
  if (!/^\d{1,2}[.)]?(\s*(,|;|\s|and|&)\s*\d{1,2}[.)]?)*$/i.test(text)) return undefined;
  const numbers = (text.match(/\d+/g) ?? []).map((digits) => Number(digits) - 1);
  return isChoice(options.length, maxSelections, numbers) ? risen(numbers) : undefined;
}

/** Whether this many options, numbered like this, may be chosen; an empty choice takes a vote back. */
export function isChoice(optionCount: number, maxSelections: number, numbers: readonly number[]): boolean {
  return (
    new Set(numbers).size <= maxSelections &&
    numbers.every((number) => Number.isInteger(number) && number >= 0 && number < optionCount)
  );
}

export const risen = (numbers: readonly number[]): readonly number[] =>
  [...new Set(numbers)].toSorted((one, other) => one - other);

/** Whether votes still count at an instant. */
export function isOpen({ durationMs }: Poll, createdAtMs: number, nowMs: number): boolean {
  return durationMs === null || nowMs < createdAtMs + durationMs;
}
