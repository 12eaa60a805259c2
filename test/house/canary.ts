/**
 * Canaries: texts that may reach a gateway and must never reach a log, a way to run gateways and commands that keeps every
 * byte they say, and the search that finds a canary however it is spelt. The search is the same for the real run and for
 * the leaks planted to try it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './tree.ts';

export interface Canary {
  readonly what: string;
  readonly text: string;
}

export interface Leak {
  readonly canary: string;
  readonly line: string;
}

/** A credential in a URL is a leak whoever's it is; `key=…` in a hint for people is none. */
const keyInUrl = /[?&](api_?)?key=(?![…$<&\s"'])[^\s]{3}/i;

export function leaksIn(text: string, canaries: readonly Canary[]): Leak[] {
  return text.split('\n').flatMap((line) => {
    const found = canaries.filter((canary) => spellings(canary.text).some((spelling) => line.includes(spelling)));
    const names = [...found.map(({ what }) => what), ...(keyInUrl.test(line) ? ['a key in a URL'] : [])];
    return names.map((canary) => ({ canary, line: line.slice(0, 300) }));
  });
}

/** As it is, as a URL and as JSON have it, in base64, and of a number its digits. */
function spellings(text: string): string[] {
  const base64 = Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1);
  const digits = /^\+\d{7,15}$/.test(text) ? [text.slice(1)] : [];
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), base64, ...digits];
}

/** Bytes that must stay secret, in every way in which programs write bytes down. */
export function bytesCanaries(what: string, bytes: Uint8Array): Canary[] {
  const buffer = Buffer.from(bytes);
  const hex = buffer.toString('hex');
  return [
    hex,
    hex.toUpperCase(),
    hex.replaceAll(/..(?!$)/g, '$& '),
    buffer.toString('base64').replace(/=+$/, ''),
    buffer.toString('base64url'),
    buffer.join(','),
    buffer.join(', '),
    buffer.toString('latin1'),
  ].map((text) => ({ what, text }));
}

/** Files of the data folder that hold neither messages nor secrets by purpose: whatever is left over may be a log. */
export function* strayFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stats = statSync(path);
    if (stats.isDirectory()) {
      if (name !== 'media') yield* strayFiles(path);
    } else if (stats.isFile() && !/\.(db|sqlite)(-wal|-shm|\.lock)?$/.test(name) && name !== 'secrets.json') yield path;
  }
}

export const textOf = (path: string): string => readFileSync(path, 'latin1');

export interface Talker {
  readonly child: ChildProcess;
  readonly said: { out: string; err: string };
  readonly ended: Promise<number | null>;
  /** Resolves with what the pattern found, in either stream. Rejects when it ends before. */
  hears(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A program, of the house (`src/start.mjs`) or wherever it is, with nothing of our environment but the path. */
export function run(
  script: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd: string; preload?: string },
): Talker {
  const preload =
    options.preload === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(options.preload)}`];
  const child = spawn(process.execPath, [...preload, resolve(root, script), ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const said = { out: '', err: '' };
  let wake = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
    wake();
  });
  let isOver = false;
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    isOver = true;
    wake();
    return code as number | null;
  });
  return {
    child,
    said,
    ended,
    async hears(pattern) {
      for (;;) {
        const found = pattern.exec(said.out) ?? pattern.exec(said.err);
        if (found) return found;
        if (isOver) throw new Error(`${script} ended without ${pattern}: ${said.out}${said.err}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
