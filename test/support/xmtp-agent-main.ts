// One person with XMTP's real SDK as a process of its own, which a test may kill: told what to send over IPC, it says
// what became of it and everything it hears. Arguments: the network's url, the database's path, its key, the wallet's key.
import type { Client } from '@xmtp/node-sdk';
import { Wallet } from 'ethers';
import { clientOptions, listen, loadSdk, signerOf } from './xmtp-people.ts';
import type { AgentSays, TestSays } from './xmtp-agent.ts';

const [url = '', path = '', key = '', walletKey = ''] = process.argv.slice(2);
const say = (message: AgentSays): void => void process.send?.(message);

const { Client: Clients } = await loadSdk();
const options = clientOptions(url, path, Buffer.from(key, 'hex'));
const client = (await Clients.create(signerOf(new Wallet(walletKey)), options)) as Client;
await listen(client, (heard) => say({ kind: 'heard', heard }));
process.on('message', (message: TestSays) => {
  void send(message);
});
process.on('disconnect', () => process.exit(0));
say({ kind: 'ready', inboxId: client.inboxId, installationId: client.installationId });

async function send({ number, to, text }: TestSays): Promise<void> {
  try {
    const dm = await client.conversations.createDm(to);
    await dm.sendText(text);
    say({ kind: 'sent', number });
  } catch (error) {
    say({ kind: 'failed', number, reason: error instanceof Error ? error.message : String(error) });
  }
}
