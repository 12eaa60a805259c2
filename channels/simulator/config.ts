/**
 * The simulator's settings, checked: `url`, `dedupe`, `line` or `lines`. Everything has a default, so a gateway that
 * says nothing has a phone network inside it.
 */
import { isPhoneNumber, phoneNumber } from '#core/address.ts';
import { refuse } from '#core/failure.ts';
import type { DriverSettings } from '#ports/driver.ts';
import type { Dedupe } from './network/terms.ts';

export interface SimulatorConfig {
  /** Where a network of its own runs; null for one inside the gateway. */
  readonly url: URL | null;
  readonly dedupe: Dedupe;
  readonly lines: readonly string[];
}

const known = ['url', 'dedupe', 'line', 'lines'] as const;
const defaultLine = '+15550100000';
const maxLines = 100;

/** Throws `Refused('invalid')` naming the setting and what it takes. */
export function checkSettings({ options, channels }: DriverSettings): SimulatorConfig {
  const unknown = Object.keys(options).find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw refuse('invalid', `${unknown} is not a setting of the simulator; it takes ${known.join(', ')}`, {
      field: unknown,
    });
  }
  if (channels.length === 0)
    throw refuse('invalid', 'channels is empty: name what the simulator carries', { field: 'channels' });
  return {
    url: urlOf(options['url']),
    dedupe: dedupeOf(options['dedupe']),
    lines: linesOf(options['lines'], options['line']),
  };
}

function urlOf(text: string | undefined): URL | null {
  if (text === undefined || text === '') return null;
  if (URL.canParse(text)) {
    const url = new URL(text);
    const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
    if ((url.protocol === 'http:' || url.protocol === 'https:') && bare) return url;
  }
  throw refuse('invalid', 'url must be the http address of a phone network, such as http://127.0.0.1:18790', {
    field: 'url',
  });
}

function dedupeOf(text: string | undefined): Dedupe {
  if (text === undefined || text === 'key') return 'key';
  if (text === 'none') return 'none';
  throw refuse('invalid', 'dedupe must be key or none', { field: 'dedupe' });
}

function linesOf(lines: string | undefined, line: string | undefined): readonly string[] {
  if (lines !== undefined && line !== undefined)
    throw refuse('invalid', 'line and lines cannot both be set', { field: 'line' });
  const field = lines === undefined ? 'line' : 'lines';
  const texts = (lines ?? line ?? defaultLine).split(',').map((text) => text.trim());
  for (const text of texts) {
    if (!isPhoneNumber(text)) {
      throw refuse('invalid', `${field} must be E.164 numbers such as ${defaultLine}, commas between them`, { field });
    }
  }
  const numbers = [...new Set(texts.map((text) => phoneNumber(text, field)))];
  if (numbers.length > maxLines) throw refuse('invalid', `${field} names more than ${maxLines} numbers`, { field });
  return numbers;
}
