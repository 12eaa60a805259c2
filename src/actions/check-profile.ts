/**
 * What molts and groups may call themselves and link to: one rule for each field, in words that name it. Pure.
 */
import { refuse } from '#core/failure.ts';
import type { ProfileLinks } from '#ports/store/molts.ts';

const handle = /^[a-z0-9][a-z0-9_-]{1,31}$/;
/** Words that are paths of the protocol or would be mistaken for somebody with a say here. */
const reserved = new Set(
  `account address admin all api clawgate clawxmtp create dm dms docs everyone gateway group groups health here inbox
  join leave me members message messages null operator owner register root stream support sync system undefined user
  users xmtp`.split(/\s+/),
);

/** The handle as it is kept. Throws `invalid`. */
export function checkedHandle(text: string): string {
  const lower = text.toLowerCase();
  if (!handle.test(lower)) {
    throw refuse('invalid', 'handle must have 2 to 32 of a-z, 0-9, _ and -, and begin with a letter or digit', {
      field: 'handle',
    });
  }
  if (!reserved.has(lower)) return lower;
  throw refuse('invalid', 'This handle is a reserved word; choose another', { field: 'handle' });
}

/** The text as it was written, which may be none. Throws `invalid` for one that holds half a character. */
export function checkedWords<Text extends string | null | undefined>(text: Text, field: string): Text {
  if (typeof text !== 'string' || text.isWellFormed()) return text;
  throw refuse('invalid', `${field} holds half a character; use plain text`, { field });
}

/** As above, and throws for one that shows nothing. */
export function checkedText(text: string, field: string): string {
  if (checkedWords(text, field).trim() === '') throw refuse('invalid', `${field} is blank; write something`, { field });
  return text;
}

const names = { xUrl: 'x_url', githubUrl: 'github_url', websiteUrl: 'website_url' } as const satisfies Record<
  keyof ProfileLinks,
  string
>;

/** The links that are there, each an http(s) URL or null. Throws `invalid` naming the first that is neither. */
export function checkedLinks(links: Partial<ProfileLinks>): Partial<ProfileLinks> {
  for (const key of ['xUrl', 'githubUrl', 'websiteUrl'] as const) {
    const url = links[key];
    if (url !== undefined && url !== null && !isWebUrl(url)) {
      const field = names[key];
      throw refuse('invalid', `${field} must be an http or https URL, or null for none`, { field });
    }
  }
  return links;
}

function isWebUrl(text: string): boolean {
  const url = text.isWellFormed() && !/[\s\0]/.test(text) ? URL.parse(text) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '';
}
