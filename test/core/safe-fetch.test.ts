// Requests to URLs chosen by others. Only loopback servers of this test are ever reached; names are resolved by a
// table, never by a real resolver.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createSafeFetch, FetchRefused, type FetchRequest, type SafeFetch } from '#net/fetch.ts';
import { createJudge } from '#net/targets.ts';

const servers: Server[] = [];
const fetches: SafeFetch[] = [];
afterEach(async () => {
  for (const safe of fetches.splice(0)) await safe.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** A server on loopback, and how many requests reached it. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { seen, port, url: `http://127.0.0.1:${port}` };
}

const names: Record<string, string[]> = {};
const lookup: LookupFunction = (hostname, _options, callback) => {
  const addresses = (names[hostname] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  if (addresses.length > 0) callback(null, addresses);
  else callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
};

function open(options: { privateTargets?: string[]; ownPorts?: number[] } = {}): SafeFetch {
  const safe = createSafeFetch({
    privateTargets: options.privateTargets ?? [],
    ownPorts: () => options.ownPorts ?? [],
    lookup,
  });
  fetches.push(safe);
  return safe;
}

const plain: FetchRequest = { maxBytes: 1000, timeoutMs: 10_000 };
const granted: FetchRequest = { ...plain, loopbackGranted: true };

async function read(safe: SafeFetch, url: string, request: FetchRequest): Promise<string> {
  const { body } = await safe.fetch(url, request);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof FetchRefused ? error.reason : `another error: ${String(error)}`),
  );

describe('an address', () => {
  const closed =
    '127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255 224.0.0.1 198.18.0.1 240.0.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1::1 2001::1 2001:db8::1 nonsense';
  test.each([...closed.split(' '), ''])('that is not public may not be reached: %s', (address) => {
    expect(createJudge({ privateTargets: [], ownPorts: () => [] })(address, 80, false)).toEqual(expect.any(String));
  });

  test('that is public may be reached', () => {
    const judge = createJudge({ privateTargets: [], ownPorts: () => [80] });
    expect([
      judge('8.8.8.8', 80, false),
      judge('2606:4700::1111', 80, false),
      judge('::ffff:8.8.8.8', 80, false),
    ]).toEqual([null, null, null]);
  });

  test('may be opened by its range, but never at the gateway’s own port', () => {
    const judge = createJudge({ privateTargets: ['10.0.0.0/8', 'fd00::/8', '127.0.0.2'], ownPorts: () => [18789] });
    expect([judge('10.9.9.9', 80, false), judge('fd12::1', 80, false), judge('127.0.0.2', 80, false)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(judge('127.0.0.2', 18789, false)).toContain('own port');
    expect(judge('127.0.0.1', 18789, true)).toContain('own port');
    expect(judge('11.0.0.1', 80, false)).toBeNull();
    expect(judge('127.0.0.3', 80, false)).toContain('not public');
  });
});

describe('a URL', () => {
  test.each([
    'ftp://h/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'gopher://h/',
    '/relative',
    '',
    'http://me:x@8.8.8.8/',
  ])('is refused for what it is: %s', async (url) => expect(await reasonOf(open().fetch(url, plain))).toBe('url'));

  test.each(['127.0.0.1', '2130706433', '0x7f.1', '127.1', '[::1]', '[::ffff:7f00:1]', '0'])(
    'is refused when its host is a loopback literal in any spelling: %s',
    async (host) => {
      const { port, seen } = await serve((_, response) => response.end('secret'));
      expect(await reasonOf(open().fetch(`http://${host}:${port}/`, plain))).toBe('address');
      expect(seen).toEqual([]);
    },
  );

  test('is refused when its name leads to a private address', async () => {
    const { port, seen } = await serve((_, response) => response.end('secret'));
    names['inside.example'] = ['127.0.0.1'];
    names['mapped.example'] = ['::ffff:127.0.0.1'];
    expect(await reasonOf(open().fetch(`http://inside.example:${port}/`, plain))).toBe('address');
    expect(await reasonOf(open().fetch(`http://mapped.example:${port}/`, plain))).toBe('address');
    expect(seen).toEqual([]);
  });

  test('is refused when its name leads nowhere', async () => {
    expect(await reasonOf(open().fetch('http://nowhere.example/', plain))).toBe('unreachable');
  });

  test('reaches loopback where it was granted or opened, and never the gateway’s own port', async () => {
    const { url, port, seen } = await serve((_, response) => response.end('hello'));
    names['inside.example'] = ['10.0.0.1', '127.0.0.1'];
    expect(await read(open(), `${url}/granted`, granted)).toBe('hello');
    expect(await read(open({ privateTargets: ['127.0.0.0/8'] }), `http://inside.example:${port}/opened`, plain)).toBe(
      'hello',
    );
    const own = open({ privateTargets: ['127.0.0.0/8'], ownPorts: [port] });
    expect(await reasonOf(own.fetch(url, granted))).toBe('address');
    expect(await reasonOf(own.fetch(`http://inside.example:${port}/`, granted))).toBe('address');
    expect(seen).toEqual(['/granted', '/opened']);
  });

  test('granted to one caller is not granted to the next', async () => {
    const { url } = await serve((_, response) => response.end('hello'));
    const safe = open();
    expect(await read(safe, url, granted)).toBe('hello');
    expect(await reasonOf(safe.fetch(url, plain))).toBe('address');
  });
});

describe('a redirect', () => {
  test('is an answer unless it is asked to be followed', async () => {
    const { url } = await serve((_, response) => response.writeHead(302, { location: '/next' }).end());
    expect((await open().fetch(url, granted)).status).toBe(302);
  });

  test('is followed only to where a URL may lead', async () => {
    const inner = await serve((_, response) => response.end('secret'));
    const outer = await serve((request, response) => {
      const location = request.url === '/out' ? `http://10.0.0.1:${inner.port}/` : '/done';
      if (request.url === '/done') response.end('done');
      else response.writeHead(307, { location }).end();
    });
    const request = { ...plain, maxRedirects: 3 };
    const safe = open({ privateTargets: ['127.0.0.1/32'] });
    expect(await read(safe, `${outer.url}/start`, request)).toBe('done');
    expect(await reasonOf(safe.fetch(`${outer.url}/out`, request))).toBe('address');
    expect(inner.seen).toEqual([]);
  });

  test('to another scheme is refused, and a circle ends', async () => {
    const { url, seen } = await serve((request, response) =>
      response.writeHead(302, { location: request.url === '/file' ? 'file:///etc/passwd' : '/again' }).end(),
    );
    const request = { ...granted, maxRedirects: 2 };
    expect(await reasonOf(open().fetch(`${url}/file`, request))).toBe('url');
    expect(await reasonOf(open().fetch(url, request))).toBe('redirects');
    expect(seen).toHaveLength(4);
  });
});

describe('an answer', () => {
  test.each([
    ['says that it is', { 'content-length': '5000' }, Buffer.alloc(5000)],
    ['turns out to be', {}, Buffer.alloc(5000)],
    ['unpacks to be', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(5000))],
  ])('is given up when it %s too large', async (_how, headers, bytes) => {
    const { url } = await serve((_, response) => response.writeHead(200, headers).end(bytes));
    expect(await reasonOf(read(open(), url, granted))).toBe('too_large');
    expect(await reasonOf(read(open(), url, { ...granted, maxBytes: 5000 }))).toBe('answered');
  });

  test('is given up when it never comes or never ends', async () => {
    const silent = await serve(() => undefined);
    const endless = await serve((_, response) => void response.writeHead(200).write('x'));
    const hasty = { ...granted, timeoutMs: 100 };
    expect(await reasonOf(read(open(), silent.url, hasty))).toBe('timeout');
    expect(await reasonOf(read(open(), endless.url, hasty))).toBe('timeout');
  });

  test('is given up when the caller stops', async () => {
    const stop = new AbortController();
    const { url } = await serve(() => stop.abort());
    expect(await reasonOf(open().fetch(url, { ...granted, signal: stop.signal }))).toBe('stopped');
  });

  test('to a POST comes with its status and headers', async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(202, { 'x-method': `${request.method} ${request.headers['content-type'] ?? ''}` });
      request.pipe(response);
    });
    const request = { ...granted, method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
    const answer = await open().fetch(url, request);
    expect([answer.status, answer.headers.get('x-method')]).toEqual([202, 'POST application/json']);
    expect(await read(open(), url, request)).toBe('{"a":1}');
  });
});

