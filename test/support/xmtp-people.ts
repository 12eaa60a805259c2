// People with XMTP's real SDK, in this process: a wallet, a client on a network, and everything its stream has told
// them. Files of theirs lie in a folder of the test.
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, DecodedMessage, Signer } from '@xmtp/node-sdk';
import { type HDNodeWallet, Wallet, getBytes } from 'ethers';
import { loadXmtpSdk } from '#channels/xmtp/load.ts';

/** Shared by every test of this machine, so that a copy is made once. */
export const loadSdk = () => loadXmtpSdk(join(tmpdir(), 'clawgate-test-binding'));

export const ethereum = 0;

export interface Heard {
  readonly id: string;
  readonly text: string;
  readonly from: string;
  readonly conversation: string;
}

export interface Person {
  readonly client: Client;
  readonly address: string;
  readonly heard: readonly Heard[];
  /** When so many texts that fit have come. */
  hears(count: number, fits: (heard: Heard) => boolean): Promise<void>;
  leave(): Promise<void>;
}

export function signerOf(wallet: HDNodeWallet | Wallet): Signer {
  return {
    type: 'EOA',
    getIdentifier: () => ({ identifier: wallet.address.toLowerCase(), identifierKind: ethereum }),
    signMessage: async (message) => getBytes(await wallet.signMessage(message)),
  };
}

/** Somebody new, who listens from the first moment. */
export async function person(url: string, folder: string): Promise<Person> {
  const { Client: Clients } = await loadSdk();
  const wallet = Wallet.createRandom();
  const client = (await Clients.create(
    signerOf(wallet),
    clientOptions(url, join(folder, `${wallet.address}.db3`)),
  )) as Client;
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const stream = await listen(client, (each) => {
    heard.push(each);
    for (const check of waiting) check();
  });
  return {
    client,
    address: wallet.address.toLowerCase(),
    heard,
    hears: (count, fits) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (heard.filter(fits).length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    leave: async () => void (await stream.end()),
  };
}

export const clientOptions = (apiUrl: string, dbPath: string, dbEncryptionKey = randomBytes(32)) => ({
  env: 'local' as const,
  apiUrl,
  dbPath,
  dbEncryptionKey,
  disableDeviceSync: true,
});

const lookEveryMs = 4_000;

/**
 * As the facts about this SDK want it: without a sync before, and trying again at once and for ever. Beside its stream a
 * listener looks now and then, as the gateway's driver does: on a busy machine one stream in a hundred never follows a
 * group it was told of, although the network sent it the welcome. That the network streams is held to without the SDK.
 */
export async function listen(client: Client, hear: (heard: Heard) => void): Promise<{ end(): Promise<unknown> }> {
  const told = new Set<string>();
  const found = new Set<string>();
  const take = ({ id, content, senderInboxId, conversationId }: DecodedMessage): void => {
    if (typeof content !== 'string' || senderInboxId === client.inboxId) return;
    hear({ id, text: content, from: senderInboxId, conversation: conversationId });
  };
  const stream = await client.conversations.streamAllMessages({
    disableSync: true,
    retryDelay: 250,
    retryAttempts: 1_000_000,
    onValue(message) {
      // What it says twice is heard twice, and a test finds out.
      if (found.delete(message.id)) return;
      told.add(message.id);
      take(message);
    },
  });
  const look = async (): Promise<void> => {
    await client.conversations.syncAll();
    for (const conversation of await client.conversations.list()) {
      for (const message of await conversation.messages()) {
        if (told.has(message.id)) continue;
        told.add(message.id);
        found.add(message.id);
        take(message);
      }
    }
  };
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    // A network that is away is looked at again.
    void look()
      .catch(() => undefined)
      .finally(() => (isLooking = false));
  }, lookEveryMs);
  return {
    end() {
      clearInterval(timer);
      return stream.end();
    },
  };
}
