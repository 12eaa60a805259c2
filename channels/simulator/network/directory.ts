/**
 * Who is on the network: handsets and the chats they are in, read from the database once and kept at hand, because every
 * message looks up both. A handset appears the first time somebody names its address. Writes go through at once, inside
 * whatever transaction is open; after a rollback the caller says `forget`.
 */
import type Database from 'better-sqlite3';
import type { Channel } from '#core/channel.ts';
import { type Sequence, chatText, numberOf } from './database.ts';
import { type Faults, noFaults } from './terms.ts';

/** One object per handset, shared by every chat it is in: settings change in place. */
export interface Handset {
  readonly id: number;
  readonly address: string;
  /** What it writes on when it does not say. */
  channel: Channel;
  airplane: boolean;
  faults: Faults;
  /** Neither airplane mode nor any fault: the common case, answered with one look. */
  plain: boolean;
  /** Its DMs, as far as somebody asked for them. */
  readonly directs: Chat[];
}

export interface Chat {
  readonly id: number;
  readonly text: string;
  readonly line: string;
  readonly channel: Channel;
  readonly isGroup: boolean;
  members: readonly Handset[];
  title: string | null;
  /** The gateway has left it. */
  gone: boolean;
  agentRead: number;
  handsetRead: number;
}

interface HandsetRow {
  id: number;
  address: string;
  channel: Channel;
  airplane: number;
  faults: string;
}

interface ChatRow {
  id: number;
  line: string;
  channel: Channel;
  is_group: number;
  title: string | null;
  gone: number;
  agent_read: number;
  handset_read: number;
}

const handsetColumns = 'id, address, channel, airplane, faults';
const chatColumns = 'id, line, channel, is_group, title, gone, agent_read, handset_read';
/** Past this many the memory is dropped and read again. */
const remembered = 100_000;

export class Directory {
  readonly #sequence: Sequence;
  readonly #sql;
  readonly #handsets = new Map<string, Handset>();
  readonly #handsetsById = new Map<number, Handset>();
  readonly #chats = new Map<number, Chat>();
  readonly #chatsByText = new Map<string, Chat>();
  readonly #groupsByPeer = new Map<string, Chat>();

  constructor(db: Database.Database, sequence: Sequence) {
    this.#sequence = sequence;
    this.#sql = prepare(db);
  }

  /** Drop what is remembered: after a rollback it may say what never happened. */
  forget(): void {
    this.#handsets.clear();
    this.#handsetsById.clear();
    this.#chats.clear();
    this.#chatsByText.clear();
    this.#groupsByPeer.clear();
  }

