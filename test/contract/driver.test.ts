// The driver contract, held against the simulator in both its forms and against the scripted provider that other tests
// lean on: a fake that broke the contract would prove nothing.
import { scriptedRig, simulatorRig } from '../support/driver-rigs.ts';
import { driverContract } from './driver.suite.ts';

driverContract('embedded simulator', () => simulatorRig('embedded'));
driverContract('remote simulator', () => simulatorRig('remote'));
driverContract('simulator that does not dedupe', () => simulatorRig('embedded', { dedupe: 'none' }));

const quiet = { receipts: [] } as const;
driverContract('scripted, deduping by key', () =>
  scriptedRig({
    capabilities: { ...quiet, edits: true, unsend: true, polls: { maxOptions: 12, multiple: true } },
    together: true,
  }),
);
driverContract('scripted, deduping for a while, answering questions', () =>
  scriptedRig({ capabilities: { ...quiet, idempotency: 'window', maxRun: 8 }, reconcile: 'truth' }),
);
driverContract('scripted, not deduping, in chunks', () =>
  scriptedRig({ capabilities: { ...quiet, idempotency: 'none' }, chunks: 'each', reconcile: 'truth' }),
);
