// What every driver promises, as one suite: it runs for each driver over whatever stands in for its provider. The rig
// knows the provider; the suite knows only the port.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addressingOf, type Channel } from '#core/channel.ts';
import { Refused } from '#core/failure.ts';
import { type AccountId, type MessageId, type RemoteId, remoteId } from '#core/ids.ts';
import type { Part } from '#core/message.ts';
import type { Driver, OutboundChunk, Receipt, Target } from '#ports/driver.ts';
import type { RecordingHost } from '../support/driver-host.ts';

export type Fate = 'accepted' | 'refused' | 'uncertain';

export interface DriverRig {
  readonly host: RecordingHost;
  readonly channel: Channel;
  /** Two people the provider reaches, one spelling of the first that must be brought to it, and what is no address. */
  readonly person: string;
  readonly other: string;
  readonly looseSpelling: string;
  readonly noAddress: string;
  /** Whose line is used, where lines belong to accounts; it is provided before every test. */
  readonly account?: AccountId;
  /** A driver over the same provider and folder; after a stop, a restart. */
  open(): Driver;
  /** A driver whose provider cannot be reached. */
  openUnreachable(): Driver;
  /** What becomes of the sends to the person from now on. */
  fate(fate: Fate): Promise<void>;
  /** The texts the person has from us, oldest first. */
  received(): Promise<readonly string[]>;
  /** Absent where the provider has no such thing. */
  readonly person1: {
    readonly text: (text: string) => Promise<void>;
    readonly read?: () => Promise<void>;
    readonly type?: (started: boolean) => Promise<void>;
    readonly react?: (id: RemoteId, reactionType: string) => Promise<void>;
    readonly vote?: (id: RemoteId, options: readonly number[]) => Promise<void>;
    readonly attach?: (bytes: Uint8Array, mimeType: string) => Promise<void>;
  };
  close(): Promise<void>;
}

const never = new AbortController().signal;
let counter = 0;

export function driverContract(name: string, makeRig: () => Promise<DriverRig>): void {
  describe(`the ${name} driver`, () => {
    let rig: DriverRig;
    let driver: Driver;

    beforeEach(async () => {
      rig = await makeRig();
      driver = rig.open();
      await driver.start();
      await rig.host.eventually('a connection', () => rig.host.healths.find(({ state }) => state === 'connected'));
      if (rig.account) await driver.provision?.(rig.account, never);
    });

    afterEach(async () => {
      await driver.stop();
      await rig.close();
    });

    const context = { rig: () => rig, driver: () => driver, restart: (next: Driver) => void (driver = next) };
    describe('in itself', () => {
      standing(context);
    });
    describe('when it sends', () => {
      sending(context);
    });
    describe('when something comes in', () => {
      receiving(context);
    });
    describe('beside sending', () => {
      abilities(context);
    });
  });
}

interface Context {
  readonly rig: () => DriverRig;
  readonly driver: () => Driver;
  readonly restart: (next: Driver) => void;
}

