/**
 * Identifiers: their brands, their text form and the way back. An id is a strictly rising integer (microseconds of the
 * clock when minted, so an id minted after a restored backup never repeats one minted before it) shown as a prefix and
 * base 36. Stores keep the integer, which makes every table append at its right edge; everybody else sees the text.
 */
declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type AccountId = Brand<'account'>;
export type KeyId = Brand<'key'>;
export type ConversationId = Brand<'conversation'>;
export type MessageId = Brand<'message'>;
export type ReportId = Brand<'report'>;
/** A configured login at a provider, named by the person who configured it: `simulator`, `acme-linq`. */
export type ConnectionId = Brand<'connection'>;
/** A provider's own id: opaque, minted and read by its driver alone, unique per (connection, remote chat). */
export type RemoteId = Brand<'remote-id'>;
export type RemoteChat = Brand<'remote-chat'>;

const prefixes = { account: 'acc_', key: 'key_', conversation: 'cht_', message: 'msg_', report: 'rep_' } as const;
export type IdKind = keyof typeof prefixes;
export interface IdOf {
  account: AccountId;
  key: KeyId;
  conversation: ConversationId;
  message: MessageId;
  report: ReportId;
}

/** The text form of a minted number: `idText('message', 5)` is `msg_5`. */
export function idText<Kind extends IdKind>(kind: Kind, number: number): IdOf[Kind] {
  return (prefixes[kind] + number.toString(36)) as IdOf[Kind];
}

/** The number behind an id's text, or undefined when the text was never an id of that kind. Safe on foreign input. */
export function idNumber(kind: IdKind, text: string): number | undefined {
  const prefix = prefixes[kind];
  if (!text.startsWith(prefix) || text.length > prefix.length + 11) return undefined;
  const number = Number.parseInt(text.slice(prefix.length), 36);
  return Number.isSafeInteger(number) && number > 0 && prefix + number.toString(36) === text ? number : undefined;
}

export const connectionId = (name: string): ConnectionId => name as ConnectionId;
export const remoteId = (text: string): RemoteId => text as RemoteId;
export const remoteChat = (text: string): RemoteChat => text as RemoteChat;
