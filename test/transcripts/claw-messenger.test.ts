/**
 * Every JSON example of the Claw Messenger documentation, played over a real socket.
 */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { refuse } from '#core/failure.ts';
import type { MessageId } from '#core/ids.ts';
import { openSocket } from '../support/ws-client.ts';
import { openDoor, type OpenDoor } from '../support/ws-door.ts';
import { play, readTranscripts, type Direct } from './player.ts';

const transcripts = readTranscripts(readFileSync(new URL('claw-messenger.txt', import.meta.url), 'utf8'));
let door: OpenDoor | undefined;

afterEach(async () => {
  await door?.close();
});

describe('the documented conversation goes as written:', () => {
  test.each(transcripts)('$title', async (transcript) => {
    door = await openDoor();
    // What is unheard was texted before the agent connected.
    const unheard = transcript.lines.filter((line) => line === '-- a person texts unheard');
    for (const _ of unheard) door.log.texted();
    const socket = await openSocket(door.url);
    await play(transcript, socket, directing(door));
    await socket.close();
  });
});

test('there are as many conversations as the documentation has examples', () => {
  expect(transcripts.length).toBeGreaterThanOrEqual(15);
});

function directing({ log, script }: OpenDoor): Direct {
  return (direction) => {
    const [message] = (/\bmsg_\w+/.exec(direction) ?? []) as MessageId[];
    if (message === undefined) return scenes(log, script, direction);
    const status = / (sent|delivered|read|failed)$/.exec(direction)?.[1] as
      | 'sent'
      | 'delivered'
      | 'read'
      | 'failed'
      | undefined;
    if (status === 'failed') log.moved(message, status, 'The number cannot receive iMessage');
    else if (status !== undefined) log.moved(message, status);
    else log.reacted(message, 'love', !direction.includes('no longer'));
  };
}

function scenes(log: OpenDoor['log'], script: OpenDoor['script'], direction: string): void {
  switch (direction) {
    case 'a person texts':
      log.texted();
      return;
    case 'a person texts unheard':
      return;
    case 'a person texts in a group':
      log.texted({ participants: ['+0987654321', '+1234567890'] });
      return;
    case 'a person sends a picture':
      log.texted({ text: '', attachments: [{ url: 'http://127.0.0.1/media/1', mimeType: 'image/jpeg' }] });
      return;
    case 'a person starts typing':
    case 'a person stops typing':
      log.typed(direction.includes('starts'));
      return;
    case 'the month is used up':
      script({ sendMessage: () => Promise.reject(refuse('forbidden', 'used up', { reason: 'cap_reached' })) });
      return;
    default:
      throw new Error(`no such stage direction: ${direction}`);
  }
}
