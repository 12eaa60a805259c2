/**
 * The one way a body or frame from outside becomes a value. Refuses what is nested deeper than 32 levels before parsing
 * it, and keys that could reach an object's prototype after. Runs on every frame, so the common case is one pass over
 * the characters and JSON.parse.
 */
const maxDepth = 32;

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  /** `reason` is a sentence for the caller and holds nothing of the text but a forbidden key's name. */
  | { readonly ok: false; readonly reason: string };

export function parseJson(text: string): ParsedJson {
  if (isTooDeep(text)) return { ok: false, reason: `The JSON is nested deeper than ${maxDepth} levels; flatten it` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `The JSON is malformed${placeOf(error)}; check quotes, commas and brackets` };
  }
  // An escape could spell a forbidden key, so only a text with neither name nor escape is free of them for sure.
  if (text.includes('__proto__') || text.includes('constructor') || text.includes('\\u')) {
    const key = forbiddenKey(value);
    if (key !== undefined) return { ok: false, reason: `The key ${key} is not allowed in JSON; rename it` };
  }
  return { ok: true, value };
}

function isTooDeep(text: string): boolean {
  if (!hasManyBrackets(text)) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case 0x22: // "
        index = endOfString(text, index);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        if (depth > maxDepth) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
    }
  }
  return false;
}

/** Whether there are brackets enough, strings included, for a closer look. `[` and `{` differ in one bit. */
function hasManyBrackets(text: string): boolean {
  let openers = 0;
  for (let index = 0; index < text.length; index += 1) {
    if ((text.charCodeAt(index) | 0x20) === 0x7b) openers += 1;
  }
  return openers > maxDepth;
}

/** The index of the quote that closes the string opened at `open`; the end of the text when none does. */
function endOfString(text: string, open: number): number {
  let close = open;
  for (;;) {
    close = text.indexOf('"', close + 1);
    if (close === -1) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(close - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return close;
  }
}

function forbiddenKey(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const item of value) {
      const key = forbiddenKey(item);
      if (key !== undefined) return key;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor') return key;
    const inner = forbiddenKey(item);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The engine's message quotes the text; only the position is passed on. */
function placeOf(error: unknown): string {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? '' : ` at character ${position}`;
}
