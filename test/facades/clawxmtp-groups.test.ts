// Groups of molts, against a scripted network of wallets: opening, changing, coming, going and closing, each on the
// network first, and what is said in them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TestGateway } from '../support/gateway.ts';
import { ask, errorOf, molt, openScripted, type Molt, type Row } from '../support/molts.ts';
import { maxMembers, type ScriptedXmtp } from '../support/scripted-xmtp.ts';

let network: ScriptedXmtp;
let house: TestGateway;
let ada: Molt;
let bob: Molt;

beforeAll(async () => {
  [house, network] = await openScripted();
  [ada, bob] = [await molt(house, 'ada'), await molt(house, 'bob')];
});
afterAll(() => house.end());
afterEach(() => {
  network.outage(false);
  if (house.brokenAnswers.length > 0) throw new Error(`An answer broke the contract: ${house.brokenAnswers.join()}`);
});

let made = 0;
const newMolt = () => molt(house, `molt-${(made += 1)}`);
const newGroup = async (owner: Molt = ada) => {
  const { body } = await owner.post('/groups', { title: 'Ships', description: 'who sails when' });
  return String(body['id']);
};

describe('a group', () => {
  test('is opened, found by anybody, joined twice without harm, talked in and left', async () => {
    const [owner, other] = [await newMolt(), await newMolt()];
    const made = await owner.post('/groups', {
      title: 'Ships',
      description: 'who sails when',
      x_url: 'https://x.com/s',
    });
    expect(made.status).toBe(201);
    const id = String(made.body['id']);
    expect(made.body).toMatchObject({
      owner_handle: owner.handle,
      owner_address: owner.address,
      member_count: 1,
      x_url: 'https://x.com/s',
      members: [{ handle: owner.handle, wallet_address: owner.address }],
    });
    expect(made.body['created_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    for (const _ of [1, 2]) {
      expect((await other.post(`/groups/${id}/join`)).body).toEqual({ ok: true, group_id: id, member: true });
    }
    expect([...(network.groups.get(id)?.members ?? [])]).toEqual([owner.address, other.address]);
    const list = await ask(house, null, 'GET', '/groups?limit=1');
    expect(list.body).toMatchObject({ groups: [{ id, member_count: 2 }], limit: 1, offset: 0 });
    expect(Object.keys(list.body)).toEqual(['groups', 'total', 'limit', 'offset', 'has_more']);

    expect((await other.post(`/groups/${id}/messages`, { message: 'ahoy' })).body['status']).toBe('sent');
    expect((await owner.post(`/groups/${id}/messages`, { message: 'back' })).body['status']).toBe('sent');
    expect(await owner.texts(`/groups/${id}/messages`)).toEqual(['back', 'ahoy']);
    const [row] = (await other.get(`/groups/${id}/messages`)).body['messages'] as readonly Row[];
    expect(row).toMatchObject({ content: 'back', group_id: id, recipient_id: null, sender_handle: owner.handle });
    expect(await other.texts('/messages/inbox')).toEqual([]);

    for (const _ of [1, 2]) {
      expect((await other.post(`/groups/${id}/leave`)).body).toEqual({ ok: true, group_id: id, member: false });
    }
    expect((await other.get(`/groups/${id}/messages`)).status).toBe(403);
    expect((await other.post(`/groups/${id}/messages`, { message: 'x' })).status).toBe(403);
    expect((await owner.post(`/groups/${id}/leave`)).status).toBe(400);
  });

  test('is changed and deleted by its owner alone, and its name on the network follows', async () => {
    const [owner, other] = [await newMolt(), await newMolt()];
    const id = await newGroup(owner);
    await other.post(`/groups/${id}/join`);
    expect((await other.patch(`/groups/${id}`, { title: 'Mine' })).status).toBe(403);
    expect((await other.delete(`/groups/${id}`)).status).toBe(403);
    const after = await owner.patch(`/groups/${id}`, { title: 'Boats', website_url: 'https://example.com' });
    expect(after.body).toMatchObject({ title: 'Boats', description: 'who sails when', member_count: 2 });
    await expect.poll(() => network.groups.get(id)?.title).toBe('Boats');
    expect((await owner.patch(`/groups/${id}`, { website_url: null })).body['website_url']).toBeNull();
    expect((await owner.delete(`/groups/${id}`)).status).toBe(204);
    expect([...(network.groups.get(id)?.members ?? [])]).toEqual([owner.address]);
    for (const answer of [await owner.delete(`/groups/${id}`), await other.post(`/groups/${id}/join`)]) {
      expect(answer.status).toBe(404);
    }
    expect((await ask(house, null, 'GET', `/groups/${id}`)).status).toBe(404);
  });

  test('is for those who have a handle', async () => {
    const nameless = await molt(house, '');
    const id = await newGroup();
    expect((await nameless.post('/groups', { title: 'x', description: 'x' })).status).toBe(403);
    expect((await nameless.post(`/groups/${id}/join`)).status).toBe(403);
  });

  test('that is full is 409, also when the network is the one to say so', async () => {
    const id = await newGroup();
    for (let count = 1; count < maxMembers; count += 1) await (await newMolt()).post(`/groups/${id}/join`);
    expect((await bob.post(`/groups/${id}/join`)).status).toBe(409);
    const other = await newGroup();
    network.next({ outcome: 'refused', code: 'full', message: 'a group holds no more' });
    expect(errorOf(await bob.post(`/groups/${other}/join`))).toEqual([
      409,
      "The group would not take you; On its owner's side: a group holds no more.",
    ]);
    expect((await ask(house, null, 'GET', `/groups/${other}`)).body['member_count']).toBe(1);
  });

  test('cannot be opened, joined, left or closed while the network is away, and can be when it is back', async () => {
    const owner = await newMolt();
    const id = await newGroup(owner);
    const [inside, outside] = [await newMolt(), await newMolt()];
    await inside.post(`/groups/${id}/join`);
    network.outage(true);
    const answers = [
      await owner.post('/groups', { title: 'x', description: 'x' }),
      await outside.post(`/groups/${id}/join`),
      await inside.post(`/groups/${id}/leave`),
      await owner.delete(`/groups/${id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect((await ask(house, null, 'GET', `/groups/${id}`)).body['member_count']).toBe(2);
    network.outage(false);
    expect((await outside.post(`/groups/${id}/join`)).status).toBe(200);
    expect((await inside.post(`/groups/${id}/leave`)).status).toBe(200);
    expect((await owner.delete(`/groups/${id}`)).status).toBe(204);
  });

  test('whose network gave no clear answer is asked again, and changes nothing twice', async () => {
    const id = await newGroup();
    const one = await newMolt();
    network.next({ outcome: 'uncertain', message: 'no answer' });
    const first = await one.post(`/groups/${id}/join`);
    expect([200, 503]).toContain(first.status);
    expect((await one.post(`/groups/${id}/join`)).status).toBe(200);
    expect((await ask(house, null, 'GET', `/groups/${id}`)).body['member_count']).toBe(2);
  }, 20_000);

  test('answers a resend with the first message, whoever has come or gone since', async () => {
    const [owner, other] = [await newMolt(), await newMolt()];
    const id = await newGroup(owner);
    const say = (message: string) => owner.post(`/groups/${id}/messages`, { message }, { 'idempotency-key': 'ahoy' });
    const { body: first } = await say('ahoy');
    await other.post(`/groups/${id}/join`);
    expect((await say('ahoy')).body).toEqual({ ...first, cached: true });
    await other.post(`/groups/${id}/leave`);
    expect((await say('ahoy')).body).toEqual({ ...first, cached: true });
    expect((await say('another')).status).toBe(409);
    expect(await owner.texts(`/groups/${id}/messages`)).toEqual(['ahoy']);
  });

  test.each([
    [{ title: 'x' }, 'description is missing'],
    [{ title: ' ', description: 'x' }, 'title is blank'],
    [{ title: 'x'.repeat(201), description: 'x' }, 'title must not have more than 200 characters'],
    [{ title: 'x', description: 'x'.repeat(10_001) }, 'description must not have more than 10000 characters'],
    [{ title: 'x', description: 'x', github_url: 'nowhere' }, 'github_url'],
  ])('is not opened as %j', async (wish, why) => {
    const answer = await ada.post('/groups', wish);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)[1]).toContain(why);
  });
});

describe('an idempotency key of a group', () => {
  const key = { 'idempotency-key': 'open' };
  const wish = { title: 'Once', description: 'only', x_url: 'https://x.com/once' };
  const counts = async () => [(await ask(house, null, 'GET', '/groups?limit=1')).body['total'], network.groups.size];

  test('is answered with the group as it is now, whoever came and whatever was changed', async () => {
    const [owner, other] = [await newMolt(), await newMolt()];
    const first = await owner.post('/groups', wish, key);
    const id = String(first.body['id']);
    expect(await owner.post('/groups', wish, key)).toMatchObject({ status: 201, body: first.body });
    await other.post(`/groups/${id}/join`);
    await owner.patch(`/groups/${id}`, { title: 'Changed', x_url: null });
    const before = await counts();
    network.outage(true);
    const again = await owner.post('/groups', wish, key);
    expect(again).toMatchObject({ status: 201, body: { id, title: 'Changed', x_url: null, member_count: 2 } });
    expect(await counts()).toEqual(before);
    network.outage(false);
    await owner.post(`/groups/${id}/messages`, { message: 'still with you' });
    expect(await other.texts(`/groups/${id}/messages`)).toEqual(['still with you']);
  });

  test.each([
    ['title', { ...wish, title: 'Changed' }],
    ['description', { ...wish, description: 'another' }],
    ['x_url', { title: wish.title, description: wish.description }],
    ['website_url', { ...wish, website_url: 'https://once.example' }],
  ])('with another %s is a conflict that says so, even if the group became like it', async (field, changed) => {
    const owner = await newMolt();
    const { body } = await owner.post('/groups', wish, key);
    await owner.patch(`/groups/${String(body['id'])}`, { x_url: null, ...changed });
    const before = await counts();
    expect(errorOf(await owner.post('/groups', changed, key))).toEqual([
      409,
      `This idempotency key was used before with another ${field}; Send the same command again, or use a new key.`,
    ]);
    expect((await owner.post('/groups', { ...wish, github_url: null }, key)).body['id']).toBe(body['id']);
    expect(await counts()).toEqual(before);
  });

  test('opens nothing again once the group is deleted, and says so', async () => {
    const owner = await newMolt();
    const { body } = await owner.post('/groups', wish, key);
    await owner.delete(`/groups/${String(body['id'])}`);
    const before = await counts();
    expect(errorOf(await owner.post('/groups', wish, key))).toEqual([
      404,
      'The group of this idempotency key was deleted; Open another with a new key.',
    ]);
    expect((await owner.post('/groups', { ...wish, title: 'Changed' }, key)).status).toBe(409);
    expect(await counts()).toEqual(before);
    const fresh = await owner.post('/groups', wish, { 'idempotency-key': 'another' });
    expect(fresh.status).toBe(201);
    expect(fresh.body['id']).not.toBe(body['id']);
  });

  test('used by many at once opens one group, for the first of their wishes', async () => {
    const owner = await newMolt();
    const before = await counts();
    const twins = await Promise.all(Array.from({ length: 8 }, () => owner.post('/groups', wish, key)));
    expect(new Set(twins.map(({ status, body }) => `${status} ${String(body['id'])}`)).size).toBe(1);
    expect(twins[0]?.status).toBe(201);
    const other = { 'idempotency-key': 'other' };
    const rivals = await Promise.all(
      ['One', 'Two', 'Three'].map((title) => owner.post('/groups', { ...wish, title }, other)),
    );
    expect(rivals.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect(await counts()).toEqual(before.map((count) => Number(count) + 2));
  });

  test('is its owner’s own', async () => {
    const [one, other] = [await newMolt(), await newMolt()];
    const answers = [
      await one.post('/groups', wish, key),
      await other.post('/groups', { ...wish, title: 'Mine' }, key),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });

  test('stands for its request from when the network is asked, and goes on from there', async () => {
    const owner = await newMolt();
    const before = await counts();
    network.outage(true);
    expect((await owner.post('/groups', { ...wish, title: 'Never asked' }, key)).status).toBe(503);
    network.outage(false);
    network.next({ outcome: 'uncertain', message: 'no answer' });
    expect((await owner.post('/groups', wish, key)).status).toBe(503);
    expect((await owner.post('/groups', { ...wish, title: 'Changed' }, key)).status).toBe(409);
    expect((await owner.post('/groups', wish, key)).status).toBe(201);
    expect(await counts()).toEqual(before.map((count) => Number(count) + 1));
  });

  test('is known after a restart, also of a group that is deleted', async () => {
    const [first, theirs] = await openScripted();
    const owner = await molt(first, 'ada');
    const gone = { 'idempotency-key': 'gone' };
    const { body } = await owner.post('/groups', wish, key);
    const deleted = await owner.post('/groups', wish, gone);
    await owner.delete(`/groups/${String(deleted.body['id'])}`);
    const second = await first.reopen();
    try {
      const post = (title: string, header: typeof key) =>
        ask(second, owner.key, 'POST', '/groups', { ...wish, title }, header);
      expect(await post(wish.title, key)).toMatchObject({ status: 201, body });
      const others = [await post('Changed', key), await post(wish.title, gone)];
      expect(others.map(({ status }) => status)).toEqual([409, 404]);
      expect(theirs.groups.size).toBe(2);
    } finally {
      await second.end();
    }
  }, 20_000);
});
