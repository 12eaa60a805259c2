// Attachments: kept whole under the name of their bytes, read through links that are signed and end, and served so
// that no browser runs them.
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectionId } from '#core/ids.ts';
import { createKeepAttachment } from '#media/keep-attachment.ts';
import { createMediaLinks, mediaReference } from '#media/links.ts';
import { maxMediaBytes, openMediaStore, type MediaStore } from '#media/store.ts';
import { createSafeFetch, FetchRefused } from '#net/fetch.ts';
import type { Log } from '#ports/runtime.ts';
import { createSystemRuntime } from '#runtime/system.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const net = createSafeFetch({ privateTargets: [], ownPorts: () => [] });
const { ids } = createSystemRuntime();

let folder = '';
let media: MediaStore;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'clawgate-media-')), 'media');
  media = await openMediaStore({ folder, net, ids });
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

describe('an attachment', () => {
  test('is kept once, however often it comes, and its type is what its bytes show', async () => {
    const first = await media.ingest({ kind: 'bytes', bytes: chunks(png), mimeType: 'text/html' });
    const again = await media.ingest({ kind: 'bytes', bytes: chunks(png.subarray(0, 5), png.subarray(5)) });
    expect(first).toEqual({ sha256: again.sha256, mimeType: 'image/png', sizeBytes: png.length });
    expect(await files()).toHaveLength(1);
  });

  test.each([
    ['text/plain; charset=utf-8', 'text/plain'],
    ['IMAGE/SVG+XML', 'image/svg+xml'],
    ['nonsense\r\nx: y', 'application/octet-stream'],
    [undefined, 'application/octet-stream'],
  ])('whose bytes show nothing has the type it came with: %s', async (mimeType, expected) => {
    const source = { kind: 'bytes' as const, bytes: chunks(Buffer.from('hello')), ...(mimeType && { mimeType }) };
    expect((await media.ingest(source)).mimeType).toBe(expected);
  });

  test('above the limit is refused and leaves nothing behind', async () => {
    const big = Buffer.alloc(maxMediaBytes / 2 + 1);
    const ingest = media.ingest({ kind: 'bytes', bytes: chunks(big, big) });
    await expect(ingest).rejects.toBeInstanceOf(FetchRefused);
    expect(await files()).toEqual([]);
  });

  test('that a crash left unfinished is cleared away at the next start', async () => {
    await mkdir(join(folder, 'unfinished'), { recursive: true });
    await writeFile(join(folder, 'unfinished', 'half'), 'x');
    await openMediaStore({ folder, net, ids });
    expect(await files()).toEqual([]);
  });

  test('is forgotten once it is older than asked, by when the same bytes last came', async () => {
    const take = (text: string) => media.ingest({ kind: 'bytes', bytes: chunks(Buffer.from(text)) });
    const [old, seenAgain] = [await take('old'), await take('seen again')];
    const past = new Date(Date.now() - 60_000);
    for (const { parentPath, name } of await files()) await utimes(join(parentPath, name), past, past);
    await take('seen again');
    expect(await media.forgetBefore(Date.now() - 30_000)).toBe(1);
    expect(await media.read(old.sha256)).toBeUndefined();
    expect(await media.read(seenAgain.sha256)).toBeDefined();
  });

  test('is fetched from a URL under the rules for URLs chosen by others', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/gone') response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'application/x-thing' }).end('thing');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await media.ingest({ kind: 'url', url, loopbackGranted: true })).toMatchObject({
      mimeType: 'application/x-thing',
    });
    await expect(media.ingest({ kind: 'url', url })).rejects.toMatchObject({ reason: 'address' });
    const gone = media.ingest({ kind: 'url', url: `${url}/gone`, loopbackGranted: true });
    await expect(gone).rejects.toMatchObject({ reason: 'unreachable' });
    await net.close();
    await new Promise((done) => server.close(done));
  });
});

describe('an inbound attachment', () => {
  const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
  const connection = connectionId('simulator');

  test('that only its driver can fetch is fetched by the driver and kept', async () => {
    const keep = createKeepAttachment({
      media,
      log: quiet,
      driver: () => ({ fetchMedia: async () => ({ mimeType: 'image/jpeg', bytes: chunks(png) }) }),
    });
    const kept = await keep(connection, { url: 'phone:1', mimeType: 'image/jpeg', fetch: 'driver' });
    expect(kept).toEqual({
      url: expect.stringMatching(/^clawgate-media:[0-9a-f]{64};image\/png$/) as string,
      mimeType: 'image/png',
    });
  });

  test('that cannot be had keeps the URL it came with', async () => {
    const keep = createKeepAttachment({ media, log: quiet, driver: () => undefined });
    const attachment = { url: 'http://127.0.0.1:1/x.png', mimeType: 'image/png' };
    expect(await keep(connection, { ...attachment, fetch: 'public' })).toEqual(attachment);
    expect(await keep(connection, { ...attachment, fetch: 'driver' })).toEqual(attachment);
  });
});

describe('a link', () => {
  let nowMs = Date.UTC(2026, 0, 1);
  const open = () =>
    createMediaLinks({
      media,
      signingKey: Buffer.alloc(32, 7),
      clock: { nowMs: () => nowMs },
      publicUrl: () => 'https://gateway.example/base',
    });
  const stored = async () => mediaReference(await media.ingest({ kind: 'bytes', bytes: chunks(png) }));

  test('opens without a header and is answered as a download that nothing runs', async () => {
    const links = open();
    const url = links.link(await stored());
    expect(url).toMatch(/^https:\/\/gateway\.example\/base\/media\/[0-9a-f]{64}\?/);
    const answer = await links.serve(new Request(url));
    expect(Buffer.from(await answer.arrayBuffer()).equals(png)).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.length),
      'content-disposition': expect.stringMatching(/^attachment; filename="[0-9a-f]{12}\.png"$/) as string,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox') as string,
    });
    const head = await links.serve(new Request(url, { method: 'HEAD' }));
    expect([head.status, head.headers.get('content-length'), head.body]).toEqual([200, String(png.length), null]);
  });

  test('leaves every other URL as it is', () => {
    expect(open().link('https://example.com/cat.png')).toBe('https://example.com/cat.png');
    expect(open().link('clawgate-media:short;image/png')).toBe('clawgate-media:short;image/png');
  });

  test('ends after a day', async () => {
    const links = open();
    const url = links.link(await stored());
    nowMs += 23 * 60 * 60 * 1000;
    expect((await links.serve(new Request(url))).status).toBe(200);
    nowMs += 2 * 60 * 60 * 1000;
    expect((await links.serve(new Request(url))).status).toBe(403);
  });

  test('is refused when anything in it was changed', async () => {
    const links = open();
    const url = links.link(await stored());
    const changes = [
      url.replace('image%2Fpng', 'text%2Fhtml'),
      url.replace(/expires=\d+/, 'expires=99999999999'),
      url.replace(/media\/../, 'media/00'),
      url.replace(/sig=.*/, 'sig='),
      url.replace(/\?.*/, ''),
    ];
    const statuses = await Promise.all(
      changes.map(async (changed) => (await links.serve(new Request(changed))).status),
    );
    expect(statuses).toEqual([403, 403, 403, 403, 403]);
    expect((await links.serve(new Request(url, { method: 'POST' }))).status).toBe(405);
  });

  test('to something no longer kept says so', async () => {
    const links = open();
    const url = links.link(await stored());
    await rm(folder, { recursive: true });
    expect((await links.serve(new Request(url))).status).toBe(404);
  });
});
