// The house rules a program can check: what lies at the top, what a room may be called, how a file opens, what a
// tracked file may never mention, and that no test is switched off. The import law has a test file of its own.
import { describe, expect, test } from 'vitest';
import { readText, root, trackedFiles } from './tree.ts';

const allowedAtTop = new Set(
  ['README.md', 'LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json'].concat([
    'openapi',
    'src',
    'channels',
    'test',
    'web',
    'sdk',
    'bench',
  ]),
);

/** Rooms are named for what they mean; these name only the kind of thing inside. */
const roomsByKind = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'shared',
  'types',
  'factories',
  'managers',
  'misc',
];

const textEndings = /\.(ts|tsx|mts|cts|js|mjs|cjs|json|jsonc|md|yaml|yml|sql|css|html|svg|sh|py|php|txt)$/;
const dotFileOrBare = /(^|\/)(\.[^/]+|[A-Za-z-]+)$/;

const files = trackedFiles();
const texts = files.filter((path) => textEndings.test(path) || dotFileOrBare.test(path));
const sources = files.filter((path) => /^(src|channels)\/.*\.ts$/.test(path) && !path.startsWith('src/wire/'));

function offenders(paths: readonly string[], offence: RegExp): string[] {
  return paths.flatMap((path) =>
    readText(path)
      .split('\n')
      .flatMap((line, index) => (offence.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

describe('the top of the house', () => {
  test('holds only the doors the plan names, and dot files', () => {
    const top = new Set(files.map((path) => path.split('/')[0] ?? path));
    expect([...top].filter((name) => !name.startsWith('.') && !allowedAtTop.has(name))).toEqual([]);
  });

  test('names no room after the kind of thing inside', () => {
    const byKind = files.filter((path) => path.split('/').some((part) => isKind(part)));
    expect(byKind).toEqual([]);
  });
});

describe('a source file', () => {
  test('opens by saying what lives there', () => {
    const silent = sources.filter((path) => !/^(#!.*\n)?(\/\/|\/\*)/.test(readText(path)));
    expect(silent).toEqual([]);
  });

  test('is no barrel: only channels has an index, and nothing is re-exported wholesale', () => {
    const indexes = sources.filter((path) => /(^|\/)index\.ts$/.test(path) && path !== 'channels/index.ts');
    expect(indexes).toEqual([]);
    expect(offenders(sources, /^\s*export \* from/)).toEqual([]);
  });
});

describe('a tracked file', () => {
  test('names no path of the machine it was written on', () => {
    // Spelt in pieces, so that the rule does not catch itself.
    const homes = ['home/[a-z][\\w.-]*', 'Users/[A-Za-z][\\w.-]*', 'root', 'mnt', 'work', 'workspace'].join('|');
    expect(offenders(texts, new RegExp(`(^|[\\s"'\`(=:,])(file://)?/(${homes})/`))).toEqual([]);
    expect(texts.filter((path) => readText(path).includes(root))).toEqual([]);
  });

  test('names no package registry: who installs chooses it', () => {
    const registries = ['registry\\.(npmjs|yarnpkg)\\.', 'npm\\.pkg\\.github', '_auth[T]oken', '^\\s*registry\\s*='];
    expect(offenders(texts, new RegExp(registries.join('|')))).toEqual([]);
    expect(offenders(['package-lock.json'], /"resolved": "https?:/)).toEqual([]);
  });
});

describe('a test', () => {
  test('is never switched off, and never runs alone', () => {
    const tests = files.filter((path) => /^test\/.*\.tsx?$/.test(path));
    expect(tests.length).toBeGreaterThan(0);
    const switched = ['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails'].join('|');
    expect(offenders(tests, new RegExp(`\\b(test|it|describe|suite|bench)(\\.\\w+)*\\.(${switched})\\b`))).toEqual([]);
    expect(offenders(tests, /\b(xit|xtest|xdescribe|fit|fdescribe)\(|\b(ctx|context|t)\.skip\(/)).toEqual([]);
  });
});

function isKind(part: string): boolean {
  return roomsByKind.includes(part.replace(/\.[a-z]+$/, ''));
}
