// No key, number or body in any log at any level: a gateway and a phone network at debug, users who put secrets
// everywhere, every command of the line beside them, and a search for all of it in all that was said. The same search is
// shown a leak of each kind, and a gateway that was made to leak.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesCanaries, leaksIn, run, strayFiles, textOf, type Canary, type Talker } from './canary.ts';
import { canaries, liveCarelessly, secrets } from './canary-life.ts';
import { putWallet, walletCanaries } from './canary-wallets.ts';

const debug = { CLAWGATE_PORT: '0', CLAWGATE_LOG_LEVEL: 'debug', CLAWGATE_XMTP_LISTEN: '127.0.0.1:0' };

let dir = '';
const talkers: Talker[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clawgate-canary-'));
});
afterAll(async () => {
  for (const talker of talkers) talker.child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

function talk(script: string, args: readonly string[], env: Record<string, string> = {}, preload?: string): Talker {
  const talker = run(script, args, { cwd: dir, env: { ...debug, ...env }, ...(preload !== undefined && { preload }) });
  talkers.push(talker);
  return talker;
}

const clawgate = async (args: readonly string[], env?: Record<string, string>) => {
  const command = talk('src/cli/launch.mjs', args, env);
  return { code: await command.ended, ...command.said };
};

/** What a banner may say on stdout is the key of that start, on the lines where a person looks for it. */
const withoutBannerKey = (out: string, key: string): string =>
  out
    .split('\n')
    .filter((line) => !(line.includes(key) && /^ +(Owner key|curl) /.test(line)))
    .join('\n');

describe('a gateway and its commands at debug', () => {
  test('say no key, no number and no body, whatever is done to them', async () => {
    const network = talk('src/cli/launch.mjs', ['phone-network', '--port', '0', '--data', 'network']);
    const [, networkUrl = ''] = await network.hears(/phone network is at (http\S+?);/);
    const [masterKey, nextMasterKey] = [randomBytes(32), randomBytes(32)];
    const dataDir = join(dir, 'data');
    await putWallet(dataDir, masterKey);
    const env = { CLAWGATE_SIMULATOR_URL: networkUrl, CLAWGATE_MASTER_KEY: masterKey.toString('hex') };
    const first = talk('src/start.mjs', [], env);
    const [, url = ''] = await first.hears(/docs +(http\S+)\/docs/);
    const owner = /Owner key +(\S+)/.exec(first.said.out)?.[1] ?? '';
    const added = await clawgate(['accounts', 'add', '--plan', 'base', '--name', 'canary'], env);
    const keys = { owner, tenant: added.out.trim() };
    expect(keys.tenant).toMatch(/^cm_live_/);

    const outcomes = await liveCarelessly(url, keys);
    expect(outcomes).toEqual(
      expect.arrayContaining([200, 201, 400, 401, 403, 404, 405, 409, 413, 429, 1009, 'answered']),
    );
    const commands = [
      await clawgate(['doctor'], env),
      await clawgate(['channels'], env),
      await clawgate(['accounts', 'list'], env),
    ];
    commands.push(await clawgate(['backup', 'copy', '--with-secrets'], env));
    commands.push(await clawgate(['messages', 'resolve', secrets.badKey, '--as', 'sent'], env));
    // Errors of the store are logged too: nothing may be written from here on.
    execFileSync('prlimit', ['--pid', String(first.child.pid), '--fsize=4096']);
    await liveCarelessly(url, keys);
    await first.stop();
    const second = talk('src/start.mjs', [], {
      ...env,
      CLAWGATE_OWNER_KEY: secrets.chosenKey,
      CLAWGATE_MASTER_KEY: `${nextMasterKey.toString('base64')},${masterKey.toString('hex')}`,
    });
    const [, again = ''] = await second.hears(/docs +(http\S+)\/docs/);
    await liveCarelessly(again, { owner: secrets.chosenKey, tenant: keys.tenant });
    await second.stop();
    await network.stop();
    commands.push(await clawgate(['doctor'], { ...env, CLAWGATE_OWNER_KEY: secrets.shortKey }));
    commands.push(await clawgate(['doctor'], { ...env, CLAWGATE_MASTER_KEY: `${masterKey.toString('hex')},oops` }));
    await writeFile(join(dir, 'clawgate.config.json'), `{"ownerKey": "${secrets.chosenKey}", oops}`);
    commands.push(await clawgate(['start']));
    await rm(join(dir, 'clawgate.config.json'));

    // Under the new one alone: whatever was wrapped before was wrapped anew.
    const ofWallets = await walletCanaries(dataDir, nextMasterKey);
    // Two for the wallet that was put there, and for those that owner and tenant got with their first messages.
    expect(new Set(ofWallets.map(({ what }) => what)).size).toBeGreaterThanOrEqual(6);
    const all: readonly Canary[] = [
      ...canaries,
      { what: 'owner', text: owner },
      { what: 'tenant', text: keys.tenant },
      ...bytesCanaries('a master key', masterKey),
      ...bytesCanaries('a master key', nextMasterKey),
      ...ofWallets,
    ];
    const said = [
      withoutBannerKey(first.said.out, owner),
      first.said.err,
      second.said.out,
      second.said.err,
      network.said.out,
      network.said.err,
      added.err,
      // A command may repeat the word it was given.
      ...commands.map(({ out, err }) => (out + err).replaceAll(secrets.badKey, '')),
    ].join('\n');
    expect(said.match(/"event":"http.answered"/g)?.length).toBeGreaterThan(100);
    expect(said).toMatch(/"event":"socket.opened"/);
    expect(said).toMatch(/"event":"store.unusable"/);
    expect(leaksIn(said, all)).toEqual([]);
    const files = [
      ...strayFiles(join(dir, 'data')),
      ...strayFiles(join(dir, 'network')),
      ...strayFiles(join(dir, 'copy')),
    ];
    expect(files.flatMap((path) => leaksIn(textOf(path), all).map((leak) => ({ path, ...leak })))).toEqual([]);
  }, 90_000);
});

describe('the search', () => {
  test('finds each canary however it is spelt, and a key in any URL', () => {
    for (const { what, text } of canaries) {
      const encodings = [
        text,
        encodeURIComponent(text),
        Buffer.from(text).toString('base64'),
        JSON.stringify({ text }),
      ];
      for (const each of encodings) {
        expect(leaksIn(`{"event":"fine"}\n{"x":"…${each}…"}`, canaries).map(({ canary }) => canary)).toContain(what);
      }
    }
    const key = randomBytes(32);
    const found = (text: string) => leaksIn(text, bytesCanaries('key', key)).length > 0;
    expect(found(`signed with 0x${key.toString('hex')}`)).toBe(true);
    expect(found(inspect({ key }, { maxArrayLength: null, breakLength: Infinity }))).toBe(true);
    expect(found(JSON.stringify({ key }))).toBe(true);
    expect(found(JSON.stringify({ key: key.toString('base64') }))).toBe(true);
    expect(leaksIn('dialled 15557654321', canaries)).toHaveLength(1);
    expect(leaksIn('{"url":"/ws?key=cm_live_x"}', canaries)).toHaveLength(1);
    expect(leaksIn('connect to ws://127.0.0.1/ws?key=… then sync', canaries)).toEqual([]);
  });

  test('finds the leaks of a gateway that prints the URLs it is asked for', async () => {
    const leak = `import { Server } from 'node:http';
      const { emit } = Server.prototype;
      Server.prototype.emit = function (name, request, ...rest) {
        if (name === 'request' || name === 'upgrade') console.error(request.url);
        return emit.call(this, name, request, ...rest);
      };`;
    const gateway = talk(
      'src/start.mjs',
      [],
      { CLAWGATE_DATA: join(dir, 'leaky'), CLAWGATE_OWNER_KEY: secrets.chosenKey },
      leak,
    );
    const [, url = ''] = await gateway.hears(/docs +(http\S+)\/docs/);
    await fetch(`${url}/api/routes?key=${secrets.chosenKey}`);
    await fetch(`${url}/api/routes/${encodeURIComponent(secrets.person)}`, { method: 'DELETE' });
    await gateway.stop();
    const found = leaksIn(gateway.said.err, canaries).map(({ canary }) => canary);
    expect(found).toEqual(expect.arrayContaining(['chosenKey', 'a key in a URL', 'person']));
  });
});
