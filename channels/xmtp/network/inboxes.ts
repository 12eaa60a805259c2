/**
 * The inboxes of the network: their updates, byte for byte as signed, and which inbox an address belongs to. An update
 * is stored only when it follows from the ones before it.
 */
import type { Db, Stamps } from './database.ts';
import type { Commits } from './commits.ts';
import { identityUpdate } from './identity-shapes.ts';
import { type ProvenUpdate, addressesOf, applyUpdate, prove, stateFromText, stateText } from './inbox-state.ts';
import { maxIdentityUpdateBytes, maxUpdates } from './limits.ts';
import { Refusal } from './refusal.ts';

export interface StoredUpdate {
  readonly id: number;
  readonly createdUs: number;
  readonly body: Buffer;
}

export interface Inboxes {
  /** Resolves when the update is on disk; rejects with `Refusal` when it proves nothing or may not be. */
  publish(body: Buffer): Promise<void>;
  /** The updates of an inbox after an id, oldest first: all of them, which are few. */
  updatesAfter(inboxId: string, id: number): readonly StoredUpdate[];
  /** The inbox an address belongs to; undefined when nobody has it. */
  inboxOf(address: string): string | undefined;
}

export function openInboxes(db: Db, { commits, stamps }: { commits: Commits; stamps: Stamps }): Inboxes {
  const sql = prepare(db);
  return {
    async publish(body) {
      if (body.length > maxIdentityUpdateBytes) {
        throw new Refusal('too_large', `an identity update has at most ${maxIdentityUpdateBytes} bytes`);
      }
      const proven = prove(identityUpdate.decode(body));
      await commits.write(() => store(sql, stamps, proven, body));
    },
    updatesAfter: (inboxId, id) => sql.updates.all(inboxId, id),
    inboxOf: (address) => sql.inboxOf.get(address.toLowerCase()),
  };
}

function store(sql: ReturnType<typeof prepare>, stamps: Stamps, proven: ProvenUpdate, body: Buffer): void {
  const { inboxId } = proven;
  const known = sql.inbox.get(inboxId);
  if (known && known.updates >= maxUpdates) {
    throw new Refusal('full', `this inbox has had all the ${maxUpdates} updates an inbox may have`);
  }
  const before = known ? stateFromText(known.state) : null;
  const after = applyUpdate(before, proven);
  const { id, createdUs } = stamps.next();
  sql.addUpdate.run(id, inboxId, createdUs, body);
  sql.saveInbox.run(inboxId, (known?.updates ?? 0) + 1, stateText(after));
  const [had, has] = [addressesOf(before), addressesOf(after)];
  for (const address of had) if (!has.includes(address)) sql.revoke.run(id, address, inboxId);
  for (const address of has) if (!had.includes(address)) sql.link.run(address, inboxId, id);
}

function prepare(db: Db) {
  return {
    inbox: db.prepare<[string], { updates: number; state: string }>('SELECT updates, state FROM inbox WHERE id = ?'),
    saveInbox: db.prepare<[string, number, string]>(
      `INSERT INTO inbox (id, updates, state) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET updates = excluded.updates, state = excluded.state`,
    ),
    addUpdate: db.prepare<[number, string, number, Buffer]>(
      'INSERT INTO identity_update (id, inbox, created_us, body) VALUES (?, ?, ?, ?)',
    ),
    updates: db.prepare<[string, number], StoredUpdate>(
      `SELECT id, created_us AS createdUs, body FROM identity_update WHERE inbox = ? AND id > ? ORDER BY id`,
    ),
    link: db.prepare<[string, string, number]>('INSERT INTO address (address, inbox, linked) VALUES (?, ?, ?)'),
    revoke: db.prepare<[number, string, string]>(
      'UPDATE address SET revoked = ? WHERE address = ? AND inbox = ? AND revoked IS NULL',
    ),
    inboxOf: db
      .prepare<[string], string>(
        'SELECT inbox FROM address WHERE address = ? AND revoked IS NULL ORDER BY linked DESC LIMIT 1',
      )
      .pluck(),
  };
}
