/**
 * What is left after the crashes, held against what everybody was told: the gateway's database read from outside, the
 * handsets' own lists, and the agents' memories. Each check answers the list of what is wrong.
 */
import Database from 'better-sqlite3';
import { idNumber, idText } from '#core/ids.ts';
import { statusOfCode } from '#store/rules/codes.ts';
import type { Agent } from './crash-agent.ts';
import type { Home } from './crash-home.ts';
import { pause, type Load, type Writer } from './crash-load.ts';

export interface Ledger {
  /** By message id; outbound alone. */
  readonly statuses: ReadonlyMap<string, string>;
  /** What came in, per account number, in the order of the log. */
  readonly inbound: ReadonlyMap<
    number,
    readonly { readonly seq: number; readonly from: string; readonly text: string }[]
  >;
  /** Holes and standstills of any account's log, in words. */
  readonly broken: readonly string[];
  /** Every `unknown` and `sent` in the log: message, its conversation, and when, by the log's clock. */
  readonly told: readonly {
    readonly message: number;
    readonly conversation: number;
    readonly status: string;
    readonly tsUs: number;
  }[];
}

function open(home: Home): Database.Database {
  return new Database(home.database, { readonly: true, fileMustExist: true });
}

/** Commands not yet done, read while the gateway runs. */
function waiting(home: Home): number {
  const db = open(home);
  try {
    return db.prepare<[], number>('SELECT count(*) FROM commands WHERE state <> 2').pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

export function unknownCount(home: Home): number {
  const db = open(home);
  try {
    return db.prepare<[], number>('SELECT count(*) FROM messages WHERE status = 2').pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

function undelivered(home: Home): number {
  const db = open(home);
  try {
    return (
      db
        .prepare<[], number>('SELECT count(*) FROM messages WHERE direction = 0 AND status IN (0, 1, 3)')
        .pluck()
        .get() ?? 0
    );
  } finally {
    db.close();
  }
}

/** Until every send is answered, every command done, and every receipt back. Throws when that takes too long. */
export async function settled(home: Home, load: Load, withinMs: number): Promise<void> {
  const untilMs = performance.now() + withinMs;
  const left = () => {
    const pending = load.agents.reduce((sum, agent) => sum + agent.pending, 0);
    return { pending, waiting: waiting(home), undelivered: undelivered(home) };
  };
  for (let quiet = 0; quiet < 3;) {
    const now = left();
    quiet = now.pending + now.waiting + now.undelivered === 0 ? quiet + 1 : 0;
    if (performance.now() > untilMs)
      throw new Error(`not settled in time: ${JSON.stringify(now)} ${JSON.stringify(waitingRows(home))}`);
    await pause(100);
  }
}

export function readLedger(home: Home): Ledger {
  const db = open(home);
  try {
    return {
      statuses: new Map(
        db
          .prepare<[], { id: number; status: number }>('SELECT id, status FROM messages WHERE direction = 0')
          .all()
          .map(({ id, status }) => [idText('message', id), statusOfCode(status)]),
      ),
      inbound: inboundOf(db),
      broken: brokenLogs(db),
      told: db
        .prepare<[], { message: number; conversation: number; detail: number; tsUs: number }>(
          `${wholeLog} SELECT e.message, m.conversation, e.detail, e.ts_us AS tsUs FROM whole e CROSS JOIN messages m ON m.id = e.message
           WHERE e.kind = 2 AND e.detail IN (2, 3) ORDER BY e.account, e.seq`,
        )
        .all()
        .map(({ detail, ...row }) => ({ ...row, status: statusOfCode(detail) })),
    };
  } finally {
    db.close();
  }
}

/** Read once, and from here to its messages: the view behind it unpacks the events of every commit. */
const wholeLog = 'WITH whole AS MATERIALIZED (SELECT * FROM event_log)';

function inboundOf(db: Database.Database): Ledger['inbound'] {
  const rows = db
    .prepare<[], { account: number; seq: number; from: string; parts: string }>(
      `${wholeLog} SELECT e.account, e.seq, m.sender AS "from", m.parts FROM whole e CROSS JOIN messages m ON m.id = e.message
       WHERE e.kind = 1 ORDER BY e.account, e.seq`,
    )
    .all();
  const inbound = new Map<number, { seq: number; from: string; text: string }[]>();
  for (const { account, seq, from, parts } of rows) {
    const [part] = JSON.parse(parts) as { value: string }[];
    const list = inbound.get(account) ?? [];
    inbound.set(account, list);
    list.push({ seq, from, text: part?.value ?? '' });
  }
  return inbound;
}

function brokenLogs(db: Database.Database): string[] {
  const broken: string[] = [];
  for (const id of db.prepare<[], number>('SELECT id FROM accounts').pluck().all()) {
    let [seq, ts] = [0, 0];
    const rows = db
      .prepare<[number], { seq: number; ts_us: number }>(
        'SELECT seq, ts_us FROM event_log WHERE account = ? ORDER BY seq',
      )
      .iterate(id);
    for (const row of rows) {
      if (row.seq !== seq + 1) broken.push(`account ${id}: seq ${row.seq} follows ${seq}`);
      if (row.ts_us <= ts) broken.push(`account ${id}: ts of seq ${row.seq} does not rise`);
      [seq, ts] = [row.seq, row.ts_us];
    }
  }
  const queued = 'SELECT count(*) FROM event_log WHERE kind = 0 GROUP BY message HAVING count(*) > 1';
  if (db.prepare(queued).all().length > 0) broken.push('a message was queued twice in the log');
  return broken;
}

/** What a handset shows as received, oldest first. */
async function received(networkUrl: string, handset: string): Promise<readonly string[]> {
  const response = await fetch(`${networkUrl}/simulator/phones/${encodeURIComponent(handset)}/messages`);
  const { messages } = (await response.json()) as { messages: { direction: string; text: string }[] };
  return messages.filter(({ direction }) => direction === 'in').map(({ text }) => text);
}

/** For whoever reads a failure: what still waits, by state and hold. */
function waitingRows(home: Home): readonly unknown[] {
  const db = open(home);
  try {
    return db
      .prepare(
        'SELECT conversation, id, state, fence, maybe_sent, not_before_ms FROM commands WHERE state <> 2 OR conversation IN (SELECT conversation FROM commands WHERE state <> 2) ORDER BY conversation, id LIMIT 20',
      )
      .all();
  } finally {
    db.close();
  }
}

export interface Handsets {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly disordered: readonly string[];
  readonly strange: readonly string[];
}

/** `mayLack`: messages that may be missing because their fate was shown as unknown or failed. */
export async function checkHandsets(
  networkUrl: string,
  home: Home,
  agents: readonly Agent[],
  mayLack: (messageId: string) => boolean,
): Promise<Handsets> {
  const wanted = new Map<string, Map<string, string>>();
  for (const { to, text, messageIds } of agents.flatMap(({ sent }) => sent)) {
    const list = wanted.get(to) ?? new Map<string, string>();
    wanted.set(to, list);
    list.set(text, messageIds[0] ?? '');
  }
  const found = { lost: [] as string[], doubled: [] as string[], disordered: [] as string[], strange: [] as string[] };
  for (const handset of home.tenants.flatMap(({ handsets }) => handsets)) {
    const texts = await received(networkUrl, handset);
    const expected = wanted.get(handset) ?? new Map<string, string>();
    const seen = new Set<string>();
    const newest = new Map<string, number>();
    for (const text of texts) {
      if (seen.has(text)) found.doubled.push(text);
      if (!expected.has(text)) found.strange.push(text);
      seen.add(text);
      const [writer = '', number] = text.split(' ');
      if (Number(number) < (newest.get(writer) ?? -1)) found.disordered.push(`${handset}: ${text}`);
      newest.set(writer, Number(number));
    }
    for (const [text, id] of expected) if (!seen.has(text) && !mayLack(id)) found.lost.push(text);
  }
  return found;
}

/** Agents against the ledger: one row per key, every inbound message heard once, in order. */
export function checkAgents(home: Home, ledger: Ledger, agents: readonly Agent[]): string[] {
  const wrong: string[] = agents.flatMap(({ name, complaints }) => complaints.map((each) => `${name}: ${each}`));
  const ids = new Set<string>();
  for (const { text, messageIds } of agents.flatMap(({ sent }) => sent)) {
    const distinct = new Set(messageIds);
    if (distinct.size !== 1) wrong.push(`${text} was answered with ${distinct.size} ids`);
    for (const id of distinct) {
      if (ids.has(id)) wrong.push(`${id} stands for two sends`);
      if (!ledger.statuses.has(id)) wrong.push(`${text} was acknowledged as ${id} and is not stored`);
      ids.add(id);
    }
  }
  if (ids.size !== ledger.statuses.size) wrong.push(`${ledger.statuses.size} messages stored for ${ids.size} sends`);
  home.tenants.forEach(({ account }, tenant) => {
    const own = ledger.inbound.get(idNumber('account', account) ?? 0) ?? [];
    for (const agent of agents.filter(({ name }) => name.startsWith(`a${tenant}.`))) {
      const [heard, stored] = [agent.heard, own].map((list) => list.map(({ seq, text }) => `${seq} ${text}`));
      if (heard?.join('\n') !== stored?.join('\n')) {
        wrong.push(`${agent.name} heard ${heard?.length} of ${stored?.length} inbound messages, or in another order`);
      }
    }
  });
  return wrong;
}

/** People against the ledger: what the network took is in the account's log once, in the order it was written. */
export function checkWriters(ledger: Ledger, writers: readonly Writer[]): string[] {
  const wrong: string[] = [];
  const all = [...ledger.inbound.values()].flat();
  for (const { handset, stored, unclear } of writers) {
    const texts = all.filter(({ from }) => from === handset).map(({ text }) => text);
    const counts = new Map<string, number>();
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
    for (const text of stored)
      if (counts.get(text) !== 1) wrong.push(`${text} is in the log ${counts.get(text) ?? 0} times`);
    for (const text of unclear) if ((counts.get(text) ?? 0) > 1) wrong.push(`${text} is in the log twice`);
    const numbers = texts.map((text) => Number(text.split(' ')[1]));
    if (numbers.some((number, at) => number < (numbers[at - 1] ?? -1)))
      wrong.push(`${handset}'s texts are out of order`);
  }
  return wrong;
}
