/**
 * Backups: a consistent copy of the database made while it is in use, the attachments, and a manifest that is written
 * last, so that a folder with a manifest is a whole backup. Secrets are copied only when asked for. A restored copy
 * never sends by itself: the store turns what was waiting into `unknown` before anything may start on it.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { dataFolder, type DataFolder } from '#config/data-folder.ts';
import type { Clock } from '#ports/runtime.ts';
import type { Store } from '#ports/store.ts';
import { claimFolder, leaveFolder, refuseUsed } from './fresh-folder.ts';
import { bytesText } from './say.ts';

const manifestName = 'manifest.json';
const formatVersion = 1;

interface FileEntry {
  /** From the backup's folder, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface Manifest {
  readonly format: number;
  readonly version: string;
  readonly madeAt: string;
  readonly withSecrets: boolean;
  readonly files: readonly FileEntry[];
}

export interface BackupReport {
  readonly target: string;
  readonly files: number;
  readonly bytes: number;
  readonly withSecrets: boolean;
}

type Progress = (text: string) => void;

/** Throws, leaving the target as it was, when it is not an empty folder or cannot be written. */
export async function makeBackup(
  deps: {
    readonly store: Pick<Store, 'backup'>;
    readonly folder: DataFolder;
    readonly clock: Pick<Clock, 'nowMs'>;
    readonly version: string;
  },
  request: { readonly target: string; readonly withSecrets: boolean },
  progress: Progress,
): Promise<BackupReport> {
  const target = resolve(request.target);
  const mend = 'give the name of a new folder, in a place that can be written';
  const wasThere = await refuseUsed(target, mend);
  await claimFolder(target, mend);
  const copy = dataFolder(target);
  try {
    // The database first: every attachment it mentions was on disk before the row was, so the later copy has them all.
    progress('Copying the database');
    await deps.store.backup(copy.database);
    await chmod(copy.database, 0o600);
    await copyTree(deps.folder.media, copy.media, progress);
    if (request.withSecrets) await copyPrivate(deps.folder.secrets, copy.secrets);
    const files = await describeAll(target, progress);
    const { version, clock } = deps;
    const madeAt = new Date(clock.nowMs()).toISOString();
    await writeManifest(target, { format: formatVersion, version, madeAt, withSecrets: request.withSecrets, files });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { target, files: files.length, bytes, withSecrets: request.withSecrets };
  } catch (error) {
    await leaveFolder(target, wasThere);
    throw error;
  }
}

export interface RestoreReport<Prepared> {
  readonly madeAt: string;
  readonly withSecrets: boolean;
  readonly files: number;
  /** What the store said about the copy: what was turned unknown. */
  readonly prepared: Prepared;
}

/** Throws, leaving the data folder as it was, when that is not empty or the backup is not whole. */
export async function restoreBackup<Prepared>(
  deps: { readonly folder: DataFolder; readonly prepare: (databaseFile: string) => Prepared | Promise<Prepared> },
  from: string,
  progress: Progress,
): Promise<RestoreReport<Prepared>> {
  const source = resolve(from);
  const { root, database } = deps.folder;
  const mend = 'restore into a new data folder (CLAWGATE_DATA), or move this one away first';
  const wasThere = await refuseUsed(root, mend);
  const manifest = await readManifest(source);
  await verify(source, manifest, progress);
  await refuseFullDisk(dirname(root), manifest);
  const isDatabase = (path: string) => join(source, path) === dataFolder(source).database;
  const fresh = `${database}.restoring`;
  try {
    await claimFolder(root, mend);
    for (const { path } of manifest.files) {
      progress(`Restoring ${path}`);
      await copyPrivate(join(source, path), isDatabase(path) ? fresh : join(root, path));
    }
    const prepared = await deps.prepare(fresh);
    for (const ending of ['-wal', '-shm', '.lock', '.lock-journal']) await rm(fresh + ending, { force: true });
    await rename(fresh, database);
    await syncFolder(root);
    return { madeAt: manifest.madeAt, withSecrets: manifest.withSecrets, files: manifest.files.length, prepared };
  } catch (error) {
    await leaveFolder(root, wasThere);
    throw error;
  }
}

/** Called with a whole, closed database before it is upgraded: leaves a copy beside it that the old version can open. */
export async function copyBeforeMigration(file: string, clock: Pick<Clock, 'nowMs'>): Promise<string> {
  const stamp = new Date(clock.nowMs()).toISOString().replaceAll(/[:.]/g, '-');
  const copy = `${file}.before-upgrade-${stamp}`;
  await copyPrivate(file, copy);
  await syncFolder(dirname(copy));
  return copy;
}

async function copyTree(from: string, to: string, progress: Progress): Promise<void> {
  for (const path of await filesBelow(from)) {
    if (path.startsWith(`unfinished${sep}`)) continue;
    progress(`Copying ${path}`);
    await copyPrivate(join(from, path), join(to, path));
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function copyPrivate(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copyFile(from, to);
  await chmod(to, 0o600);
  await syncFile(to);
}

async function describeAll(folder: string, progress: Progress): Promise<readonly FileEntry[]> {
  const entries: FileEntry[] = [];
  for (const path of await filesBelow(folder)) {
    progress(`Checking ${path}`);
    const { size } = await stat(join(folder, path));
    entries.push({ path: path.split(sep).join('/'), bytes: size, sha256: await sha256Of(join(folder, path)) });
  }
  return entries;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, manifestName);
  await writeFile(`${path}.new`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  await syncFile(`${path}.new`);
  await rename(`${path}.new`, path);
  await syncFolder(folder);
}

async function readManifest(source: string): Promise<Manifest> {
  const text = await readFile(join(source, manifestName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(
      `${source} is no whole backup: it has no ${manifestName}. Give the folder that clawgate backup made.`,
    );
  });
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== formatVersion) {
    throw new Error(
      `The backup was made by Clawgate ${manifest.version} in another format; restore it with that version`,
    );
  }
  const astray = manifest.files.find(({ path }) => relative(source, join(source, path)).startsWith('..'));
  if (astray) throw new Error(`The backup names a file outside itself (${astray.path}); it was tampered with`);
  return manifest;
}

/** Every file as it was when the backup was made, before one is touched. */
async function verify(source: string, manifest: Manifest, progress: Progress): Promise<void> {
  for (const { path, sha256 } of manifest.files) {
    progress(`Verifying ${path}`);
    const found = await sha256Of(join(source, path)).catch(() => 'missing');
    if (found === sha256) continue;
    const what = found === 'missing' ? 'is missing from' : 'has changed since';
    throw new Error(`${path} ${what} the backup: it cannot be trusted. Restore an older one.`);
  }
  if (!manifest.files.some(({ path }) => join(source, path) === dataFolder(source).database)) {
    throw new Error('The backup holds no database: it cannot be restored');
  }
}

async function refuseFullDisk(folder: string, manifest: Manifest): Promise<void> {
  const needed = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const disk = await statfs(folder).catch(() => undefined);
  if (!disk || disk.bavail * disk.bsize > needed * 1.1) return;
  throw new Error(
    `The disk has ${bytesText(disk.bavail * disk.bsize)} free and the backup needs ${bytesText(needed)}: make room`,
  );
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
