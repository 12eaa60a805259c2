/**
 * `npm run demo`: a gateway on a free port, an agent of ten lines on the protocol's own WebSocket code, and a handset on
 * the embedded phone network, talking to each other on your screen until they have nothing left to say. Nothing leaves
 * this machine, and nothing is kept.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';

const handset = '+15551234567';
const waitMs = 10_000;

interface Demo {
  readonly url: string;
  readonly key: string;
}

/** Resolves with the exit code: 0 when every message arrived both ways. */
export async function runDemo(): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'clawgate-demo-'));
  const [{ loadConfig }, { startGateway }] = await Promise.all([import('#config/config.ts'), import('#gateway.ts')]);
  const env = { CLAWGATE_DATA: dataDir, CLAWGATE_PORT: '0', CLAWGATE_LOG_LEVEL: 'error' };
  const gateway = await startGateway({ config: loadConfig(env, dataDir) });
  try {
    const demo = { url: gateway.url, key: gateway.newOwnerKey ?? '' };
    title(`A gateway is running on ${demo.url}, with a phone network inside it.`);
    await post(demo, '/api/routes', { phone_number: handset });
    note(`${handset} is registered: what it texts goes to our agent.`);
    const agent = await connectAgent(demo);
    await converse(demo);
    agent.close();
    title('That was all. Your turn: npm start, then connect your own agent.');
    return 0;
  } catch (error) {
    say(
      styleText('red', `The demo did not get through: ${error instanceof Error ? error.message : 'something failed'}`),
    );
    return 1;
  } finally {
    await gateway.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The agent: it answers whatever it is told, and takes a tapback for a compliment. */
async function connectAgent({ url, key }: Demo): Promise<WebSocket> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/ws?key=${key}`);
  ws.onmessage = (event) => {
    const frame = JSON.parse(String(event.data)) as Record<string, unknown>;
    if (frame['type'] === 'message') {
      ws.send(JSON.stringify({ type: 'read', chatId: frame['chatId'] }));
      ws.send(JSON.stringify({ type: 'typing.start', chatId: frame['chatId'] }));
      const parts = [{ type: 'text', value: `You said: ${String(frame['text'])}` }];
      ws.send(JSON.stringify({ type: 'send', id: `re-${String(frame['messageId'])}`, chatId: frame['chatId'], parts }));
    }
    const tells = tellingOf(frame);
    if (tells !== undefined) note(tells);
  };
  await new Promise<void>((resolve, reject) => {
    ws.onopen = () => resolve();
    ws.onerror = () => reject(new Error('the agent could not connect'));
  });
  note('The agent is connected.');
  return ws;
}

function tellingOf(frame: Record<string, unknown>): string | undefined {
  switch (frame['type']) {
    case 'send.result':
      return frame['ok'] === true ? 'the gateway has it on disk' : `refused: ${String(frame['error'])}`;
    case 'status':
      return `the phone network says: ${String(frame['status'])}`;
    case 'typing':
      return frame['started'] === true ? `${handset} is typing …` : undefined;
    case 'reaction':
      return `${handset} put a ${String(frame['reactionType'])} on it`;
    default:
      return undefined;
  }
}

async function converse(demo: Demo): Promise<void> {
  const phone = `/simulator/phones/${encodeURIComponent(handset)}`;
  const lines = ['Hello? Is this the agent?', 'Does it survive kill -9?'];
  for (const [index, text] of lines.entries()) {
    await post(demo, `${phone}/typing`, { started: true });
    await pause(600);
    bubble('phone', text);
    await post(demo, `${phone}/messages`, { text });
    const answer = `You said: ${text}`;
    const seen = await get(demo, `${phone}/messages?wait=${waitMs / 1_000}s&match=${encodeURIComponent(answer)}`);
    const [found] = (seen['messages'] as { messageId: string; text: string }[]).slice(-1);
    if (found?.text !== answer) throw new Error('the answer never reached the phone');
    bubble('agent', found.text);
    await pause(400);
    await post(demo, `${phone}/read`, {});
    if (index === lines.length - 1)
      await post(demo, `${phone}/reactions`, { messageId: found.messageId, reactionType: 'love' });
    await pause(700);
  }
}

async function post(demo: Demo, path: string, body: unknown): Promise<Record<string, unknown>> {
  return call(demo, path, { method: 'POST', body: JSON.stringify(body) });
}

const get = (demo: Demo, path: string): Promise<Record<string, unknown>> => call(demo, path, {});

async function call({ url, key }: Demo, path: string, init: RequestInit): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(url + path, { ...init, headers, signal: AbortSignal.timeout(waitMs + 2_000) });
  const body = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${String(body['error'])} (${response.status})`);
  return body;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const say = (text: string): void => console.log(text);
const title = (text: string): void => say(`\n${styleText('bold', text)}\n`);
const note = (text: string): void => say(styleText('dim', `      · ${text}`));

function bubble(who: 'phone' | 'agent', text: string): void {
  const name = who === 'phone' ? `📱 ${handset}` : '🤖 agent';
  say(`  ${styleText(who === 'phone' ? 'cyan' : 'green', name.padEnd(16))} ${text}`);
}
