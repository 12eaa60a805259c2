/**
 * The master key over a gateway's life: generated at first, then one of the operator's own, then changed, lost and found
 * again. Nothing wrapped is ever lost with it, and a gateway that cannot open a wallet runs all the same.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { callControl } from '#cli/control.ts';
import { dataFolder } from '#config/data-folder.ts';
import { openSecrets } from '#identity/secrets.ts';
import { createWallets, type WalletRoom } from '#identity/wallets.ts';
import { createWrapper } from '#identity/wrap.ts';
import { fakeLog } from '../support/clock.ts';
import { openGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/journey.ts';

let gateway: TestGateway | undefined;
afterEach(() => gateway?.end());

const [first, second] = [randomBytes(32), randomBytes(32)];

async function start(masterKey: string | null, log = fakeLog()): Promise<TestGateway> {
  const dataDir = gateway?.dataDir;
  await gateway?.stop();
  gateway = await openGateway({
    log,
    env: masterKey === null ? {} : { CLAWGATE_MASTER_KEY: masterKey },
    ...(dataDir !== undefined && { dataDir }),
  });
  return gateway;
}

/** The wallets of a running gateway's store, as a room with these keys sees them. */
const roomWith = ({ gateway: { store } }: TestGateway, ...keys: [Uint8Array, ...Uint8Array[]]): Promise<WalletRoom> =>
  createWallets({ store, wrapper: createWrapper(keys), clock: { nowMs: () => 1 } });

const locks = (room: WalletRoom): boolean[] => [...room.all()].map(({ locked }) => locked !== null);

const walletsOf = async ({ dataDir }: TestGateway) =>
  (await callControl(dataDir, { command: 'status' }))?.answer.wallets;

test('a master key is given, changed, lost and found again, and every wallet opens under the last one', async () => {
  const fresh = await start(null);
  const { secrets } = await openSecrets(dataFolder(fresh.dataDir).secrets);
  const owner = await fresh.gateway.store.owner();
  if (!owner) throw new Error('no owner');
  const generated = await roomWith(fresh, secrets.wrappingKey);
  const { address } = await generated.make(owner.id);
  const databaseKey = await generated.databaseKey(owner.id);

  const own = await start(first.toString('hex'));
  await until(async () => !locks(await roomWith(own, first)).includes(true));

  const log = fakeLog();
  const lost = await start(second.toString('base64'), log);
  expect((await lost.call('GET', '/health')).status).toBe(200);
  expect(await walletsOf(lost)).toEqual({ count: 1, locked: 1 });
  expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'wallets.locked' }));
  expect(await doctor(lost.dataDir)).toMatch(/! wallets +1 of 1 are locked[^→]*→ .*CLAWGATE_MASTER_KEY/);

  const found = await start(`${second.toString('base64')},${first.toString('hex')}`);
  await until(async () => !locks(await roomWith(found, second)).includes(true));
  expect(await walletsOf(found)).toEqual({ count: 1, locked: 0 });
  expect(await doctor(found.dataDir)).toMatch(/✓ wallets +1, .*keys/);
  const last = await roomWith(found, second);
  expect(last.of(owner.id)?.address).toBe(address);
  expect(await last.databaseKey(owner.id)).toEqual(databaseKey);
});

/** What the doctor says of a folder, whatever he finds. */
function doctor(dataDir: string): Promise<string> {
  const program = fileURLToPath(new URL('../../src/cli/launch.mjs', import.meta.url));
  const env = { PATH: process.env['PATH'], CLAWGATE_DATA: dataDir, CLAWGATE_PORT: '0' };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, 'doctor'], { cwd: dataDir, env }, (_, out) => resolve(out));
  });
}
