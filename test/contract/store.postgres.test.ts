// The store contract on PostgreSQL, on a real server that npm brings.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startPostgresEngine, type PostgresEngine } from '../support/store-postgres.ts';
import { desk, dm, type OpenedStore } from '../support/store.ts';
import { storeContract } from './store.suite.ts';
import { copiedWebhooks } from './store-webhooks.ts';

let engine: PostgresEngine;

beforeAll(async () => {
  engine = await startPostgresEngine();
});
afterEach(() => engine.close());
afterAll(() => engine.stop());

storeContract('PostgreSQL', { open: () => engine.open() });

describe('a dump that was restored elsewhere', () => {
  let url: string;
  const open = async () => engine.openAt((url = await engine.database()));
  const copied = async ({ store }: OpenedStore) => {
    await store.close();
    return engine.openAt(await engine.copyOf(url));
  };

  test('sends nothing by itself, and has another epoch', async () => {
    const original = await open();
    const tools = desk(original);
    const owner = await tools.account();
    const queued = await tools.send(owner, { conversation: dm('+15550000001') });
    const sending = await tools.send(owner, { conversation: dm('+15550000002') });
    await tools.claim(sending.conversation.id);
    const copy = await copied(original);
    const later = desk(copy);
    expect(copy.store.epoch()).toBeGreaterThan(original.store.epoch());
    for (const { message, conversation } of [queued, sending]) {
      expect(await later.claim(conversation.id)).toBeUndefined();
      expect((await later.read(owner, message)).status).toBe('unknown');
    }
    const again = await copy.reopen();
    expect(again.store.epoch()).toBe(copy.store.epoch());
  });

  copiedWebhooks(open, copied);
});
