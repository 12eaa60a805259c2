/**
 * What happens to a message once it is on the network: it lands on handsets now, later, or when airplane mode ends, and
 * the gateway is told, plainly or as the handset's faults would have it. Everything here runs inside the caller's
 * transaction; what only memory knows (who waits for a message) is told by `settled` after the commit.
 */
import type Database from 'better-sqlite3';
import type { Clock } from '#ports/runtime.ts';
import { type Sequence, arrived, pending } from './database.ts';
import type { Chat, Directory, Handset } from './directory.ts';

/** A report to the gateway as the event table holds it; `about` names it for good, however often it is made. */
export interface ReportRow {
  readonly about: number;
  readonly kind: 'message' | 'receipt' | 'reaction' | 'vote';
  readonly chat: number;
  readonly message: number;
  readonly actor: string | null;
  readonly value: string | null;
}

interface Landed {
  readonly handset: Handset;
  readonly from: string | null;
}

interface WaitingRow {
  id: number;
  handset: number;
  due_ms: number | null;
  kind: 'arrive' | 'depart' | 'report';
  chat: number;
  message: number;
  report: string | null;
}

/** How long the reorder fault keeps a report back for a later one to overtake it. */
const reorderHoldMs = 400;
const releaseBatch = 500;

export class Deliveries {
  readonly #clock: Clock;
  readonly #sequence: Sequence;
  readonly #directory: Directory;
  readonly #sql;
  #landed: Landed[] = [];
  #lastEvent: number;
  #nextDueMs: number | null;

  constructor(db: Database.Database, clock: Clock, sequence: Sequence, directory: Directory) {
    this.#clock = clock;
    this.#sequence = sequence;
    this.#directory = directory;
    this.#sql = prepare(db);
    this.#lastEvent = this.#sql.lastEvent.get() ?? 0;
    this.#nextDueMs = this.#sql.nextDue.get() ?? null;
  }

  /** The seq of the newest row in event, so that a feed far behind it need not ask. */
  lastEvent(): number {
    return this.#lastEvent;
  }

  /** When the next thing held back is due, or null. */
  nextDueMs(): number | null {
    return this.#nextDueMs;
  }

  /** After the commit: the handsets that got something and the line it came from (null: from people), once. */
  settled(): readonly Landed[] {
    const landed = this.#landed;
    if (landed.length > 0) this.#landed = [];
    return landed;
  }

  /** A message on its way to one handset: now, or after its delay, or when it is back from airplane mode. */
  arrive(handset: Handset, chat: Chat, message: number): void {
    if (handset.airplane) this.#wait(handset, null, 'arrive', chat.id, message, null);
    else if (handset.faults.delayMs > 0) {
      this.#wait(handset, this.#clock.nowMs() + handset.faults.delayMs, 'arrive', chat.id, message, null);
    } else this.#land(handset, chat, message);
  }

  /** Somebody's phone got a message without any of this (the plain case): only whoever waits must know. */
  noteLanded(handset: Handset, from: string | null): void {
    this.#landed.push({ handset, from });
  }

  /** A handset's own message on its way out: to the gateway and to the others of a group. */
  depart(handset: Handset, chat: Chat, message: number): void {
    if (handset.airplane) {
      this.#wait(handset, null, 'depart', chat.id, message, null);
      return;
    }
    this.#sql.setStatus.run(arrived, message);
    this.noteLanded(handset, null);
    if (!chat.gone) this.report(handset, { kind: 'message', chat: chat.id, message, actor: null, value: null });
    if (!chat.isGroup) return;
    for (const member of chat.members) if (member !== handset) this.arrive(member, chat, message);
  }

  /** Tell the gateway something about a handset, with the handset's faults. */
  report(handset: Handset, report: Omit<ReportRow, 'about'>): void {
    this.#route(handset, { ...report, about: this.#sequence.next() });
  }

  /** Airplane mode is over: everything held back goes, in the order in which it was held. */
  release(handset: Handset): void {
    for (;;) {
      const rows = this.#sql.grounded.all(handset.id, releaseBatch);
      for (const row of rows) this.#resume(row);
      if (rows.length < releaseBatch) return;
    }
  }

  /** What is due by now, at most one batch; answers whether there may be more. */
  releaseDue(): boolean {
    const rows = this.#sql.due.all(this.#clock.nowMs(), releaseBatch);
    for (const row of rows) {
      const handset = this.#directory.handsetById(row.handset);
      if (handset.airplane) this.#sql.ground.run(row.id);
      else this.#resume(row);
    }
    this.#nextDueMs = this.#sql.nextDue.get() ?? null;
    return rows.length === releaseBatch;
  }

