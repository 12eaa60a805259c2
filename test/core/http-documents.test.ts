// What the gateway says about itself to anyone, and drivers' own surfaces mounted beside it.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import request from 'supertest';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Account, Principal } from '#core/account.ts';
import { idText } from '#core/ids.ts';
import { loadContract } from '#facades/claw-messenger/rest/edge.ts';
import { renderFailure } from '#facades/claw-messenger/rest/failures.ts';
import { createDoor } from '#http/authenticate.ts';
import { commitReader } from '#http/commit.ts';
import { documentsMount, type DocumentsOptions } from '#http/documents.ts';
import { noLimits } from '#http/limits.ts';
import { mountControl, mountHooks, mountOpen, type Serve } from '#http/mount-control.ts';
import { mergeOpenApi } from '#http/openapi-merge.ts';
import { createSystemRuntime } from '#runtime/system.ts';
import { closeHouses, openHouse } from '../support/http-house.ts';

afterEach(closeHouses);

const loadSimulator = async (): Promise<unknown> =>
  (await import('#wire/simulator.openapi.json', { with: { type: 'json' } })).default;
const loadAsync = async (): Promise<unknown> =>
  (await import('#wire/claw-messenger.asyncapi.json', { with: { type: 'json' } })).default;

const account = { id: idText('account', 1), state: 'active' } as Account;
const key = idText('key', 1);
const known: Record<string, Principal> = {
  owner: { account: account.id, key, scopes: ['*'], operator: true },
  tenant: { account: account.id, key, scopes: ['*'], operator: false },
  narrow: { account: account.id, key, scopes: ['read:status'], operator: true },
};
const door = createDoor({
  limits: noLimits,
  authenticate: (credential) => {
    const principal = known[credential];
    if (principal) return Promise.resolve({ ok: true, principal, account });
    return Promise.resolve({ ok: false, failure: { code: 'unauthenticated', message: 'Unknown key' } });
  },
});

async function openDocuments(options: Partial<DocumentsOptions> = {}, trustedProxies: string[] = []) {
  const address = { url: '' };
  const mount = documentsMount({
    version: '0.1.0',
    commit: commitReader('/nowhere'),
    url: () => address.url,
    clock: createSystemRuntime().clock,
    door,
    failures: renderFailure,
    openapi: [
      { name: 'Claw Messenger', slug: 'claw-messenger', load: loadContract },
      { name: 'Phone network', slug: 'simulator', load: loadSimulator },
    ],
    openrpc: async () => ({ openrpc: '1.3.2' }),
    asyncapi: loadAsync,
    sockets: () => 3,
    unready: () => Promise.resolve([]),
    ailing: () => Promise.resolve([]),
    metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    ...options,
  });
  const house = await openHouse({ mounts: [mount], trustedProxies });
  address.url = house.server.url();
  return house;
}

