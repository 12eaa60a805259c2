// The server in front of every facade: what each answer carries, whom it turns away, upgrades, limits, and the drain.
import { once } from 'node:events';
import { connect } from 'node:net';
import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import type { Account, Principal } from '#core/account.ts';
import { idText } from '#core/ids.ts';
import { renderFailure } from '#facades/claw-messenger/rest/failures.ts';
import type { Mount } from '#http/app.ts';
import { createDoor } from '#http/authenticate.ts';
import { readJson } from '#http/body.ts';
import { createLimits } from '#http/limits.ts';
import type { UpgradeHandler } from '#http/upgrades.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { closeHouses, openHouse, type House } from '../support/http-house.ts';

afterEach(closeHouses);

const mount = (path: string, handler: Mount['handler']): Mount => ({
  path,
  name: path,
  handler,
  failures: renderFailure,
});
const hello = mount('/hello', (_req, res) => void res.json({ hello: 'you' }));
const failing = mount('/fail', () => {
  throw new Error('SELECT secret FROM keys');
});
const refusal = { ok: false, error: expect.any(String) as string, detail: expect.any(String) as string };

describe('every answer', () => {
  test('carries a request id, the caller’s own where it is sane', async () => {
    const { url } = await openHouse({ mounts: [hello] });
    const { headers } = await request(url).get('/hello');
    expect(headers['x-request-id']).toMatch(/^req_.{16,}$/);
    const mine = await request(url).get('/hello').set('X-Request-Id', 'trace-0123456789');
    expect(mine.headers['x-request-id']).toBe('trace-0123456789');
    const insane = await request(url).get('/hello').set('X-Request-Id', 'a b<script>');
    expect(insane.headers['x-request-id']).toMatch(/^req_/);
  });

  test('tells a browser not to sniff, frame, script or tell on it', async () => {
    const { url } = await openHouse({ mounts: [hello] });
    const { headers } = await request(url).get('/hello');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  test('is in the facade’s shape where there is nothing, and where something broke, and tells no secrets', async () => {
    const { url, lines } = await openHouse({ mounts: [failing] });
    const nothing = await request(url).get('/nowhere');
    expect(nothing.status).toBe(404);
    expect(nothing.body).toEqual(refusal);
    const broken = await request(url).get('/fail');
    expect(broken.status).toBe(500);
    expect(broken.body).toEqual(refusal);
    expect(broken.text).not.toContain('SELECT');
    expect(lines.join('\n')).toContain(String(broken.headers['x-request-id']));
    expect((await request(url).get('/%E0%A4%A')).status).toBe(404);
  });

  test('comes from the mount whose path fits best', async () => {
    const answer = (name: string, path: string) => mount(path, (_req, res) => void res.json({ name }));
    const { url } = await openHouse({ mounts: [answer('root', '/'), answer('api', '/api'), answer('v1', '/api/v1')] });
    const nameAt = async (path: string) => ((await request(url).get(path)).body as { name: string }).name;
    expect([await nameAt('/'), await nameAt('/apiary'), await nameAt('/api/x'), await nameAt('/api/v1')]).toEqual([
      'root',
      'root',
      'api',
      'v1',
    ]);
  });
});

describe('what is no HTTP', () => {
  test.each([
    ['nonsense', 'HELLO\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('(%s) is answered in our shape', async (_what, bytes, status) => {
    const { port } = await openHouse();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*X-Request-Id: req_[^]*\\{"ok":false,`));
    socket.destroy();
  });
});

describe('a stranger', () => {
  test('by whose host name a browser was led here is turned away', async () => {
    const { url } = await openHouse({ mounts: [hello], publicUrl: 'https://gw.example.com/' });
    const as = async (host: string) => (await request(url).get('/hello').set('Host', host)).status;
    expect(await as('evil.example')).toBe(403);
    expect(await as('gw.example.com')).toBe(200);
    expect(await as('localhost:1')).toBe(200);
    expect(await as('127.0.0.1')).toBe(200);
  });

  test('whose page posts here without a key is turned away; with a key it is the key that counts', async () => {
    const { url } = await openHouse({ mounts: [hello] });
    const post = () => request(url).post('/hello').set('Origin', 'https://evil.example');
    expect((await post()).status).toBe(403);
    expect((await post().set('Authorization', 'Bearer x')).status).toBe(200);
    expect((await request(url).post('/hello').set('Origin', url)).status).toBe(200);
    expect((await request(url).get('/hello').set('Origin', 'https://evil.example')).status).toBe(200);
  });
});

describe('a body', () => {
  const echo = mount('/echo', (req, res, next) =>
    readJson()(req, res, (error?: unknown) =>
      error === undefined ? res.json({ body: req.body as unknown }) : next(error),
    ),
  );

  test.each([
    ['malformed JSON', '{"a":', 'application/json', 400],
    ['JSON 33 levels deep', '['.repeat(33) + ']'.repeat(33), 'application/json', 400],
    ['a key that reaches a prototype', '{"__proto__":{}}', 'application/json', 400],
    ['something that is not JSON', 'a=1', 'application/x-www-form-urlencoded', 400],
    ['more than 256 KiB', `"${'x'.repeat(256 * 1024)}"`, 'application/json', 413],
    ['JSON of 256 KiB', `"${'x'.repeat(256 * 1024 - 2)}"`, 'application/json; charset=utf-8', 200],
  ])('of %s is answered as it should be', async (_what, body, type, status) => {
    const { url } = await openHouse({ mounts: [echo] });
    const answer = await request(url).post('/echo').set('Content-Type', type).send(body);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(status === 200 ? { body: JSON.parse(body) as unknown } : refusal);
  });

  test('that is too large is not read to its end, even when it does not say how long it is', async () => {
    const { url, port } = await openHouse({ mounts: [echo] });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`POST /echo HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/json\r\n`);
    socket.write(`Transfer-Encoding: chunked\r\n\r\n${(300 * 1024).toString(16)}\r\n${'x'.repeat(300 * 1024)}\r\n`);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    socket.destroy();
  });
});

describe('an upgrade', () => {
  async function upgrade({ port }: House, path: string, headers = ''): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return answer.toString();
  }
  const seen: { url: string | undefined; key: string | null }[] = [];
  const upgrades = new Map<string, UpgradeHandler>([
    [
      '/ws',
      (req, socket, _head, url) => {
        seen.push({ url: req.url, key: url.searchParams.get('key') });
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      },
    ],
  ]);

  test('reaches the handler of its exact path, which alone sees the key in the URL', async () => {
    const house = await openHouse({ upgrades });
    expect(await upgrade(house, '/ws?key=secret-key&client=a/1')).toMatch(/^HTTP\/1\.1 101/);
    expect(seen.at(-1)).toEqual({ url: '/ws?client=a/1', key: 'secret-key' });
    expect(house.lines.join()).not.toContain('secret-key');
  });

  test('to any other path or host is answered in HTTP and JSON', async () => {
    const house = await openHouse({ upgrades });
    const lost = await upgrade(house, '/wss?key=secret-key');
    expect(lost).toMatch(/^HTTP\/1\.1 404 Not Found\r\n[^]*X-Request-Id: req_[^]*\{"ok":false,"error":/);
    expect(lost).not.toContain('secret-key');
    expect(await upgrade(house, '//evil/ws')).toMatch(/^HTTP\/1\.1 404/);
  });

  test('is refused while the gateway drains', async () => {
    const slow = mount('/slow', (_req, res) => void waiting.push(() => res.json({ done: true })));
    const waiting: (() => void)[] = [];
    const house = await openHouse({ upgrades, mounts: [slow] });
    const [keptOpen, request1] = [connect(house.port, '127.0.0.1'), request(house.url).get('/slow')];
    const answered = request1.then((answer) => answer.body as unknown);
    await once(keptOpen, 'connect');
    while (waiting.length === 0) await new Promise(setImmediate);
    keptOpen.write(`GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n`);
    const drained = house.server.drain(5_000);
    expect(house.server.draining.aborted).toBe(true);
    keptOpen.write(`Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const [answer] = (await once(keptOpen, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 5/);
    for (const finish of waiting) finish();
    expect(await answered).toEqual({ done: true });
    await drained;
    await expect(request(house.url).get('/slow')).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('limits', () => {
  const key = idText('key', 1);
  const principal: Principal = { account: idText('account', 1), key, scopes: ['*'], operator: false };
  const account = { id: principal.account, state: 'active' } as Account;
  const limits = () => createLimits({ clock: createSystemRuntime().clock });

  test('are told with every answer, in both dialects', async () => {
    const { url } = await openHouse({ mounts: [hello], limits: limits(), trustedProxies: ['127.0.0.1'] });
    const { headers } = await request(url).get('/hello').set('X-Forwarded-For', '198.51.100.7');
    expect(headers).toMatchObject({
      'x-ratelimit-limit': '1200',
      'x-ratelimit-remaining': '1199',
      'x-ratelimit-reset': expect.stringMatching(/^\d{10}$/) as string,
      ratelimit: expect.stringMatching(/^"default";r=1199;t=\d+$/) as string,
      'ratelimit-policy': '"default";q=1200;w=60',
    });
  });

  test('turn away who fails to authenticate again and again, and no one else', async () => {
    const door = createDoor({
      limits: limits(),
      authenticate: (credential) =>
        Promise.resolve(
          credential === 'good'
            ? { ok: true, principal, account }
            : { ok: false, failure: { code: 'unauthenticated', message: 'Unknown key' } },
        ),
    });
    const guard = door.requireKey('read:status');
    const guarded = mount('/guarded', (req, res, next) =>
      guard(req, res, (error?: unknown) => (error === undefined ? res.json({ ok: true }) : next(error))),
    );
    const { url } = await openHouse({ mounts: [guarded], trustedProxies: ['127.0.0.1'] });
    const visit = (peer: string, credential: string) =>
      request(url).get('/guarded').set('X-Forwarded-For', peer).set('X-Api-Key', credential);
    for (let tries = 0; tries < 30; tries += 1) expect((await visit('198.51.100.7', 'bad')).status).toBe(401);
    const last = await visit('198.51.100.7', 'bad');
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(last.body).toEqual(refusal);
    expect((await visit('198.51.100.8', 'good')).status).toBe(200);
    expect((await request(url).get('/guarded?key=good')).status).toBe(200);
    expect((await request(url).get('/guarded')).headers['www-authenticate']).toMatch(/^Bearer/);
  });
});

describe('a port', () => {
  test('that is taken is named, with the mend', async () => {
    const { port } = await openHouse();
    await expect(openHouse({ port })).rejects.toThrow(/is taken; .*CLAWGATE_PORT/);
  });

  test('0 becomes a real one in the URL', async () => {
    const { server, port } = await openHouse();
    expect(port).toBeGreaterThan(0);
    expect(server.url()).toBe(`http://127.0.0.1:${port}`);
    const { server: named } = await openHouse({ publicUrl: 'https://gw.example.com/' });
    expect(named.url()).toBe('https://gw.example.com');
  });
});