function standing({ rig, driver, restart }: Context): void {
  test('its capabilities agree with what it can be asked', () => {
    for (const channel of driver().channels) {
      const can = driver().capabilities(channel);
      expect(can.addressing).toBe(addressingOf(channel));
      expect(can).toEqual(driver().capabilities(channel));
      const has = (verb: keyof Driver) => typeof driver()[verb] === 'function';
      expect({ typing: has('typing'), markRead: has('markRead'), react: has('react') }).toEqual({
        typing: can.typing,
        markRead: can.readReceipts,
        react: can.reactions !== false,
      });
      expect({ edit: has('edit'), unsend: has('unsend') }).toEqual({
        edit: can.edits,
        unsend: can.unsend,
      });
      const groupVerbs = ['createGroup', 'addMembers', 'removeMembers', 'renameGroup', 'leaveGroup'] as const;
      expect(groupVerbs.some(has) && can.groups === false).toBe(false);
      expect(can.maxRun).toBeGreaterThanOrEqual(1);
      expect(can.maxRun).toBeLessThanOrEqual(can.idempotency === 'none' ? 1 : 64);
      expect(can.dedupeWindowMs !== undefined).toBe(can.idempotency === 'window');
    }
  });

  test('it votes only where one of its channels has polls', () => {
    const hasPolls = driver().channels.some((channel) => driver().capabilities(channel).polls !== false);
    expect(driver().vote !== undefined && !hasPolls).toBe(false);
  });

  test('it names the lines it is texted on', () => {
    expect(driver().lines().length).toBeGreaterThan(0);
  });

  test('where lines belong to accounts, an account is given one, the same for everybody who asks at once', async () => {
    expect('lineOf' in driver()).toBe('provision' in driver());
    const { account } = rig();
    if (!account || !('provision' in driver())) return;
    const provided = async (owner: AccountId) => driver().provision?.(owner, never);
    const line = driver().lineOf?.(account);
    expect(driver().lines()).toContain(line);
    expect(await Promise.all([1, 2, 3].map(() => provided(account)))).toEqual([line, line, line]);
    const [newcomer, nobody] = ['acc_newcomer', 'acc_nobody'] as AccountId[];
    if (!newcomer || !nobody) return;
    expect(driver().lineOf?.(nobody)).toBeUndefined();
    const lines = await Promise.all([1, 2, 3].map(() => provided(newcomer)));
    expect(new Set([...lines, driver().lineOf?.(newcomer)]).size).toBe(1);
    expect(lines[0]).not.toBe(line);
  });

  test('starting twice is starting once, and so is stopping', async () => {
    await driver().start();
    expect((await driver().probe(never)).state).toBe('connected');
    await driver().stop();
    await driver().stop();
    expect((await driver().probe(never)).state).not.toBe('connected');
    expect(rig().host.healths.at(-1)).toEqual({ state: 'stopped' });
  });

  test('a stopped driver defers a send, and one started again sends it', async () => {
    await driver().stop();
    expect(await outcomes(driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), ['later']), never))).toEqual(
      ['deferred'],
    );
    restart(rig().open());
    await driver().start();
    expect(await outcomes(driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), ['later']), never))).toEqual(
      ['accepted'],
    );
  });

  test('an address comes back in its one spelling, and what is no address is refused by field', () => {
    expect(driver().normalizeTarget(rig().channel, rig().looseSpelling, 'to')).toBe(rig().person);
    expect(driver().normalizeTarget(rig().channel, rig().person, 'to')).toBe(rig().person);
    const refusal = thrownBy(() => driver().normalizeTarget(rig().channel, rig().noAddress, 'to[1]'));
    expect(refusal).toBeInstanceOf(Refused);
    expect((refusal as Refused).failure).toMatchObject({ code: 'invalid', field: 'to[1]' });
  });

  test('a message renders to the same bytes every time', () => {
    const parts: Part[] = [
      { type: 'text', value: 'Zoë said “hi” 👋' },
      { type: 'media', url: 'https://example.com/cat.png', mimeType: 'image/png' },
    ];
    const bodies = driver().render(rig().channel, { parts, replyTo: null });
    expect(bodies.length).toBeGreaterThan(0);
    expect(driver().render(rig().channel, structuredClone({ parts, replyTo: null }))).toEqual(bodies);
    expect(rig().open().render(rig().channel, { parts, replyTo: null })).toEqual(bodies);
  });

  test('a message without anything in it is refused', () => {
    expect(thrownBy(() => driver().render(rig().channel, { parts: [], replyTo: null }))).toBeInstanceOf(Refused);
  });

  test('a provider that cannot be reached is a health state with a mend, and sends are deferred', async () => {
    const lost = rig().openUnreachable();
    const before = rig().host.healths.length;
    await lost.start();
    const down = await rig().host.eventually('a report that it is down', () =>
      rig()
        .host.healths.slice(before)
        .find(({ state }) => state === 'down'),
    );
    expect(down).toMatchObject({
      error: expect.stringMatching(/\S/) as string,
      mend: expect.stringMatching(/\S/) as string,
    });
    expect((await lost.probe(never)).state).toBe('down');
    expect(await outcomes(lost.send(targetOf(rig(), lost), chunks(lost, rig(), ['hello']), never))).toEqual([
      'deferred',
    ]);
    await lost.stop();
  });
}