describe('the gateway’s own answers', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: true });
  beforeAll(async () => {
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'contract', ...((await loadContract()) as object) });
  });
  const follows = (schema: string, body: unknown): void => {
    const validate = ajv.getSchema(`contract#/components/schemas/${schema}`);
    const isRight = validate?.(body);
    expect([isRight, validate?.errors]).toEqual([true, null]);
  };

  test('are as the contract has them', async () => {
    const { url } = await openDocuments();
    const body = async (path: string) => (await request(url).get(path).expect(200)).body as unknown;
    follows('ServiceInfo', await body('/'));
    follows('Health', await body('/health'));
    follows('Liveness', await body('/healthz'));
    follows('Readiness', await body('/readyz'));
    follows('OpenApiDocument', await body('/openapi.json'));
    follows('AsyncApiDocument', await body('/asyncapi.json'));
    expect(await body('/')).toMatchObject({ name: 'clawgate', websocket_url: `${url.replace('http', 'ws')}/ws` });
    expect(await body('/healthz')).toEqual({ ok: true, status: 'live', connections: 3 });
    expect(await body('/health')).toMatchObject({ status: 'ok', commit: 'unknown', version: '0.1.0' });
  });

  test('name the commit of a checkout, and call an archive’s unknown', async () => {
    const root = new URL('../..', import.meta.url).pathname;
    expect(await commitReader(root)()).toMatch(/^([0-9a-f]{12}|unknown)$/);
    expect(await commitReader('/nowhere')()).toBe('unknown');
  });

  test('say what keeps it from being ready, and list a channel that is down without that', async () => {
    const starting = await openDocuments({ unready: () => Promise.resolve(['the store does not answer']) });
    const refused = await request(starting.url).get('/readyz');
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.body).toEqual({
      ok: false,
      error: 'The gateway is not ready',
      detail: 'The store does not answer.',
    });

    const ailing = [{ connection: 'acme', state: 'down', mend: 'Check the token' } as const];
    const limping = await openDocuments({ ailing: () => Promise.resolve(ailing) });
    const ready = await request(limping.url).get('/readyz');
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({ ok: true, status: 'ready', down: ailing });
    follows('Readiness', ready.body);
    expect((await request(limping.url).get('/health')).body).toMatchObject({ status: 'degraded' });
  });

  test('take GET alone', async () => {
    const { url } = await openDocuments();
    const { status, headers } = await request(url).post('/health');
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
    expect((await request(url).head('/health')).status).toBe(200);
    expect((await request(url).get('/docs/../package.json')).status).toBe(404);
  });

  test('give metrics to this machine and to the owner', async () => {
    const { url } = await openDocuments({}, ['127.0.0.1']);
    const near = await request(url).get('/metrics');
    expect([near.status, near.text]).toEqual([200, 'up 1\n']);
    expect(near.headers['content-type']).toMatch(/^text\/plain/);
    const far = (credential?: string) => {
      const asked = request(url).get('/metrics').set('X-Forwarded-For', '198.51.100.7');
      return credential === undefined ? asked : asked.set('Authorization', `Bearer ${credential}`);
    };
    expect((await far()).status).toBe(401);
    expect((await far('tenant')).status).toBe(403);
    expect((await far('narrow')).status).toBe(403);
    expect((await far('owner')).status).toBe(200);
  });
});

describe('the documents', () => {
  test('name this gateway as their server, each facade’s and all of them together', async () => {
    const { url } = await openDocuments();
    const document = async (path: string) =>
      (await request(url).get(path)).body as { servers: { url: string }[]; paths: Record<string, unknown> };
    const [all, messenger] = [await document('/openapi.json'), await document('/openapi/claw-messenger.json')];
    expect([all.servers[0]?.url, messenger.servers[0]?.url]).toEqual([url, url]);
    expect(Object.keys(all.paths)).toEqual(expect.arrayContaining(['/api/routes', '/simulator/phones']));
    expect(all).toMatchObject({ info: { title: 'Clawgate' } });
    expect(Object.keys(messenger.paths)).not.toContain('/simulator/phones');
    const { servers } = (await request(url).get('/asyncapi.json')).body as {
      servers: Record<string, { host: string }>;
    };
    expect(Object.values(servers)[0]?.host).toBe(new URL(url).host);
  });

  test('keep apart what two facades call by one name', () => {
    const one = (maximum: number) => ({
      openapi: '3.1.0',
      paths: { [`/${maximum}`]: { get: { responses: { 200: { $ref: '#/components/responses/A' } } } } },
      components: { responses: { A: { description: String(maximum) }, B: { description: 'same' } } },
      security: [{ key: [maximum] }],
    });
    const merged = mergeOpenApi(
      [
        { slug: 'first', document: one(1) },
        { slug: 'second', document: one(2) },
      ],
      'http://x',
    );
    expect(merged).toMatchObject({
      components: {
        responses: { A: { description: '1' }, second_A: { description: '2' }, B: { description: 'same' } },
      },
      paths: {
        '/2': { get: { security: [{ key: [2] }], responses: { 200: { $ref: '#/components/responses/second_A' } } } },
      },
    });
  });

  test('have an explorer that runs no script but files from here', async () => {
    const { url } = await openDocuments();
    expect((await request(url).get('/docs')).headers['location']).toBe('/docs/');
    const page = await request(url).get('/docs/');
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.text).not.toMatch(/<script(?![^>]*src=)|\son\w+=/);
    const linked = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(linked.length).toBeGreaterThan(4);
    for (const path of linked) {
      expect(path).toMatch(/^\/docs\//);
      const file = await request(url).get(path);
      expect(file.status).toBe(200);
      expect(file.headers['content-type']).toMatch(path.endsWith('.js') ? /javascript/ : /css|png/);
    }
    const start = await request(url).get('/docs/start.js');
    expect(start.text).toContain('/openapi/claw-messenger.json');
    expect(start.text).toContain('/openapi/simulator.json');
  });
});

