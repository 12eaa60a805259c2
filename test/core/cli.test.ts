// The command line beside a gateway: the same answers whether it runs or not, backups that restore to something that
// sends nothing by itself, and a doctor who finds what is wrong.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInProcessBus } from '#bus/in-process.ts';
import { copyBeforeMigration, makeBackup, restoreBackup } from '#cli/backup.ts';
import { callControl, serveControl } from '#cli/control.ts';
import { createDesk, type Desk } from '#cli/desk.ts';
import { dataFolder } from '#config/data-folder.ts';
import { connectionId, idText } from '#core/ids.ts';
import { createAccount } from '#identity/accounts.ts';
import { createKeyMint } from '#identity/keys.ts';
import { openSecrets } from '#identity/secrets.ts';
import { createWallets } from '#identity/wallets.ts';
import { createWrapper } from '#identity/wrap.ts';
import type { Store } from '#ports/store.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { prepareRestored } from '#store/sqlite/restore.ts';
import { fakeLog } from '../support/clock.ts';

const program = fileURLToPath(new URL('../../src/cli/launch.mjs', import.meta.url));
const runtime = createSystemRuntime();
const log = fakeLog();

let dir = '';
let dataDir = '';
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clawgate-cli-'));
  dataDir = join(dir, 'data');
  await mkdir(dataDir, { mode: 0o700 });
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  await rm(dir, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `clawgate` in the test's folder, on whose `./data` it works unless told otherwise. */
function clawgate(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  const own = { PATH: process.env['PATH'], CLAWGATE_PORT: '0', ...env };
  return new Promise((resolve) => {
    // Killed in the end, so that one which never ends is a failure and no orphan.
    const options = { cwd: dir, env: own, timeout: 15_000, killSignal: 'SIGKILL' } as const;
    execFile(process.execPath, [program, ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}

/** One that something else listens on until the test ends. */
async function takenPort(): Promise<string> {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  closing.push(() => new Promise((done) => void other.close(() => done())));
  const address = other.address();
  return typeof address === 'object' && address ? String(address.port) : '';
}

async function openStore(folder = dataDir): Promise<Store> {
  const { clock } = runtime;
  const store = await openSqliteStore({ file: dataFolder(folder).database, clock, bus: createInProcessBus(log), log });
  closing.push(() => store.close());
  return store;
}

/** What a running gateway puts behind its control socket. */
async function openDesk(folder = dataDir): Promise<{ store: Store; desk: Desk }> {
  const store = await openStore(folder);
  const { secrets } = await openSecrets(dataFolder(folder).secrets);
  const mint = createKeyMint(secrets.pepper, runtime.ids);
  return { store, desk: createDesk({ store, mint, runtime, folder: dataFolder(folder), version: '0.0.0' }) };
}

async function serve(folder = dataDir): Promise<Store> {
  const { store, desk } = await openDesk(folder);
  const control = await serveControl({ dataDir: folder, desk, log });
  closing.push(() => control.close());
  return store;
}

/** One message that waits to be sent. Answers its account and id. */
async function queueMessage(store: Store) {
  const mint = createKeyMint({ id: 'a', secret: Buffer.alloc(32) }, runtime.ids);
  const { account } = await createAccount({ store, mint, runtime }, { plan: 'base', name: 'test' });
  const message = idText('message', runtime.ids.next());
  await store.accept([
    {
      account: account.id,
      message,
      conversation: {
        connection: connectionId('simulator'),
        line: '+15550100000',
        channel: 'sms',
        isGroup: false,
        participants: ['+15551234567'],
        thread: null,
        numbers: 'open',
      },
      channel: 'sms',
      sender: '+15550100000',
      parts: [{ type: 'text', value: 'hello' }],
      chunks: ['hello'],
      replyTo: null,
      cap: null,
      idempotency: null,
      claimed: false,
      expiresAtMs: runtime.clock.nowMs() + 60_000,
    },
  ]);
  return { account: account.id, message };
}

describe('the command line', () => {
  test('helps when asked, and when asked nothing', async () => {
    const [asked, silent] = await Promise.all([clawgate(['--help']), clawgate([])]);
    for (const command of ['start', 'demo', 'doctor', 'channels', 'backup', 'restore', 'accounts', 'phone-network']) {
      expect(asked.out).toContain(`\n  ${command}`);
    }
    expect([asked.code, silent.code, silent.out]).toEqual([0, 0, asked.out]);
  });

  test('refuses a word it does not know, and a setting it does not know', async () => {
    expect(await clawgate(['bakcup'])).toMatchObject({ code: 1, err: expect.stringContaining('bakcup') as string });
    const misspelt = await clawgate(['accounts', 'list'], { CLAWGATE_PROT: '1' });
    expect(misspelt).toMatchObject({ code: 1, err: expect.stringContaining('CLAWGATE_PORT') as string });
  });

  test('a start on a taken port says so and ends, with its channels up already', async () => {
    const settings = { CLAWGATE_PORT: await takenPort(), CLAWGATE_XMTP_LISTEN: '127.0.0.1:0' };
    expect(await clawgate(['start'], settings)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Clawgate cannot start: Port \d+ on 127\.0\.0\.1 is taken; .*CLAWGATE_PORT/) as string,
    });
  });

  test('a phone network on a taken port says how to name another', async () => {
    const { code, err } = await clawgate(['phone-network', '--port', await takenPort()]);
    expect([code, err]).toEqual([1, expect.stringMatching(/Port \d+ on 127\.0\.0\.1 is taken; .*--port/)]);
  });

  test('a start whose data folder is a file names the setting and the mend', async () => {
    const file = join(dir, 'file');
    await writeFile(file, 'no folder');
    const { code, err } = await clawgate(['start'], { CLAWGATE_DATA: file });
    expect([code, err]).toEqual([1, expect.stringMatching(/The data folder \S+ cannot be made .*CLAWGATE_DATA/)]);
  });

  test('makes an account while no gateway runs, and prints its key alone on stdout', async () => {
    const { code, out } = await clawgate(['accounts', 'add', '--plan', 'base', '--name', 'acme']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^cm_live_\w{42}\n$/)]);
    const list = await clawgate(['accounts', 'list']);
    expect(list.out).toMatch(/personal +base +active +\S+ +acme/);
    expect((await clawgate(['accounts', 'add', '--plan', 'gold'])).err).toContain('there is no plan gold');
    expect((await clawgate(['accounts', 'add', '--plan', 'self-hosted'])).code).toBe(1);
  });

  test('makes an account through the gateway that runs', async () => {
    const store = await serve();
    const { code, out } = await clawgate(['accounts', 'add', '--plan', 'growth']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^cm_live_/)]);
    expect((await store.accounts()).map(({ plan }) => plan)).toEqual(['growth']);
  });

  test('says so when another process holds the store and does not answer', async () => {
    await openStore();
    const { code, err } = await clawgate(['accounts', 'list']);
    expect([code, err]).toEqual([1, expect.stringContaining('Another gateway')]);
  });
});

