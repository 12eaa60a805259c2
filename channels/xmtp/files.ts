/**
 * Files by links that somebody else chose: fetched from public addresses, and from those the operator opened.
 */
import { createSafeFetch } from '#net/fetch.ts';
import type { DriverHost } from '#ports/driver.ts';

export interface Files {
  /** Throws when it cannot be had whole. */
  fetch(url: string, maxBytes: number, signal: AbortSignal): Promise<{ mimeType: string; bytes: Uint8Array }>;
  close(): Promise<void>;
}

export function createFiles({ targets }: Pick<DriverHost, 'targets'>): Files {
  const net = createSafeFetch(targets);
  return {
    async fetch(url, maxBytes, signal) {
      const answer = await net.fetch(url, { maxBytes, timeoutMs: 8_000, maxRedirects: 3, signal });
      if (answer.status !== 200) throw new Error(`the file's server answered ${answer.status}`);
      const pieces: Uint8Array[] = [];
      for await (const piece of answer.body) pieces.push(piece);
      const mimeType = answer.headers.get('content-type')?.split(';')[0]?.trim() ?? 'application/octet-stream';
      return { mimeType, bytes: Buffer.concat(pieces) };
    },
    close: () => net.close(),
  };
}