function sending({ rig, driver, restart }: Context): void {
  test('a message is accepted with the ids it can be named by, and arrives', async () => {
    const [receipt] = await driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), ['Hello']), never);
    expect(receipt).toMatchObject({
      outcome: 'accepted',
      remoteId: expect.any(String) as string,
      remoteChat: expect.any(String) as string,
    });
    await rig().host.eventually('the message', async () => ((await rig().received()).length > 0 ? true : undefined));
    expect(await rig().received()).toEqual(['Hello']);
  });

  test('a run arrives in order, one receipt each', async () => {
    const texts = Array.from({ length: driver().capabilities(rig().channel).maxRun }, (_, index) => `number ${index}`);
    const receipts = await driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), texts), never);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(texts.map(() => 'accepted'));
    expect(new Set(receipts.map(idOf)).size).toBe(texts.length);
    expect(await rig().received()).toEqual(texts);
  });

  test('runs of several conversations handed over at once fare as they would alone', async () => {
    const one = driver();
    const [target, other] = [targetOf(rig(), driver()), { ...targetOf(rig(), driver()), participants: [rig().other] }];
    const runs = [
      { target, chunks: chunks(driver(), rig(), ['mine']) },
      { target: other, chunks: chunks(driver(), rig(), ['theirs']) },
    ];
    const lists =
      (await one.sendRuns?.(runs, never)) ??
      (await Promise.all(runs.map((run) => one.send(run.target, run.chunks, never))));
    expect(lists.map((list) => list.map(({ outcome }) => outcome))).toEqual([['accepted'], ['accepted']]);
    const chats = lists.flatMap((list) =>
      list.map((receipt) => (receipt.outcome === 'accepted' ? receipt.remoteChat : '')),
    );
    expect(new Set(chats).size).toBe(2);
    expect(await rig().received()).toContain('mine');
  });

  test('a chat that has a name is sent to by its name', async () => {
    const target = targetOf(rig(), driver());
    const [first] = await driver().send(target, chunks(driver(), rig(), ['one']), never);
    if (first?.outcome !== 'accepted') throw new Error('the first message was not accepted');
    const [second] = await driver().send(
      { ...target, remoteChat: first.remoteChat },
      chunks(driver(), rig(), ['two']),
      never,
    );
    expect(second).toMatchObject({ outcome: 'accepted', remoteChat: first.remoteChat });
    expect(await rig().received()).toEqual(['one', 'two']);
  });

  test('a run stops at the first message that is not accepted', async () => {
    await rig().fate('refused');
    const texts = ['no', 'and not', 'this either'].slice(0, driver().capabilities(rig().channel).maxRun);
    const receipts = await driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), texts), never);
    expect(receipts).toHaveLength(1);
    expect(receipts[0]).toMatchObject({
      outcome: 'refused',
      code: expect.any(String) as string,
      message: expect.any(String) as string,
    });
    expect(await rig().received()).toEqual([]);
  });

  test('a lost answer is uncertain', async () => {
    await rig().fate('uncertain');
    expect(await outcomes(driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), ['maybe']), never))).toEqual(
      ['uncertain'],
    );
  });

  test('a send that was given up before it left is not accepted', async () => {
    const given = await outcomes(
      driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), ['too late']), AbortSignal.abort()),
    );
    expect(given).toHaveLength(1);
    expect(['deferred', 'uncertain']).toContain(given[0]);
  });

  test('a resend with the same key is the same message, after a restart too, where the provider dedupes', async () => {
    const { idempotency } = driver().capabilities(rig().channel);
    const run = chunks(driver(), rig(), ['once']);
    const again = run.map((chunk) => ({ ...chunk, attempt: 2 }));
    const [first] = await driver().send(targetOf(rig(), driver()), run, never);
    await driver().stop();
    restart(rig().open());
    await driver().start();
    const [second] = await driver().send(targetOf(rig(), driver()), again, never);
    expect(idOf(second) === idOf(first)).toBe(idempotency !== 'none');
    expect(await rig().received()).toEqual(idempotency === 'none' ? ['once', 'once'] : ['once']);
  });

  test('a lost answer is cleared up by the same key or by asking', async () => {
    const { idempotency } = driver().capabilities(rig().channel);
    await rig().fate('uncertain');
    const [chunk] = chunks(driver(), rig(), ['maybe']);
    if (!chunk) throw new Error('nothing was rendered');
    await driver().send(targetOf(rig(), driver()), [chunk], never);
    await rig().fate('accepted');
    const [second] =
      idempotency === 'none' ? [] : await driver().send(targetOf(rig(), driver()), [{ ...chunk, attempt: 2 }], never);
    expect(second?.outcome ?? 'accepted').toBe('accepted');
    expect(await rig().received()).toEqual(['maybe']);
    const known = await driver().reconcile?.(targetOf(rig(), driver()), chunk, never);
    expect(known?.outcome ?? 'accepted').toBe('accepted');
    const unheard = await driver().reconcile?.(
      targetOf(rig(), driver()),
      { ...chunk, key: 'a key nobody sent' },
      never,
    );
    expect(unheard?.outcome ?? 'deferred').toBe('deferred');
  });
}

