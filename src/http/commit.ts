/**
 * Which commit this checkout is at, read from git's own files when somebody first asks. No git is run, and an archive
 * without a repository is simply unknown.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const shownCharacters = 12;

/** The short commit of the checkout at `root`, or `unknown`. Reads the files once. */
export function commitReader(root: string): () => Promise<string> {
  let read: Promise<string> | undefined;
  return () => (read ??= headOf(root).catch(() => 'unknown'));
}

async function headOf(root: string): Promise<string> {
  const dir = await gitDirectory(root);
  const head = await text(join(dir, 'HEAD'));
  const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
  return shortened(ref === undefined ? head : await commitOf(dir, ref));
}

/** In a worktree `.git` is a file that says where the repository is. */
async function gitDirectory(root: string): Promise<string> {
  const git = join(root, '.git');
  const pointer = await text(git).catch(() => '');
  const elsewhere = /^gitdir: (.+)$/.exec(pointer)?.[1];
  return elsewhere === undefined ? git : resolve(root, elsewhere);
}

async function commitOf(dir: string, ref: string): Promise<string> {
  const shared = await text(join(dir, 'commondir')).then(
    (path) => resolve(dir, path),
    () => dir,
  );
  const loose = await text(join(shared, ref)).catch(() => '');
  if (loose !== '') return loose;
  const packed = await text(join(shared, 'packed-refs'));
  return (
    packed
      .split('\n')
      .find((line) => line.endsWith(` ${ref}`))
      ?.split(' ')[0] ?? ''
  );
}

function shortened(commit: string): string {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) throw new Error('This is not a commit');
  return commit.slice(0, shownCharacters);
}

const text = async (path: string): Promise<string> => (await readFile(path, 'utf8')).trim();
