/**
 * The control surface: what a person, a test or the dashboard does with a handset, as plain requests and responses. It
 * knows no framework and no keys; whoever mounts it decides who may come. Any request that names a valid number makes
 * that phone appear. Paths are taken with or without the `/simulator` in front.
 */
import { type Channel, channelOfService, serviceOf } from '#core/channel.ts';
import { type FailureCode, failureOf, refuse } from '#core/failure.ts';
import type { Log, Runtime } from '#ports/runtime.ts';
import { fits, spelling } from './addresses.ts';
import { attachmentOf } from './attachments.ts';
import type { Handset } from './directory.ts';
import * as input from './input.ts';
import { type ListQuery, listQuery } from './list-query.ts';
import type { PhoneNetwork } from './network.ts';
import { type Body, type Faults, maxGroupMembers, maxMedia, maxPollOptions, noFaults } from './terms.ts';

const maxDelayMs = 600_000;

interface Surface {
  readonly network: PhoneNetwork;
  readonly runtime: Runtime;
  readonly log: Log;
}

type Answer = { readonly status: number; readonly body: unknown };

export function controlSurface(
  network: PhoneNetwork,
  parts: { runtime: Runtime; log: Log },
): (request: Request) => Promise<Response> {
  const surface = { network, runtime: parts.runtime, log: parts.log };
  return async (request) => {
    try {
      const { status, body } = await route(surface, request);
      return Response.json(body, { status });
    } catch (error) {
      return refusal(surface.log, error);
    }
  };
}

async function route(surface: Surface, request: Request): Promise<Answer> {
  const url = new URL(request.url);
  const path = url.pathname.replace(/^\/simulator(?=\/)/, '').replace(/\/$/, '');
  const [, phones, number, act, ...rest] = path.split('/');
  if (phones !== 'phones' || rest.length > 0)
    throw refuse('not_found', 'There is nothing here; phones are at /simulator/phones');
  if (number === undefined) {
    if (request.method === 'GET') return { status: 200, body: listPhones(surface) };
    if (request.method === 'POST') return { status: 201, body: addPhone(surface, await input.readFields(request)) };
    throw refuse('not_found', 'Phones take GET and POST');
  }
  if (act === 'messages' && request.method === 'GET')
    return listMessages(surface, number, url.searchParams, request.signal);
  const handle = act !== undefined && request.method === 'POST' && Object.hasOwn(acts, act) ? acts[act] : undefined;
  if (!handle) throw refuse('not_found', `A phone takes GET messages and POST ${Object.keys(acts).join(', ')}`);
  const fields = await input.readFields(request);
  return surface.network.write(() => handle(surface, phoneOf(surface, number), fields));
}

/** What a person does with one handset. Each runs in one transaction. */
const acts: Readonly<Record<string, (surface: Surface, handset: Handset, fields: input.Fields) => Answer>> = {
  messages: writeMessage,
  typing: ({ network }, handset, fields) => {
    const started = input.requiredFlag(fields, 'started');
    const chatId = input.optionalText(fields, 'chatId');
    const line = network.gateway.lines[0] ?? '';
    const chat =
      chatId === undefined
        ? network.directory.direct(line, handset.channel, handset)
        : network.hands.chat(handset, chatId);
    network.typed(handset, chat, started);
    if (chat.isGroup)
      for (const other of chat.members) if (other !== handset) network.board.set(other, handset.address, started);
    return { status: 200, body: { ok: true } };
  },
  read: ({ network }, handset, fields) => {
    network.hands.read(handset, {
      messageId: input.optionalText(fields, 'messageId'),
      chatId: input.optionalText(fields, 'chatId'),
    });
    return { status: 200, body: { ok: true } };
  },
  reactions: ({ network }, handset, fields) => {
    const messageId = input.requiredText(fields, 'messageId');
    const remove = input.optionalFlag(fields, 'remove') ?? false;
    const id = network.hands.react(handset, messageId, input.requiredText(fields, 'reactionType'), remove);
    return { status: 201, body: network.view.one(handset, id) };
  },
  votes: ({ network }, handset, fields) => {
    const messageId = input.requiredText(fields, 'messageId');
    const options = input.optionalList(fields, 'options', maxPollOptions);
    if (!options) throw input.missing(fields, 'options');
    const id = network.hands.vote(handset, messageId, options.map(optionOf));
    return { status: 201, body: network.view.one(handset, id) };
  },
  settings: (surface, handset, fields) => {
    const airplane = input.optionalFlag(fields, 'airplane');
    const faults = faultsOf(fields);
    surface.network.hands.set(handset, { ...(airplane !== undefined && { airplane }), ...(faults && { faults }) });
    return { status: 200, body: phoneView(surface, handset) };
  },
};

