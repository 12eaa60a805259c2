/**
 * Inbound messages by the thousand, handed to a gateway's store as a driver's would be: for tests of what happens to
 * readers and clocks when very much happens at once.
 */
import { idText, remoteChat, remoteId } from '#core/ids.ts';
import type { Ids } from '#ports/runtime.ts';
import type { ReceiveItem } from '#ports/store/inbound.ts';
import type { TestGateway } from './gateway.ts';

export interface Flood {
  /** Stores messages `first` up to but not `first + count`; their texts begin with their number. */
  pour(first: number, count: number): Promise<void>;
}

/** The sender's number has to be registered to somebody. `ids` are the gateway's own. */
export function openFlood({ gateway }: TestGateway, ids: Ids, from: string, body: string): Flood {
  const [connection] = gateway.connections;
  const line = connection?.driver?.lines()[0];
  if (!connection || line === undefined) throw new Error('the simulator is not there');
  const item = (number: number): ReceiveItem => ({
    connection: connection.id,
    dedicatedTo: null,
    row: {
      kind: 'message',
      eventId: `flood-${number}`,
      line,
      remoteChat: remoteChat('flood'),
      remoteId: remoteId(`flood-${number}`),
      channel: 'imessage',
      from,
      isGroup: false,
      participants: [from],
      text: `${number} ${body}`,
      attachments: [],
      replyTo: null,
      thread: null,
      sentAtMs: 0,
    },
    message: { id: idText('message', ids.next()), parts: [{ type: 'text', value: `${number} ${body}` }] },
  });
  return {
    async pour(first, count) {
      const outcomes = await gateway.store.receive(Array.from({ length: count }, (_, at) => item(first + at)));
      const stored = outcomes.filter(({ outcome }) => outcome === 'stored').length;
      if (stored !== count) throw new Error(`${stored} of ${count} messages were stored`);
    },
  };
}