function receiving({ rig, driver, restart }: Context): void {
  test('what a person writes reaches the host with who, where and what', async () => {
    await rig().person1.text('Hi there');
    const row = await rig().host.storedOf('message');
    expect(row).toMatchObject({
      from: rig().person,
      text: 'Hi there',
      channel: rig().channel,
      isGroup: false,
      line: driver().lines()[0],
      participants: [rig().person],
      attachments: [],
      ...(rig().account && { account: rig().account }),
    });
    expect(row.sentAtMs).toBeGreaterThan(0);
  });

  test('what waits at a provider that does not push is fetched when it is asked for', async () => {
    const { account } = rig();
    if (!account || !driver().pull) return;
    await rig().person1.text('waiting');
    const fetched = await driver().pull?.(account, never);
    const row = await rig().host.storedOf('message');
    expect(row).toMatchObject({ text: 'waiting', account });
    expect(fetched).toBeLessThanOrEqual(1);
    expect(await driver().pull?.(account, never)).toBe(0);
  });

  test('the answer to what a person wrote goes into the same chat', async () => {
    await rig().person1.text('Hi there');
    const { remoteChat } = await rig().host.storedOf('message');
    const target = { ...targetOf(rig(), driver()), remoteChat };
    const [receipt] = await driver().send(target, chunks(driver(), rig(), ['Hello']), never);
    expect(receipt).toMatchObject({ outcome: 'accepted', remoteChat });
  });

  test('messages reach the host in the order in which they were written', async () => {
    for (const text of ['one', 'two', 'three']) await rig().person1.text(text);
    await rig().host.storedOf('message', (row) => row.text === 'three');
    expect(rig().host.stored.flatMap((row) => (row.kind === 'message' ? [row.text] : []))).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  test('what could not be stored comes again under the same event id', async () => {
    rig().host.failNext(2);
    await rig().person1.text('Do not lose me');
    const row = await rig().host.storedOf('message');
    const ids = rig().host.batches.flatMap((batch) =>
      batch.filter(({ kind }) => kind === 'message').map(({ eventId }) => eventId),
    );
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(new Set(ids)).toEqual(new Set([row.eventId]));
  });

  test('what was stored does not come again after a restart', async () => {
    await rig().person1.text('first');
    await rig().host.storedOf('message');
    await driver().stop();
    restart(rig().open());
    await driver().start();
    await rig().person1.text('second');
    await rig().host.storedOf('message', (row) => row.text === 'second');
    expect(rig().host.stored.filter((row) => row.kind === 'message' && row.text === 'first')).toHaveLength(1);
  });

  test('an accepted message is reported delivered, then read, if the provider reports it', async () => {
    const { receipts } = driver().capabilities(rig().channel);
    const [receipt] = await driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), ['Hello']), never);
    const about = idOf(receipt);
    if (receipts.includes('delivered')) await reported(rig(), about, 'delivered');
    const { read } = rig().person1;
    if (!receipts.includes('read') || !read) return;
    await read();
    await reported(rig(), about, 'read');
  });

  test('a tapback reaches the host with the message it is about', async () => {
    const { react } = rig().person1;
    const { reactions } = driver().capabilities(rig().channel);
    if (!react || !reactions) return;
    const [receipt] = await driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), ['Hello']), never);
    await react(remoteId(idOf(receipt)), reactions[0] ?? '');
    const row = await rig().host.storedOf('reaction');
    expect(row).toMatchObject({ remoteId: idOf(receipt), from: rig().person, reactionType: reactions[0], added: true });
  });

  test('typing is passed on and not stored', async () => {
    const { type } = rig().person1;
    if (!type) return;
    await type(true);
    const signal = await rig().host.eventually('typing', () => rig().host.typed[0]);
    expect(signal).toMatchObject({ from: rig().person, started: true, line: driver().lines()[0] });
    expect(rig().host.stored).toEqual([]);
  });

  test("an attachment's bytes can be had", async () => {
    const { attach } = rig().person1;
    if (!attach) return;
    const bytes = new Uint8Array([137, 80, 78, 71, 0, 255]);
    await attach(bytes, 'image/png');
    const { attachments } = await rig().host.storedOf('message');
    expect(attachments).toHaveLength(1);
    expect(attachments[0]).toMatchObject({ mimeType: 'image/png', fetch: 'driver' });
    const media = await driver().fetchMedia?.(attachments[0]?.url ?? '', never);
    expect(media?.mimeType).toBe('image/png');
    expect(Buffer.concat(await collect(media?.bytes))).toEqual(Buffer.from(bytes));
  });
}

