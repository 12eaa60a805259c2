/**
 * Take in what a driver hands over: attachments into our own hands, one commit for the whole batch, and only then does
 * the driver hear that it may acknowledge. Typing passes through to whoever owns the chat.
 */
import { idText, type AccountId, type ConnectionId } from '#core/ids.ts';
import type { Part } from '#core/message.ts';
import type { Bus } from '#ports/bus.ts';
import type { Counters } from '#ports/counters.ts';
import type { Inbound, InboundAttachment, TypingSignal } from '#ports/driver.ts';
import type { Ids, Log } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import type { ReceiveItem } from '#ports/store/inbound.ts';

/** Where attachments are kept. Answers the URL to store for one: our own copy, or the given one when it cannot be had. */
export type KeepAttachment = (
  connection: ConnectionId,
  attachment: InboundAttachment,
) => Promise<{ url: string; mimeType: string }>;

export interface ReceiveDependencies {
  readonly store: Pick<Store, 'receive' | 'ownerOf'>;
  readonly keepAttachment: KeepAttachment;
  readonly bus: Bus;
  readonly ids: Ids;
  readonly counters: Counters;
  readonly log: Log;
}

export interface Source {
  readonly connection: ConnectionId;
  readonly dedicatedTo: AccountId | null;
}

/** Resolves once every row is committed, known already, or nobody's. Rejects when the store cannot be written: not acknowledged. */
export async function receiveRows(deps: ReceiveDependencies, source: Source, rows: readonly Inbound[]): Promise<void> {
  const items = await Promise.all(rows.map((row) => prepare(deps, source, row)));
  const outcomes = await deps.store.receive(items);
  outcomes.forEach((outcome, index) => {
    switch (outcome.outcome) {
      case 'stored':
        if (rows[index]?.kind === 'message') deps.counters.received += 1;
        return;
      case 'duplicate':
        deps.counters.duplicates += 1;
        return;
      case 'parked':
        return;
      case 'ignored':
        if (outcome.why === 'no_change') return;
        deps.counters.ignored += 1;
        deps.log.info('inbound.ignored', { connection: source.connection, kind: rows[index]?.kind, why: outcome.why });
        return;
      default:
        outcome satisfies never;
    }
  });
}

async function prepare(deps: ReceiveDependencies, source: Source, row: Inbound): Promise<ReceiveItem> {
  const { connection } = source;
  const dedicatedTo = row.account ?? source.dedicatedTo;
  if (row.kind !== 'message') return { connection, dedicatedTo, row, message: null };
  const parts: Part[] = row.text === '' ? [] : [{ type: 'text', value: row.text }];
  for (const attachment of row.attachments) {
    const kept = await deps.keepAttachment(connection, attachment);
    parts.push({ type: 'media', url: kept.url, mimeType: kept.mimeType });
  }
  return { connection, dedicatedTo, row, message: { id: idText('message', deps.ids.next()), parts } };
}

/** Pass a typing signal to the owner of its chat; nobody's are dropped. */
export async function passTyping(deps: ReceiveDependencies, source: Source, signal: TypingSignal): Promise<void> {
  const owner = await deps.store.ownerOf(source.connection, signal.line, signal.remoteChat, signal.from);
  if (!owner) return;
  deps.bus.publish({ kind: 'typing', ...owner, from: signal.from, started: signal.started });
}
