// Every example of the ClawBook documents, played against a whole gateway: statuses, headers and bodies, byte for byte
// and in the documents' own order of keys. A transcript is a title `# …`, requests `>> METHOD path {body} Header: value`,
// what comes back `<< …` (the status, then headers or the body), and stage directions `-- …`. `<name>` in an answer is free
// the first time and the same ever after.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bookOf, manyChannels } from '../support/book.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { addTenant } from '../support/tenants.ts';
import { readTranscripts, type Transcript } from './player.ts';

const transcripts = readTranscripts(readFileSync(new URL('clawbook.txt', import.meta.url), 'utf8'));

let house: TestGateway;
let key: string;
let known: Map<string, string>;

beforeAll(async () => {
  house = await openGateway({ env: manyChannels });
});
afterAll(() => house.end());
beforeEach(async () => {
  ({ key } = await addTenant(house));
  known = new Map();
});
afterEach(() => {
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

test('the transcripts are those of the documents, and more', () => {
  expect(transcripts.length).toBeGreaterThanOrEqual(15);
});

test.each(transcripts.map((transcript) => [transcript.title, transcript] as const))(
  '%s',
  async (_title, transcript) => {
    await play(transcript);
  },
);

async function play({ lines }: Transcript): Promise<void> {
  let answer: { readonly status: number; readonly headers: Headers; readonly text: string } | undefined;
  for (const line of lines) {
    const rest = line.slice(3);
    if (line.startsWith('-- ')) await direct(rest);
    else if (line.startsWith('>> '))
      answer = await ask(rest.replaceAll(/<(\w+)>/g, (_, name: string) => known.get(name) ?? ''));
    else if (answer) compare(rest, answer);
  }
}

async function direct(direction: string): Promise<void> {
  if (direction === 'with a wrong key') {
    key = 'YOUR_API_KEY';
    return;
  }
  if (direction !== 'a conversation with one message') throw new Error(`no such stage direction: ${direction}`);
  const book = bookOf(house, key);
  const { id } = await book.sent('123456789', 'Hello from API!', { platform: 'telegram' });
  await book.becomes(id, 'delivered');
  known.set('messageId', id);
}

async function ask(line: string) {
  const [, method = '', path = '', body, name, value = ''] =
    /^(\w+) (\S+)(?: (\{.*?\}))?(?: ([\w-]+): (.*))?$/.exec(line) ?? [];
  const response = await fetch(house.url + path, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(name === undefined ? {} : { [name]: value }),
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function compare(line: string, answer: Awaited<ReturnType<typeof ask>>): void {
  if (/^\d{3}$/.test(line)) expect([answer.status, answer.text]).toEqual([Number(line), answer.text]);
  else if (line.startsWith('{')) learn(line, answer.text);
  else {
    const [name = '', value = ''] = line.split(': ');
    learn(value, answer.headers.get(name) ?? `(no ${name})`);
  }
}

/** Compare one text with its pattern, and keep what its placeholders stood for. */
function learn(pattern: string, text: string): void {
  const names: string[] = [];
  const source = pattern
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
  if (!match) expect(text).toBe(pattern);
  for (const name of names) known.set(name, match?.groups?.[name] ?? '');
}

/** What a free placeholder may stand for. */
function formOf(name: string): string {
  if (name.startsWith('second')) return String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  if (name === 'instant' || name === 'later' || name.endsWith('At')) return String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
  if (name.startsWith('requestId')) return String.raw`req_[\w-]+`;
  if (name === 'connections') return String.raw`\[.*\]`;
  if (['uptime', 'remaining', 'reset'].includes(name)) return String.raw`\d+`;
  return '[^"]+';
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
