// Rigs for the driver contract: the simulator embedded and over HTTP, and the scripted provider. Each knows how its
// provider is made to accept, refuse or lose, and what its people do.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { remoteChat, remoteId } from '#core/ids.ts';
import type { Driver, DriverHost, Inbound } from '#ports/driver.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { drivers } from '#channels/index.ts';
import { servePhoneNetwork } from '#channels/simulator/network/serve.ts';
import type { DriverRig, Fate } from '../contract/driver.suite.ts';
import { recordingHost, silentLog } from './driver-host.ts';
import { type ScriptedSettings, scriptedDriver } from './scripted-driver.ts';

const person = '+12125550142';
const other = '+12125550143';
const people = { person, other, looseSpelling: person, noAddress: '555 0142' };

/** Ask a driver's control surface, as the HTTP room would. */
export async function control(
  driver: Driver,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await driver.control?.(new Request(`http://gateway.test${path}`, init));
  if (!response) throw new Error('the driver has no control surface');
  return { status: response.status, body: await response.json() };
}

export async function simulatorRig(
  where: 'embedded' | 'remote',
  options: Record<string, string> = {},
): Promise<DriverRig> {
  const { createDriver } = await drivers.simulator();
  const folder = await mkdtemp(join(tmpdir(), 'clawgate-driver-'));
  const host = recordingHost(join(folder, 'simulator'));
  const network =
    where === 'remote'
      ? await servePhoneNetwork({
          host: '127.0.0.1',
          port: 0,
          dataDir: join(folder, 'network'),
          dedupe: options['dedupe'] === 'none' ? 'none' : 'key',
          log: silentLog,
          runtime: createSystemRuntime(),
        })
      : null;
  const url = network ? { url: `http://127.0.0.1:${network.port}` } : {};
  const make = (over: Record<string, string>, at: DriverHost) =>
    createDriver({ channels: ['imessage', 'rcs', 'sms'], options: { ...options, ...over } }, at);
  let driver: Driver | undefined;
  const act = async (verb: string, body: unknown) => {
    if (!driver) throw new Error('the driver is not open yet');
    const answer = await control(driver, 'POST', `/phones/${encodeURIComponent(person)}/${verb}`, body);
    if (answer.status >= 300) throw new Error(`${verb}: ${JSON.stringify(answer.body)}`);
  };
  const closedPort = await portNobodyListensOn();
  await writeFile(join(folder, 'a-file'), 'not a folder');
  return {
    host,
    channel: 'imessage',
    ...people,
    looseSpelling: person,
    open: () => (driver = make(url, host)),
    openUnreachable: () =>
      where === 'remote'
        ? make({ url: `http://127.0.0.1:${closedPort}` }, host)
        : make({}, { ...host, dataDir: join(folder, 'a-file', 'below') }),
    fate: (fate) => act('settings', { faults: faultOf[fate] }),
    async received() {
      if (!driver) return [];
      const { body } = await control(driver, 'GET', `/phones/${encodeURIComponent(person)}/messages`);
      const { messages } = body as { messages: { direction: string; text: string }[] };
      return messages.filter(({ direction }) => direction === 'in').map(({ text }) => text);
    },
    person1: {
      text: (text) => act('messages', { text }),
      read: () => act('read', {}),
      type: (started) => act('typing', { started }),
      react: (id, reactionType) => act('reactions', { messageId: id, reactionType }),
      vote: (id, choice) => act('votes', { messageId: id, options: choice }),
      attach: (bytes, mimeType) =>
        act('messages', { attachments: [{ data: Buffer.from(bytes).toString('base64'), mimeType }] }),
    },
    async close() {
      await network?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function portNobodyListensOn(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const bound = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return typeof bound === 'object' && bound ? bound.port : 0;
}

const faultOf = { accepted: {}, refused: { fail: true }, uncertain: { loseAck: true } } as const satisfies Record<
  Fate,
  object
>;
const stepOf = { accepted: 'accept', refused: 'refuse', uncertain: 'lose' } as const satisfies Record<Fate, string>;

export function scriptedRig(settings: ScriptedSettings): Promise<DriverRig> {
  const host = recordingHost('unused');
  const fake = scriptedDriver(settings);
  const line = '+15550100000';
  let reports = 0;
  const row = () => ({ eventId: `event-${(reports += 1)}`, line, remoteChat: remoteChat(`chat:${person}`) });
  const report = (inbound: Inbound) => fake.report(inbound);
  const text = (words: string) =>
    report({
      ...row(),
      kind: 'message',
      remoteId: remoteId(`from-person-${reports}`),
      channel: 'imessage',
      from: person,
      isGroup: false,
      participants: [person],
      text: words,
      attachments: [],
      replyTo: null,
      thread: null,
      sentAtMs: host.runtime.clock.nowMs(),
    });
  const receipt = (status: 'delivered' | 'read') => async () => {
    const last = fake.taken.at(-1);
    if (last)
      await report({
        ...row(),
        kind: 'receipt',
        remoteId: remoteId(last.remoteId),
        recipient: null,
        status,
        error: null,
      });
  };
  return Promise.resolve({
    host,
    channel: 'imessage',
    ...people,
    open: () => fake.create(fake.settings, host),
    openUnreachable: () => {
      const lost = scriptedDriver(settings);
      lost.outage(true);
      return lost.create(lost.settings, host);
    },
    fate: (fate) => Promise.resolve(fake.next(stepOf[fate])),
    received: () => Promise.resolve(fake.taken.map(({ body }) => textIn(body))),
    person1: {
      text,
      read: receipt('read'),
      react: (id, reactionType) =>
        report({ ...row(), kind: 'reaction', remoteId: id, from: person, reactionType, added: true }),
      vote: (id, options) => report({ ...row(), kind: 'vote', remoteId: id, from: person, options }),
      type: (started) => Promise.resolve(fake.typing(person, started)),
    },
    close: () => Promise.resolve(),
  });
}

function textIn(body: string): string {
  const { parts } = JSON.parse(body) as { parts: { value: string }[] };
  return parts.map(({ value }) => value).join('\n');
}
