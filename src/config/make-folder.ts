/**
 * A folder, private to this user, with those above it. Made one by one: Node's own way to make them all never comes back
 * from a place where nothing can be made although its parent is there, as in /proc.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Throws the system's error. What is there already stays as it is. */
export async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  const parent = dirname(path);
  if (!found && parent !== path) await makeFolder(parent);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Somebody else made it meanwhile.
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw error;
  }
}

/** Throws a sentence that names the setting. */
export async function makeDataFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
    const message = `The data folder ${path} cannot be made (${code}); set CLAWGATE_DATA to a folder this user may write to`;
    throw new Error(message, { cause: error });
  }
}