describe('the control socket', () => {
  test('is open to its owner alone, and goes when the gateway does', async () => {
    const { desk } = await openDesk();
    const control = await serveControl({ dataDir, desk, log });
    expect((await stat(join(dataDir, 'control.sock'))).mode & 0o777).toBe(0o600);
    expect((await callControl(dataDir, { command: 'status' }))?.answer).toMatchObject({
      databaseFault: null,
      url: null,
    });
    await control.close();
    expect(await callControl(dataDir, { command: 'status' })).toBeUndefined();
  });

  test('takes the place of one that a dead gateway left', async () => {
    await writeFile(join(dataDir, 'control.sock'), '');
    expect(await callControl(dataDir, { command: 'status' })).toBeUndefined();
    await serve();
    expect(await callControl(dataDir, { command: 'accounts.list' })).toEqual({ answer: [] });
  });

  test('works in a data folder whose path is too long for a socket', async () => {
    const deep = join(dir, 'd'.repeat(120));
    await mkdir(deep);
    await serve(deep);
    expect(await callControl(deep, { command: 'accounts.list' })).toEqual({ answer: [] });
  });

  test('passes on why a request failed', async () => {
    await serve();
    const ask = callControl(dataDir, { command: 'messages.resolve', message: 'msg_zzz', as: 'sent' });
    await expect(ask).rejects.toThrow('There is no message msg_zzz');
  });
});

