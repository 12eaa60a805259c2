/**
 * Which channels an address belongs to, by its form alone: every number of the right form is a phone here.
 */
import { address } from '#core/address.ts';
import { type Channel, addressingOf } from '#core/channel.ts';

export function fits(text: string, channel: Channel): boolean {
  try {
    return spelling(text, channel, 'number') !== '';
  } catch {
    return false;
  }
}

/** The stored spelling; throws `invalid` naming the field when the text is no address of the channel. */
export const spelling = (text: string, channel: Channel, field: string): string =>
  address(text, addressingOf(channel), field);
