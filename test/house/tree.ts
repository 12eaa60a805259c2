// What the house tests look at: the repository's own files, as git knows them, or as they lie on disk where there is
// no git (an unpacked archive). Nothing here judges; it only lists and reads.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const neverTracked = new Set(['node_modules', 'data', 'coverage', '.git']);

/** Files of the commit being worked on, as paths from the root with forward slashes. */
export function trackedFiles(): string[] {
  const inGit = existsSync(join(root, '.git'));
  return inGit ? listWithGit() : filesUnder('.');
}

/** Files on disk below a folder of the root, tracked or not; none if the folder is absent. */
export function filesUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => neverTracked.has(part)));
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function listWithGit(): string[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached'], { cwd: root, encoding: 'utf8' });
  return listing.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}
