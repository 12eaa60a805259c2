/**
 * A folder that a backup or its restore fills: new or empty before, and left as it was when that fails.
 */
import { constants } from 'node:fs';
import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#config/make-folder.ts';

/** Whether the folder is there, empty. Throws when there is something in it, or it is none. */
export async function refuseUsed(folder: string, mend: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unusable(folder, error, mend);
  });
  if (names && names.length > 0) throw new Error(`${folder} is not empty; ${mend}`);
  return names !== undefined;
}

/** Makes it where it is not there yet. Throws when nothing can be written in it. */
export async function claimFolder(folder: string, mend: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(folder, error as NodeJS.ErrnoException, mend);
  }
}

/** Takes away what was put into it, and the folder with it unless that was there before. */
export async function leaveFolder(folder: string, wasThere: boolean): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
  if (!wasThere) await rm(folder, { recursive: true, force: true });
}

const reasons: Readonly<Record<string, string>> = {
  ENOTDIR: 'it is, or lies in, a file',
  ENOENT: 'no folder can be made there',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'nothing can be written there',
};

function unusable(folder: string, { code = 'unknown fault' }: NodeJS.ErrnoException, mend: string): Error {
  return new Error(`${folder} cannot be used: ${reasons[code] ?? code}; ${mend}`);
}
