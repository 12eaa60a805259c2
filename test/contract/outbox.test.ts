/** What a sender may count on between the acknowledgement and the provider, whatever the provider does. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { MessageId } from '#core/ids.ts';
import { outboxRig, type OutboxRig } from '../support/outbox-rig.ts';
import { scriptedDriver, type ScriptedDriver, type ScriptedSettings, type Step } from '../support/scripted-driver.ts';

const ann = '+15551230001';
let rig: OutboxRig;
let provider: ScriptedDriver;

async function open(settings: ScriptedSettings = {}, options: Parameters<typeof outboxRig>[1] = {}): Promise<void> {
  provider = scriptedDriver(settings);
  rig = await outboxRig(provider, options);
}

afterEach(() => rig.end());

/** The texts the provider took, in its order. */
const taken = (): readonly string[] => provider.taken.map(({ body }) => textIn(body));
const textIn = (body: string): string => (JSON.parse(body) as { parts: { value: string }[] }).parts[0]?.value ?? '';

describe('a send to a provider that dedupes', () => {
  it('whose answer was lost goes out again with the same key and body, and arrives once', async () => {
    await open({ script: ['lose', 'uncertain', 'throw'] });
    const { messageId } = await rig.send(ann, 'hello');
    await rig.settled();
    expect(taken()).toEqual(['hello']);
    expect(new Set(provider.sends.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
    expect(provider.sends.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(await rig.statuses(messageId)).toEqual(['sent']);
  });

  it('waits behind one that was put off, and keeps its place', async () => {
    await open({ script: ['defer', 'defer', 'accept'] });
    const ids: MessageId[] = [];
    for (const text of ['1', '2', '3', '4']) ids.push((await rig.send(ann, text)).messageId);
    await rig.settled();
    expect(taken()).toEqual(['1', '2', '3', '4']);
    expect(await rig.statuses(...ids)).toEqual(['sent', 'sent', 'sent', 'sent']);
  });

  it('goes on behind one that was refused', async () => {
    await open({ script: ['refuse'] });
    const [bad, good] = [await rig.send(ann, 'bad'), await rig.send(ann, 'good')];
    await rig.settled();
    expect(await rig.statuses(bad.messageId, good.messageId)).toEqual(['failed', 'sent']);
    expect(taken()).toEqual(['good']);
  });

  it('that hangs is given up, tried again, and holds up no other conversation', async () => {
    await open({ script: ['hang'] });
    const [slow, quick] = [await rig.send(ann, 'slow'), await rig.send('+15551230002', 'quick')];
    await rig.settled();
    expect(await rig.statuses(slow.messageId, quick.messageId)).toEqual(['sent', 'sent']);
    expect(taken()).toEqual(['quick', 'slow']);
  });

  it('waits for a connection that is away, without using up its tries, and goes when it is back', async () => {
    await open();
    provider.outage(true);
    const ids = await Promise.all([1, 2, 3].map(async (n) => (await rig.send(ann, `${n}`)).messageId));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(provider.sends).toEqual([]);
    provider.outage(false);
    await rig.settled();
    expect(taken()).toEqual(['1', '2', '3']);
    expect(await rig.statuses(...ids)).toEqual(['sent', 'sent', 'sent']);
  });

  it('whose time ends before it could be sent fails, and says so', async () => {
    await open({ script: ['defer', 'defer', 'defer', 'defer', 'defer', 'defer'] });
    const { messageId } = await rig.send(ann, 'late', { ttlMs: 300 });
    await rig.settled();
    const [found] = await rig.store.messages(rig.account.id, [messageId]);
    expect(found?.message).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('before its time was over') as string,
    });
    expect(taken()).toEqual([]);
  });

  it('leaves in runs of up to what the provider takes at once', async () => {
    await open({ capabilities: { maxRun: 8 } });
    await rig.send(ann, '0');
    await rig.settled();
    await Promise.all(Array.from({ length: 50 }, (_, n) => rig.send(ann, `${n + 1}`)));
    await rig.settled();
    expect(Math.max(...provider.runs)).toBe(8);
    expect(taken()).toEqual(Array.from({ length: 51 }, (_, n) => `${n}`));
  });

  it.each([0, 1, 2])('of several chunks resumes at chunk %i and repeats none that arrived', async (broken) => {
    const script: Step[] = [...Array<Step>(broken).fill('accept'), 'defer'];
    await open({ chunks: 'each', script });
    const parts = ['a', 'b', 'c'].map((value) => ({ type: 'text' as const, value }));
    const { messageId } = await rig.send(ann, '', { parts });
    await rig.settled();
    expect(taken()).toEqual(['a', 'b', 'c']);
    expect(provider.taken.map(({ key }) => key)).toEqual([messageId, `${messageId}/1`, `${messageId}/2`]);
    expect(await rig.statuses(messageId)).toEqual(['sent']);
  });

  it.each([false, true])(
    'keeps order and arrives once whatever the provider does, runs together: %s',
    async (together) => {
      const step = fc.constantFrom<Step>('accept', 'accept', 'accept', 'lose', 'defer', 'uncertain', 'throw');
      const people = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 40 });
      await open();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 6 }), people, fc.boolean(), async (script, order, dies) => {
          await rig.end();
          await open({ script, together });
          const sent = await Promise.all(order.map((person, n) => rig.send(`+1555123000${person}`, `${person}:${n}`)));
          if (dies) rig = await rig.restart();
          await rig.settled();
          for (const person of [0, 1, 2, 3]) {
            const wanted = order.flatMap((each, n) => (each === person ? [`${person}:${n}`] : []));
            expect(taken().filter((text) => text.startsWith(`${person}:`))).toEqual(wanted);
          }
          expect(new Set(await rig.statuses(...sent.map(({ messageId }) => messageId)))).toEqual(new Set(['sent']));
        }),
        { numRuns: 5 },
      );
    },
  );
});

