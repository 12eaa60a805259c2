// The XMTP driver as a process of its own, which a test may kill at any moment. Its gateway is the test: what comes in
// is told over IPC and taken only when the test says so. Arguments: folder, the network's url, the wallet's key, the
// database's key, the inbox id or ''.
import { Wallet as EthersWallet, getBytes } from 'ethers';
import { drivers } from '#channels/index.ts';
import type { AccountId } from '#core/ids.ts';
import type { OutboundChunk, Target } from '#ports/driver.ts';
import type { Wallet, Wallets } from '#ports/wallets.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { nobodyReads, recordingHost, silentLog } from './driver-host.ts';
import type { CrashDriverSays, CrashTestSays } from './xmtp-driver-process.ts';

const [dataDir = '', url = '', walletKey = '', databaseKey = '', knownInbox = ''] = process.argv.slice(2);
const account = 'acc_1' as AccountId;
const tell = (says: CrashDriverSays): void => void process.send?.(says);
const key = new EthersWallet(walletKey);
let wallet: Wallet = {
  account,
  number: 1,
  address: key.address.toLowerCase(),
  inboxId: knownInbox === '' ? null : knownInbox,
  handle: null,
  locked: null,
};

/** A fake: one wallet, whose keys the test keeps. */
const wallets: Wallets = {
  of: (of) => (of === account ? wallet : undefined),
  at: (address) => (address.toLowerCase() === wallet.address ? wallet : undefined),
  byInbox: (inboxId) => (inboxId === wallet.inboxId ? wallet : undefined),
  byHandle: () => undefined,
  all: () => [wallet],
  make: () => Promise.resolve(wallet),
  async keepInbox(_of, inboxId) {
    wallet = { ...wallet, inboxId };
    tell({ kind: 'inbox', inboxId });
  },
  sign: async (_of, text) => getBytes(await key.signMessage(text)),
  databaseKey: () => Promise.resolve(Buffer.from(databaseKey, 'hex')),
};

const taken = new Map<number, () => void>();
let batch = 0;
const { createDriver } = await drivers.xmtp();
const driver = createDriver(
  { channels: ['xmtp'], options: { env: 'local', apiUrl: url } },
  {
    ...recordingHost(dataDir, createSystemRuntime()),
    log: silentLog,
    wallets,
    readers: { ...nobodyReads, isHeard: () => true },
    async receive(rows) {
      batch += 1;
      const number = batch;
      tell({ kind: 'received', number, rows });
      await new Promise<void>((resolve) => void taken.set(number, resolve));
    },
  },
);

process.on('message', (says: CrashTestSays) => {
  if (says.kind === 'taken') taken.get(says.number)?.();
  else void send(says);
});
process.on('disconnect', () => process.exit(0));
await driver.start();
tell({ kind: 'ready', line: (await driver.provision?.(account, new AbortController().signal)) ?? '' });

async function send({ number, to, key: sendKey, text }: Extract<CrashTestSays, { kind: 'send' }>): Promise<void> {
  const target: Target = {
    line: wallet.address,
    channel: 'xmtp',
    remoteChat: null,
    isGroup: false,
    participants: [to],
    thread: null,
  };
  const [body = ''] = driver.render('xmtp', { parts: [{ type: 'text', value: text }], replyTo: null });
  const run = [{ key: sendKey, messageId: sendKey as OutboundChunk['messageId'], body, attempt: 1 }];
  const [receipt] = await driver.send(target, run, new AbortController().signal);
  tell({ kind: 'receipt', number, receipt: receipt ?? { outcome: 'deferred', message: 'nothing was said' } });
}
