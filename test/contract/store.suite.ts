// The promises of the store port, held against any engine: asynchronous, without a word of SQL. Each half has its own
// file, as the port has; an engine's test file opens it and adds only what is its own.
import { describe } from 'vitest';
import type { StoreEngine } from '../support/store.ts';
import { accountContract } from './store-accounts.ts';
import { acceptContract } from './store-accept.ts';
import { dispatchContract } from './store-dispatch.ts';
import { inboundContract } from './store-inbound.ts';
import { listPropertyContract } from './store-lists-properties.ts';
import { listContract } from './store-lists.ts';
import { logContract } from './store-log.ts';
import { moltContract } from './store-molts.ts';
import { pollContract } from './store-polls.ts';
import { tombstoneContract } from './store-tombstones.ts';
import { propertyContract } from './store-properties.ts';
import { trafficContract } from './store-traffic.ts';
import { webhookContract } from './store-webhooks.ts';

export function storeContract(name: string, engine: StoreEngine): void {
  describe(`the store on ${name}`, () => {
    acceptContract(engine);
    dispatchContract(engine);
    inboundContract(engine);
    logContract(engine);
    listContract(engine);
    listPropertyContract(engine);
    moltContract(engine);
    pollContract(engine);
    tombstoneContract(engine);
    accountContract(engine);
    trafficContract(engine);
    webhookContract(engine);
    propertyContract(engine);
  });
}