describe('a send to a provider that cannot dedupe', () => {
  const none = { capabilities: { idempotency: 'none' } } as const;

  it.each(['lose', 'uncertain', 'throw', 'hang'] as const)(
    'that ends in %s is unknown and never goes out again by itself',
    async (step) => {
      await open({ ...none, script: [step] });
      const { messageId } = await rig.send(ann, 'once');
      await rig.settled();
      expect(await rig.statuses(messageId)).toEqual(['unknown']);
      rig = await rig.restart();
      await rig.settled();
      expect(provider.sends.length).toBe(1);
    },
  );

  it('holds back what was sent behind an unknown one until somebody decides', async () => {
    await open({ ...none, script: ['uncertain'] }, { unknownPolicy: 'hold' });
    const first = await rig.send(ann, 'first');
    await rig.settled();
    const second = await rig.send(ann, 'second');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await rig.statuses(first.messageId, second.messageId)).toEqual(['unknown', 'queued']);
    expect(await rig.resolve(first.messageId, 'resend')).toBe('queued');
    await rig.settled();
    expect(taken()).toEqual(['first', 'second']);
    expect(await rig.statuses(first.messageId, second.messageId)).toEqual(['sent', 'sent']);
  });

  it('is asked about where the provider can be asked, and is not sent again when it arrived', async () => {
    await open({ ...none, script: ['lose'], reconcile: 'truth' }, { unknownPolicy: 'hold' });
    const { messageId } = await rig.send(ann, 'asked');
    await rig.settled();
    expect(taken()).toEqual(['asked']);
    expect(await rig.statuses(messageId)).toEqual(['sent']);
  });

  it('is asked about, and goes out again when it never arrived', async () => {
    await open({ ...none, script: ['uncertain'], reconcile: 'truth' }, { unknownPolicy: 'hold' });
    const { messageId } = await rig.send(ann, 'asked');
    await rig.settled();
    expect(taken()).toEqual(['asked']);
    expect(provider.calls.map(({ verb }) => verb)).toEqual(['send', 'reconcile', 'send']);
    expect(await rig.statuses(messageId)).toEqual(['sent']);
  });

  it('goes out again by itself only where the account wished so', async () => {
    await open({ ...none, script: ['uncertain'] }, { unknownPolicy: 'resend' });
    const { messageId } = await rig.send(ann, 'again');
    await rig.settled();
    expect(provider.sends.length).toBe(2);
    expect(await rig.statuses(messageId)).toEqual(['sent']);
  });
});
