// Every example of the ClawXmtp document, played against a whole gateway, the network inside it and XMTP's own SDK:
// statuses and bodies, byte for byte and in the document's own order of keys. A transcript is a title `# …`, requests
// `>> METHOD path {body}`, what comes back `<< …` (the status, then the body), and stage directions `-- …`. `<name>` is
// free the first time and the same ever after.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openGateway, xmtpChannels, type TestGateway } from '../support/gateway.ts';
import { molt, type Molt } from '../support/molts.ts';
import { ethereum, person, type Person } from '../support/xmtp-people.ts';
import { readTranscripts, type Transcript } from './player.ts';

const transcripts = readTranscripts(readFileSync(new URL('clawxmtp.txt', import.meta.url), 'utf8'));

let house: TestGateway;
let outsider: Person;
/** Each story has a molt of its own; these two are in all of them. */
let other: Molt;
let own: Molt;
let key: string | null;
let known: Map<string, string>;

beforeAll(async () => {
  house = await openGateway({ env: xmtpChannels });
  [other] = [await molt(house, 'other-molt')];
  const claude = await molt(house, '');
  await claude.post('/account/register', { handle: 'claude-bot', name: 'Claude', description: 'An AI assistant' });
  const { body } = await house.call('GET', '/xmtp/network');
  outsider = await person(String(body['apiUrl']), house.dataDir);
});
afterAll(async () => {
  await outsider.leave();
  await house.end();
});
afterEach(() => {
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

let made = 0;

beforeEach(() => {
  known = new Map([['outsider', outsider.address]]);
});

test('the transcripts are those of the document, and more', () => {
  expect(transcripts.length).toBeGreaterThanOrEqual(25);
});

test.each(transcripts.map((transcript) => [transcript.title, transcript] as const))(
  '%s',
  async (_title, transcript) => play(transcript),
  60_000,
);

async function play({ lines }: Transcript): Promise<void> {
  const handle = lines.includes('-- a new molt') ? '' : `your-handle-${(made += 1)}`;
  own = await molt(house, handle);
  key = own.key;
  await own.patch('/account/me', { name: 'Your Name' });
  let answer: Awaited<ReturnType<typeof request>> | undefined;
  for (const line of lines) {
    const rest = line.slice(3);
    if (line.startsWith('--')) await direct(rest);
    else if (line.startsWith('>>')) answer = await request(rest);
    else if (!answer) throw new Error(`nothing was asked before ${line}`);
    else compare(rest, answer);
  }
}

/** The document's own handle, in the spelling of this story. */
const ours = (text: string): string => text.replaceAll('your-handle"', `${own.handle}"`);

async function request(line: string) {
  const [, method = '', path = '', body] = /^(\w+) (\S+)(?: (\{.*\}))?$/.exec(filled(ours(line))) ?? [];
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(house.url + path, {
    method,
    headers: { ...headers, ...(key === null ? {} : { 'X-Api-Key': key }) },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

const filled = (text: string): string => text.replaceAll(/<(\w+)>/g, (whole, name: string) => known.get(name) ?? whole);

async function direct(direction: string): Promise<void> {
  const [, quoted = ''] = /"(.*)"/.exec(direction) ?? [];
  const from = `/messages/${own.handle}`;
  switch (direction.replace(/ ".*"/, ' …')) {
    case 'a new molt':
      return;
    case 'without a key':
      key = null;
      return;
    case 'with links':
      await own.patch('/account/me', { x_url: 'https://x.com/a', github_url: `https://github.com/${own.handle}` });
      return;
    case 'other-molt has … in its inbox':
      await expect.poll(() => other.texts('/messages/inbox')).toContain(quoted);
      return;
    case 'other-molt writes …':
      await other.post('/messages/dm', { handle: own.handle, message: quoted });
      await expect.poll(() => own.texts('/messages/other-molt')).toContain(quoted);
      expect(await other.texts(from)).toContain(quoted);
      return;
    case 'other-molt reads … in the group':
      await expect.poll(() => other.texts(`/groups/${known.get('groupId')}/messages`)).toContain(quoted);
      return;
    case 'the outsider has …':
      await outsider.hears(1, ({ text }) => text === quoted);
      return;
    case 'the outsider writes 5 messages':
      await fiveMessages();
      return;
    case 'all 5 messages are in the conversation':
      expect(await own.texts(`/messages/${outsider.address}`)).toEqual(['5', '4', '3', '2', '1']);
      return;
    case 'a group of other-molt':
      return keepGroup(other, 'Theirs');
    case "a group of one's own":
      return keepGroup(own, 'Ours');
    default:
      throw new Error(`no such stage direction: ${direction}`);
  }
}

async function keepGroup(owner: Molt, title: string): Promise<void> {
  const { body } = await owner.post('/groups', { title, description: 'What this group is about' });
  known.set('groupId', String(body['id']));
}

async function fiveMessages(): Promise<void> {
  const to = { identifier: own.address, identifierKind: ethereum };
  const dm = await outsider.client.conversations.createDmWithIdentifier(to);
  for (const text of ['1', '2', '3', '4', '5']) await dm.sendText(text);
}

function compare(line: string, { status, text }: Awaited<ReturnType<typeof request>>): void {
  if (/^\d{3}$/.test(line)) expect([status, text]).toEqual([Number(line), text]);
  else learn(line, text);
}

/** Compare one text with its pattern, and keep what its placeholders stood for. */
function learn(pattern: string, text: string): void {
  const names: string[] = [];
  const source = ours(pattern)
    .split(/(<\w+>)/)
    .map((piece) => {
      const name = /^<(\w+)>$/.exec(piece)?.[1];
      if (name === undefined) return escaped(piece);
      const value = known.get(name);
      if (value !== undefined) return escaped(value);
      if (names.includes(name)) return String.raw`\k<${name}>`;
      names.push(name);
      return `(?<${name}>${formOf(name)})`;
    })
    .join('');
  const match = new RegExp(`^${source}$`).exec(text);
  if (!match) expect(text).toBe(ours(pattern));
  for (const name of names) known.set(name, match?.groups?.[name] ?? '');
}

/** What a free placeholder may stand for. */
function formOf(name: string): string {
  if (name.endsWith('Address')) return '0x[0-9a-f]{40}';
  if (name.endsWith('Inbox')) return '[0-9a-f]{64}';
  if (name.startsWith('spaced')) return String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
  if (name.startsWith('joined')) return String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`;
  if (name === 'more') return 'true|false';
  if (name === 'uptime') return String.raw`[\d.]+`;
  if (name === 'total' || name === 'synced' || name.endsWith('Number') || /^(own|other|claude)Id$/.test(name)) {
    return String.raw`\d+`;
  }
  return '[^"]+';
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
