/**
 * A day in the life of a gateway whose users are all careless: keys in URLs, numbers in paths, bodies that are no JSON,
 * media that cannot be had, phones that fail. What it does is not judged here; that it was done is counted.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { Canary } from './canary.ts';

const unlike = (name: string): string => `canary-${name}-${randomBytes(6).toString('hex')}`;

/** What the careless put where. Keys come from the gateway and are added by who runs it. */
export const secrets = {
  badKey: unlike('bad-key'),
  badKeyOfOurForm: `cm_live_${randomBytes(4).toString('hex')}_${randomBytes(16).toString('hex')}00`,
  person: '+15557654321',
  stranger: '+442079460958',
  email: 'canary.person.7731@example.com',
  body: unlike('body'),
  brokenBody: unlike('broken-body'),
  inbound: unlike('inbound'),
  caption: unlike('match'),
  poll: unlike('poll'),
  media: unlike('media-path'),
  report: unlike('diagnostics'),
  chosenKey: 'correct horse battery staple 4711'.replaceAll(' ', '-'),
  shortKey: unlike('short').slice(0, 20),
} as const;

export const canaries: readonly Canary[] = Object.entries(secrets).map(([what, text]) => ({ what, text }));

export interface Keys {
  readonly owner: string;
  readonly tenant: string;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers the statuses and close codes that came of it. */
export async function liveCarelessly(url: string, keys: Keys): Promise<(number | string)[]> {
  return [...(await overHttp(url, keys)), ...(await overSockets(url, keys)), ...(await overTcp(url, keys))];
}

async function overHttp(url: string, { owner, tenant }: Keys): Promise<number[]> {
  const statuses: number[] = [];
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${owner}` },
  ) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const typed = text === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(url + path, {
      method,
      headers: { ...typed, ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    statuses.push(response.status);
    return response.text();
  };
  const phone = (number: string) => `/simulator/phones/${encodeURIComponent(number)}`;
  const tenants = { authorization: `Bearer ${tenant}` };
  for (const key of [owner, tenant, secrets.badKey, secrets.badKeyOfOurForm]) {
    await ask('GET', `/api/routes?key=${key}`, undefined, {});
    await ask('GET', `/api/nothing?api_key=${key}&x=1`, undefined, {});
    await ask('GET', '/api/keys', undefined, { 'x-api-key': key });
    await ask('POST', '/api/keys', { name: secrets.body }, { authorization: `Bearer ${key}` });
  }
  await ask('POST', '/api/routes', { phone_number: secrets.person }, tenants);
  await ask('POST', '/api/routes', { phone_number: secrets.person });
  await ask('POST', '/api/routes', `{"phone_number":"${secrets.person}", ${secrets.brokenBody}`);
  await ask('POST', '/api/routes', { phone_number: `${secrets.person}x` });
  await ask('POST', '/api/routes', `{"__proto__":"${secrets.brokenBody}"}`);
  await ask('POST', '/api/routes', { phone_number: secrets.brokenBody.repeat(20_000) });
  await ask('PUT', '/api/routes/primary', { phone_number: secrets.stranger }, tenants);
  await ask('DELETE', `/api/routes/${encodeURIComponent(secrets.stranger)}`);
  await ask('DELETE', `/api/routes/${secrets.person}%E0`);
  await ask('PATCH', `/api/routes/${secrets.person}`, {});
  await ask('DELETE', `/api/keys/${tenant}`);
  const entry = { ts: '1', type: 'error', detail: `${secrets.report} ${tenant} ${secrets.person}` };
  await ask('POST', '/api/diagnostics', { errors: [entry], metadata: { apiKey: owner } });
  await ask('POST', '/api/diagnostics', { errors: [entry] });
  await ask('POST', '/api/diagnostics', { errors: [{ detail: secrets.report }] }, tenants);
  await ask('GET', `/media/${secrets.media}?sig=${secrets.badKey}`, undefined, {});
  await ask('POST', `/hooks/${secrets.badKey}/x`, secrets.brokenBody, {});
  await ask('POST', '/account/create', { handle: secrets.body }, {});
  await ask('GET', '/account/me', undefined, { 'x-api-key': owner });
  await ask('POST', '/simulator/phones', { number: secrets.email, service: 'iMessage' });
  for (const number of [secrets.person, secrets.stranger, secrets.email]) {
    await ask('POST', `${phone(number)}/messages`, { text: secrets.inbound });
    await ask('POST', `${phone(number)}/typing`, { started: true });
    await ask('GET', `${phone(number)}/messages?wait=0s&match=${secrets.caption}`);
  }
  const files = [
    `http://127.0.0.1:9/${secrets.media}?token=${secrets.badKey}`,
    `https://${secrets.media}.invalid/a.jpg`,
  ];
  for (const file of files) await ask('POST', `${phone(secrets.person)}/messages`, { attachments: [{ url: file }] });
  await ask('POST', `${phone(secrets.person)}/messages`, {
    attachments: [{ url: `data:text/plain;base64,${Buffer.from(secrets.body).toString('base64')}` }],
  });
  await ask('POST', `${phone(secrets.person)}/messages`, {
    poll: { question: secrets.poll, options: [secrets.poll, 'b'] },
  });
  await ask('POST', `${phone(secrets.stranger)}/settings`, { faults: { fail: true, loseAck: true } });
  await ask('POST', `${phone(secrets.person)}/votes`, { messageId: secrets.badKey, options: [9] });
  return statuses;
}

async function overSockets(url: string, { owner, tenant }: Keys): Promise<(number | string)[]> {
  const outcomes: (number | string)[] = [];
  for (const key of [owner, tenant]) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?key=${key}&client=canary/1`);
    socket.on('error', () => {});
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    let answers = 0;
    socket.on('message', () => (answers += 1));
    for (const frame of frames()) socket.send(frame);
    for (let waited = 0; waited < 20 && answers < 14; waited += 1) await pause(100);
    outcomes.push(answers > 10 ? 'answered' : 'silent');
    socket.send(`{"x":"${secrets.brokenBody.repeat(20_000)}"}`);
    outcomes.push(await closed);
  }
  for (const key of [secrets.badKey, secrets.badKeyOfOurForm]) {
    const refused = new WebSocket(`${url.replace('http', 'ws')}/ws?key=${key}`, { headers: { 'x-api-key': key } });
    refused.on('error', () => {});
    outcomes.push(
      await new Promise<number>((resolve) =>
        refused.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode)),
      ),
    );
  }
  return outcomes;
}

function frames(): string[] {
  const parts = [{ type: 'text', value: secrets.body }];
  const media = [
    { type: 'media', url: `http://127.0.0.1:9/${secrets.media}?token=${secrets.badKey}`, mimeType: 'image/png' },
  ];
  const sends = [
    secrets.person,
    secrets.stranger,
    secrets.email,
    [secrets.person, secrets.stranger],
    secrets.body,
  ].flatMap((to) => [
    { type: 'send', id: secrets.body, to, parts },
    { type: 'send', id: '1', to, parts: media, wait: 'sent' },
  ]);
  const wallets = [`0x${'de'.repeat(20)}`, secrets.body.slice(0, 30)].map((to) => ({
    type: 'send',
    id: '2',
    to,
    service: 'XMTP',
    parts,
  }));
  const signals = [
    { type: 'typing.start', to: secrets.person },
    { type: 'read', to: secrets.stranger },
    { type: 'reaction', messageId: secrets.badKey, reactionType: 'love' },
    { type: 'sync', cursor: secrets.badKey },
    { type: 'sync', since: '2020-01-01T00:00:00Z' },
    { type: secrets.brokenBody },
  ];
  return [
    ...[...sends, ...wallets, ...signals].map((frame) => JSON.stringify(frame)),
    `{"type":"send","id":"${secrets.brokenBody}`,
    secrets.brokenBody,
  ];
}

/** Requests that never become any. */
async function overTcp(url: string, { owner }: Keys): Promise<string[]> {
  const requests = [
    `GET /ws?key=${owner} HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    `GET /elsewhere?key=${owner} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    `GET /ws?key=${owner} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 9\r\n\r\n`,
    `GET /?key=${owner} HTTQ/9\r\n\r\n`,
    `POST /api/keys?key=${owner} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"${secrets.brokenBody}`,
  ];
  const answers: string[] = [];
  for (const request of requests) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(request);
    const half = setTimeout(() => socket.destroy(), 500);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await new Promise((resolve) => socket.on('close', resolve));
    clearTimeout(half);
    answers.push(text.slice(0, 12) || 'hung up');
  }
  return answers;
}