describe('a backup', () => {
  const target = () => join(dir, 'backup');
  const back = (folder = join(dir, 'restored')) =>
    restoreBackup(
      { folder: dataFolder(folder), prepare: (file) => prepareRestored(file, runtime.clock) },
      target(),
      () => undefined,
    );

  async function make(withSecrets = false): Promise<Store> {
    const store = await openStore();
    await mkdir(join(dataDir, 'media', 'ab'), { recursive: true });
    await writeFile(join(dataDir, 'media', 'ab', 'cdef'), 'picture');
    await openSecrets(dataFolder(dataDir).secrets);
    const folder = dataFolder(dataDir);
    await makeBackup(
      { store, folder, clock: runtime.clock, version: '0' },
      { target: target(), withSecrets },
      () => undefined,
    );
    return store;
  }

  test('made while the gateway runs restores to a copy whose waiting messages are unknown', async () => {
    const running = await serve();
    const { account, message } = await queueMessage(running);
    expect(await clawgate(['backup', 'backup'])).toMatchObject({
      code: 0,
      err: expect.stringContaining('no secrets') as string,
    });
    const restored = await clawgate(['restore', 'backup'], { CLAWGATE_DATA: join(dir, 'restored') });
    expect(restored).toMatchObject({ code: 0, err: expect.stringContaining('1 messages waited') as string });
    const copy = await openStore(join(dir, 'restored'));
    expect((await copy.messages(account, [message]))[0]?.message.status).toBe('unknown');
    expect(copy.epoch()).not.toBe(running.epoch());
    expect((await running.messages(account, [message]))[0]?.message.status).toBe('queued');
  });

  test('lets a person decide what became of such a message', async () => {
    const store = await openStore();
    const { message } = await queueMessage(store);
    await makeBackup(
      { store, folder: dataFolder(dataDir), clock: runtime.clock, version: '0' },
      { target: target(), withSecrets: false },
      () => undefined,
    );
    await back();
    const env = { CLAWGATE_DATA: join(dir, 'restored') };
    expect((await clawgate(['messages', 'unknown'], env)).out).toContain(message);
    const decided = await clawgate(['messages', 'resolve', message, '--as', 'sent'], env);
    expect((await clawgate(['messages', 'unknown'], env)).out).toBe('');
    expect(decided).toMatchObject({ code: 0, out: `${message} is now sent\n` });
  });

  test('brings attachments back, and secrets only when it was told to', async () => {
    await make(true);
    await back();
    expect(await readFile(join(dir, 'restored', 'media', 'ab', 'cdef'), 'utf8')).toBe('picture');
    const paths = [dataFolder(dataDir).secrets, dataFolder(join(dir, 'restored')).secrets];
    const [before, after] = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    expect(after).toBe(before);
    expect(await readdir(join(dir, 'restored'))).not.toContain('manifest.json');
  });

  test('leaves the secrets out by default', async () => {
    await make();
    expect((await readdir(target())).toSorted()).toEqual(['clawgate.db', 'manifest.json', 'media']);
    expect((await stat(target())).mode & 0o777).toBe(0o700);
  });

  test('is refused into a folder that holds something', async () => {
    await mkdir(target());
    await writeFile(join(target(), 'precious'), 'x');
    await expect(make()).rejects.toThrow(/not empty/);
    expect(await readdir(target())).toEqual(['precious']);
  });

  test('into a place where nothing can be made ends and says so', async () => {
    const says = (place: string, why: string) => ({
      code: 1,
      out: '',
      err: `clawgate: ${place} cannot be used: ${why}\n`,
    });
    const mend = 'give the name of a new folder, in a place that can be written';
    for (const place of ['/proc/nothing', '/proc/nothing/below']) {
      expect(await clawgate(['backup', place])).toEqual(says(place, `no folder can be made there; ${mend}`));
    }
    await writeFile(target(), 'a file');
    for (const place of [target(), join(target(), 'below')]) {
      expect(await clawgate(['backup', place])).toEqual(says(place, `it is, or lies in, a file; ${mend}`));
    }
    expect(await readFile(target(), 'utf8')).toBe('a file');
    expect(await clawgate(['accounts', 'list'], { CLAWGATE_DATA: '/proc/nothing' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^clawgate: The data folder \/proc\/nothing cannot be made .*CLAWGATE_DATA/) as string,
    });
  });

  test('that fails leaves an empty folder it was given as it was', async () => {
    await mkdir(target());
    const store = { backup: () => Promise.reject(new Error('the disk is full')) };
    const clock = runtime.clock;
    const made = makeBackup(
      { store, folder: dataFolder(dataDir), clock, version: '0' },
      { target: target(), withSecrets: false },
      () => undefined,
    );
    await expect(made).rejects.toThrow('the disk is full');
    expect(await readdir(target())).toEqual([]);
  });

  test('is not restored over anything', async () => {
    await make();
    await expect(back(dataDir)).rejects.toThrow(/not empty/);
  });

  test.each([
    ['changed', (path: string) => writeFile(path, 'another picture')],
    ['missing', (path: string) => rm(path)],
  ])('of which a file is %s is not restored, and leaves nothing', async (_what, spoil) => {
    await make();
    await spoil(join(target(), 'media', 'ab', 'cdef'));
    await expect(back()).rejects.toThrow(/media\/ab\/cdef/);
    await expect(stat(join(dir, 'restored'))).rejects.toThrow(/ENOENT/);
  });

  test('without its manifest, or naming files outside itself, is not restored', async () => {
    await make();
    const manifest = join(target(), 'manifest.json');
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, text.replace('media/ab/cdef', '../../escaped'));
    await expect(back()).rejects.toThrow(/tampered/);
    await rm(manifest);
    await expect(back()).rejects.toThrow(/no whole backup/);
  });

  test('is made beside the database before an upgrade', async () => {
    await make();
    await Promise.all(closing.splice(0).map((close) => close()));
    const copy = await copyBeforeMigration(dataFolder(dataDir).database, runtime.clock);
    expect(await readFile(copy)).toEqual(await readFile(dataFolder(dataDir).database));
  });
});

