// The simulator as people and tests use it: its control surface, its faults, and what survives a restart.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDriver } from '#channels/simulator/driver.ts';
import type { Channel } from '#core/channel.ts';
import { type MessageId, type RemoteChat, type RemoteId, remoteId } from '#core/ids.ts';
import type { Driver, Inbound, OutboundChunk, Receipt, Target } from '#ports/driver.ts';
import { type RecordingHost, eventually, recordingHost } from '../support/driver-host.ts';
import { type Phone, phone } from '../support/driver-phone.ts';
import { control } from '../support/driver-rigs.ts';

const line = '+15550100000';
const never = new AbortController().signal;
let folder: string;
let host: RecordingHost;
let driver: Driver;
let ann: Phone;
let ben: Phone;
let keys = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clawgate-simulator-'));
  host = recordingHost(join(folder, 'simulator'));
  driver = await open();
  ann = phone(() => driver, '+12125550142');
  ben = phone(() => driver, '+12125550143');
});

afterEach(async () => {
  await driver.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(
  options: Record<string, string> = {},
  channels: readonly Channel[] = ['imessage', 'rcs', 'sms'],
): Promise<Driver> {
  const opened = createDriver({ channels, options }, host);
  await opened.start();
  return opened;
}

async function restart(): Promise<void> {
  await driver.stop();
  driver = await open();
}

function to(...people: readonly Phone[]): Target {
  return {
    line,
    channel: 'imessage',
    remoteChat: null,
    isGroup: people.length > 1,
    participants: people.map(({ number }) => number).sort(),
    thread: null,
  };
}

async function send(
  target: Target,
  text: string,
  key = `key-${(keys += 1)}`,
  replyTo: RemoteId | null = null,
): Promise<Receipt> {
  const [body = ''] = driver.render(target.channel, { parts: [{ type: 'text', value: text }], replyTo });
  const [receipt] = await driver.send(target, [{ key, messageId: key as MessageId, body, attempt: 1 }], never);
  if (!receipt) throw new Error('no receipt');
  return receipt;
}

async function accepted(
  target: Target,
  text: string,
  key?: string,
): Promise<{ remoteId: RemoteId; remoteChat: RemoteChat; channel?: Channel }> {
  const receipt = await send(target, text, key);
  if (receipt.outcome !== 'accepted') throw new Error(`not accepted: ${receipt.outcome}`);
  return receipt;
}

async function refusal(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; error: string; detail: string }> {
  const answer = await control(driver, method, path, body);
  const { ok, error = '', detail = '' } = answer.body as { ok: boolean; error?: string; detail?: string };
  expect(ok).toBe(false);
  return { status: answer.status, error, detail };
}

const texts = (messages: readonly { text: string }[]): string[] => messages.map(({ text }) => text);
const receipts = (rows: readonly Inbound[]): string[] =>
  rows.flatMap((row) => (row.kind === 'receipt' ? [row.status] : []));
const quietMs = 60;
const settle = () => new Promise<void>((resolve) => void setTimeout(resolve, quietMs));

describe('a handset', () => {
  test('appears when a valid number is named, with the default service', async () => {
    expect(await ann.list()).toEqual({ messages: [], typing: [] });
    const { body } = await control(driver, 'GET', '/phones');
    expect(body).toEqual({
      phones: [{ number: ann.number, service: 'iMessage', airplane: false, faults: {}, unread: 0 }],
    });
  });

  test('is made with a service, writes on it, and can be given another', async () => {
    const made = await control(driver, 'POST', '/phones', { number: ann.number, service: 'SMS' });
    expect(made).toEqual({
      status: 201,
      body: { number: ann.number, service: 'SMS', airplane: false, faults: {}, unread: 0 },
    });
    expect((await ann.text({ text: 'green' })).service).toBe('SMS');
    await control(driver, 'POST', '/simulator/phones', { number: ann.number, service: 'RCS' });
    expect((await ann.text({ text: 'blue' })).service).toBe('RCS');
    await host.storedOf('message', (row) => row.channel === 'rcs');
    expect(host.stored.flatMap((row) => (row.kind === 'message' ? [row.channel] : []))).toEqual(['sms', 'rcs']);
  });

  test('may be an email address on iMessage, in any case', async () => {
    const zoe = phone(() => driver, 'Zoe@Example.com');
    expect((await zoe.text({ text: 'hi' })).from).toBe('zoe@example.com');
    expect(await refusal('POST', '/phones/zoe%40example.com/messages', { text: 'hi', service: 'SMS' })).toMatchObject({
      status: 400,
    });
  });

  test('shows both sides of a conversation, oldest first', async () => {
    const written = await ann.text({ text: 'Hi' });
    const { remoteChat } = await host.storedOf('message');
    const answer = await accepted({ ...to(ann), remoteChat }, 'Hello');
    const { messages } = await ann.list();
    expect(messages).toEqual([
      { ...written, status: 'sent' },
      {
        messageId: answer.remoteId,
        chatId: written.chatId,
        direction: 'in',
        from: line,
        text: 'Hello',
        attachments: [],
        service: 'iMessage',
        sentAt: messages[1]?.sentAt,
        status: 'delivered',
        reactions: [],
        readByAgent: false,
      },
    ]);
  });

  test('counts what is unread, and reads everything, a chat or one message', async () => {
    const ids: RemoteId[] = [];
    for (const text of ['one', 'two', 'three']) ids.push((await accepted(to(ann), text)).remoteId);
    expect((await ann.settings({})).unread).toBe(3);
    await ann.read({ messageId: ids[1] });
    const row = await host.storedOf('receipt', ({ status }) => status === 'read');
    expect(row.remoteId).toBe(ids[1]);
    expect((await ann.inbox()).map(({ status }) => status)).toEqual(['delivered', 'read', 'delivered']);
    await ann.read();
    await host.storedOf('receipt', ({ status, remoteId: about }) => status === 'read' && about === ids[2]);
    expect(receipts(host.stored).filter((status) => status === 'read')).toHaveLength(3);
    expect((await ann.settings({})).unread).toBe(0);
  });

  test('sees that the agent read its message', async () => {
    const written = await ann.text({ text: 'Hi' });
    const { remoteChat, remoteId: about } = await host.storedOf('message');
    expect(written.readByAgent).toBe(false);
    await driver.markRead?.({ key: 'k', target: { ...to(ann), remoteChat }, remoteId: about }, never);
    expect((await ann.list()).messages[0]).toMatchObject({ readByAgent: true, status: 'read' });
  });

  test('sees tapbacks from both sides and takes its own back', async () => {
    const { remoteId: id, remoteChat } = await accepted(to(ann), 'Hello');
    const target = { ...to(ann), remoteChat };
    await driver.react?.({ key: 'k', target, remoteId: id, reactionType: 'like', remove: false }, never);
    const shown = await ann.react({ messageId: id, reactionType: 'love' });
    expect(shown.reactions).toEqual(
      expect.arrayContaining([
        { from: line, reactionType: 'like' },
        { from: ann.number, reactionType: 'love' },
      ]),
    );
    expect((await ann.react({ messageId: id, reactionType: 'love', remove: true })).reactions).toHaveLength(1);
    expect((await host.storedOf('reaction', ({ added }) => !added)).reactionType).toBe('love');
  });

  test('sees the line typing until the message comes', async () => {
    await driver.typing?.(to(ann), true, never);
    expect((await ann.list()).typing).toEqual([line]);
    await accepted(to(ann), 'Here it is');
    expect((await ann.list()).typing).toEqual([]);
  });

  test('shows an edited message as it is now, and an unsent one no more', async () => {
    const { remoteId: id, remoteChat } = await accepted(to(ann), 'Helo');
    const target = { ...to(ann), remoteChat };
    const [body = ''] = driver.render('imessage', { parts: [{ type: 'text', value: 'Hello' }], replyTo: null });
    await driver.edit?.({ key: 'e', target, remoteId: id, body }, never);
    expect(texts(await ann.inbox())).toEqual(['Hello']);
    await driver.unsend?.({ key: 'u', target, remoteId: id }, never);
    expect(await ann.inbox()).toEqual([]);
  });

  test('votes in a poll, changes its mind, and takes the vote back', async () => {
    const part = {
      type: 'poll',
      question: 'Tea?',
      options: ['yes', 'no'],
      maxSelections: 1,
      anonymous: false,
      durationMs: null,
    } as const;
    const [body = ''] = driver.render('imessage', { parts: [part], replyTo: null });
    await driver.send(to(ann), [{ key: 'poll', messageId: 'poll' as MessageId, body, attempt: 1 }], never);
    const [shown] = await ann.inbox();
    expect(shown).toMatchObject({
      text: 'Tea?',
      poll: { options: ['yes', 'no'], maxSelections: 1, votes: [] },
    });
    const messageId = shown?.messageId ?? '';
    expect((await ann.vote({ messageId, options: [0] })).poll?.votes).toEqual([{ from: ann.number, options: [0] }]);
    expect((await ann.vote({ messageId, options: [1] })).poll?.votes).toEqual([{ from: ann.number, options: [1] }]);
    expect((await ann.vote({ messageId, options: [] })).poll?.votes).toEqual([]);
    await host.storedOf('vote', ({ options }) => options.length === 0);
    expect(host.stored.flatMap((row) => (row.kind === 'vote' ? [row.options] : []))).toEqual([[0], [1], []]);
    const number = encodeURIComponent(ann.number);
    expect(await refusal('POST', `/phones/${number}/votes`, { messageId, options: [2] })).toMatchObject({
      status: 400,
      detail: 'field: options',
    });
    expect(await refusal('POST', `/phones/${number}/votes`, { messageId, options: [0, 1] })).toMatchObject({
      status: 400,
    });
  });

  test('sends what it holds, by URL and as bytes', async () => {
    const written = await ann.text({
      attachments: [
        { url: 'https://example.com/cat.png', mimeType: 'image/png' },
        { url: `data:text/plain;base64,${Buffer.from('hello').toString('base64')}` },
      ],
    });
    expect(written.text).toBe('');
    const { attachments } = await host.storedOf('message');
    expect(attachments[0]).toEqual({ url: 'https://example.com/cat.png', mimeType: 'image/png', fetch: 'public' });
    expect(attachments[1]).toMatchObject({ mimeType: 'text/plain', fetch: 'driver' });
    await expect(driver.fetchMedia?.('simulator:media/nothing', never)).rejects.toThrow('no such attachment');
  });
});

describe('a list', () => {
  test('holds everything, or the newest so many', async () => {
    for (const text of ['one', 'two', 'three']) await accepted(to(ann), text);
    expect(texts(await ann.inbox())).toEqual(['one', 'two', 'three']);
    expect(texts(await ann.inbox('?limit=2'))).toEqual(['two', 'three']);
    expect(texts(await ann.inbox('?match=o&limit=5'))).toEqual(['one', 'two']);
  });

  test('holds what came since an instant or after a message', async () => {
    const { remoteId: first } = await accepted(to(ann), 'one');
    await settle();
    const between = new Date().toISOString();
    await accepted(to(ann), 'two');
    expect(texts(await ann.inbox(`?since=${first}`))).toEqual(['two']);
    expect(texts(await ann.inbox(`?since=${encodeURIComponent(between)}`))).toEqual(['two']);
    expect(await ann.inbox('?since=2100-01-01T00:00:00%2B02:00')).toEqual([]);
  });

  test('waits for a match and answers as soon as it is there', async () => {
    const waiting = ann.list('?wait=30s&match=second');
    await accepted(to(ann), 'first');
    await accepted(to(ann), 'the second');
    expect(texts((await waiting).messages)).toEqual(['the second']);
  });

  test('is empty when the wait is over, and the wait is over when the asker leaves', async () => {
    expect(await ann.list('?wait=20ms')).toEqual({ messages: [], typing: [] });
    const asker = new AbortController();
    const path = `http://gateway.test/phones/${encodeURIComponent(ann.number)}/messages?wait=60s`;
    const asked = driver.control?.(new Request(path, { signal: asker.signal }));
    asker.abort();
    expect((await asked)?.status).toBe(200);
  });
});

describe('a group', () => {
  test('is heard whole, and each member gets what the others write', async () => {
    const written = await ann.text({ text: 'Hi all', to: [ben.number, line] });
    const row = await host.storedOf('message');
    expect(row).toMatchObject({ isGroup: true, from: ann.number, participants: [ann.number, ben.number] });
    expect(await ben.inbox()).toMatchObject([{ text: 'Hi all', from: ann.number, chatId: written.chatId }]);
    await accepted({ ...to(ann, ben), remoteChat: row.remoteChat }, 'Welcome');
    expect(texts((await ann.list()).messages)).toEqual(['Hi all', 'Welcome']);
    expect(texts((await ben.list()).messages)).toEqual(['Hi all', 'Welcome']);
    await ben.text({ text: 'Thanks', chatId: written.chatId });
    expect(texts((await ann.list()).messages)).toEqual(['Hi all', 'Welcome', 'Thanks']);
  });

  test('is the one the agent made by writing to the same people', async () => {
    const { remoteChat } = await accepted(to(ann, ben), 'Hello group');
    expect((await ann.text({ text: 'Hi', to: [ben.number] })).chatId).toBe(remoteChat);
  });

  test('reports ticks member by member', async () => {
    const { remoteId: id } = await accepted(to(ann, ben), 'Hello group');
    await ben.read();
    const row = await host.storedOf('receipt', ({ status }) => status === 'read');
    expect(row).toMatchObject({ remoteId: id, recipient: ben.number });
    const delivered = host.stored.flatMap((one) =>
      one.kind === 'receipt' && one.status === 'delivered' ? [one.recipient] : [],
    );
    expect(new Set(delivered)).toEqual(new Set([ann.number, ben.number]));
  });

  test('that was left is neither heard nor written to, and a removed member gets nothing more', async () => {
    const { remoteChat } = await accepted(to(ann, ben), 'Hello group');
    const target = { ...to(ann, ben), remoteChat };
    await driver.removeMembers?.({ key: 'r', target, members: [ben.number] }, never);
    await accepted(target, 'Only Ann');
    expect(texts(await ben.inbox())).toEqual(['Hello group']);
    await driver.leaveGroup?.({ key: 'l', target }, never);
    expect(await send(target, 'Anybody?')).toMatchObject({ outcome: 'refused', code: 'left_chat' });
    await ann.text({ text: 'Hello?', chatId: remoteChat });
    await settle();
    expect(host.stored.filter(({ kind }) => kind === 'message')).toEqual([]);
  });

  test('of more than 32 is refused', async () => {
    const many = Array.from({ length: 33 }, (_, index) => phone(() => driver, `+1212555${1000 + index}`));
    expect(await send(to(...many), 'Hello crowd')).toMatchObject({ outcome: 'refused', code: 'group_too_large' });
  });
});

describe('a fault', () => {
  test('fail: the send is refused', async () => {
    expect((await ann.settings({ faults: { fail: true } })).faults).toEqual({ fail: true });
    expect(await send(to(ann), 'no')).toMatchObject({ outcome: 'refused' });
    expect((await ann.settings({ faults: {} })).faults).toEqual({});
    expect((await send(to(ann), 'yes')).outcome).toBe('accepted');
    expect(texts(await ann.inbox())).toEqual(['yes']);
  });

  test('loseAck: it arrives, nobody is told, and the same key clears it up', async () => {
    await ann.settings({ faults: { loseAck: true } });
    expect((await send(to(ann), 'once', 'lost')).outcome).toBe('uncertain');
    expect((await send(to(ann), 'once', 'lost')).outcome).toBe('accepted');
    expect(texts(await ann.inbox())).toEqual(['once']);
  });

  test('delayMs: it arrives later, and is not delivered before', async () => {
    await ann.settings({ faults: { delayMs: 80 } });
    const { remoteId: id } = await accepted(to(ann), 'later');
    expect(await ann.inbox()).toEqual([]);
    expect(texts((await ann.list('?wait=5s')).messages)).toEqual(['later']);
    await host.storedOf('receipt', (row) => row.remoteId === id && row.status === 'delivered');
  });

  test('duplicate: messages and receipts come twice under the same event id', async () => {
    await ann.settings({ faults: { duplicate: true } });
    await ann.text({ text: 'twice' });
    await accepted(to(ann), 'also');
    await eventually('four reports', () => (host.stored.length >= 4 ? true : undefined));
    const ids = host.stored.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toHaveLength(4);
    expect(texts((await ann.list()).messages)).toEqual(['twice', 'also']);
  });

  test('reorder: read is reported before delivered', async () => {
    await ann.settings({ faults: { reorder: true } });
    await accepted(to(ann), 'Hello');
    await ann.read();
    await eventually('both reports', () => (host.stored.length >= 2 ? true : undefined));
    expect(receipts(host.stored)).toEqual(['read', 'delivered']);
  });

  test('reorder: what nothing overtakes is reported all the same', async () => {
    await ann.settings({ faults: { reorder: true } });
    await ann.text({ text: 'alone' });
    expect((await host.storedOf('message')).text).toBe('alone');
  });

  test('smsFallback: an iMessage arrives as SMS and the receipt says so', async () => {
    await ann.settings({ faults: { smsFallback: true } });
    expect(await send(to(ann), 'green')).toMatchObject({ outcome: 'accepted', channel: 'sms' });
    expect((await ann.inbox())[0]?.service).toBe('SMS');
    expect(await driver.reach?.(ann.number, never)).toEqual(['sms']);
  });

  test('of one phone is not the fault of another', async () => {
    await ann.settings({ faults: { fail: true } });
    expect((await send(to(ben), 'yes')).outcome).toBe('accepted');
  });
});

describe('airplane mode', () => {
  test('holds back both directions until it is off, in order', async () => {
    await ann.settings({ airplane: true });
    for (const text of ['one', 'two']) await accepted(to(ann), text);
    const written = await ann.text({ text: 'written up here' });
    await settle();
    expect(await ann.inbox()).toEqual([]);
    expect(host.stored).toEqual([]);
    expect((await ann.list()).messages).toMatchObject([{ messageId: written.messageId, direction: 'out' }]);
    await ann.settings({ airplane: false });
    expect(texts(await ann.inbox())).toEqual(['one', 'two']);
    await host.storedOf('message', ({ text }) => text === 'written up here');
    expect(receipts(host.stored)).toEqual(['delivered', 'delivered']);
  });

  test('lasts over a restart with everything it holds', async () => {
    await ann.settings({ airplane: true, faults: { duplicate: true } });
    await accepted(to(ann), 'waiting');
    await restart();
    expect(await ann.settings({ faults: {} })).toMatchObject({ airplane: true, faults: {} });
    expect(await ann.inbox()).toEqual([]);
    await ann.settings({ airplane: false });
    expect(texts(await ann.inbox())).toEqual(['waiting']);
    await host.storedOf('receipt', ({ status }) => status === 'delivered');
  });
});

describe('after a restart', () => {
  test('the handsets have what they had, and delays go on', async () => {
    await accepted(to(ann), 'before');
    await ben.settings({ faults: { delayMs: 150 } });
    await accepted(to(ben), 'on its way');
    await restart();
    await accepted(to(ann), 'after');
    expect(texts(await ann.inbox())).toEqual(['before', 'after']);
    expect(texts((await ben.list('?wait=5s')).messages)).toEqual(['on its way']);
  });

  test('what the gateway had not stored comes under the same event id', async () => {
    host.failNext(1_000);
    await ann.text({ text: 'hold on' });
    await accepted(to(ann), 'Hello');
    await eventually('a try', () => host.batches[0]);
    await restart();
    host.failNext(0);
    const row = await host.storedOf('message');
    await host.storedOf('receipt');
    expect(row.eventId).toBe(host.batches[0]?.[0]?.eventId);
    expect(host.stored).toHaveLength(2);
  });

  test('ids go on where they stopped', async () => {
    const { remoteId: first } = await accepted(to(ann), 'one');
    await restart();
    const { remoteId: second } = await accepted(to(ann), 'two');
    expect(second).not.toBe(first);
    expect(
      await driver.reconcile?.(to(ann), { key: 'never', messageId: 'm' as MessageId, body: '', attempt: 1 }, never),
    ).toMatchObject({
      outcome: 'deferred',
    });
  });

  test('nothing is left out when thousands of messages are on their way', async () => {
    const run = Array.from({ length: 64 }, (_, index) => index);
    const [body = ''] = driver.render('imessage', { parts: [{ type: 'text', value: 'many' }], replyTo: null });
    const runs = Array.from({ length: 100 }, (_, chat) => {
      const target = to(phone(() => driver, `+1212556${1000 + chat}`));
      return driver.send(
        target,
        run.map((n) => ({ key: `many-${chat}-${n}`, messageId: 'm' as MessageId, body, attempt: 1 })),
        never,
      );
    });
    const ids = new Set(
      (await Promise.all(runs)).flat().map((receipt) => (receipt.outcome === 'accepted' ? receipt.remoteId : '')),
    );
    expect(ids.size).toBe(6_400);
    await restart();
    await eventually('every delivery', () => (host.stored.length >= 6_400 ? true : undefined));
    expect(new Set(host.stored.map((row) => row.remoteId))).toEqual(ids);
    expect(await phone(() => driver, '+12125561099').inbox()).toHaveLength(64);
  });
});

describe('messages sent together', () => {
  const chunk = (key: string): OutboundChunk => ({ key, messageId: key as MessageId, body: bodyWith(key), attempt: 1 });
  const bodyWith = (text: string): string =>
    driver.render('imessage', { parts: [{ type: 'text', value: text }], replyTo: null })[0] ?? '';
  const ids = (receipts: readonly Receipt[]): string[] =>
    receipts.map((receipt) => (receipt.outcome === 'accepted' ? receipt.remoteId : receipt.outcome));

  test('are new where their keys are, and the first ones again where not', async () => {
    const known = ids(await driver.send(to(ann), [chunk('known-1'), chunk('known-2')], never));
    const keys = Array.from({ length: 40 }, (_, index) => `new-${index}`);
    keys.splice(3, 0, 'known-2');
    keys.splice(37, 0, 'known-1', 'new-0');
    const sent = ids(await driver.send(to(ann), keys.map(chunk), never));

    expect(sent[3]).toBe(known[1]);
    expect(sent.slice(37, 39)).toEqual([known[0], sent[0]]);
    expect(new Set([...sent, ...known]).size).toBe(42);
    expect(await ann.inbox()).toHaveLength(42);
    await eventually('a receipt for each', () => (host.stored.length >= 42 ? true : undefined));
    expect(host.stored.map((row) => row.remoteId).toSorted()).toEqual([...new Set([...sent, ...known])].toSorted());
  });

  test('to a phone with a fault and one without have the fates of their own', async () => {
    await ann.settings({ faults: { duplicate: true } });
    const [toAnn, toBen, again] = await Promise.all([
      driver.send(to(ann), [chunk('a-1'), chunk('a-2')], never),
      driver.send(to(ben), [chunk('b-1'), chunk('b-2')], never),
      driver.send(to(ann), [chunk('b-1')], never),
    ]);
    expect(ids(again)[0]).toBe(ids(toBen)[0]);
    await eventually('every receipt', () => (host.stored.length >= 6 ? true : undefined));
    const told = (id: string | undefined) => host.stored.filter((row) => row.remoteId === id).length;
    expect(ids(toAnn).map(told)).toEqual([2, 2]);
    expect(ids(toBen).map(told)).toEqual([1, 1]);
  });

  test('are answered before they are reported', async () => {
    const order: string[] = [];
    const sends = Array.from({ length: 30 }, async (_, index) => {
      const [id = ''] = ids(
        await driver.send(to(phone(() => driver, `+1212557${1000 + index}`)), [chunk(`o-${index}`)], never),
      );
      order.push(id);
      expect(host.batches.flat().some((row) => row.remoteId === id)).toBe(false);
    });
    await Promise.all(sends);
    await eventually('every receipt', () => (host.stored.length >= 30 ? true : undefined));
    expect(host.stored.map((row) => row.remoteId).toSorted()).toEqual(order.toSorted());
  });
});

describe('a request that cannot be', () => {
  const number = encodeURIComponent('+12125550142');

  test('is refused by field, with the mend', async () => {
    expect(await refusal('GET', '/phones/2125550142/messages')).toMatchObject({ status: 400, detail: 'field: number' });
    expect((await refusal('GET', '/phones/2125550142/messages')).error).toContain('E.164');
    expect(await refusal('GET', '/phones/%E0%A4%A/messages')).toMatchObject({ status: 400 });
    expect(await refusal('POST', '/phones', {})).toMatchObject({ status: 400, error: 'number is missing' });
    expect(await refusal('POST', '/phones', { number: '+12125550142', service: 'imessage' })).toMatchObject({
      status: 400,
      detail: 'field: service',
    });
    expect(await refusal('POST', `/phones/${number}/messages`, {})).toMatchObject({
      status: 400,
      error: 'text is missing',
    });
    expect(await refusal('POST', `/phones/${number}/messages`, { Text: 'hi' })).toMatchObject({
      error: expect.stringContaining("'Text'") as string,
    });
    expect(await refusal('POST', `/phones/${number}/messages`, { text: 'x'.repeat(10_001) })).toMatchObject({
      status: 400,
    });
    expect(await refusal('POST', `/phones/${number}/messages`, { text: 'hi', line: '+15550109999' })).toMatchObject({
      detail: 'field: line',
    });
    expect(
      await refusal('POST', `/phones/${number}/messages`, { text: 'hi', attachments: [{ url: 'ftp://a/b' }] }),
    ).toMatchObject({ detail: 'field: attachments[0].url' });
    expect(await refusal('POST', `/phones/${number}/typing`, { started: 'yes' })).toMatchObject({
      detail: 'field: started',
    });
    expect(await refusal('POST', `/phones/${number}/settings`, { faults: { delayMs: -1 } })).toMatchObject({
      detail: 'field: faults.delayMs',
    });
    expect(await refusal('GET', `/phones/${number}/messages?wait=soon`)).toMatchObject({
      status: 400,
      detail: 'field: wait',
    });
    expect(await refusal('GET', `/phones/${number}/messages?since=yesterday`)).toMatchObject({
      status: 400,
      detail: 'field: since',
    });
    expect(await refusal('GET', `/phones/${number}/messages?limit=0`)).toMatchObject({
      status: 400,
      detail: 'field: limit',
    });
  });

  test("is not found when it names what is not there, or another phone's", async () => {
    const { remoteId: bens } = await accepted(to(ben), 'for Ben');
    const chatId = (await ben.inbox())[0]?.chatId;
    expect(await refusal('POST', `/phones/${number}/messages`, { text: 'hi', chatId })).toMatchObject({
      status: 404,
      detail: 'field: chatId',
    });
    expect(
      await refusal('POST', `/phones/${number}/reactions`, { messageId: bens, reactionType: 'love' }),
    ).toMatchObject({ status: 404 });
    expect(await refusal('POST', `/phones/${number}/read`, { messageId: 'm0' })).toMatchObject({ status: 404 });
    expect(await refusal('DELETE', `/phones/${number}/messages`)).toMatchObject({ status: 404 });
    expect(await refusal('GET', '/nothing')).toMatchObject({ status: 404 });
    expect(await refusal('POST', `/phones/${number}/constructor`, {})).toMatchObject({ status: 404 });
  });

  test('is refused when it is too large, too deep, no JSON, or reaches for a prototype', async () => {
    const post = async (body: string) => {
      const response = await driver.control?.(
        new Request(`http://gateway.test/phones/${number}/messages`, { method: 'POST', body }),
      );
      return response?.status;
    };
    expect(await post(JSON.stringify({ text: 'x'.repeat(300_000) }))).toBe(413);
    expect(await post(`{"text":"hi","more":${'['.repeat(40)}${']'.repeat(40)}}`)).toBe(400);
    expect(await post('{"text":')).toBe(400);
    expect(await post('[]')).toBe(400);
    expect(await post('{"text":"hi","__proto__":{"admin":true}}')).toBe(400);
    expect(await post('{"text":"hi","somethingNew":1}')).toBe(201);
  });

  test('leaves nothing behind', async () => {
    await refusal('POST', `/phones/${number}/messages`, {
      text: 'hi',
      attachments: [{ data: 'aGk=', mimeType: 'text/plain' }],
      chatId: 'c1',
    });
    expect((await ann.list()).messages).toEqual([]);
    await settle();
    expect(host.stored).toEqual([]);
  });
});

describe('the settings', () => {
  test('are refused by name when they cannot be', () => {
    const fieldOf = (options: Record<string, string>) => {
      try {
        createDriver({ channels: ['imessage'], options }, host);
      } catch (error) {
        return (error as { failure?: { field?: string } }).failure?.field;
      }
      return 'nothing was refused';
    };
    expect(fieldOf({ dedupe: 'sometimes' })).toBe('dedupe');
    expect(fieldOf({ line: '5550100' })).toBe('line');
    expect(fieldOf({ lines: '+15550100000,oops' })).toBe('lines');
    expect(fieldOf({ url: 'ftp://127.0.0.1' })).toBe('url');
    expect(fieldOf({ colour: 'blue' })).toBe('colour');
    expect(fieldOf({ line: '+15550100000', dedupe: 'key' })).toBe('nothing was refused');
  });

  test('give it several lines, each with its own chats', async () => {
    await driver.stop();
    driver = await open({ lines: '+15550100001, +15550100002' });
    expect(driver.lines()).toEqual(['+15550100001', '+15550100002']);
    const first = await ann.text({ text: 'to the first' });
    const second = await ann.text({ text: 'to the second', line: '+15550100002' });
    expect(second.chatId).not.toBe(first.chatId);
    expect((await host.storedOf('message', ({ text }) => text === 'to the second')).line).toBe('+15550100002');
  });

  test("give it another channel, with that channel's addresses", async () => {
    await driver.stop();
    driver = await open({}, ['telegram']);
    const user = phone(() => driver, 'zoe_1');
    expect(await user.text({ text: 'hi' })).toMatchObject({ service: 'telegram', from: 'zoe_1' });
    expect(await host.storedOf('message')).toMatchObject({ channel: 'telegram', from: 'zoe_1' });
    expect(driver.capabilities('telegram').addressing).toBe('opaque');
  });

  test('that say dedupe none make a resend a second message', async () => {
    await driver.stop();
    driver = await open({ dedupe: 'none' });
    expect(driver.capabilities('imessage')).toMatchObject({ idempotency: 'none', maxRun: 1 });
    expect('reconcile' in driver).toBe(false);
    await send(to(ann), 'again', 'same');
    await send(to(ann), 'again', 'same');
    expect(texts(await ann.inbox())).toEqual(['again', 'again']);
  });
});

test('a reply names the message it answers, from both sides', async () => {
  const { remoteId: first, remoteChat } = await accepted(to(ann), 'Which one?');
  await ann.text({ text: 'This one', replyTo: first, chatId: remoteChat });
  expect((await host.storedOf('message')).replyTo).toBe(first);
  await send({ ...to(ann), remoteChat }, 'Good', 'reply', remoteId(first));
  expect((await ann.list()).messages.map(({ replyTo }) => replyTo)).toEqual([undefined, first, first]);
});