function writeMessage({ network }: Surface, handset: Handset, fields: input.Fields): Answer {
  const text = input.messageText(fields, 'text');
  const attached = input.optionalList(fields, 'attachments', maxMedia) ?? [];
  const poll = pollOf(fields['poll']);
  if (text === '' && attached.length === 0 && !poll) throw input.missing(fields, 'text');
  const channel = serviceChannel(network, input.optionalText(fields, 'service'));
  const others = (input.optionalList(fields, 'to', maxGroupMembers) ?? []).map((person, index) =>
    anySpelling(network, typeof person === 'string' ? person : '', `to[${index}]`),
  );
  const media = attached.map((value, index) =>
    attachmentOf(value, `attachments[${index}]`, (mimeType, bytes) => network.keepMedia(mimeType, bytes)),
  );
  const replyTo = input.optionalText(fields, 'replyTo');
  const body: Body = {
    text: poll?.question ?? text,
    ...(media.length > 0 && { media }),
    ...(replyTo !== undefined && { replyTo }),
    ...(poll && { poll: { options: poll.options, maxSelections: poll.multiple ? poll.options.length : 1 } }),
  };
  const chatId = input.optionalText(fields, 'chatId');
  const line = input.optionalText(fields, 'line');
  const id = network.hands.write(handset, { body, chatId, channel, line, others }, network.gateway.lines);
  return { status: 201, body: network.view.one(handset, id) };
}

async function listMessages(
  surface: Surface,
  number: string,
  params: URLSearchParams,
  signal: AbortSignal,
): Promise<Answer> {
  const { network, runtime } = surface;
  const query: ListQuery = listQuery(params);
  const handset = network.write(() => phoneOf(surface, number));
  const deadlineMs = runtime.clock.monotonicMs() + query.waitMs;
  for (;;) {
    const messages = network.list(handset, query.filter);
    const leftMs = deadlineMs - runtime.clock.monotonicMs();
    if (messages.length > 0 || leftMs <= 0 || signal.aborted || network.isClosed()) {
      return { status: 200, body: { messages, typing: network.board.typists(handset) } };
    }
    await network.messageFor(handset, leftMs, signal);
    if (network.isClosed()) throw refuse('unavailable', 'The phone network is switched off; try again when it is back');
  }
}

function listPhones(surface: Surface): unknown {
  const { network } = surface;
  return network.write(() => ({ phones: network.directory.handsets().map((handset) => phoneView(surface, handset)) }));
}

function addPhone(surface: Surface, fields: input.Fields): unknown {
  const { network } = surface;
  const number = anySpelling(network, input.requiredText(fields, 'number'), 'number');
  const channel = serviceChannel(network, input.optionalText(fields, 'service'));
  return network.write(() => {
    const handset = network.directory.handset(number, channel ?? defaultChannel(network, number));
    if (channel) network.hands.set(handset, { channel });
    return phoneView(surface, handset);
  });
}

function phoneOf({ network }: Surface, segment: string): Handset {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw refuse('invalid', 'number is not percent-encoded text; write + as %2B', { field: 'number' });
  }
  const number = anySpelling(network, text, 'number');
  return network.directory.handset(number, defaultChannel(network, number));
}

function phoneView({ network }: Surface, handset: Handset) {
  const faults = Object.fromEntries(
    Object.entries(handset.faults).filter(([, value]) => value !== false && value !== 0),
  );
  return {
    number: handset.address,
    service: serviceOf(handset.channel),
    airplane: handset.airplane,
    faults,
    unread: network.hands.unread(handset),
  };
}