describe('the doctor', () => {
  test('finds nothing wrong with a new folder, and changes nothing', async () => {
    await rm(dataDir, { recursive: true });
    const { code, out } = await clawgate(['doctor']);
    expect(out).not.toMatch(/^✗/m);
    expect(code).toBe(0);
    await expect(stat(dataDir)).rejects.toThrow(/ENOENT/);
  });

  test('finds the gateway that runs', async () => {
    await serve();
    const { code, out } = await clawgate(['doctor']);
    expect(out).toMatch(/✓ gateway .*runs/);
    expect(code).toBe(0);
  });

  test('finds a taken port, open secrets and a damaged database, each with its mend', async () => {
    const port = await takenPort();
    await openSecrets(dataFolder(dataDir).secrets);
    await chmod(dataFolder(dataDir).secrets, 0o644);
    await writeFile(
      dataFolder(dataDir).database,
      'not a database at all, but long enough to be read as one'.repeat(100),
    );
    const { code, out } = await clawgate(['doctor'], { CLAWGATE_PORT: port });
    expect(code).toBe(1);
    expect(out).toMatch(/✗ secrets [^→]*→ chmod 600/);
    expect(out).toMatch(/✗ database [^→]*→/);
    expect(out).toMatch(/✗ port [^→]*→ Stop the program/);
  });

  test('counts the wallets that the next start could not open, and changes nothing', async () => {
    const store = await openStore();
    const { secrets } = await openSecrets(dataFolder(dataDir).secrets);
    const own = randomBytes(32);
    for (const key of [secrets.wrappingKey, own]) {
      const wallets = await createWallets({ store, wrapper: createWrapper([key]), clock: runtime.clock });
      const { account } = await queueMessage(store);
      await wallets.make(account);
    }
    await store.close();
    const doctor = async (masterKey?: Buffer) => {
      const { out } = await clawgate(['doctor'], masterKey && { CLAWGATE_MASTER_KEY: masterKey.toString('hex') });
      return out;
    };
    const mend = /[^→]*→ Add the key of before to CLAWGATE_MASTER_KEY.* wrappingKey/.source;
    const shut = (count: number) =>
      new RegExp(`! wallets +${count} of 2 wallets cannot be opened by this master key${mend}`);
    expect(await doctor(own)).toMatch(/✓ wallets +2, and their keys are all here/);
    expect(await doctor()).toMatch(shut(1));
    expect(await doctor(randomBytes(32))).toMatch(shut(1));
    await rm(dataFolder(dataDir).secrets);
    expect(await doctor(own)).toMatch(shut(1));
    expect(await doctor()).toMatch(shut(2));
    expect(await readdir(dataDir)).not.toContain('secrets.json');
    await writeFile(dataFolder(dataDir).secrets, 'no secrets', { mode: 0o600 });
    expect(await doctor()).toMatch(/✗ secrets .*secrets.json is damaged/);
  });

  test('finds every fault of a configuration at once', async () => {
    const { code, out } = await clawgate(['doctor'], {
      CLAWGATE_PORT: 'x',
      CLAWGATE_LOG_LEVEL: 'loud',
      CLAWGATE_HOTS: 'x',
    });
    expect(code).toBe(1);
    expect(out.match(/^✗ configuration/gm)).toHaveLength(3);
  });
});
