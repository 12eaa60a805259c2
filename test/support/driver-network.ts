// A phone network as a process of its own, to be killed: prints the port it got as one line of JSON and serves until then.
// Arguments: folder, port, dedupe.
import { servePhoneNetwork } from '#channels/simulator/network/serve.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { silentLog } from './driver-host.ts';

const [, , dataDir = '', port = '0', dedupe = 'key'] = process.argv;
const network = await servePhoneNetwork({
  host: '127.0.0.1',
  port: Number(port),
  dataDir,
  dedupe: dedupe === 'none' ? 'none' : 'key',
  log: silentLog,
  runtime: createSystemRuntime(),
});
process.stdout.write(`${JSON.stringify({ port: network.port })}\n`);
