/**
 * Messages from the gateway to handsets. A plain DM is one inserted row and nothing else: it is delivered where it
 * stands, and the row is its own delivery report. Faults, airplane mode and groups take the longer way. Everything here
 * runs inside the caller's transaction.
 */
import type Database from 'better-sqlite3';
import type { Channel } from '#core/channel.ts';
import type { Clock } from '#ports/runtime.ts';
import { type Sequence, arrived, messageText, pending } from './database.ts';
import type { Deliveries } from './deliveries.ts';
import type { Chat, Directory, Handset } from './directory.ts';
import { PlainRows } from './plain-rows.ts';
import { Recent } from './recent.ts';
import { type ChatRef, type Dedupe, type Outcome, type SendRun, maxGroupMembers } from './terms.ts';

export const refused = (code: string, message: string): Outcome => ({ outcome: 'refused', code, message });

const lostAck: Outcome = { outcome: 'uncertain', message: 'the connection was lost before the network answered' };

export class Carrier {
  readonly #clock: Clock;
  readonly #sequence: Sequence;
  readonly #directory: Directory;
  readonly #deliveries: Deliveries;
  readonly #dedupe: Dedupe;
  readonly #watched: () => boolean;
  readonly #sql;
  readonly #plain: PlainRows;
  #lastMessage: number;
  /** What the feed may take from here instead of the disk. */
  readonly recent: Recent;

  constructor(
    db: Database.Database,
    parts: {
      clock: Clock;
      sequence: Sequence;
      directory: Directory;
      deliveries: Deliveries;
      dedupe: Dedupe;
      /** Whether anybody looks at the handsets, so that no list is kept for no one. */
      watched: () => boolean;
    },
  ) {
    this.#clock = parts.clock;
    this.#sequence = parts.sequence;
    this.#directory = parts.directory;
    this.#deliveries = parts.deliveries;
    this.#dedupe = parts.dedupe;
    this.#watched = parts.watched;
    this.#sql = prepare(db);
    this.#lastMessage = this.#sql.lastMessage.get() ?? 0;
    this.recent = new Recent(this.#lastMessage);
    this.#plain = new PlainRows(db, (id, chat, messageId) => {
      this.#lastMessage = id;
      this.recent.add({ id, chat, messageId });
    });
  }

  /** The id of the newest message, from either side. */
  lastMessage(): number {
    return this.#lastMessage;
  }

  /** After a rollback: forget what never happened. */
  forget(): void {
    this.#plain.forget();
    this.recent.restart(this.#sequence.last());
  }

  /** For each run, one outcome per message up to the first that is not accepted. */
  carry(runs: readonly SendRun[]): readonly (readonly Outcome[])[] {
    const nowMs = this.#clock.nowMs();
    const outcomes = runs.map((run) => this.#carryRun(run, nowMs));
    this.#plain.flush();
    return outcomes;
  }

  /** The chat a gateway means, made if it is new; or why there is none. */
  chatOf(to: ChatRef): Chat | Outcome {
    if (to.chatId !== null) {
      const chat = this.#directory.chatNamed(to.chatId);
      if (!chat) return refused('no_such_chat', 'The phone network knows no such chat');
      if (chat.gone) return refused('left_chat', 'The line has left this group');
      return chat;
    }
    const first = to.people[0];
    if (first === undefined) return refused('no_recipient', 'The message names nobody');
    if (!to.isGroup) {
      return this.#directory.direct(to.line, to.channel, this.#directory.handset(first, to.channel));
    }
    const members = to.people.map((person) => this.#directory.handset(person, to.channel));
    if (members.length > maxGroupMembers) {
      return refused('group_too_large', `A group holds at most ${maxGroupMembers} people`);
    }
    return this.#directory.groupOf(to.line, to.channel, [...new Set(members)]);
  }

  /** A message written on a handset. Whether it leaves at once is the handset's affair. */
  write(handset: Handset, chat: Chat, channel: Channel, body: string): number {
    const prompt = handset.plain && !chat.isGroup && !chat.gone;
    const id = this.#sequence.next();
    this.#lastMessage = id;
    this.#sql.add.run(
      id,
      chat.id,
      handset.id,
      channel,
      this.#clock.nowMs(),
      prompt ? arrived : pending,
      prompt ? 1 : 0,
      null,
      body,
    );
    this.recent.restart(id);
    if (chat.isGroup) this.#sql.own.run(handset.id, id, 2);
    if (prompt) this.#deliveries.noteLanded(handset, null);
    else this.#deliveries.depart(handset, chat, id);
    return id;
  }

  /** What became of the message with a key: its receipt, or `deferred` when the network never saw it. */
  ask(key: string): Outcome {
    if (this.#dedupe === 'none') return { outcome: 'uncertain', message: 'this network keeps no keys' };
    return this.#plain.first(key) ?? { outcome: 'deferred', message: 'the network never got this message' };
  }

  #carryRun({ to, messages }: SendRun, sentMs: number): readonly Outcome[] {
    const chat = this.chatOf(to);
    if ('outcome' in chat) return [chat];
    const { channel } = to;
    const outcomes: Outcome[] = [];
    for (const { key, body } of messages) {
      const only = chat.members[0];
      if (!chat.isGroup && only?.plain) {
        const kept = this.#dedupe === 'key' ? key : null;
        this.#plain.add({ id: this.#sequence.next(), chat, channel, sentMs, key: kept, body, outcomes });
        if (this.#watched()) this.#deliveries.noteLanded(only, chat.line);
        continue;
      }
      const outcome = this.#carryWithCare(chat, channel, { key, body, sentMs });
      outcomes.push(outcome);
      if (outcome.outcome !== 'accepted') break;
    }
    return outcomes;
  }

  /** The longer way: a group, or a handset with faults or in airplane mode. */
  #carryWithCare(
    chat: Chat,
    channel: Channel,
    { key, body, sentMs }: { key: string; body: string; sentMs: number },
  ): Outcome {
    this.#plain.flush();
    const kept = this.#dedupe === 'key' ? key : null;
    const first = kept === null ? undefined : this.#plain.first(kept);
    if (first) return first;
    const faults = chat.members.map((member) => member.faults);
    if (faults.some((fault) => fault.fail)) return refused('not_delivered', 'The phone network refused the message');
    const fallen = (channel === 'imessage' || channel === 'rcs') && faults.some((fault) => fault.smsFallback);
    const carried = fallen ? 'sms' : channel;
    const id = this.#sequence.next();
    this.#sql.add.run(id, chat.id, null, carried, sentMs, pending, 0, kept, body);
    this.#lastMessage = id;
    for (const member of chat.members) this.#deliveries.arrive(member, chat, id);
    if (faults.some((fault) => fault.loseAck)) return lostAck;
    return { outcome: 'accepted', messageId: messageText(id), chatId: chat.text, channel: carried };
  }
}

function prepare(db: Database.Database) {
  return {
    lastMessage: db.prepare<[], number | null>('SELECT max(id) FROM message').pluck(),
    add: db.prepare(
      'INSERT INTO message (id, chat, sender, channel, sent_ms, status, prompt, key, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    own: db.prepare('INSERT INTO delivery (handset, message, status) VALUES (?, ?, ?)'),
  };
}
