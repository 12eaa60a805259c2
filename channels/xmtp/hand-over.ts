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

export function createHandOver(parts: {
  readonly journal: Journal;
  readonly places: Places;
  readonly host: DriverHost;
}): HandOver {
  const { journal, places, host } = parts;
  const progress = new Map<string, Progress>();
  const progressOf = (line: string): Progress => {
    const known = progress.get(line);
    if (known) return known;
    const mark = journal.mark(line) ?? { untilNs: 0n, edge: [] };
    const fresh: Progress = { mark, handed: new Set(mark.edge), turn: Promise.resolve() };
    progress.set(line, fresh);
    return fresh;
  };
  const inTurn = (line: string, work: (at: Progress) => Promise<number>): Promise<number> => {
    const at = progressOf(line);
    const turn = at.turn.catch(() => undefined).then(() => work(at));
    at.turn = turn;
    return turn;
  };
  const sinceNs = ({ mark }: Progress): bigint => {
    const nowNs = BigInt(Math.floor(host.runtime.clock.nowMs())) * 1_000_000n;
    if (nowNs + edgeNs < mark.untilNs) return nowNs - setBackNs;
    return mark.untilNs - edgeNs;
  };
  const hand = async (session: Session, at: Progress, found: readonly Found[]): Promise<number> => {
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
  };

  return {
    all: (session) =>
      inTurn(session.line, async (at) => {
        const since = sinceNs(at);
        const found: Found[] = [];
        for (const conversation of conversationsOf(session)) found.push(...(await newIn(conversation, since)));
        const messages = await hand(session, at, found);
        const newest = found.reduce((most, { message }) => bigger(most, message.insertedAtNs), since + edgeNs);
        if (newest > at.mark.untilNs || since < at.mark.untilNs - edgeNs) {
          const edge = found
            .filter(({ message }) => message.insertedAtNs >= newest - edgeNs)
            .map(({ message }) => message.id);
          at.mark = { untilNs: newest, edge };
          at.handed.clear();
          for (const id of edge) at.handed.add(id);
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
        return hand(session, at, found);
      }),
  };
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
