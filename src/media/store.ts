/**
 * Attachments on disk, named by what they hold: the same bytes are kept once, and a name never changes its content.
 * A file appears whole or not at all, and is on disk before its name is answered. Who may read it is decided by the
 * signed link (links.ts), not here.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FetchRefused, type SafeFetch } from '#net/fetch.ts';
import type { Ids } from '#ports/runtime.ts';

export const maxMediaBytes = 25 * 1024 * 1024;
const fetchTimeoutMs = 20_000;
const maxRedirects = 5;
const sniffedBytes = 4100;
const anyType = 'application/octet-stream';

export interface StoredMedia {
  readonly sha256: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
}

export type MediaSource =
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly mimeType?: string;
      readonly loopbackGranted?: boolean;
    }
  | { readonly kind: 'bytes'; readonly bytes: AsyncIterable<Uint8Array>; readonly mimeType?: string };

export interface MediaStore {
  /**
   * Takes a copy. The type is what the bytes show, else what the source says, else what the server said. Throws
   * FetchRefused: `too_large` above 25 MiB, and for a URL whatever fetching it throws.
   */
  ingest(source: MediaSource, signal?: AbortSignal): Promise<StoredMedia>;
  /** Let go of what was last taken in before an instant; answers how many files went. */
  forgetBefore(beforeMs: number): Promise<number>;
  /** The bytes of a name, or undefined when there are none. */
  read(sha256: string): Promise<{ readonly sizeBytes: number; readonly open: () => ReadStream } | undefined>;
}

/** `folder` is made when the first file comes. What a crash left unfinished is cleared away now. */
export async function openMediaStore(deps: {
  readonly folder: string;
  readonly net: SafeFetch;
  readonly ids: Pick<Ids, 'random'>;
}): Promise<MediaStore> {
  const unfinished = join(deps.folder, 'unfinished');
  await rm(unfinished, { recursive: true, force: true });
  const pathOf = (sha256: string) => join(deps.folder, sha256.slice(0, 2), sha256.slice(2));

  async function keep(bytes: AsyncIterable<Uint8Array>, claimed: string | undefined): Promise<StoredMedia> {
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    const temporary = join(unfinished, deps.ids.random());
    const file = await open(temporary, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      const { head, sizeBytes } = await copy(bytes, file, hash);
      await file.sync();
      const sha256 = hash.digest('hex');
      await publish(temporary, pathOf(sha256));
      return { sha256, sizeBytes, mimeType: (await sniff(head)) ?? cleanType(claimed) ?? anyType };
    } finally {
      await file.close();
      await rm(temporary, { force: true });
    }
  }

  return {
    async ingest(source, signal) {
      if (source.kind === 'bytes') return keep(source.bytes, source.mimeType);
      const answer = await deps.net.fetch(source.url, {
        maxBytes: maxMediaBytes,
        timeoutMs: fetchTimeoutMs,
        maxRedirects,
        ...(signal && { signal }),
        ...(source.loopbackGranted !== undefined && { loopbackGranted: source.loopbackGranted }),
      });
      if (answer.status !== 200) throw new FetchRefused('unreachable', `The URL answered with status ${answer.status}`);
      return keep(answer.body, source.mimeType ?? answer.headers.get('content-type'));
    },
    forgetBefore: (beforeMs) => forgetBefore(deps.folder, beforeMs),
    async read(sha256) {
      if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
      const path = pathOf(sha256);
      const found = await stat(path).catch(() => undefined);
      return found?.isFile() ? { sizeBytes: found.size, open: () => createReadStream(path) } : undefined;
    },
  };
}

async function copy(bytes: AsyncIterable<Uint8Array>, file: FileHandle, hash: Hash) {
  const head: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    if (sizeBytes < sniffedBytes) head.push(chunk.subarray(0, sniffedBytes - sizeBytes));
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxMediaBytes) throw new FetchRefused('too_large', `Media may have ${maxMediaBytes} bytes at most`);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  return { head: Buffer.concat(head), sizeBytes };
}

/** Taking the same bytes in again makes their file anew, so its age is that of their newest use. */
async function forgetBefore(folder: string, beforeMs: number): Promise<number> {
  let gone = 0;
  const folders = await readdir(folder).catch(() => []);
  for (const shelf of folders.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const name of await readdir(join(folder, shelf))) {
      const path = join(folder, shelf, name);
      const found = await stat(path).catch(() => undefined);
      if (!found || found.mtimeMs >= beforeMs) continue;
      await rm(path, { force: true });
      gone += 1;
    }
  }
  return gone;
}

/** Renamed into place, and the folders' entries are on disk too. */
async function publish(temporary: string, path: string): Promise<void> {
  const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rename(temporary, path);
  for (const folder of made === undefined ? [dirname(path)] : [dirname(path), dirname(dirname(path))]) {
    const handle = await open(folder);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function sniff(head: Uint8Array): Promise<string | undefined> {
  // Loaded with the first attachment: most gateways start without one.
  const { fileTypeFromBuffer } = await import('file-type');
  return (await fileTypeFromBuffer(head))?.mime;
}

/** `type/subtype` without parameters, or undefined when it is none. */
function cleanType(text: string | undefined): string | undefined {
  return /^\s*([a-z0-9][\w.+-]{0,63}\/[a-z0-9][\w.+-]{0,95})\s*(;|$)/i.exec(text ?? '')?.[1]?.toLowerCase();
}