/** The stored spelling of an address, by the first of the gateway's channels that takes it. */
function anySpelling(network: PhoneNetwork, text: string, field: string): string {
  const takes = network.gateway.channels.find((channel) => fits(text, channel));
  const [first = 'imessage'] = network.gateway.channels;
  return spelling(text, takes ?? first, field);
}

function defaultChannel(network: PhoneNetwork, number: string): Channel {
  return network.gateway.channels.find((channel) => fits(number, channel)) ?? 'imessage';
}

function serviceChannel(network: PhoneNetwork, service: string | undefined): Channel | undefined {
  if (service === undefined) return undefined;
  const channel = channelOfService(service);
  if (channel && network.gateway.channels.includes(channel)) return channel;
  const carried = network.gateway.channels.map(serviceOf).join(', ');
  throw refuse('invalid', `service must be one that the simulator carries: ${carried}`, { field: 'service' });
}

function faultsOf(fields: input.Fields): Faults | undefined {
  const value = fields['faults'];
  if (value === undefined || value === null) return undefined;
  if (!input.isFields(value)) throw refuse('invalid', 'faults must be an object', { field: 'faults' });
  const delayMs = value['delayMs'] ?? 0;
  if (typeof delayMs !== 'number' || !(delayMs >= 0 && delayMs <= maxDelayMs)) {
    throw refuse('invalid', `faults.delayMs must be a number from 0 to ${maxDelayMs}`, { field: 'faults.delayMs' });
  }
  const flag = (name: keyof Faults) => input.optionalFlag(value, name, `faults.${name}`) ?? false;
  return {
    ...noFaults,
    delayMs,
    duplicate: flag('duplicate'),
    reorder: flag('reorder'),
    fail: flag('fail'),
    loseAck: flag('loseAck'),
    smsFallback: flag('smsFallback'),
  };
}

function pollOf(value: unknown): { question: string; options: string[]; multiple: boolean } | undefined {
  if (value === undefined || value === null) return undefined;
  if (!input.isFields(value)) throw refuse('invalid', 'poll must be an object', { field: 'poll' });
  const options = (input.optionalList(value, 'options', maxPollOptions) ?? []).filter(
    (option) => typeof option === 'string',
  );
  if (options.length < 2)
    throw refuse('invalid', `poll.options must be 2 to ${maxPollOptions} texts`, { field: 'poll.options' });
  return {
    question: input.requiredText(value, 'question', 1_000),
    options,
    multiple: input.optionalFlag(value, 'multiple', 'poll.multiple') ?? false,
  };
}

function optionOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw refuse('invalid', 'options must be whole numbers, the first option being 0', { field: 'options' });
}

/** The status of every code, and the mend where no field is at fault. */
const table = {
  invalid: { status: 400, mend: 'Correct the request and send it again.' },
  unauthenticated: { status: 401, mend: "Send the owner's key." },
  forbidden: { status: 403, mend: "Send the owner's key." },
  not_found: { status: 404, mend: 'Check the path and the ids; /docs lists what there is.' },
  conflict: { status: 409, mend: 'Look at the present state and decide again.' },
  too_large: { status: 413, mend: 'Send less at once, and media by URL.' },
  rate_limited: { status: 429, mend: 'Wait a moment, then send it again.' },
  unsupported: { status: 400, mend: 'Correct the request and send it again.' },
  unavailable: { status: 503, mend: 'Try again in a few seconds.' },
  internal: { status: 500, mend: 'Look into the log of the phone network.' },
} as const satisfies Record<FailureCode, { status: number; mend: string }>;

/** What a thrown value is to whoever asked; what nobody foresaw is logged and told without its text. */
export function refusal(log: Log, error: unknown): Response {
  const failure = failureOf(error);
  if (failure.code === 'internal') log.error('simulator.control_failed', { error: String(error) });
  const { status, mend } = table[failure.code];
  const detail = failure.field === undefined ? mend : `field: ${failure.field}`;
  return Response.json({ ok: false, error: failure.message, detail }, { status });
}
