/**
 * Addresses: what a caller wrote, checked by the channel's form and brought to the one spelling we store and compare.
 * Phone numbers are refused only on their shape (`+` and 7 to 15 digits), never for being unassigned: the protocols'
 * own examples are not real numbers.
 */
import parsePhoneNumber from 'libphonenumber-js/min';
import type { Addressing, Channel } from './channel.ts';
import { refuse } from './failure.ts';

/**
 * What an address is called where people read it: the handle somebody registered for it, or the address itself. Asked for
 * every address that is shown, so it costs nothing on channels that have no handles.
 */
export type NameOf = (channel: Channel, address: string) => string;

const e164 = /^\+\d{7,15}$/;
const email = /^[^\s@,;<>"]{1,64}@[^\s@,;<>"]{1,189}\.[^\s@,;<>".]{2,63}$/;
const wallet = /^0x[0-9a-f]{40}$/;
const handle = /^[a-z0-9][a-z0-9_-]{1,31}$/;
const inbox = /^[0-9a-f]{64}$/;

/** Parsing a number costs more than storing a message, and agents text the same people: remember the last spellings. */
const spellings = new Map<string, string>();
const rememberedSpellings = 20_000;

export const isPhoneNumber = (text: string): boolean => e164.test(text);

/** The E.164 spelling of a phone number. Throws `invalid` naming `field` when it has no `+` or is not 7 to 15 digits. */
export function phoneNumber(text: string, field: string): string {
  const known = spellings.get(text);
  if (known !== undefined) return known;
  if (!e164.test(text)) {
    throw refuse(
      'invalid',
      `${field} must be a phone number in E.164 format: + and 7 to 15 digits, such as +15551234567`,
      { field },
    );
  }
  const parsed = parsePhoneNumber(text)?.number ?? text;
  const normal = e164.test(parsed) ? parsed : text;
  if (spellings.size >= rememberedSpellings) spellings.clear();
  spellings.set(text, normal);
  return normal;
}

/** The stored spelling of an address under a channel's addressing. Throws `invalid` with the form the channel takes. */
export function address(text: string, form: Addressing, field: string): string {
  switch (form) {
    case 'phone':
      return phoneNumber(text, field);
    case 'phone-or-email': {
      if (!text.includes('@')) return phoneNumber(text, field);
      const lower = text.toLowerCase();
      if (email.test(lower)) return lower;
      throw refuse('invalid', `${field} must be a phone number in E.164 format (+15551234567) or an email address`, {
        field,
      });
    }
    case 'wallet': {
      const lower = text.toLowerCase();
      if (wallet.test(lower) || handle.test(lower) || inbox.test(lower)) return lower;
      throw refuse('invalid', `${field} must be a handle, a wallet address (0x and 40 hex digits) or an inbox id`, {
        field,
      });
    }
    case 'opaque':
      if (text.length > 0 && text.length <= 255 && !/\s/.test(text)) return text;
      throw refuse('invalid', `${field} must be an id or username of 1 to 255 characters without spaces`, { field });
    default:
      return form satisfies never;
  }
}