  /** Drop what is remembered when it has grown too much; only between transactions, nobody holding a handset. */
  trim(): void {
    if (this.#handsets.size > remembered || this.#chats.size > remembered) this.forget();
  }

  handsets(): readonly Handset[] {
    return this.#sql.allHandsets.all().map((row) => this.#remember(row));
  }

  /** The handset behind a normalised address; it appears if it is new. */
  handset(address: string, channel: Channel): Handset {
    const known = this.#handsets.get(address);
    if (known) return known;
    const row = this.#sql.handset.get(address) ?? this.#sql.addHandset.get(address, channel);
    if (!row) throw new Error('a handset was neither found nor added');
    return this.#remember(row);
  }

  handsetById(id: number): Handset {
    const known = this.#handsetsById.get(id);
    if (known) return known;
    const row = this.#sql.handsetById.get(id);
    if (!row) throw new Error(`handset ${id} is named by a row but does not exist`);
    return this.#remember(row);
  }

  change(handset: Handset, to: { channel?: Channel; airplane?: boolean; faults?: Faults }): void {
    handset.channel = to.channel ?? handset.channel;
    handset.airplane = to.airplane ?? handset.airplane;
    handset.faults = to.faults ?? handset.faults;
    handset.plain = isPlain(handset.airplane, handset.faults);
    this.#sql.changeHandset.run(handset.channel, handset.airplane ? 1 : 0, JSON.stringify(handset.faults), handset.id);
  }

  chat(id: number): Chat | undefined {
    const known = this.#chats.get(id);
    if (known) return known;
    const row = this.#sql.chat.get(id);
    return row && this.#rememberChat(row);
  }

  /** The chat with a public id. */
  chatNamed(text: string): Chat | undefined {
    return this.#chatsByText.get(text) ?? this.chat(numberOf('c', text) ?? -1);
  }

  chatsOf(handset: Handset): readonly Chat[] {
    return this.#sql.chatsOf.all(handset.id).flatMap(({ chat }) => this.chat(chat) ?? []);
  }

  /** The DM of a line with a handset: always the same one, whichever channel its messages go by. */
  direct(line: string, channel: Channel, handset: Handset): Chat {
    for (const chat of handset.directs) if (chat.line === line) return chat;
    const peer = `${handset.id}`;
    const row = this.#sql.directByPeer.get(peer, line);
    const known = row && (this.#chats.get(row.id) ?? this.#rememberChat(row));
    const chat = known ?? this.#make(line, channel, [handset], { peer, isGroup: false });
    handset.directs.push(chat);
    return chat;
  }

  /** The group of exactly these people on a line and channel: always the same one while nobody changes its members. */
  groupOf(line: string, channel: Channel, members: readonly Handset[]): Chat {
    const peer = `g${members
      .map((member) => member.id)
      .sort((one, other) => one - other)
      .join(',')}`;
    const name = `${peer} ${channel} ${line}`;
    const known = this.#groupsByPeer.get(name);
    if (known) return known;
    const chat = this.#found(peer, line, channel) ?? this.#make(line, channel, members, { peer, isGroup: true });
    this.#groupsByPeer.set(name, chat);
    return chat;
  }

  /** A group made on purpose: a new one, except that the same key finds the one it made before. */
  newGroup(line: string, channel: Channel, members: readonly Handset[], title: string, key: string | null): Chat {
    const made = key === null ? undefined : this.#sql.chatByKey.get(key);
    if (made) return this.#chats.get(made.id) ?? this.#rememberChat(made);
    return this.#make(line, channel, members, { peer: null, isGroup: true, title, key });
  }

  setMembers(chat: Chat, members: readonly Handset[]): void {
    chat.members = members;
    this.#sql.dropMembers.run(chat.id);
    for (const member of members) this.#sql.addMember.run(chat.id, member.id);
    this.#sql.dropPeer.run(chat.id);
    for (const [peer, known] of this.#groupsByPeer) if (known === chat) this.#groupsByPeer.delete(peer);
  }

  setChat(chat: Chat, to: { title?: string; gone?: boolean; agentRead?: number; handsetRead?: number }): void {
    chat.title = to.title ?? chat.title;
    chat.gone = to.gone ?? chat.gone;
    chat.agentRead = to.agentRead ?? chat.agentRead;
    chat.handsetRead = to.handsetRead ?? chat.handsetRead;
    this.#sql.changeChat.run(chat.title, chat.gone ? 1 : 0, chat.agentRead, chat.handsetRead, chat.id);
  }

  #found(peer: string, line: string, channel: Channel): Chat | undefined {
    const row = this.#sql.chatByPeer.get(peer, line, channel);
    return row && (this.#chats.get(row.id) ?? this.#rememberChat(row));
  }

  #make(
    line: string,
    channel: Channel,
    members: readonly Handset[],
    as: { peer: string | null; isGroup: boolean; title?: string; key?: string | null },
  ): Chat {
    const id = this.#sequence.next();
    this.#sql.addChat.run(id, line, channel, as.isGroup ? 1 : 0, as.peer, as.title ?? null, as.key ?? null);
    for (const member of members) this.#sql.addMember.run(id, member.id);
    const chat = this.chat(id);
    if (!chat) throw new Error('a chat was added and is not there');
    return chat;
  }

  #remember(row: HandsetRow): Handset {
    const known = this.#handsetsById.get(row.id);
    if (known) return known;
    const faults = { ...noFaults, ...(JSON.parse(row.faults) as Partial<Faults>) };
    const airplane = row.airplane === 1;
    const handset = {
      id: row.id,
      address: row.address,
      channel: row.channel,
      airplane,
      faults,
      plain: isPlain(airplane, faults),
      directs: [],
    };
    this.#handsets.set(handset.address, handset);
    this.#handsetsById.set(handset.id, handset);
    return handset;
  }

  #rememberChat(row: ChatRow): Chat {
    const chat: Chat = {
      id: row.id,
      text: chatText(row.id),
      line: row.line,
      channel: row.channel,
      isGroup: row.is_group === 1,
      members: this.#sql.members.all(row.id).map((member) => this.#remember(member)),
      title: row.title,
      gone: row.gone === 1,
      agentRead: row.agent_read,
      handsetRead: row.handset_read,
    };
    this.#chats.set(chat.id, chat);
    this.#chatsByText.set(chat.text, chat);
    return chat;
  }
}

function isPlain(airplane: boolean, faults: Faults): boolean {
  return !airplane && !faults.delayMs && !Object.values(faults).includes(true);
}

function prepare(db: Database.Database) {
  return {
    allHandsets: db.prepare<[], HandsetRow>(`SELECT ${handsetColumns} FROM handset ORDER BY id`),
    handset: db.prepare<[string], HandsetRow>(`SELECT ${handsetColumns} FROM handset WHERE address = ?`),
    handsetById: db.prepare<[number], HandsetRow>(`SELECT ${handsetColumns} FROM handset WHERE id = ?`),
    addHandset: db.prepare<[string, string], HandsetRow>(
      `INSERT INTO handset (address, channel) VALUES (?, ?) RETURNING ${handsetColumns}`,
    ),
    changeHandset: db.prepare('UPDATE handset SET channel = ?, airplane = ?, faults = ? WHERE id = ?'),
    chat: db.prepare<[number], ChatRow>(`SELECT ${chatColumns} FROM chat WHERE id = ?`),
    chatByPeer: db.prepare<[string, string, string], ChatRow>(
      `SELECT ${chatColumns} FROM chat WHERE peer = ? AND line = ? AND channel = ?`,
    ),
    directByPeer: db.prepare<[string, string], ChatRow>(
      `SELECT ${chatColumns} FROM chat WHERE peer = ? AND line = ? ORDER BY id LIMIT 1`,
    ),
    chatByKey: db.prepare<[string], ChatRow>(`SELECT ${chatColumns} FROM chat WHERE key = ?`),
    chatsOf: db.prepare<[number], { chat: number }>('SELECT chat FROM member WHERE handset = ? ORDER BY chat'),
    addChat: db.prepare(
      'INSERT INTO chat (id, line, channel, is_group, peer, title, key) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    changeChat: db.prepare('UPDATE chat SET title = ?, gone = ?, agent_read = ?, handset_read = ? WHERE id = ?'),
    dropPeer: db.prepare('UPDATE chat SET peer = NULL WHERE id = ?'),
    members: db.prepare<[number], HandsetRow>(
      `SELECT ${handsetColumns} FROM handset WHERE id IN (SELECT handset FROM member WHERE chat = ?) ORDER BY id`,
    ),
    addMember: db.prepare('INSERT OR IGNORE INTO member (chat, handset) VALUES (?, ?)'),
    dropMembers: db.prepare('DELETE FROM member WHERE chat = ?'),
  };
}
