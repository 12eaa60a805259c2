/**
 * From a frame's text to what the client wants, or to a refusal that names the field and the mend. Written by hand
 * because a send is parsed for every message; it takes exactly what the frame schemas of the contract take, ignores
 * fields it does not know and drops them. Meaning (does this chat exist, can this channel do that) is the actions'.
 */
import { channels, serviceOf, type Channel } from '#core/channel.ts';
import type { ConversationId, MessageId } from '#core/ids.ts';
import { maxParts, maxTextCharacters, type Part } from '#core/message.ts';
import { parseJson } from '#http/json.ts';
import { nearMiss } from '#http/near-miss.ts';
import type { ErrorCode } from '#wire/claw-messenger-frames.ts';
import { parseInstant } from './instant.ts';

export interface SendRequest {
  readonly type: 'send';
  readonly id: string;
  readonly to: readonly string[] | null;
  readonly chatId: ConversationId | null;
  readonly channel: Channel | null;
  readonly parts: readonly Part[];
  readonly idempotencyKey: string | null;
  /** Answer after the provider's receipt instead of after the commit. */
  readonly wait: boolean;
}
export interface SyncRequest {
  readonly type: 'sync';
  readonly from: { readonly sinceUs: number } | { readonly cursor: string };
}
export interface ChatSignal {
  readonly type: 'typing.start' | 'typing.stop' | 'read';
  readonly to: string | null;
  readonly chatId: ConversationId | null;
}
export interface ReactRequest {
  readonly type: 'reaction';
  readonly messageId: MessageId;
  readonly reactionType: string;
  readonly remove: boolean;
}
export type ClientRequest =
  | SendRequest
  | SyncRequest
  | ChatSignal
  | ReactRequest
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }
  /** `id`: of the send that must be answered with this; null where an error frame has to do. */
  | { readonly type: 'refused'; readonly id: string | null; readonly code: ErrorCode; readonly message: string };

type Fields = Readonly<Record<string, unknown>>;

const maxId = 255;
const maxAddress = 320;
const maxRecipients = 250;
const maxUrl = 2048;
const httpUrl = /^https?:\/\//i;
const oneTarget = 'Provide either to or chatId, not both';
const reactionTypes: readonly string[] = ['love', 'like', 'dislike', 'laugh', 'emphasize', 'question'];
const channelByService = new Map<unknown, Channel>(channels.map((channel) => [serviceOf(channel), channel]));
const serviceNames = channels.map(serviceOf);

/** A frame's own fault, in words for its sender; never leaves this file. */
class FrameFault extends Error {}

export function parseFrame(text: string): ClientRequest {
  const parsed = parseJson(text);
  if (!parsed.ok) return refused(idOfUnsafeSend(text), 'invalid_json', parsed.reason);
  const frame = parsed.value;
  if (!isFields(frame)) {
    return refused(null, 'invalid_json', 'A frame is one JSON object, such as {"type":"ping"}');
  }
  try {
    return request(frame);
  } catch (error) {
    if (!(error instanceof FrameFault)) throw error;
    switch (frame['type']) {
      case 'send':
        return refused(usableId(frame['id']), 'invalid_send', error.message);
      case 'sync':
        return refused(null, 'invalid_sync', error.message);
      default:
        return refused(null, 'invalid_request', error.message);
    }
  }
}

function request(frame: Fields): ClientRequest {
  const { type } = frame;
  switch (type) {
    case 'send':
      return sendRequest(frame);
    case 'ping':
    case 'pong':
      return { type };
    case 'sync':
      return syncRequest(frame);
    case 'typing.start':
    case 'typing.stop':
    case 'read':
      return chatSignal(type, frame);
    case 'reaction':
      return reactRequest(frame);
    default:
      if (typeof type === 'string') {
        return refused(null, 'unknown_type', `Unknown message type: ${type.slice(0, 64)}`);
      }
      throw wrong(frame, 'type', 'a string, such as "send"');
  }
}

function sendRequest(frame: Fields): SendRequest {
  const id = text(frame, 'id', maxId);
  const { service, wait } = frame;
  const target = oneOfTargets(frame);
  const parts = partsOf(frame);
  const channel = service === undefined ? undefined : channelByService.get(service);
  if (service !== undefined && channel === undefined) {
    throw new FrameFault(`service must be one of ${serviceNames.join(', ')}${meant(service, serviceNames)}`);
  }
  if (wait !== undefined && wait !== 'sent') throw new FrameFault('wait must be "sent", or be left out');
  return {
    type: 'send',
    id,
    to: target.to === undefined ? null : recipients(target.to),
    chatId: target.chatId,
    // A chat has a service of its own.
    channel: target.chatId === null ? (channel ?? null) : null,
    parts,
    idempotencyKey: frame['idempotencyKey'] === undefined ? null : text(frame, 'idempotencyKey', maxId),
    wait: wait === 'sent',
  };
}

function syncRequest(frame: Fields): SyncRequest {
  const { since, cursor } = frame;
  if (since === undefined && cursor === undefined) {
    const near = nearMiss('since', Object.keys(frame)) ?? nearMiss('cursor', Object.keys(frame));
    throw new FrameFault(`sync needs since, an ISO 8601 instant, or cursor${hint(near)}`);
  }
  const sinceUs = since === undefined ? 0 : typeof since === 'string' ? parseInstant(since) : undefined;
  if (sinceUs === undefined) {
    throw new FrameFault('since must be an ISO 8601 instant with Z or an offset, such as 2026-04-10T14:30:00Z');
  }
  return { type: 'sync', from: cursor === undefined ? { sinceUs } : { cursor: text(frame, 'cursor', maxId) } };
}