  #resume(row: WaitingRow): void {
    this.#sql.dropWaiting.run(row.id);
    const handset = this.#directory.handsetById(row.handset);
    const chat = this.#directory.chat(row.chat);
    if (!chat) return;
    switch (row.kind) {
      case 'arrive':
        this.#land(handset, chat, row.message);
        return;
      case 'depart':
        this.depart(handset, chat, row.message);
        return;
      case 'report': {
        const report = JSON.parse(row.report ?? 'null') as ReportRow | null;
        if (!report) return;
        if (row.due_ms === null) this.#route(handset, report);
        else this.#emit(handset, report);
        return;
      }
      default:
        row.kind satisfies never;
    }
  }

  #land(handset: Handset, chat: Chat, message: number): void {
    if (chat.isGroup) this.#sql.deliver.run(handset.id, message, arrived);
    else if (this.#sql.setPending.run(arrived, message, pending).changes === 0) return;
    if (!chat.isGroup && message <= chat.handsetRead) this.#directory.setChat(chat, { handsetRead: message - 1 });
    const ours = this.#sql.sender.get(message) === null;
    this.noteLanded(handset, ours ? chat.line : null);
    if (!ours) return;
    const recipient = chat.isGroup ? handset.address : null;
    this.report(handset, { kind: 'receipt', chat: chat.id, message, actor: recipient, value: 'delivered' });
  }

  #route(handset: Handset, report: ReportRow): void {
    if (handset.airplane) {
      this.#wait(handset, null, 'report', report.chat, report.message, report);
      return;
    }
    if (!handset.faults.reorder) {
      this.#emit(handset, report);
      return;
    }
    const held = this.#sql.held.get(handset.id);
    if (!held) {
      this.#wait(handset, this.#clock.nowMs() + reorderHoldMs, 'report', report.chat, report.message, report);
      return;
    }
    this.#emit(handset, report);
    this.#resume(held);
  }

  #emit(handset: Handset, report: ReportRow): void {
    const { about, kind, chat, message, actor, value } = report;
    const copies = handset.faults.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#lastEvent = this.#sequence.next();
      this.#sql.addEvent.run(this.#lastEvent, about, kind, chat, message, actor, value);
    }
  }

  #wait(
    handset: Handset,
    dueMs: number | null,
    kind: WaitingRow['kind'],
    chat: number,
    message: number,
    report: ReportRow | null,
  ): void {
    this.#sql.addWaiting.run(
      this.#sequence.next(),
      handset.id,
      dueMs,
      kind,
      chat,
      message,
      report && JSON.stringify(report),
    );
    if (dueMs !== null && (this.#nextDueMs === null || dueMs < this.#nextDueMs)) this.#nextDueMs = dueMs;
  }
}

function prepare(db: Database.Database) {
  const waiting = 'SELECT id, handset, due_ms, kind, chat, message, report FROM waiting';
  return {
    lastEvent: db.prepare<[], number | null>('SELECT max(seq) FROM event').pluck(),
    nextDue: db.prepare<[], number | null>('SELECT min(due_ms) FROM waiting WHERE due_ms IS NOT NULL').pluck(),
    setStatus: db.prepare('UPDATE message SET status = ? WHERE id = ?'),
    setPending: db.prepare('UPDATE message SET status = ? WHERE id = ? AND status = ?'),
    sender: db.prepare<[number], number | null>('SELECT sender FROM message WHERE id = ?').pluck(),
    deliver: db.prepare('INSERT OR IGNORE INTO delivery (handset, message, status) VALUES (?, ?, ?)'),
    addEvent: db.prepare(
      'INSERT INTO event (seq, about, kind, chat, message, actor, value) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    addWaiting: db.prepare(
      'INSERT INTO waiting (id, handset, due_ms, kind, chat, message, report) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    dropWaiting: db.prepare('DELETE FROM waiting WHERE id = ?'),
    ground: db.prepare('UPDATE waiting SET due_ms = NULL WHERE id = ?'),
    grounded: db.prepare<[number, number], WaitingRow>(
      `${waiting} WHERE handset = ? AND due_ms IS NULL ORDER BY id LIMIT ?`,
    ),
    held: db.prepare<[number], WaitingRow>(
      `${waiting} WHERE handset = ? AND kind = 'report' AND due_ms IS NOT NULL ORDER BY id LIMIT 1`,
    ),
    due: db.prepare<[number, number], WaitingRow>(`${waiting} WHERE due_ms <= ? ORDER BY due_ms, id LIMIT ?`),
  };
}
