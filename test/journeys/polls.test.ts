// Polls from question to result: on a channel that has them, and on one where they go as text.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { handset, until, type HandsetMessage } from '../support/journey.ts';
import { openSocket, type AgentSocket, type Frame } from '../support/ws-client.ts';

let gateway: TestGateway;
let socket: AgentSocket;

beforeAll(async () => {
  gateway = await openGateway();
  socket = await openSocket(`${gateway.wsUrl}/?key=${gateway.key}`);
});

afterAll(async () => {
  await socket.close();
  await gateway.end();
});

let asked = 0;

/** The method's answer, over HTTP. */
async function call(method: string, params: Frame): Promise<Frame> {
  asked += 1;
  const { body } = await gateway.call('POST', '/api/send', { id: asked, method, params });
  return body;
}

const payloadOf = (answer: Frame): Frame => answer['payload'] as Frame;

async function results(messageId: unknown): Promise<Frame> {
  return payloadOf(await call('poll.results', { messageId }));
}

const votesOf = (poll: Frame): readonly number[] =>
  (poll['options'] as readonly { readonly votes: number }[]).map(({ votes }) => votes);

const color = { question: "What's your favorite color?", options: ['Red', 'Blue', 'Green'] };

describe('where the channel has polls', () => {
  const to = '+15550002001';
  let poll: Frame;
  let shown: HandsetMessage;

  test('the question is answered with its platform message id, and a person sees a poll', async () => {
    const answer = await call('poll', { to, ...color, idempotencyKey: 'poll-123' });
    expect(answer).toMatchObject({ ok: true, payload: { sent: true, runId: 'poll-123', channel: 'imessage' } });
    poll = payloadOf(answer);
    expect(poll).not.toHaveProperty('degraded');
    shown = await handset(gateway, to).received(color.question);
    expect(shown).toMatchObject({ messageId: poll['messageId'], poll: { options: color.options, maxSelections: 1 } });
  });

  test('asked again with its key it is the same poll', async () => {
    const again = await call('poll', { to, ...color, idempotencyKey: 'poll-123' });
    expect(again).toMatchObject({ payload: { messageId: poll['messageId'], cached: true }, meta: { cached: true } });
    expect(await call('poll', { to, ...color, question: 'Other?', idempotencyKey: 'poll-123' })).toMatchObject({
      ok: false,
      error: { code: 'IDEMPOTENCY_CONFLICT' },
    });
  });

  test('a vote is heard and counted, a changed mind counts once, and a vote taken back does not count', async () => {
    const { messageId } = shown;
    await handset(gateway, to).act('votes', { messageId, options: [1] });
    let event: Frame;
    do event = await socket.nextOf('event');
    while (event['event'] !== 'poll.vote');
    expect(event['payload']).toMatchObject({ messageId, from: to, options: [1] });
    expect(await results(messageId)).toMatchObject({
      question: color.question,
      options: [
        { text: 'Red', votes: 0 },
        { text: 'Blue', votes: 1, voters: [to] },
        { text: 'Green', votes: 0 },
      ],
      totalVoters: 1,
      closed: false,
    });
    await handset(gateway, to).act('votes', { messageId, options: [2] });
    await until(async () => votesOf(await results(messageId))[2] === 1);
    expect(votesOf(await results(messageId))).toEqual([0, 0, 1]);
    await handset(gateway, to).act('votes', { messageId, options: [] });
    await until(async () => (await results(messageId))['totalVoters'] === 0);
  });

  test('results are also found by the id of the gateway', async () => {
    expect(await results(poll['gatewayMessageId'])).toMatchObject({ messageId: poll['messageId'] });
  });
});

describe('where the channel has none', () => {
  const to = '+15550002002';

  test('it goes as numbered text, and replies count as votes and are messages too', async () => {
    const answer = await call('poll', { to, ...color, channel: 'sms', idempotencyKey: 'text-poll' });
    expect(answer).toMatchObject({ ok: true, payload: { sent: true, channel: 'sms', degraded: true } });
    const { messageId } = payloadOf(answer);
    const phone = handset(gateway, to);
    await phone.received(`${color.question}\n1. Red\n2. Blue\n3. Green\n\nReply with a number.`);
    await phone.text('2', { service: 'SMS' });
    await until(async () => votesOf(await results(messageId))[1] === 1);
    await phone.text('green', { service: 'SMS' });
    await until(async () => votesOf(await results(messageId))[2] === 1);
    await phone.text('7', { service: 'SMS' });
    await phone.text('I like 2 of them', { service: 'SMS' });
    const listed = await until(async () => {
      const { messages } = payloadOf(await call('messages.list', { channel: 'sms' })) as { messages: readonly Frame[] };
      return messages.length === 5 && messages;
    });
    expect(listed.filter(({ direction }) => direction === 'inbound').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['2', 'green', '7', 'I like 2 of them']),
    );
    expect(await results(messageId)).toMatchObject({ degraded: true, totalVoters: 1 });
    expect(votesOf(await results(messageId))).toEqual([0, 0, 1]);
  });

  test('votes are still counted after a restart', async () => {
    const answer = await call('poll', {
      to: '+15550002003',
      question: 'Pizza?',
      options: ['Yes', 'No'],
      channel: 'sms',
      idempotencyKey: 'restart-poll',
    });
    const { messageId } = payloadOf(answer);
    await gateway.stop();
    gateway = await gateway.reopen();
    await handset(gateway, '+15550002003').text('1', { service: 'SMS' });
    await until(async () => votesOf(await results(messageId))[0] === 1);
    socket = await openSocket(`${gateway.wsUrl}/?key=${gateway.key}`);
  });
});

describe('a poll that cannot be', () => {
  test.each([
    [{ options: ['Red'] }, 'options must hold 2 to 12 texts, not 1'],
    [{ options: ['Red', ' '] }, 'options[1] is empty'],
    [{ options: ['Red', 'red'] }, 'options[1] is there twice'],
    [{ question: ' ' }, 'question is empty'],
    [{ maxSelections: 4 }, 'maxSelections must be 1 to 3'],
    [{ options: 'Red' }, 'options must be an array of strings'],
    [{ to: undefined }, 'Missing required parameter: to'],
    [{ durationSeconds: 0 }, 'durationSeconds must be a whole number'],
  ])('is refused before anything is stored: %j', async (change, message) => {
    const answer = await call('poll', { to: '+15550002004', ...color, idempotencyKey: 'bad', ...change });
    expect(answer).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
    expect((answer['error'] as Frame)['message']).toContain(message);
  });

  test('has no results', async () => {
    expect(await call('poll.results', { messageId: 'msg_nothing' })).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', message: expect.stringContaining('not a poll') as unknown },
    });
  });
});
