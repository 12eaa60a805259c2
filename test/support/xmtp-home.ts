// A home for the XMTP driver under test: a network of the test's own that can be switched off, a recording host, real
// clients of XMTP's SDK as the other people, and what tests say most often.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drivers } from '#channels/index.ts';
import type { WalletShown } from '#channels/xmtp/control.ts';
import { type XmtpNetwork, createXmtpNetwork } from '#channels/xmtp/network/network.ts';
import type { AccountId, MessageId } from '#core/ids.ts';
import type { Readers } from '#ports/bus.ts';
import type { Driver, Inbound, OutboundChunk, Receipt, Target } from '#ports/driver.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { type RecordingHost, recordingHost, silentLog } from './driver-host.ts';
import { control } from './driver-rigs.ts';
import { type Person, loadSdk, person } from './xmtp-people.ts';

export const account = 'acc_1' as AccountId;

/** A message as the gateway was told of it. */
export type Told = Extract<Inbound, { kind: 'message' }>;

export interface XmtpHome {
  readonly folder: string;
  readonly host: RecordingHost;
  readonly url: string;
  readonly port: number;
  /** A driver on this network; `over` replaces its options or parts of its host. */
  open(options?: Record<string, string>, over?: Partial<RecordingHost>): Promise<Driver>;
  /** A driver that is connected, in which the account has its wallet. */
  running(options?: Record<string, string>, over?: Partial<RecordingHost>): Promise<Driver>;
  /** Somebody with a client of their own, on this network or another. */
  person(url?: string): Promise<Person>;
  /** What the gateway was told for an account, oldest first. */
  texts(of?: AccountId): readonly string[];
  messages(of?: AccountId): readonly Told[];
  hears(text: string, of?: AccountId): Promise<Told>;
  inboxOf(of?: AccountId): string;
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
  const messages = (of: AccountId = account): Told[] =>
    host.stored.filter((row): row is Told => row.kind === 'message' && row.account === of);
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
    messages,
    texts: (of) => messages(of).map(({ text }) => text),
    hears: (text, of) => host.eventually(text, () => messages(of).find((row) => row.text === text)),
    inboxOf: (of = account) => host.wallets.of(of)?.inboxId ?? 'no inbox',
    async person(where = url) {
      const made = await person(where, folder);
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

let counter = 0;
export const nextKey = (): string => `msg_${(1_791_000_000_000_000 + (counter += 1)).toString(36)}`;
export const never = new AbortController().signal;
export const lineOf = (driver: Driver, of: AccountId = account): string => driver.lineOf?.(of) ?? 'no line';

export function dmTo(driver: Driver, to: string, from: AccountId = account): Target {
  const line = lineOf(driver, from);
  return { line, channel: 'xmtp', remoteChat: null, isGroup: false, participants: [to], thread: null };
}

export function chunk(driver: Driver, value: string, key = nextKey()): OutboundChunk {
  const [body = ''] = driver.render('xmtp', { parts: [{ type: 'text', value }], replyTo: null });
  return { key, messageId: key as MessageId, body, attempt: 1 };
}

export async function say(driver: Driver, target: Target, text: string): Promise<Receipt> {
  const [receipt] = await driver.send(target, [chunk(driver, text)], never);
  if (!receipt) throw new Error('nothing was answered');
  return receipt;
}

/** The wallets as an operator is shown them. */
export async function walletsOf(driver: Driver): Promise<readonly WalletShown[]> {
  const { body } = await control(driver, 'GET', '/wallets');
  return (body as { wallets: readonly WalletShown[] }).wallets;
}

/** Readers as the bus has them, told by the test. */
export function readers(): Readers & { hear(of: AccountId, isHeard: boolean): void } {
  const heard = new Set<AccountId>();
  const watchers = new Set<(of: AccountId, isHeard: boolean) => void>();
  return {
    isHeard: (of) => heard.has(of),
    watch(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    hear(of, isHeard) {
      if (isHeard) heard.add(of);
      else heard.delete(of);
      for (const each of watchers) each(of, isHeard);
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
