/**
 * The phone network alone in a process of its own, for tests that kill it: `npx clawgate phone-network` without the
 * command line around it. Reads NETWORK_PORT, NETWORK_DATA and NETWORK_DEDUPE.
 */
import { servePhoneNetwork } from '#channels/simulator/network/serve.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openLog } from '#telemetry/log.ts';

const { NETWORK_PORT = '0', NETWORK_DATA = '', NETWORK_DEDUPE = 'key' } = process.env;

await servePhoneNetwork({
  host: '127.0.0.1',
  port: Number(NETWORK_PORT),
  dataDir: NETWORK_DATA,
  dedupe: NETWORK_DEDUPE === 'none' ? 'none' : 'key',
  log: await openLog({ level: 'info' }),
  runtime: createSystemRuntime(),
});
