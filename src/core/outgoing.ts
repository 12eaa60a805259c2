/**
 * What can be refused about an outgoing message before anything is stored: its own limits and what the channel can
 * carry. Each refusal names the field and what would work.
 */
import { serviceOf, type Capabilities, type Channel } from './channel.ts';
import { refuse } from './failure.ts';
import { maxParts, maxTextCharacters, pollOf, type Part } from './message.ts';
import { checkPoll, pollText, type Poll } from './poll.ts';

/** Throws `invalid` for a message no channel takes: no parts, too many, empty or over-long text, a URL that is not http(s). */
export function checkParts(parts: readonly Part[]): void {
  if (parts.length === 0) throw refuse('invalid', 'parts must hold at least one part', { field: 'parts' });
  if (parts.length > maxParts) {
    throw refuse('too_large', `parts holds ${parts.length} parts; at most ${maxParts} go in one message`, {
      field: 'parts',
    });
  }
  parts.forEach((part, index) => {
    switch (part.type) {
      case 'text':
        return checkText(part.value, `parts[${index}].value`);
      case 'media':
        return checkUrl(part.url, `parts[${index}].url`);
      case 'poll':
        if (parts.length > 1) throw refuse('invalid', 'A poll goes alone, without other parts', { field: 'parts' });
        return checkPoll(part);
      default:
        return part satisfies never;
    }
  });
}

function checkText(value: string, field: string): void {
  if (value.length === 0) throw refuse('invalid', `${field} is empty; a text part needs text`, { field });
  // A character is a code point, as the contracts count them; only a long text has to be walked to know.
  if (value.length <= maxTextCharacters) return;
  const characters = Array.from(value).length;
  if (characters <= maxTextCharacters) return;
  const message = `${field} has ${characters} characters; at most ${maxTextCharacters} go in one part`;
  throw refuse('too_large', message, { field });
}

function checkUrl(url: string, field: string): void {
  const parsed = URL.parse(url);
  if (parsed && (parsed.protocol === 'https:' || parsed.protocol === 'http:') && parsed.username === '') return;
  throw refuse('invalid', `${field} must be an http or https URL the channel can fetch`, { field });
}

/** The parts as they are kept: a poll is marked where the channel has no polls, or none like it. */
export function fitting(parts: readonly Part[], { polls }: Capabilities): readonly Part[] {
  const poll = pollOf(parts);
  if (!poll || isNative(poll, polls)) return parts;
  return [{ ...poll, degraded: true }];
}

/** The parts as they are stored and compared: of a link that ends, what it leads to. */
export const asKept = (parts: readonly Part[]): readonly Part[] => (parts.some(isLink) ? parts.map(unlinked) : parts);

const isLink = (part: Part): boolean => part.type === 'media' && part.reference !== undefined;

function unlinked(part: Part): Part {
  if (part.type !== 'media' || part.reference === undefined) return part;
  const { reference, ...media } = part;
  return { ...media, url: reference };
}

const isNative = ({ options, maxSelections }: Poll, polls: Capabilities['polls']): boolean =>
  polls !== false && options.length <= polls.maxOptions && (maxSelections === 1 || polls.multiple);

/**
 * The parts as the driver renders them: Markdown in the channel's own format, a poll as text where it goes as one. A
 * promise only where Markdown has to be understood.
 */
export function shownAs(parts: readonly Part[], { text }: Capabilities): readonly Part[] | Promise<readonly Part[]> {
  const poll = pollOf(parts);
  if (poll?.degraded) return [{ type: 'text', value: pollText(poll) }];
  const isMarkdown = parts.some((part) => part.type === 'text' && part.format === 'markdown' && means(part.value));
  return isMarkdown ? formatted(parts, text.format) : parts;
}

/** Whether a text holds anything that Markdown, or a channel, could mean something by; most messages do not. */
const means = (text: string): boolean => /[*_`[\]<>#~\\&@]|^\s*([-+]|\d+[.)])\s|^ {4}|\n {0,3}[-=]+\s*$/m.test(text);

async function formatted(parts: readonly Part[], format: Capabilities['text']['format']): Promise<readonly Part[]> {
  const { renderMarkdown } = await import('./markdown.ts');
  return parts.map((part) =>
    part.type === 'text' && part.format === 'markdown'
      ? { type: 'text', value: renderMarkdown(part.value, format) }
      : part,
  );
}

/** Throws `unsupported` or `too_large` for what this channel cannot carry to that many people. */
export function checkCapabilities(
  channel: Channel,
  can: Capabilities,
  parts: readonly Part[],
  recipients: number,
): void {
  const name = serviceOf(channel);
  const media = parts.filter((part) => part.type === 'media').length;
  if (media > 0 && can.media === false)
    throw refuse('unsupported', `${name} carries no media; send text alone`, { field: 'parts' });
  if (can.media && media > can.media.maxCount) {
    throw refuse('unsupported', `${name} carries at most ${can.media.maxCount} media parts in one message`, {
      field: 'parts',
    });
  }
  if (recipients <= 1) return;
  if (can.groups === false)
    throw refuse('unsupported', `${name} has no groups; send to one recipient`, { field: 'to' });
  if (recipients > can.groups.maxMembers) {
    throw refuse('unsupported', `${name} groups hold at most ${can.groups.maxMembers} recipients`, { field: 'to' });
  }
}
