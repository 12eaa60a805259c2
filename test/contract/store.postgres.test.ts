// The store contract on PostgreSQL, on a real server that npm brings.
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startPostgresEngine, type PostgresEngine } from '../support/store-postgres.ts';
import { storeContract } from './store.suite.ts';

let engine: PostgresEngine;

beforeAll(async () => {
  engine = await startPostgresEngine();
});
afterEach(() => engine.close());
afterAll(() => engine.stop());

storeContract('PostgreSQL', { open: () => engine.open() });