function abilities({ rig, driver }: Context): void {
  const sent = async () => {
    const [receipt] = await driver().send(targetOf(rig(), driver()), chunks(driver(), rig(), ['Hello']), never);
    if (receipt?.outcome !== 'accepted') throw new Error('the message was not accepted');
    const target = { ...targetOf(rig(), driver()), remoteChat: receipt.remoteChat };
    return { target, remoteId: receipt.remoteId, key: nextKey() };
  };

  test('every verb it has is accepted, and accepted again under the same key', async () => {
    const { reactions } = driver().capabilities(rig().channel);
    const about = await sent();
    const [body = ''] = driver().render(rig().channel, { parts: [{ type: 'text', value: 'Hello!' }], replyTo: null });
    const reaction = { ...about, reactionType: (reactions && reactions[0]) || '', remove: false };
    await driver().typing?.(about.target, true, never);
    const verbs = [
      () => driver().react?.(reaction, never),
      () => driver().react?.({ ...reaction, remove: true }, never),
      () => driver().edit?.({ ...about, body }, never),
      () => driver().markRead?.({ ...about, remoteId: null }, never),
      () => driver().unsend?.(about, never),
    ];
    for (const verb of verbs) {
      expect((await verb())?.outcome ?? 'accepted').toBe('accepted');
      expect((await verb())?.outcome ?? 'accepted').toBe('accepted');
    }
  });

  test('a poll can be voted on from both sides', async () => {
    if (driver().capabilities(rig().channel).polls === false) return;
    const { target } = await sent();
    const part = {
      type: 'poll',
      question: 'Tea?',
      options: ['yes', 'no'],
      maxSelections: 1,
      anonymous: false,
      durationMs: null,
    } as const;
    const [body = '', ...rest] = driver().render(rig().channel, { parts: [part], replyTo: null });
    expect(rest).toEqual([]);
    const key = nextKey();
    const [receipt] = await driver().send(target, [{ key, messageId: key as MessageId, body, attempt: 1 }], never);
    const id = remoteId(idOf(receipt));
    await rig().person1.vote?.(id, [1]);
    const row = await rig().host.storedOf('vote');
    expect(row).toMatchObject({ remoteId: id, from: rig().person, options: [1] });
    const vote = await driver().vote?.({ key: nextKey(), target, remoteId: id, options: [0] }, never);
    expect(vote?.outcome ?? 'accepted').toBe('accepted');
  });

  test('a group is made, kept and left, and the same key makes it once', async () => {
    if (!driver().createGroup) return;
    const target: Target = { ...targetOf(rig(), driver()), isGroup: true, participants: [rig().person, rig().other] };
    const make = { key: nextKey(), target, title: 'Tea', members: [rig().person] };
    const made = await driver().createGroup?.(make, never);
    const again = await driver().createGroup?.(make, never);
    expect(driver().capabilities(rig().channel).idempotency === 'none' ? made : again).toEqual(made);
    if (made?.outcome !== 'accepted') throw new Error('the group was not made');
    const group = { ...target, remoteChat: made.remoteChat };
    const answers = [
      await driver().addMembers?.({ key: nextKey(), target: group, members: [rig().other] }, never),
      await driver().renameGroup?.({ key: nextKey(), target: group, title: 'Coffee' }, never),
      (await driver().send(group, chunks(driver(), rig(), ['Hello all']), never))[0],
      await driver().removeMembers?.({ key: nextKey(), target: group, members: [rig().other] }, never),
      await driver().leaveGroup?.({ key: nextKey(), target: group }, never),
    ];
    expect(answers.filter((answer) => answer && answer.outcome !== 'accepted')).toEqual([]);
  });

  test('the same people are the same group', async () => {
    if (!driver().capabilities(rig().channel).groups) return;
    const group: Target = {
      ...targetOf(rig(), driver()),
      isGroup: true,
      participants: [rig().person, rig().other].sort(),
    };
    const [first] = await driver().send(group, chunks(driver(), rig(), ['Hello all']), never);
    const [second] = await driver().send(group, chunks(driver(), rig(), ['And again']), never);
    expect(first).toMatchObject({ outcome: 'accepted' });
    expect(second).toMatchObject({ remoteChat: first?.outcome === 'accepted' ? first.remoteChat : '' });
  });

  test('it says which of its channels reach an address', async () => {
    if (!driver().reach) return;
    expect(await driver().reach?.(rig().person, never)).toContain(rig().channel);
    expect(await driver().reach?.('nothing like an address', never)).toEqual([]);
  });
}

