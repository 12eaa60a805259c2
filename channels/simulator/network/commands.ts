/**
 * What the gateway does besides sending: tapbacks, edits, unsends, read marks, votes, and keeping groups. Each
 * sets a state, so the same command twice is the same as once; the two that make something (a poll, a group) go by
 * their key. Runs inside the caller's transaction.
 */
import type Database from 'better-sqlite3';
import type { Channel } from '#core/channel.ts';
import { bodyOf } from './body.ts';
import { type Carrier, refused } from './carrier.ts';
import { type Sequence, gone, messageText, numberOf } from './database.ts';
import type { Chat, Directory, Handset } from './directory.ts';
import { type Command, type Outcome, maxGroupMembers, tapbacks } from './terms.ts';

interface Found {
  readonly id: number;
  readonly chat: Chat;
  readonly channel: Channel;
  readonly ours: boolean;
  readonly body: string;
}

export class Commands {
  readonly #carrier: Carrier;
  readonly #directory: Directory;
  readonly #sequence: Sequence;
  readonly #sql;

  constructor(db: Database.Database, carrier: Carrier, directory: Directory, sequence: Sequence) {
    this.#carrier = carrier;
    this.#directory = directory;
    this.#sequence = sequence;
    this.#sql = prepare(db);
  }

  run(command: Command): Outcome {
    switch (command.verb) {
      case 'ask':
        return this.#carrier.ask(command.key);
      case 'markRead':
        return this.#inChat(command, (chat) => this.#markRead(chat, command.messageId));
      case 'createGroup':
        return this.#createGroup(command);
      case 'addMembers':
        return this.#inGroup(command, (chat) => this.#addMembers(chat, command.members));
      case 'removeMembers':
        return this.#inGroup(command, (chat) => this.#removeMembers(chat, command.members));
      case 'renameGroup':
        return this.#inGroup(command, (chat) => this.#directory.setChat(chat, { title: command.title }));
      case 'leaveGroup':
        return this.#inGroup(command, (chat) => this.#directory.setChat(chat, { gone: true }));
      case 'react':
      case 'edit':
      case 'unsend':
      case 'vote':
        return this.#onMessage(command);
      default:
        return command satisfies never;
    }
  }

  #onMessage(command: Extract<Command, { verb: 'react' | 'edit' | 'unsend' | 'vote' }>): Outcome {
    const found = this.#find(command.messageId);
    if (!found) return refused('no_such_message', 'The phone network knows no such message');
    const { line } = found.chat;
    switch (command.verb) {
      case 'react': {
        if (!isTapback(command.reactionType))
          return refused('no_such_reaction', `A tapback is one of ${tapbacks.join(', ')}`);
        const statement = command.remove ? this.#sql.unreact : this.#sql.react;
        statement.run(found.id, line, command.reactionType);
        break;
      }
      case 'edit':
        if (!found.ours) return refused('not_yours', 'Only its own messages can be edited by the line');
        this.#sql.edit.run(command.body, found.id);
        break;
      case 'unsend':
        if (!found.ours) return refused('not_yours', 'Only its own messages can be unsent by the line');
        this.#sql.unsend.run(gone, found.id);
        break;
      case 'vote': {
        const problem = voteProblem(found.body, command.options);
        if (problem) return refused('bad_vote', problem);
        this.#sql.vote.run(found.id, line, JSON.stringify(command.options));
        break;
      }
      default:
        return command satisfies never;
    }
    return { outcome: 'accepted', messageId: messageText(found.id), chatId: found.chat.text, channel: found.channel };
  }

  #markRead(chat: Chat, upTo: string | null): Outcome | undefined {
    const id = upTo === null ? this.#sequence.last() : numberOf('m', upTo);
    if (id === undefined) return refused('no_such_message', 'The phone network knows no such message');
    if (id > chat.agentRead) this.#directory.setChat(chat, { agentRead: id });
    return undefined;
  }

  #createGroup(command: Extract<Command, { verb: 'createGroup' }>): Outcome {
    const { to, members, title, key } = command;
    if (new Set(members).size > maxGroupMembers) return tooLarge();
    if (members.length === 0) return refused('no_recipient', 'A group needs somebody in it');
    const chat = this.#directory.newGroup(to.line, to.channel, this.#handsets(members, to.channel), title, key);
    return { outcome: 'accepted', messageId: chat.text, chatId: chat.text, channel: chat.channel };
  }

  #addMembers(chat: Chat, added: readonly string[]): Outcome | undefined {
    const members = [...new Set([...chat.members, ...this.#handsets(added, chat.channel)])];
    if (members.length > maxGroupMembers) return tooLarge();
    this.#directory.setMembers(chat, members);
    return undefined;
  }

  #removeMembers(chat: Chat, removed: readonly string[]): undefined {
    this.#directory.setMembers(
      chat,
      chat.members.filter((member) => !removed.includes(member.address)),
    );
  }

  #handsets(addresses: readonly string[], channel: Channel): Handset[] {
    return [...new Set(addresses)].map((address) => this.#directory.handset(address, channel));
  }

  #inChat(command: Command, act: (chat: Chat) => Outcome | undefined | void): Outcome {
    const chat = this.#carrier.chatOf(command.to);
    if ('outcome' in chat) return chat;
    return act(chat) ?? { outcome: 'accepted', messageId: chat.text, chatId: chat.text, channel: chat.channel };
  }

  #inGroup(command: Command, act: (chat: Chat) => Outcome | undefined | void): Outcome {
    return this.#inChat(command, (chat) =>
      chat.isGroup ? act(chat) : refused('not_a_group', 'That chat is not a group'),
    );
  }

  #find(messageId: string): Found | undefined {
    const row = this.#sql.find.get(numberOf('m', messageId) ?? -1);
    const chat = row && this.#directory.chat(row.chat);
    return row && chat && { id: row.id, chat, channel: row.channel, ours: row.sender === null, body: row.body };
  }
}

export const isTapback = (text: string): boolean => (tapbacks as readonly string[]).includes(text);

/** Why a choice does not fit a poll, or undefined when it does. */
export function voteProblem(body: string, options: readonly number[]): string | undefined {
  const { poll } = bodyOf(body);
  if (!poll) return 'That message is not a poll';
  if (new Set(options).size !== options.length) return 'An option is named twice';
  if (options.some((option) => !Number.isInteger(option) || option < 0 || option >= poll.options.length)) {
    return `Options are numbered 0 to ${poll.options.length - 1}`;
  }
  return options.length > poll.maxSelections
    ? `This poll takes at most ${poll.maxSelections} of its options`
    : undefined;
}

const tooLarge = (): Outcome => refused('group_too_large', `A group holds at most ${maxGroupMembers} people`);

function prepare(db: Database.Database) {
  return {
    find: db.prepare<[number], { id: number; chat: number; sender: number | null; channel: Channel; body: string }>(
      'SELECT id, chat, sender, channel, body FROM message WHERE id = ?',
    ),
    react: db.prepare('INSERT OR IGNORE INTO reaction (message, sender, type) VALUES (?, ?, ?)'),
    unreact: db.prepare('DELETE FROM reaction WHERE message = ? AND sender = ? AND type = ?'),
    edit: db.prepare('UPDATE message SET body = ? WHERE id = ?'),
    unsend: db.prepare('UPDATE message SET status = ? WHERE id = ?'),
    vote: db.prepare(
      `INSERT INTO vote (message, sender, options) VALUES (?, ?, ?)
       ON CONFLICT (message, sender) DO UPDATE SET options = excluded.options`,
    ),
  };
}
