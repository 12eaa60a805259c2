/**
 * Links to stored attachments. A message row holds a stable reference; what a reader is given is a link that opens
 * without a header, is signed, and ends. The bytes were chosen by a stranger, so they are served as a download that a
 * browser neither interprets nor runs.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Clock } from '#ports/runtime.ts';
import type { MediaStore, StoredMedia } from './store.ts';

const scheme = 'clawgate-media:';
const reference = /^clawgate-media:([0-9a-f]{64});([\w.+/-]+)$/;
const hourMs = 60 * 60 * 1000;
const lifetimeMs = 24 * hourMs;

/** Where the links lead: mount `serve` there. */
export const mediaPath = '/media/';

/** What a message part holds as its URL for an attachment of ours. */
export const mediaReference = ({ sha256, mimeType }: Pick<StoredMedia, 'sha256' | 'mimeType'>): string =>
  `${scheme}${sha256};${mimeType}`;

export interface MediaLinks {
  /** A signed link for a reference, good for a day; any other URL as it is. Same reference, same hour: same link. */
  link(url: string): string;
  /** Answers GET and HEAD of a link: 403 for a bad or spent signature, 404 when the file is gone. */
  serve(request: Request): Promise<Response>;
}

export function createMediaLinks(deps: {
  readonly media: Pick<MediaStore, 'read'>;
  readonly signingKey: Uint8Array;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** The gateway's public URL, without a slash at its end. Asked late: the port may not be known yet. */
  readonly publicUrl: () => string;
}): MediaLinks {
  const sign = (sha256: string, mimeType: string, expires: string) =>
    createHmac('sha256', deps.signingKey).update(`${sha256}\n${mimeType}\n${expires}`).digest('base64url');
  return {
    link(url) {
      const [, sha256, mimeType] = reference.exec(url) ?? [];
      if (sha256 === undefined || mimeType === undefined) return url;
      const expires = String((Math.ceil(deps.clock.nowMs() / hourMs) * hourMs + lifetimeMs) / 1000);
      const query = new URLSearchParams({ type: mimeType, expires, sig: sign(sha256, mimeType, expires) });
      return `${deps.publicUrl()}${mediaPath}${sha256}?${query.toString()}`;
    },
    async serve(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return problem(405, 'Media can only be read', { allow: 'GET, HEAD' });
      }
      const { pathname, searchParams } = new URL(request.url);
      const sha256 = pathname.slice(pathname.lastIndexOf('/') + 1);
      const [mimeType = '', expires = '', signature = ''] = ['type', 'expires', 'sig'].map(
        (name) => searchParams.get(name) ?? '',
      );
      const isSigned = isSame(signature, sign(sha256, mimeType, expires));
      if (!isSigned)
        return problem(403, 'This link is not signed by this gateway; read the message again for a fresh one');
      const leftMs = Number(expires) * 1000 - deps.clock.nowMs();
      if (!(leftMs > 0)) return problem(403, 'This link has ended; read the message again for a fresh one');
      const found = await deps.media.read(sha256);
      if (!found) return problem(404, 'This attachment is no longer kept');
      const headers = headersOf(sha256, mimeType, found.sizeBytes, leftMs);
      if (request.method === 'HEAD') return new Response(null, { headers });
      return new Response(Readable.toWeb(found.open()) as ReadableStream, { headers });
    },
  };
}

/** Said with every answer: whatever the bytes are, a browser is to save them and do nothing else. */
const inert = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
};

function headersOf(sha256: string, mimeType: string, sizeBytes: number, leftMs: number): Record<string, string> {
  const [, ending = ''] = /^[a-z]+\/([a-z0-9]{2,5})$/.exec(mimeType) ?? [];
  return {
    ...inert,
    'content-type': mimeType,
    'content-length': String(sizeBytes),
    'content-disposition': `attachment; filename="${sha256.slice(0, 12)}${ending && `.${ending}`}"`,
    'cache-control': `private, immutable, max-age=${Math.floor(leftMs / 1000)}`,
    etag: `"${sha256}"`,
  };
}

function problem(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json(
    { ok: false, error },
    { status, headers: { ...inert, 'cache-control': 'no-store', ...headers } },
  );
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
