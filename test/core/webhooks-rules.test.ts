// What webhooks go by without anybody listening: names, schedules and signatures.
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { Event } from '#core/event.ts';
import { idText } from '#core/ids.ts';
import { deliveryOfEvent, deliveryOfMinted, eventName, wants, webhookTypeOf } from '#core/webhook.ts';
import { createWrapper } from '#identity/wrap.ts';
import { patienceMs, probeWaitMs, retryWaitMs, usualSchedule } from '#webhooks/schedule.ts';
import { mintSecret, openSigner, type Wrapping } from '#webhooks/secrets.ts';

const account = idText('account', 1_890_000_000_000_000);
const row = { account, seq: 7, tsUs: 1_900_000_000_000_001, message: idText('message', 9) };
const hourMs = 3_600_000;

describe('an event', () => {
  test('has one type at most, and those that tell nothing have none', () => {
    const types = (
      [
        { ...row, kind: 'queued' },
        { ...row, kind: 'received' },
        { ...row, kind: 'reaction', reaction: 1 },
        ...(['queued', 'sending', 'unknown', 'sent', 'delivered', 'read', 'failed'] as const).map(
          (status) => ({ ...row, kind: 'status', status }) as const,
        ),
      ] satisfies Event[]
    ).map(webhookTypeOf);
    expect(types).toEqual([
      null,
      'message.received',
      null,
      null,
      null,
      null,
      'message.sent',
      'message.delivered',
      'message.read',
      'message.failed',
    ]);
  });

  test('is named by what it is: the same every time, another for another account or instant', () => {
    const name = eventName(account, deliveryOfEvent(row));
    expect(name).toBe(eventName(account, deliveryOfEvent({ ...row })));
    expect(name).toMatch(/^evt_[0-9a-z]+_[0-9a-z]+$/);
    const others = [
      eventName(idText('account', 5), deliveryOfEvent(row)),
      eventName(account, deliveryOfEvent({ tsUs: row.tsUs + 1 })),
      // Of the gateway itself, minted at the very same microsecond.
      eventName(account, deliveryOfMinted(row.tsUs)),
    ];
    expect(new Set([name, ...others]).size).toBe(4);
  });

  test('is wanted by those who name it or everything', () => {
    expect([
      wants(['message.sent'], 'message.sent'),
      wants(['*'], 'message.sent'),
      wants(['message.read'], 'message.sent'),
    ]).toEqual([true, true, false]);
  });
});

describe('the schedule', () => {
  test('tries eight times over more than 27 hours, however chance has it, from five seconds to ten hours apart', () => {
    for (const chance of [0, 0.5, 0.999]) {
      const waits = Array.from({ length: 8 }, (_, index) => retryWaitMs(usualSchedule, index + 1, chance));
      expect(waits[7]).toBeNull();
      const spent = waits.map((wait) => wait ?? 0);
      expect(spent.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(27 * hourMs);
      expect(spent[0]).toBeGreaterThanOrEqual(5_000);
      expect(Math.max(...spent)).toBeLessThanOrEqual(12 * hourMs);
    }
    expect(patienceMs(usualSchedule)).toBeGreaterThan(27 * hourMs);
  });

  test('leaves an endpoint alone only once it failed several times in a row, and never for long', () => {
    const waits = Array.from({ length: 20 }, (_, failures) => probeWaitMs(usualSchedule, failures, 0.5));
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(waits.slice(5)).toEqual(waits.slice(5).toSorted((one, two) => one - two));
    expect(Math.max(...waits)).toBeLessThanOrEqual(6 * 60_000);
  });
});

describe('a signature', () => {
  const wrapper = createWrapper([randomBytes(32)]);
  const wrapping: Wrapping = {
    wrap: (secret, owner) => wrapper.wrap(secret, { owner, purpose: 'webhook' }),
    unwrap: (wrapped, owner) => wrapper.unwrap(wrapped, { owner, purpose: 'webhook' }),
  };
  const body = '{"text":"ünïcode 🦀"}';

  test('is verified by the scheme’s own library with the secret that was shown', async () => {
    const { secret, wrapped } = mintSecret(wrapping, account);
    expect(secret).toMatch(/^whsec_/);
    const signer = await openSigner(wrapping, { account, secrets: [{ wrapped, untilMs: null }] });
    const headers = signer?.headers('evt_1', Date.now(), body) ?? {};
    expect(new Webhook(secret).verify(body, headers)).toEqual({ text: 'ünïcode 🦀' });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'evt_2' })).toThrow(Error);
  });

  test('is made with both secrets while a rotation lasts, and with the new one alone after it', async () => {
    const [older, newer] = [mintSecret(wrapping, account), mintSecret(wrapping, account)];
    const nowMs = Date.now();
    const signer = await openSigner(wrapping, {
      account,
      secrets: [
        { wrapped: newer.wrapped, untilMs: null },
        { wrapped: older.wrapped, untilMs: nowMs + 1_000 },
      ],
    });
    const during = signer?.headers('evt_1', nowMs, body) ?? {};
    new Webhook(older.secret).verify(body, during);
    new Webhook(newer.secret).verify(body, during);
    const after = signer?.headers('evt_1', nowMs + 1_000, body) ?? {};
    new Webhook(newer.secret).verify(body, after);
    expect(() => new Webhook(older.secret).verify(body, after)).toThrow('No matching signature');
  });

  test('cannot be made for another account, or when the key of the wrapping is lost', async () => {
    const { wrapped } = mintSecret(wrapping, account);
    const secrets = [{ wrapped, untilMs: null }];
    expect(await openSigner(wrapping, { account: idText('account', 5), secrets })).toBeUndefined();
    const lost: Wrapping = { ...wrapping, unwrap: () => undefined };
    expect(await openSigner(lost, { account, secrets })).toBeUndefined();
  });
});
