// The XMTP driver under test: over a network of the test's own that can be switched off, with real clients of XMTP's
// SDK as the other people.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dm } from '@xmtp/node-sdk';
import { getAddress, Wallet } from 'ethers';
import { drivers } from '#channels/index.ts';
import { type XmtpNetwork, createXmtpNetwork } from '#channels/xmtp/network/network.ts';
import type { AccountId } from '#core/ids.ts';
import type { Driver } from '#ports/driver.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import type { DriverRig, Fate } from '../contract/driver.suite.ts';
import { type RecordingHost, recordingHost, silentLog } from './driver-host.ts';
import { type Person, loadSdk, person } from './xmtp-people.ts';

export const account = 'acc_1' as AccountId;

export interface XmtpHome {
  readonly folder: string;
  readonly host: RecordingHost;
  readonly url: string;
  readonly port: number;
  /** A driver on this network; `over` replaces its options or parts of its host. */
  open(options?: Record<string, string>, over?: Partial<RecordingHost>): Promise<Driver>;
  /** A driver that is connected, in which the account has its wallet. */
  running(options?: Record<string, string>, over?: Partial<RecordingHost>): Promise<Driver>;
  person(): Promise<Person>;
  networkDown(): Promise<void>;
  networkUp(): Promise<void>;
  leave(): Promise<void>;
}

export async function xmtpHome(): Promise<XmtpHome> {
  // The library is loaded once for all, from a cache that outlives this home.
  await loadSdk();
  const folder = await mkdtemp(join(tmpdir(), 'clawgate-xmtp-driver-'));
  const host = recordingHost(join(folder, 'driver'));
  const opened: Driver[] = [];
  const people: Person[] = [];
  const start = (port: number) =>
    createXmtpNetwork({
      file: join(folder, 'network.sqlite'),
      host: '127.0.0.1',
      port,
      runtime: createSystemRuntime(),
      log: silentLog,
    });
  let network: XmtpNetwork = await start(0);
  const { port, url } = network;
  const open: XmtpHome['open'] = async (options = {}, over = {}) => {
    const { createDriver } = await drivers.xmtp();
    const driver = createDriver(
      { channels: ['xmtp'], options: { env: 'local', apiUrl: url, ...options } },
      { ...host, ...over },
    );
    opened.push(driver);
    return driver;
  };
  return {
    folder,
    host,
    url,
    port,
    open,
    async running(options, over) {
      const before = host.healths.length;
      const driver = await open(options, over);
      await driver.start();
      await host.eventually('a connection', () =>
        host.healths.slice(before).find(({ state }) => state === 'connected'),
      );
      await driver.provision?.(account, new AbortController().signal);
      return driver;
    },
    async person() {
      const made = await person(url, folder);
      people.push(made);
      return made;
    },
    networkDown: () => network.close(),
    async networkUp() {
      network = await start(port);
    },
    async leave() {
      await Promise.all(opened.map((driver) => driver.stop()));
      await Promise.all(people.map((each) => each.leave()));
      await network.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The texts somebody has from an inbox in their DM, oldest first. */
export async function textsFrom({ client }: Person, inboxId: string): Promise<readonly string[]> {
  await client.conversations.syncAll();
  const messages = (await client.conversations.getDmByInboxId(inboxId)?.messages()) ?? [];
  return messages.flatMap(({ content, senderInboxId }) =>
    typeof content === 'string' && senderInboxId === inboxId ? [content] : [],
  );
}

export async function xmtpRig(): Promise<DriverRig> {
  const home = await xmtpHome();
  const { host } = home;
  const { createDriver } = await drivers.xmtp();
  const [ann, bob] = [await home.person(), await home.person()];
  const stranger = Wallet.createRandom().address.toLowerCase();
  const made: Driver[] = [];
  const make = (options: Record<string, string>, dataDir = host.dataDir): Driver => {
    const driver = createDriver({ channels: ['xmtp'], options: { env: 'local', ...options } }, { ...host, dataDir });
    made.push(driver);
    return driver;
  };
  const closed = await closedPort();
  let isRefused = false;
  const ours = (): string => host.wallets.of(account)?.inboxId ?? '';
  const chat = async (): Promise<Dm> => {
    const dm = ann.client.conversations.getDmByInboxId(ours()) ?? (await ann.client.conversations.createDm(ours()));
    return dm as Dm;
  };
  const fates: Record<Fate, () => Promise<void>> = {
    accepted: async () => {
      isRefused = false;
      if (await answers(home.port)) return;
      await home.networkUp();
      await host.eventually('the network again', () => (host.healths.at(-1)?.state === 'connected' ? true : undefined));
    },
    refused: () => Promise.resolve(void (isRefused = true)),
    // The chat is known to both; then the network goes away under the send.
    uncertain: async () => {
      await (await chat()).sendText('before the outage');
      await made.at(-1)?.pull?.(account, new AbortController().signal);
      await home.networkDown();
    },
  };
  return {
    host,
    channel: 'xmtp',
    account,
    get person() {
      return isRefused ? stranger : ann.address;
    },
    other: bob.address,
    looseSpelling: getAddress(ann.address),
    noAddress: 'no address!',
    open: () => make({ apiUrl: home.url }),
    openUnreachable: () => make({ apiUrl: `http://127.0.0.1:${closed}` }, join(home.folder, 'elsewhere')),
    fate: (fate) => fates[fate](),
    received: () => textsFrom(ann, ours()),
    person1: {
      text: async (text) => void (await (await chat()).sendText(text)),
      read: async () => {
        await ann.client.conversations.syncAll();
        await (await chat()).sendReadReceipt();
      },
      react: async (id, reactionType) => {
        await ann.client.conversations.syncAll();
        const content = reactionType === 'love' ? '❤️' : reactionType;
        const reference = id.split('@')[0] ?? '';
        await (await chat()).sendReaction({ reference, referenceInboxId: ours(), action: 1, content, schema: 1 });
      },
      attach: async (content, mimeType) => void (await (await chat()).sendAttachment({ content, mimeType })),
    },
    async close() {
      await Promise.all(made.map((driver) => driver.stop()));
      await home.leave();
    },
  };
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const bound = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return typeof bound === 'object' && bound ? bound.port : 0;
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