describe('a URL that is only checked', () => {
  test('is refused for what a fetch would refuse it for, and nothing is fetched', async () => {
    const { url, port, seen } = await serve((_, response) => response.end('hello'));
    names['inside.example'] = ['10.0.0.1', '127.0.0.1'];
    const safe = open();
    const checked = (text: string, loopbackGranted = false) => reasonOf(safe.check(text, { loopbackGranted }));
    expect(await checked('ftp://h/')).toBe('url');
    expect(await checked('http://me:x@8.8.8.8/')).toBe('url');
    expect(await checked(url)).toBe('address');
    expect(await checked(`http://inside.example:${port}/`)).toBe('address');
    expect(await checked(url, true)).toBe('answered');
    expect(await checked(`http://inside.example:${port}/`, true)).toBe('answered');
    expect(await checked('https://8.8.8.8/hook')).toBe('answered');
    expect(await checked('https://nowhere.example/')).toBe('answered');
    const own = open({ privateTargets: ['127.0.0.0/8'], ownPorts: [port] });
    expect(await reasonOf(own.check(`http://inside.example:${port}/`, { loopbackGranted: true }))).toBe('address');
    expect(seen).toEqual([]);
  });
});

describe('a status alone', () => {
  test('comes whatever is behind it, and a redirect is one', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/moved') response.writeHead(307, { location: '/' }).end();
      else if (request.url === '/endless') void response.writeHead(200).write(Buffer.alloc(100_000));
      else response.writeHead(202).end('x'.repeat(500));
    });
    const safe = open();
    const hasty = { ...granted, timeoutMs: 300 };
    expect(await safe.status(url, granted)).toBe(202);
    expect(await safe.status(`${url}/moved`, granted)).toBe(307);
    expect(await safe.status(`${url}/endless`, granted)).toBe(200);
    expect(await safe.status(`${url}/endless`, { ...hasty, maxBytes: 1_000_000 })).toBe(200);
  });

  test('is refused like a fetch: for its address, for its time, and when the caller stops', async () => {
    const silent = await serve(() => undefined);
    names['inside.example'] = ['127.0.0.1'];
    const safe = open();
    expect(await reasonOf(safe.status(silent.url, plain))).toBe('address');
    expect(await reasonOf(safe.status(`http://inside.example:${silent.port}/`, plain))).toBe('address');
    expect(await reasonOf(safe.status('ftp://8.8.8.8/', plain))).toBe('url');
    expect(silent.seen).toEqual([]);
    expect(await reasonOf(safe.status(silent.url, { ...granted, timeoutMs: 100 }))).toBe('timeout');
    const stop = new AbortController();
    const stopped = reasonOf(safe.status(silent.url, { ...granted, signal: stop.signal }));
    stop.abort();
    expect(await stopped).toBe('stopped');
    expect(await reasonOf(safe.status(silent.url, { ...granted, signal: AbortSignal.abort() }))).toBe('stopped');
    const gone = await serve((_, response) => void response.socket?.destroy());
    expect(await reasonOf(safe.status(gone.url, granted))).toBe('unreachable');
  });
});
