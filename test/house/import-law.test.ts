// Holds the import law to account: it passes on the house as it stands, it really looked at every file, and it catches
// each kind of trespass when they are planted in a small house of their own.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesUnder, root } from './tree.ts';

interface Cruise {
  modules: { source: string }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

interface Law {
  allowed: { from: { path: string; pathNot?: string } }[];
}

const lawFile = '.dependency-cruiser.cjs';
const built: string[] = [];

afterAll(() => {
  for (const house of built) rmSync(house, { recursive: true, force: true });
});

describe('the import law', () => {
  test('holds in this house, and has looked at every TypeScript file of src and channels', async () => {
    const { modules, summary } = await cruise(root);
    expect(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    const cruised = modules.map(({ source }) => source).filter((source) => /^(src|channels)\/.*\.ts$/.test(source));
    const onDisk = [...filesUnder('src'), ...filesUnder('channels')].filter((path) => path.endsWith('.ts'));
    expect(onDisk.length).toBeGreaterThan(0);
    expect(cruised.toSorted()).toEqual(onDisk.toSorted());
  });

  test('names every room: no file of src or channels stands outside it', () => {
    const { allowed } = createRequire(import.meta.url)(join(root, lawFile)) as Law;
    const rooms = allowed.filter(({ from }) => from.pathNot === undefined).map(({ from }) => new RegExp(from.path));
    const sources = [...filesUnder('src'), ...filesUnder('channels')].filter((path) => /\.(ts|mjs)$/.test(path));
    expect(sources.filter((path) => !rooms.some((room) => room.test(path)))).toEqual([]);
  });
});

describe('the import law, in a house of trespassers', () => {
  let caught: { rule: string; from: string; to: string }[] = [];
  const caughtAt = (path: string) => caught.filter(({ from }) => from === path);

  beforeAll(async () => {
    const { summary } = await cruise(build({ ...planted, ...innocent }));
    caught = summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to }));
  });

  test.each([
    ['core reads a port', 'src/core/port.ts', 'src/ports/b.ts'],
    ['core borrows even a type of a port', 'src/core/type.ts', 'src/ports/b.ts'],
    ['core reaches for Node', 'src/core/node.ts', 'os'],
    ['an action reaches into the store', 'src/actions/store.ts', 'src/store/sqlite/b.ts'],
    ['an action brings its own package', 'src/actions/package.ts', 'node_modules/express/index.js'],
    ['a facade reads its sibling', 'src/facades/openclaw/sibling.ts', 'src/facades/clawbook/b.ts'],
    ['a facade reaches into the store', 'src/facades/openclaw/store.ts', 'src/store/sqlite/b.ts'],
    ['a facade hears of the outbox', 'src/facades/openclaw/outbox.ts', 'src/outbox/b.ts'],
    ['a facade hears of a driver', 'src/facades/openclaw/driver.ts', 'channels/linq/b.ts'],
    ['a driver reads its sibling', 'channels/linq/sibling.ts', 'channels/xmtp/b.ts'],
    ['a driver writes through an action', 'channels/linq/action.ts', 'src/actions/b.ts'],
    ['http serves from the store', 'src/http/store.ts', 'src/store/sqlite/b.ts'],
    ['main wires a room by itself', 'src/main.ts', 'src/store/sqlite/b.ts'],
    ['a room nobody planned reads core', 'src/cellar/core.ts', 'src/core/b.ts'],
  ])('is broken when %s', (_trespass, from, to) => {
    expect(caughtAt(from)).toEqual([{ rule: 'not-in-allowed', from, to }]);
  });

  test('is broken by a circle', () => {
    expect(caughtAt('src/core/egg.ts').map(({ rule }) => rule)).toEqual(['no-circle']);
  });

  test('is broken by an import that leads nowhere', () => {
    expect(caughtAt('src/core/lost.ts').map(({ rule }) => rule)).toContain('must-resolve');
  });

  test('lets everyone else in the same house be', () => {
    expect(caught.filter(({ from }) => from in innocent)).toEqual([]);
  });
});

const b = 'export const b = 1;';
const reads = (specifier: string) => `import { b } from '${specifier}';\nexport const a = b;`;

const planted: Record<string, string> = {
  'src/core/port.ts': reads('#ports/b.ts'),
  'src/core/type.ts': "import type { b } from '#ports/b.ts';\nexport type A = typeof b;",
  'src/core/node.ts': "import { cpus } from 'node:os';\nexport const a = cpus;",
  'src/actions/store.ts': reads('#store/sqlite/b.ts'),
  'src/actions/package.ts': reads('express'),
  'src/facades/openclaw/sibling.ts': reads('../clawbook/b.ts'),
  'src/facades/openclaw/store.ts': reads('#store/sqlite/b.ts'),
  'src/facades/openclaw/outbox.ts': reads('#outbox/b.ts'),
  'src/facades/openclaw/driver.ts': reads('#channels/linq/b.ts'),
  'channels/linq/sibling.ts': reads('../xmtp/b.ts'),
  'channels/linq/action.ts': reads('#actions/b.ts'),
  'src/http/store.ts': reads('#store/sqlite/b.ts'),
  'src/main.ts': reads('#store/sqlite/b.ts'),
  'src/cellar/core.ts': reads('#core/b.ts'),
  'src/core/egg.ts': "import { hen } from './hen.ts';\nexport const egg = () => hen;",
  'src/core/hen.ts': "import { egg } from './egg.ts';\nexport const hen = () => egg;",
  'src/core/lost.ts': "export { b } from './gone.ts';",
};

const innocent: Record<string, string> = {
  'src/core/b.ts': b,
  'src/ports/b.ts': b,
  'src/actions/b.ts': reads('#core/b.ts'),
  'src/outbox/b.ts': reads('#actions/b.ts'),
  'src/store/sqlite/b.ts': reads('#ports/b.ts'),
  'src/http/b.ts': reads('express'),
  'src/config/b.ts': "import { cpus } from 'node:os';\nexport const b = cpus;",
  'src/facades/openclaw/b.ts': reads('#actions/b.ts').replace('const a', 'const b'),
  'src/facades/openclaw/a.ts': reads('./b.ts'),
  'src/facades/clawbook/b.ts': b,
  'channels/linq/b.ts': b,
  'channels/linq/driver.ts': reads('./b.ts'),
  'channels/xmtp/b.ts': b,
  'channels/index.ts': "export const linq = () => import('./linq/driver.ts');",
  'src/gateway.ts': "export { b } from '#store/sqlite/b.ts';\nexport { linq } from '#channels/index.ts';",
  'node_modules/express/package.json': '{ "name": "express", "version": "5.0.0", "main": "index.js" }',
  'node_modules/express/index.js': 'exports.b = 1;',
};

/** Builds a house of the given files, under our law and our import names, and says where it stands. */
function build(files: Record<string, string>): string {
  const house = mkdtempSync(join(tmpdir(), 'clawgate-law-'));
  built.push(house);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), `${text}\n`);
  }
  for (const file of [lawFile, 'package.json', 'tsconfig.json']) cpSync(join(root, file), join(house, file));
  return house;
}

function cruise(house: string): Promise<Cruise> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const folders = ['src', 'channels'].filter((folder) => existsSync(join(house, folder)));
  const args = [program, ...folders, '--config', lawFile, '--output-type', 'json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: house, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      // The exit status is the number of trespasses; only an empty answer means that it did not run.
      if (stdout === '') reject(new Error(`dependency-cruiser gave no answer: ${stderr}`, { cause: error }));
      else resolve(JSON.parse(stdout) as Cruise);
    });
  });
}