function targetOf(rig: DriverRig, driver: Driver): Target {
  const line = driver.lines()[0] ?? '';
  return { line, channel: rig.channel, remoteChat: null, isGroup: false, participants: [rig.person], thread: null };
}

/** Message ids are minted by the gateway; these only look like it. */
function nextKey(): string {
  counter += 1;
  return `msg_${(1_790_000_000_000_000 + counter).toString(36)}`;
}

/** One message per text, each in as many chunks as the driver renders. */
function chunks(driver: Driver, rig: DriverRig, texts: readonly string[]): OutboundChunk[] {
  return texts.flatMap((value) => {
    const key = nextKey();
    const bodies = driver.render(rig.channel, { parts: [{ type: 'text', value }], replyTo: null });
    return bodies.map((body, index) => ({
      key: index === 0 ? key : `${key}/${index}`,
      messageId: key as MessageId,
      body,
      attempt: 1,
    }));
  });
}

function idOf(receipt: Receipt | undefined): string {
  if (receipt?.outcome === 'accepted') return receipt.remoteId;
  throw new Error(`accepted was expected, not ${receipt?.outcome}`);
}

async function outcomes(receipts: Promise<readonly Receipt[]>): Promise<string[]> {
  return (await receipts).map(({ outcome }) => outcome);
}

async function reported(rig: DriverRig, about: string, status: string): Promise<void> {
  await rig.host.storedOf('receipt', (row) => row.remoteId === about && row.status === status);
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

async function collect(bytes: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of bytes ?? []) all.push(chunk);
  return all;
}
