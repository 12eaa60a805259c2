/**
 * The parameters of lists: pages, dates, filters and sorts. The contract has checked the values it could; what a day is,
 * what stands there twice and what no list knows is refused here, with the names that would do.
 */
import { isChannel, type Channel } from '#core/channel.ts';
import { refuse, type Refused } from '#core/failure.ts';
import type { ListQuery, SortBy } from '#actions/list-messages.ts';
import { nearMiss } from '#http/near-miss.ts';
import { repeated } from '#http/query.ts';

export interface PageAsked {
  readonly page: number;
  readonly perPage: number;
}

export const pageNames = ['page', 'per_page'] as const;
const listNames = [...pageNames, 'start_date', 'end_date', 'platform', 'status', 'sort'] as const;
const dayMs = 24 * 60 * 60 * 1000;
const defaultPerPage = 20;

/** Refuses parameters that the list does not know or that stand there twice; the contract has checked the rest. */
export function readPage(query: URLSearchParams, names: readonly string[] = pageNames): PageAsked {
  for (const name of query.keys()) {
    if (!names.includes(name)) throw unknownParameter(name, names);
    const twice = repeated(query, name);
    if (twice) throw twice;
  }
  return { page: Number(query.get('page') ?? 1), perPage: Number(query.get('per_page') ?? defaultPerPage) };
}

/** The part that lists of messages and of conversations share; `more` names the filters that only one of them has. */
export function readList<Field extends string>(
  query: URLSearchParams,
  fields: readonly Field[],
  more: readonly string[] = [],
): { readonly asked: PageAsked; readonly query: ListQuery<Field> } {
  const asked = readPage(query, [...listNames, ...more]);
  const fromMs = startOf(query);
  const beforeMs = endOf(query);
  if (fromMs !== null && beforeMs !== null && fromMs >= beforeMs) {
    throw refuse('invalid', 'start_date is after end_date; swap them', { field: 'start_date' });
  }
  return {
    asked,
    query: {
      offset: (asked.page - 1) * asked.perPage,
      limit: asked.perPage,
      fromMs,
      beforeMs,
      channel: channelOf(query.get('platform')),
      sort: sortOf(query.get('sort'), fields),
    },
  };
}

/** One of a few words, or null when it is not asked for. */
export function oneOf<Word extends string>(query: URLSearchParams, name: string, words: readonly Word[]): Word | null {
  const value = query.get(name);
  if (value === null) return null;
  const word = words.find((each) => each === value);
  if (word === undefined) throw mustBe(name, words);
  return word;
}

function channelOf(platform: string | null): Channel | null {
  if (platform === null) return null;
  if (!isChannel(platform)) throw refuse('invalid', 'platform is no known channel', { field: 'platform' });
  return platform;
}

function sortOf<Field extends string>(text: string | null, fields: readonly Field[]): readonly SortBy<Field>[] {
  if (text === null) return [];
  const steps = text.split(',').map((word) => {
    const field = fields.find((each) => each === word.replace(/^-/, ''));
    if (field === undefined) throw mustBe('sort', fields, ', each with or without a minus before it');
    return { field, descending: word.startsWith('-') };
  });
  const twice = steps.find(({ field }, index) => steps.findIndex((step) => step.field === field) !== index);
  if (twice) throw refuse('invalid', `sort names ${twice.field} twice; name it once`, { field: 'sort' });
  return steps;
}

const startOf = (query: URLSearchParams): number | null => instantOf(query, 'start_date')?.ms ?? null;

/** The end is included: a whole day, or the instant itself. */
function endOf(query: URLSearchParams): number | null {
  const end = instantOf(query, 'end_date');
  return end && end.ms + (end.isDay ? dayMs : 1);
}

function instantOf(query: URLSearchParams, name: string): { readonly ms: number; readonly isDay: boolean } | null {
  // A plus that was not percent-encoded has become a blank.
  const text = query.get(name)?.replace(/ (\d{2}:?\d{2})$/, '+$1');
  if (text === undefined) return null;
  const isDay = text.length === 10;
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  const ms = isDay ? day : Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  // Some engines' calendars roll the 30th of February over; ours is no such day.
  const isReal = Number.isFinite(ms) && new Date(day).toISOString().startsWith(text.slice(0, 10));
  if (isReal) return { ms: Math.floor(ms), isDay };
  throw refuse('invalid', `${name} is no date; write 2026-01-31, or an instant such as 2026-01-31T14:30:00Z`, {
    field: name,
  });
}

function unknownParameter(name: string, names: readonly string[]): Refused {
  const shown = name.slice(0, 40);
  const meant = nearMiss(name, names);
  const mend =
    meant === undefined ? `this list takes ${names.join(', ')}` : `did you mean ${meant}? It takes ${names.join(', ')}`;
  return refuse('invalid', `There is no parameter '${shown}'; ${mend}`, { field: shown });
}

const mustBe = (name: string, words: readonly string[], more = ''): Refused =>
  refuse('invalid', `${name} must be one of ${words.join(', ')}${more}`, { field: name });
