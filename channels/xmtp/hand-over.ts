/**
 * From a wallet's database to the gateway, everything once as far as we can see and never less: what was stored since a
 * durable mark is read, put in the network's order and handed over, and the mark moves only after the gateway has it.
 *
 * The mark is our own clock at the beginning of a pass, because the database's time of storing a message is never
 * before the real one and, in this version of XMTP's library, up to a minute after it (it counts the seconds of the
 * minute twice) and so not in order either. What is looked at again for that reason is known by its ids.
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
  /** Handed over, of what a pass from the mark on finds. */
  readonly handed: Set<string>;
  /** One at a time for each wallet. */
  turn: Promise<unknown>;
}

interface Found {
  readonly conversation: Binding.Conversation;
  readonly message: Binding.Message;
}

interface HandOverParts {
  readonly journal: Journal;
  readonly places: Places;
  readonly host: DriverHost;
}

const byStoring: Binding.MessageSortBy = 1;
const ascending: Binding.SortDirection = 0;
const membership: Binding.GroupMessageKind = 1;
/** For a clock that is set back a little. */
const marginNs = 15_000_000_000n;
/** After the clock was set back by more, so much is looked at again; the gateway knows what it has. */
const setBackNs = 600_000_000_000n;
const millisecondNs = 1_000_000n;
/** More in a minute than that, and some of it is handed over again after a restart. */
const maxEdge = 2_000;
const batchRows = 100;
const pageMessages = 1_000;

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
  const nowNs = (): bigint => BigInt(Math.floor(host.runtime.clock.nowMs())) * millisecondNs;
  const sinceNs = ({ mark }: Progress): bigint =>
    nowNs() + marginNs < mark.untilNs ? nowNs() - setBackNs : mark.untilNs - marginNs;

  return {
    all: (session) =>
      inTurn(session.line, async (at) => {
        const [startNs, since] = [nowNs(), sinceNs(at)];
        const found: Found[] = [];
        for (const conversation of conversationsOf(session)) found.push(...(await newIn(conversation, since)));
        const messages = await hand(parts, session, at, found);
        const known = new Set(at.mark.edge);
        if (found.some(({ message }) => !known.has(message.id))) {
          moveMark(at, found, startNs);
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

/** All of `found` was handed over. */
function moveMark(at: Progress, found: readonly Found[], untilNs: bigint): void {
  const atEdge = found.filter(({ message }) => message.insertedAtNs >= untilNs - marginNs);
  const edge = atEdge.map(({ message }) => message.id);
  at.mark = { untilNs, edge: edge.slice(-maxEdge) };
  at.handed.clear();
  for (const id of edge) at.handed.add(id);
}

/** Throws when the gateway did not take them; what it took is remembered. */
async function hand(
  { places, host }: HandOverParts,
  session: Session,
  at: Progress,
  found: readonly Found[],
): Promise<number> {
  // The network gives every message its time, and never gives an earlier one after a later.
  const ordered = found
    .filter(({ message }) => !at.handed.has(message.id))
    .toSorted((one, other) => Number(one.message.sentAtNs - other.message.sentAtNs));
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

/** DMs that two people began at once are one: the client shows it once, with the messages of both. */
function conversationsOf({ conversations }: Session): Binding.Conversation[] {
  return [dm, group].flatMap((conversationType) =>
    conversations.list({ conversationType, consentStates: everything }).map(({ conversation }) => conversation),
  );
}

async function newIn(conversation: Binding.Conversation, sinceNs: bigint): Promise<Found[]> {
  const found = new Map<string, Found>();
  for (let since = sinceNs > 0n ? sinceNs : 0n; ;) {
    const page = await conversation.listMessages({
      insertedAfterNs: since,
      sortBy: byStoring,
      direction: ascending,
      limit: pageMessages,
    });
    const before = found.size;
    for (const message of page) found.set(message.id, { conversation, message });
    const last = page.at(-1);
    if (page.length < pageMessages || found.size === before || !last) return [...found.values()];
    // Those of one millisecond may lie on both sides of the page's end.
    since = last.insertedAtNs - millisecondNs;
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
