// The XMTP driver in the driver contract: real clients of XMTP's SDK as the other people, on a network that goes away
// when an answer is to be lost.
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Dm } from '@xmtp/node-sdk';
import { getAddress, Wallet } from 'ethers';
import { drivers } from '#channels/index.ts';
import type { Driver } from '#ports/driver.ts';
import type { DriverRig, Fate } from '../contract/driver.suite.ts';
import { account, never, textsFrom, xmtpHome } from './xmtp-home.ts';

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
  const ours = (): string => home.inboxOf();
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
      await made.at(-1)?.pull?.(account, never);
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
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
