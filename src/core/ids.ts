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
export type WebhookId = Brand<'webhook'>;
/** Of one event to one webhook endpoint. */
export type DeliveryId = Brand<'delivery'>;
/** A configured login at a provider, named by the person who configured it: `simulator`, `acme-linq`. */
export type ConnectionId = Brand<'connection'>;
/** A provider's own id: opaque, minted and read by its driver alone, unique per (connection, remote chat). */
export type RemoteId = Brand<'remote-id'>;
export type RemoteChat = Brand<'remote-chat'>;

const prefixes = {
  account: 'acc_',
  key: 'key_',
  conversation: 'cht_',
  message: 'msg_',
  report: 'rep_',
  webhook: 'whk_',
  delivery: 'dlv_',
} as const;
export type IdKind = keyof typeof prefixes;
export interface IdOf {
  account: AccountId;
  key: KeyId;
  conversation: ConversationId;
  message: MessageId;
  report: ReportId;
  webhook: WebhookId;
  delivery: DeliveryId;
}

/** The text form of a minted number: `idText('message', 5)` is `msg_5`. */
export function idText<Kind extends IdKind>(kind: Kind, number: number): IdOf[Kind] {
  return (prefixes[kind] + base36(number)) as IdOf[Kind];
}

/** The number behind an id's text, or undefined when the text was never an id of that kind. Safe on foreign input. */
export function idNumber(kind: IdKind, text: string): number | undefined {
  const prefix = prefixes[kind];
  if (!text.startsWith(prefix) || text.length > prefix.length + 11) return undefined;
  let number = 0;
  for (let at = prefix.length; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const digit = code >= 97 && code <= 122 ? code - 87 : code >= 48 && code <= 57 ? code - 48 : -1;
    // A leading zero would be a second spelling of the same number.
    if (digit < 0 || (number === 0 && digit === 0)) return undefined;
    number = number * 36 + digit;
  }
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** Whether a text is the id of something of that kind, were it to exist. Safe on foreign input. */
export function isId<Kind extends IdKind>(kind: Kind, text: string): text is IdOf[Kind] {
  return idNumber(kind, text) !== undefined;
}

const half = 36 ** 5;
const digitCodes = Array.from('0123456789abcdefghijklmnopqrstuvwxyz', (digit) => digit.charCodeAt(0));

/** What the upper half of the last number was spelt like: it stays the same for a minute of ids. */
let [lastHigh, lastHighText] = [0, '0'];

/** Every message is spelt several times, and the runtime's own radix conversion is slow beyond 32 bits. */
function base36(number: number): string {
  if (number < half || number > Number.MAX_SAFE_INTEGER || !Number.isInteger(number)) return number.toString(36);
  const high = Math.floor(number / half);
  const low = number - high * half;
  if (high !== lastHigh) [lastHigh, lastHighText] = [high, high.toString(36)];
  return (
    lastHighText +
    String.fromCharCode(digit(low / 1_679_616), digit(low / 46_656), digit(low / 1_296), digit(low / 36), digit(low))
  );
}

/** The character of the last digit before the point. */
const digit = (number: number): number => digitCodes[(number | 0) % 36] ?? 0;

export const connectionId = (name: string): ConnectionId => name as ConnectionId;
export const remoteId = (text: string): RemoteId => text as RemoteId;
export const remoteChat = (text: string): RemoteChat => text as RemoteChat;
