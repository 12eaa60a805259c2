/**
 * Every JSON example of the Claw Messenger documentation, played against a whole gateway and its simulated phones.
 */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant, type Tenant } from '../support/tenants.ts';
import { until } from '../support/journey.ts';
import { openSocket } from '../support/ws-client.ts';
import { play, readTranscripts, type Stage } from './player.ts';

const transcripts = readTranscripts(readFileSync(new URL('claw-messenger.txt', import.meta.url), 'utf8'));
const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let house: TestGateway;
let tenant: Tenant;

beforeEach(async () => {
  house = await openGateway();
  tenant = await addTenant(house);
  await house.call('POST', '/api/routes', { phone_number: '+1234567890' }, tenant.key);
});
afterEach(() => house.end());

describe('the documented conversation goes as written:', () => {
  test.each(transcripts)('$title', async (transcript) => {
    await play(transcript, stage());
  });
});

interface HandsetMessage {
  readonly messageId: string;
  readonly chatId: string;
  readonly reactions: readonly unknown[];
  readonly readByAgent: boolean;
}

function stage(): Stage {
  return {
    connect: () => openSocket(`${house.wsUrl}/ws?key=${tenant.key}`),
    async direct(direction) {
      if (direction === 'the month is used up') return useUpTheMonth();
      const [, number = '', act = '', text] = /^(\+\d+) ([^"]+?)(?: "(.*)")?$/.exec(direction) ?? [];
      await handset(number, act, text);
    },
  };
}

async function handset(number: string, act: string, text: string | undefined): Promise<void> {
  const phone = `/simulator/phones/${encodeURIComponent(number)}`;
  const post = async (path: string, body: object) => {
    const { status, body: answer } = await house.call('POST', `${phone}/${path}`, body);
    if (status >= 300) throw new Error(JSON.stringify(answer));
  };
  const last = async () => {
    const { body } = await house.call('GET', `${phone}/messages`);
    const message = (body['messages'] as HandsetMessage[]).at(-1);
    if (!message) throw new Error('the handset has no message');
    return message;
  };
  switch (act) {
    case 'texts':
      return untilLogged(() => post('messages', { text }));
    case 'sends a picture':
      return post('messages', { attachments: [{ url: picture, mimeType: 'image/png' }] });
    case 'texts its group':
      return post('messages', { text, chatId: (await last()).chatId });
    case 'starts typing':
    case 'stops typing':
      return post('typing', { started: act === 'starts typing' });
    case 'reads':
      return post('read', {});
    case 'loves it':
    case 'no longer loves it':
      return post('reactions', {
        messageId: (await last()).messageId,
        reactionType: 'love',
        remove: act !== 'loves it',
      });
    case 'takes no more messages':
      return post('settings', { faults: { fail: true } });
    case 'switches to airplane mode':
    case 'leaves airplane mode':
      return post('settings', { airplane: act.startsWith('switches') });
    case 'sees 1 reaction':
    case 'sees 0 reactions':
      await expect.poll(async () => (await last()).reactions.length).toBe(act.includes('1') ? 1 : 0);
      return undefined;
    case 'sees that it was read':
      await expect.poll(async () => (await last()).readByAgent).toBe(true);
      return undefined;
    default:
      throw new Error(`no such stage direction: ${act}`);
  }
}

/** The plan of a tenant is `base`: 250 messages a month. */
/** A text is on its way from the phone network to the gateway: what comes next in the story comes after it has arrived. */
async function untilLogged(act: () => Promise<void>): Promise<void> {
  const head = () => house.gateway.store.headSeq(tenant.id);
  const before = await head();
  await act();
  await until(async () => (await head()) > before);
}

async function useUpTheMonth(): Promise<void> {
  const socket = await openSocket(`${house.wsUrl}/ws?key=${tenant.key}`);
  for (let number = 0; number < 250; number += 1) {
    socket.send({ type: 'send', id: `${number}`, to: '+1234567890', parts: [{ type: 'text', value: 'x' }] });
  }
  for (let delivered = 0; delivered < 250;) {
    if ((await socket.nextOf('status'))['status'] === 'delivered') delivered += 1;
  }
  await socket.close();
}
