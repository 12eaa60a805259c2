/**
 * What a message says, between its JSON text and its meaning. The text may come from an older version or another
 * program, so reading it never throws: what cannot be read is shown as the text it is.
 */
import type { Body } from './terms.ts';

export const bodyText = (body: Body): string => JSON.stringify(body);

export function bodyOf(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    if (isBody(value)) return value;
  } catch {
    // Not JSON: its own text, below.
  }
  return { text };
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}