describe('a surface that speaks fetch', () => {
  const echo: Serve = async (req) => {
    const { pathname, search } = new URL(req.url);
    const headers = Object.fromEntries(req.headers);
    return Response.json(
      { method: req.method, path: pathname + search, headers, body: await req.text() },
      { status: 201 },
    );
  };

  test('of an operator is the owner’s alone, never sees the key, and gets paths below its mount', async () => {
    const mount = mountControl({ path: '/simulator', serve: echo, door, failures: renderFailure });
    const { url } = await openHouse({ mounts: [mount] });
    const post = (credential: string) =>
      request(url).post('/simulator/phones/%2B15551234567/messages?wait=5s').set('X-Api-Key', credential);
    expect((await request(url).get('/simulator/phones')).status).toBe(401);
    expect((await post('tenant')).status).toBe(403);
    const answer = await post('owner').send({ text: 'hi' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      method: 'POST',
      path: '/phones/%2B15551234567/messages?wait=5s',
      body: '{"text":"hi"}',
    });
    expect(answer.text).not.toContain('owner');
    expect((await post('owner').set('Content-Type', 'application/json').send('{"__proto__":1}')).status).toBe(400);
    expect((await post('owner').send({ text: 'x'.repeat(300_000) })).status).toBe(413);
  });

  test('of a provider gets the bytes as they were signed, with its own headers and without a key', async () => {
    const mount = mountHooks({ hook: (name) => (name === 'acme' ? echo : undefined), failures: renderFailure });
    const { url } = await openHouse({ mounts: [mount] });
    const signed = '{ "a" : 1,\n "__proto__": 2 }';
    const answer = await request(url)
      .post('/hooks/acme/inbound?x=1')
      .set({ 'Content-Type': 'application/json', 'X-Signature': 'abc', Authorization: 'Basic provider' })
      .send(signed);
    expect(answer.body).toMatchObject({
      path: '/inbound?x=1',
      body: signed,
      headers: { 'x-signature': 'abc', authorization: 'Basic provider' },
    });
    expect((await request(url).post('/hooks/other')).status).toBe(404);
  });

  test('streams, and hears when its reader has gone', async () => {
    const gone = Promise.withResolvers<void>();
    const stream: Serve = (req) => {
      req.signal.addEventListener('abort', () => gone.resolve());
      const body = new ReadableStream<Uint8Array>({ start: (sink) => sink.enqueue(new TextEncoder().encode('first')) });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/plain' } }));
    };
    const { url } = await openHouse({
      mounts: [mountOpen({ path: '/media', serve: stream, failures: renderFailure })],
    });
    const stop = new AbortController();
    const response = await fetch(`${url}/media/file`, { signal: stop.signal });
    const first = await response.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toBe('first');
    stop.abort();
    await gone.promise;
    expect((await request(url).post('/media/file')).status).toBe(405);
  });
});
