/**
 * The simulator as a driver: a phone network inside the gateway, or one running beside it, carrying any channel with
 * that channel's addresses. It has every ability a driver can have and is the one to copy. The network lives in its own
 * folder and knows nothing of the gateway.
 */
import { address } from '#core/address.ts';
import { type Channel, addressingOf } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { ChatCommand, CreateDriver, Driver, Receipt, Run } from '#ports/driver.ts';
import { capabilitiesOf } from './capabilities.ts';
import { type SimulatorConfig, checkSettings } from './config.ts';
import { bodyOf, chatOf, receiptOf } from './convert.ts';
import { type Link, createLink } from './link.ts';
import { type Command, mediaScheme } from './network/terms.ts';

const off: Receipt = { outcome: 'deferred', message: 'the simulator is not running' };

export const createDriver: CreateDriver = (settings, host) => {
  const config = checkSettings(settings);
  const link = createLink(config, settings.channels, host);
  const abilitiesOf = new Map(settings.channels.map((channel) => [channel, capabilitiesOf(channel, config.dedupe)]));
  return {
    channels: settings.channels,
    lines: () => config.lines,
    capabilities: (channel) => abilitiesOf.get(channel) ?? capabilitiesOf(channel, config.dedupe),
    start: () => link.start(),
    stop: () => link.stop(),
    probe: (signal) => link.probe(signal),
    normalizeTarget: (channel, text, field) => address(text, addressingOf(carried(settings.channels, channel)), field),
    render: (_channel, content) => [bodyOf(content)],
    send: async (target, chunks, signal) => (await send(link, config, [{ target, chunks }], signal))[0] ?? [off],
    sendRuns: (runs, signal) => send(link, config, runs, signal),
    control: (request) => link.door()?.control(request) ?? Promise.resolve(switchedOff()),
    ...abilities(link),
    ...(config.dedupe === 'key' && { reconcile: reconcileWith(link) }),
  };
};

async function send(
  link: Link,
  config: SimulatorConfig,
  runs: readonly Run[],
  signal: AbortSignal,
): Promise<readonly (readonly Receipt[])[]> {
  const door = link.door();
  if (!door) return runs.map(() => [off]);
  const handed = runs.map(({ target, chunks }) => ({
    to: chatOf(target),
    messages: config.dedupe === 'key' ? chunks : chunks.slice(0, 1),
  }));
  const answers = await door.exchange.send(handed, signal);
  return answers.map((outcomes) => outcomes.map(receiptOf));
}

/** The verbs beside sending: each is one command to the network, answered with a receipt. */
function abilities(link: Link) {
  type Verb = Command extends infer Each ? (Each extends Command ? Omit<Each, 'to' | 'key'> : never) : never;
  const ask = async ({ key, target }: ChatCommand, verb: Verb, signal: AbortSignal): Promise<Receipt> => {
    const door = link.door();
    if (!door) return off;
    return receiptOf(await door.exchange.command({ ...verb, key, to: chatOf(target) }, signal));
  };
  return {
    async typing(target, started, signal) {
      // Worth nothing a moment later: a network that is away shows nobody typing.
      await link
        .door()
        ?.exchange.typing(chatOf(target), started, signal)
        .catch(() => undefined);
    },
    markRead: (command, signal) => ask(command, { verb: 'markRead', messageId: command.remoteId }, signal),
    react: (command, signal) => {
      const { remoteId, reactionType, remove } = command;
      return ask(command, { verb: 'react', messageId: remoteId, reactionType, remove }, signal);
    },
    edit: (command, signal) => ask(command, { verb: 'edit', messageId: command.remoteId, body: command.body }, signal),
    unsend: (command, signal) => ask(command, { verb: 'unsend', messageId: command.remoteId }, signal),
    vote: (command, signal) =>
      ask(command, { verb: 'vote', messageId: command.remoteId, options: command.options }, signal),
    async reach(text, signal) {
      const reached = await link
        .door()
        ?.exchange.reach(text, signal)
        .catch(() => undefined);
      if (reached) return reached;
      throw refuse('unavailable', 'The phone network does not answer; try again when its connection is up');
    },
    createGroup: (command, signal) =>
      ask(command, { verb: 'createGroup', title: command.title, members: command.members }, signal),
    addMembers: (command, signal) => ask(command, { verb: 'addMembers', members: command.members }, signal),
    removeMembers: (command, signal) => ask(command, { verb: 'removeMembers', members: command.members }, signal),
    renameGroup: (command, signal) => ask(command, { verb: 'renameGroup', title: command.title }, signal),
    leaveGroup: (command, signal) => ask(command, { verb: 'leaveGroup' }, signal),
    async fetchMedia(url, signal) {
      const door = link.door();
      const found = url.startsWith(mediaScheme)
        ? await door?.exchange.media(url.slice(mediaScheme.length), signal)
        : undefined;
      if (!found) throw new Error('the phone network has no such attachment');
      return { mimeType: found.mimeType, bytes: once(found.bytes) };
    },
  } satisfies Partial<Driver>;
}

function reconcileWith(link: Link): NonNullable<Driver['reconcile']> {
  return async (target, chunk, signal) => {
    const door = link.door();
    if (!door) return { outcome: 'uncertain', message: 'the phone network cannot be asked now' };
    const outcome = await door.exchange.command({ verb: 'ask', key: chunk.key, to: chatOf(target) }, signal);
    return receiptOf(outcome);
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function carried(channels: readonly Channel[], channel: Channel): Channel {
  if (channels.includes(channel)) return channel;
  throw refuse('invalid', `The simulator does not carry ${channel}; it carries ${channels.join(', ')}`, {
    field: 'channel',
  });
}

function switchedOff(): Response {
  return Response.json({ ok: false, error: 'The simulator is not running; restart its connection' }, { status: 503 });
}
