/**
 * From a wallet's database to the gateway, everything once as far as we can see and never less: messages are read in the
 * order in which the client stored them, from a durable mark on, and the mark moves only after the gateway has them. The
 * moment a message was stored is the database's own, so what comes late, out of order or after an outage is not passed.
 */
import type * as Binding from '@xmtp/node-bindings';
import type { DriverHost, Inbound } from '#ports/driver.ts';
import { dm, everything, group } from './chats.ts';
import type { Session } from './clients.ts';
import type { Journal, Mark } from './journal.ts';
import type { Places } from './places.ts';
import { inboundOf } from './read-message.ts';

export interface HandOver {
  /** Everything that was stored since the mark. Answers how many messages were new; throws when they were not taken. */
  all(session: Session): Promise<number>;
  /** What is new in these conversations; the mark stays, so that nothing beside them is passed. */
  of(session: Session, conversations: ReadonlySet<string>): Promise<number>;
}

interface Progress {
  mark: Mark;
  /** Handed over beyond the mark. */
  readonly handed: Set<string>;
  /** One at a time for each wallet. */
  turn: Promise<unknown>;
}

interface Found {
  readonly conversation: Binding.Conversation;
  readonly message: Binding.Message;
}

const byStoring: Binding.MessageSortBy = 1;
const ascending: Binding.SortDirection = 0;
const membership: Binding.GroupMessageKind = 1;
/** The database counts in milliseconds: what else came in the last two is looked at again. */
const edgeNs = 2_000_000n;
/** After the clock was set back, so much is looked at again; the gateway knows what it has. */
const setBackNs = 600_000_000_000n;
const batchRows = 100;
const pageMessages = 1_000;

interface HandOverParts {
  readonly journal: Journal;
  readonly places: Places;
  readonly host: DriverHost;
}

export function createHandOver(parts: HandOverParts): HandOver {
  const { journal, host } = parts;
  const progress = new Map<string, Progress>();
  const inTurn = (line: string, work: (at: Progress) => Promise<number>): Promise<number> => {
    const at = progress.get(line) ?? progressFrom(journal.mark(line) ?? { untilNs: 0n, edge: [] });
    progress.set(line, at);
    const turn = at.turn.catch(() => undefined).then(() => work(at));
    at.turn = turn;
    return turn;
  };
  const sinceNs = ({ mark }: Progress): bigint => {
    const nowNs = BigInt(Math.floor(host.runtime.clock.nowMs())) * 1_000_000n;
    return nowNs + edgeNs < mark.untilNs ? nowNs - setBackNs : mark.untilNs - edgeNs;
  };

  return {
    all: (session) =>
      inTurn(session.line, async (at) => {
        const since = sinceNs(at);
        const found: Found[] = [];
        for (const conversation of conversationsOf(session)) found.push(...(await newIn(conversation, since)));
        const messages = await hand(parts, session, at, found);
        const newest = found.reduce((most, { message }) => bigger(most, message.insertedAtNs), since + edgeNs);
        if (newest !== at.mark.untilNs) {
          moveMark(at, found, newest);
          journal.keepMark(session.line, at.mark);
        }
        return messages;
      }),
    of: (session, ids) =>
      inTurn(session.line, async (at) => {
        const found: Found[] = [];
        for (const id of ids) {
          found.push(...(await newIn(session.conversations.getConversationById(id), sinceNs(at))));
        }
        return hand(parts, session, at, found);
      }),
  };
}

function progressFrom(mark: Mark): Progress {
  return { mark, handed: new Set(mark.edge), turn: Promise.resolve() };
}

function moveMark(at: Progress, found: readonly Found[], newest: bigint): void {
  const atEdge = found.filter(({ message }) => message.insertedAtNs >= newest - edgeNs);
  at.mark = { untilNs: newest, edge: atEdge.map(({ message }) => message.id) };
  at.handed.clear();
  for (const id of at.mark.edge) at.handed.add(id);
}

/** In the order in which they were stored. Throws when the gateway did not take them; what it took is remembered. */
async function hand(
  { places, host }: HandOverParts,
  session: Session,
  at: Progress,
  found: readonly Found[],
): Promise<number> {
  const fresh = found.filter(({ message }) => !at.handed.has(message.id));
  const ordered = fresh.toSorted((one, other) => Number(one.message.insertedAtNs - other.message.insertedAtNs));
  let messages = 0;
  for (let start = 0; start < ordered.length; start += batchRows) {
    const batch = ordered.slice(start, start + batchRows);
    const rows = await rowsOf(places, session, batch);
    if (rows.length > 0) await host.receive(rows);
    for (const { message } of batch) at.handed.add(message.id);
    messages += rows.filter(({ kind }) => kind === 'message').length;
  }
  return messages;
}

const bigger = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** DMs that two people began at once are one: the client shows it once, with the messages of both. */
function conversationsOf({ conversations }: Session): Binding.Conversation[] {
  return [dm, group].flatMap((conversationType) =>
    conversations.list({ conversationType, consentStates: everything }).map(({ conversation }) => conversation),
  );
}

async function newIn(conversation: Binding.Conversation, sinceNs: bigint): Promise<Found[]> {
  const found: Found[] = [];
  for (let since = sinceNs > 0n ? sinceNs : 0n; ;) {
    const page = await conversation.listMessages({
      insertedAfterNs: since,
      sortBy: byStoring,
      direction: ascending,
      limit: pageMessages,
    });
    const known = new Set(found.map(({ message }) => message.id));
    const fresh = page.filter(({ id }) => !known.has(id));
    for (const message of fresh) found.push({ conversation, message });
    const last = fresh.at(-1);
    if (page.length < pageMessages || !last) return found;
    // Those of one millisecond may lie on both sides of the page's end.
    since = last.insertedAtNs - edgeNs;
  }
}

async function rowsOf(places: Places, session: Session, found: readonly Found[]): Promise<Inbound[]> {
  const rows: Inbound[] = [];
  for (const { conversation, message } of found) {
    if (message.kind === membership) {
      places.forget(session.line, conversation.id());
      continue;
    }
    if (message.senderInboxId === session.inboxId) continue;
    const place = await places.of(session, conversation, [message.senderInboxId]);
    rows.push(...(await inboundOf(session, place, message)));
  }
  return rows;
}