function chatSignal(type: ChatSignal['type'], frame: Fields): ChatSignal {
  const { to, chatId } = oneOfTargets(frame);
  return { type, to: to === undefined ? null : address(to, 'to'), chatId };
}

function reactRequest(frame: Fields): ReactRequest {
  const messageId = text(frame, 'messageId', maxId);
  const { reactionType, remove = false } = frame;
  if (typeof reactionType !== 'string' || !reactionTypes.includes(reactionType)) {
    throw reactionType === undefined
      ? wrong(frame, 'reactionType', `one of ${reactionTypes.join(', ')}`)
      : new FrameFault(`reactionType must be one of ${reactionTypes.join(', ')}${meant(reactionType, reactionTypes)}`);
  }
  if (typeof remove !== 'boolean') throw wrong(frame, 'remove', 'true or false');
  return { type: 'reaction', messageId: messageId as MessageId, reactionType, remove };
}

function oneOfTargets(frame: Fields): { to: unknown; chatId: ConversationId | null } {
  const { to, chatId } = frame;
  if (to !== undefined && chatId === undefined) return { to, chatId: null };
  if (to === undefined && chatId !== undefined) {
    return { to: undefined, chatId: text(frame, 'chatId', maxId) as ConversationId };
  }
  if (to !== undefined) throw new FrameFault(oneTarget);
  const names = Object.keys(frame);
  throw new FrameFault(`${oneTarget}${hint(nearMiss('chatId', names) ?? nearMiss('to', names))}`);
}

function recipients(to: unknown): readonly string[] {
  if (typeof to === 'string') return [address(to, 'to')];
  if (!Array.isArray(to))
    throw new FrameFault('to must be a phone number in E.164 format, such as +15551234567, or a list of them');
  if (to.length === 0) throw new FrameFault('to is empty; name at least one recipient');
  if (to.length > maxRecipients)
    throw new FrameFault(`to holds ${to.length} recipients; at most ${maxRecipients} are taken`);
  return to.map((each: unknown, index) => address(each, `to[${index}]`));
}

function address(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '' && within(value, maxAddress)) return value;
  throw new FrameFault(`${field} must be an address of 1 to ${maxAddress} characters, such as +15551234567`);
}

function partsOf(frame: Fields): readonly Part[] {
  const { parts } = frame;
  if (!Array.isArray(parts)) throw wrong(frame, 'parts', 'a list such as [{"type":"text","value":"Hello!"}]');
  if (parts.length === 0) throw new FrameFault('parts is empty; send at least one part');
  if (parts.length > maxParts)
    throw new FrameFault(`parts holds ${parts.length} parts; at most ${maxParts} go in one message`);
  return parts.map(partOf);
}

function partOf(part: unknown, index: number): Part {
  if (!isFields(part))
    throw new FrameFault(`parts[${index}] must be an object such as {"type":"text","value":"Hello!"}`);
  const { type } = part;
  switch (type) {
    case 'text':
      return { type, value: text(part, 'value', maxTextCharacters, `parts[${index}].`) };
    case 'media':
      return mediaPart(part, index);
    default:
      if (type === undefined) throw wrong(part, 'type', '"text" or "media"', `parts[${index}].`);
      throw new FrameFault(`parts[${index}].type must be "text" or "media"${meant(type, ['text', 'media'])}`);
  }
}

function mediaPart(part: Fields, index: number): Part {
  const { mimeType } = part;
  const url = text(part, 'url', maxUrl, `parts[${index}].`);
  if (!httpUrl.test(url)) throw new FrameFault(`parts[${index}].url must be an http or https URL`);
  if (mimeType === undefined) return { type: 'media', url };
  if (typeof mimeType === 'string' && within(mimeType, maxId)) return { type: 'media', url, mimeType };
  throw new FrameFault(`parts[${index}].mimeType must be a string of at most ${maxId} characters, or be left out`);
}

/** A required text of 1 to `max` characters. */
function text(fields: Fields, name: string, max: number, path = ''): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '' && within(value, max)) return value;
  throw wrong(fields, name, `a string of 1 to ${max} characters`, path);
}

/** Characters are counted as people do, an emoji as one; the count is only taken where the length leaves a doubt. */
function within(value: string, max: number): boolean {
  if (value.length <= max) return true;
  if (value.length > 2 * max) return false;
  let characters = 0;
  for (const _ of value) characters += 1;
  return characters <= max;
}

/** The fault of a field that is missing (with what was probably meant by it) or is something else. */
function wrong(fields: Fields, name: string, expected: string, path = ''): FrameFault {
  if (fields[name] !== undefined) return new FrameFault(`${path}${name} must be ${expected}`);
  // `type` is known by now, and means itself.
  const present = Object.keys(fields).filter((each) => each !== 'type');
  const near = nearMiss(name, present);
  return new FrameFault(`${path}${name} is missing${near === undefined ? `; it is ${expected}` : hint(near)}`);
}

const hint = (near: string | undefined): string => (near === undefined ? '' : `; did you mean it by '${near}'?`);

function meant(value: unknown, names: readonly string[]): string {
  const near = typeof value === 'string' ? nearMiss(value, names) : undefined;
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** A send that is refused for its shape (too deep, a forbidden key) is still answered by its id, when it has one. */
function idOfUnsafeSend(text: string): string | null {
  try {
    const frame: unknown = JSON.parse(text);
    return isFields(frame) && frame['type'] === 'send' ? usableId(frame['id']) : null;
  } catch {
    return null;
  }
}

function usableId(id: unknown): string | null {
  return typeof id === 'string' && id !== '' && within(id, maxId) ? id : null;
}

const refused = (id: string | null, code: ErrorCode, message: string): ClientRequest => ({
  type: 'refused',
  id,
  code,
  message,
});

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
