// When connections last carried something, for every engine.
import { describe, expect, test } from 'vitest';
import { connectionId } from '#core/ids.ts';
import { sim, type StoreEngine } from '../support/store.ts';

const other = connectionId('other');

export function trafficContract(engine: StoreEngine): void {
  describe('the traffic of connections', () => {
    test('is kept over a restart, and only what is newer replaces it', async () => {
      const opened = await engine.open();
      const { store } = opened;
      expect(await store.traffic()).toEqual([]);
      await store.keepTraffic([{ connection: sim, lastInboundAtMs: 5, lastOutboundAtMs: null }]);
      await store.keepTraffic([
        { connection: sim, lastInboundAtMs: 4, lastOutboundAtMs: 7 },
        { connection: other, lastInboundAtMs: null, lastOutboundAtMs: 1 },
      ]);
      await store.keepTraffic([{ connection: sim, lastInboundAtMs: null, lastOutboundAtMs: 6 }]);
      const after = await opened.reopen();
      const kept = await after.store.traffic();
      expect(kept.toSorted((one, two) => one.connection.localeCompare(two.connection))).toEqual([
        { connection: other, lastInboundAtMs: null, lastOutboundAtMs: 1 },
        { connection: sim, lastInboundAtMs: 5, lastOutboundAtMs: 7 },
      ]);
    });
  });
}
