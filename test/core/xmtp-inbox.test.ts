// The rules by which an XMTP inbox grows: who may create it, join it, be put out of it, and which signatures count.
import { Signature as WalletSignature, Wallet, getBytes, hexlify } from 'ethers';
import { describe, expect, test } from 'vitest';
import { type IdentityUpdate, identityUpdate } from '#channels/xmtp/network/identity-shapes.ts';
import {
  type InboxState,
  applyUpdate,
  inboxIdOf,
  prove,
  stateFromText,
  stateText,
} from '#channels/xmtp/network/inbox-state.ts';
import { Refusal } from '#channels/xmtp/network/refusal.ts';
import { signatureText } from '#channels/xmtp/network/signature-text.ts';
import {
  type Holder,
  type Step,
  add,
  changeRecovery,
  create,
  encoded,
  inboxOf,
  installation,
  revoke,
  signedUpdate,
  wallet,
} from '../support/xmtp-identities.ts';

const apply = (state: InboxState | null, update: IdentityUpdate): InboxState => applyUpdate(state, prove(update));

async function grow(owner: Holder, ...updates: readonly (readonly Step[])[]): Promise<InboxState | null> {
  let state: InboxState | null = null;
  for (const steps of updates) state = apply(state, await signedUpdate(inboxOf(owner), steps));
  return state;
}

const names = (state: InboxState | null): string[] =>
  [...(state?.members.keys() ?? [])].map((key) => key.split(':')[1] ?? '');

function refused(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return 'not refused';
}

const refusedNext = async (state: InboxState | null, owner: Holder, ...steps: Step[]): Promise<string> => {
  const update = await signedUpdate(inboxOf(owner), steps);
  return refused(() => apply(state, update));
};

describe('what is signed', () => {
  test('is the text XMTP shows in a wallet', () => {
    const none = { createInbox: undefined, add: undefined, revoke: undefined, changeRecovery: undefined };
    const address = `0x${'12'.repeat(20)}`;
    const byAddress = { ethereumAddress: address.toUpperCase().replace('0X', '0x'), passkey: undefined };
    const byKey = { ethereumAddress: undefined, installationPublicKey: Buffer.alloc(32, 1), passkey: undefined };
    const member = { ...byAddress, installationPublicKey: undefined };
    const text = signatureText({
      inboxId: 'f'.repeat(64),
      clientTimestampNs: 1_700_000_000_999_999_999n,
      actions: [
        { ...none, createInbox: { identifier: address, nonce: 0n, signature: undefined, identifierKind: 0 } },
        { ...none, add: { member, existingSignature: undefined, newSignature: undefined } },
        { ...none, add: { member: byKey, existingSignature: undefined, newSignature: undefined } },
        { ...none, revoke: { member, recoverySignature: undefined } },
        { ...none, revoke: { member: byKey, recoverySignature: undefined } },
        { ...none, changeRecovery: { identifier: address, recoverySignature: undefined, identifierKind: 1 } },
      ],
    });
    expect(text.split('\n')).toEqual([
      'XMTP : Authenticate to inbox',
      '',
      `Inbox ID: ${'f'.repeat(64)}`,
      'Current time: 2023-11-14T22:13:20Z',
      '',
      '- Create inbox',
      `  (Owner: ${address})`,
      '- Link address to inbox',
      `  (Address: ${address})`,
      '- Grant messaging access to app',
      `  (ID: ${'01'.repeat(32)})`,
      '- Unlink address from inbox',
      `  (Address: ${address})`,
      '- Revoke messaging access from app',
      `  (ID: ${'01'.repeat(32)})`,
      '- Change inbox recovery address',
      `  (Address: ${address})`,
      '',
      'For more info: https://xmtp.org/signatures',
    ]);
  });
});

describe('an inbox', () => {
  test('is created by its owner, whose installation may join in the same update', async () => {
    const [owner, device] = [wallet(), installation()];
    const state = await grow(owner, [create(owner), add(device, owner)]);
    expect(names(state)).toEqual([owner.name, device.name]);
    expect(inboxIdOf(owner.name, 0n)).toBe(inboxOf(owner));
  });

  test('is created once, and only under the id of its owner and nonce', async () => {
    const owner = wallet();
    const state = await grow(owner, [create(owner)]);
    expect(await refusedNext(state, owner, create(owner))).toMatch(/created before/);
    expect(await refusedNext(null, owner, create(owner, 1n))).toMatch(/not that of its owner/);
    expect(await refusedNext(null, wallet(), create(owner))).toMatch(/not that of its owner/);
  });

  test('is created by nobody else', async () => {
    const [owner, thief] = [wallet(), wallet()];
    const claim: Step = { signers: [thief], action: (signed) => create(owner).action(() => signed(thief)) };
    expect(await refusedNext(null, owner, claim)).toMatch(/signature of its owner/);
  });

  test('that does not exist cannot be changed', async () => {
    const [owner, device] = [wallet(), installation()];
    expect(await refusedNext(null, owner, add(device, owner))).toMatch(/does not exist/);
    expect(await refusedNext(null, owner, revoke(device, owner))).toMatch(/does not exist/);
  });

  test('takes a new member that a member lets in and that agrees', async () => {
    const [owner, device, second] = [wallet(), installation(), wallet()];
    const state = await grow(owner, [create(owner)], [add(device, owner)], [add(second, device)]);
    expect(names(state)).toEqual([owner.name, device.name, second.name]);
  });

  test('takes nobody whom a stranger lets in, who did not agree, or who is already letting themselves in', async () => {
    const [owner, stranger, device] = [wallet(), wallet(), installation()];
    const state = await grow(owner, [create(owner)]);
    expect(await refusedNext(state, owner, add(device, stranger))).toMatch(/not added by a member/);
    const unasked: Step = {
      signers: [owner, stranger],
      action: (signed) => add(device, owner).action((by) => signed(by === device ? stranger : by)),
    };
    expect(await refusedNext(state, owner, unasked)).toMatch(/not signed for itself/);
    expect(await refusedNext(state, owner, add(owner, owner))).toMatch(/cannot add itself/);
  });

  test('does not let an installation bring another', async () => {
    const [owner, device] = [wallet(), installation()];
    const state = await grow(owner, [create(owner), add(device, owner)]);
    expect(await refusedNext(state, owner, add(installation(), device))).toMatch(/cannot add an installation/);
  });

  test('loses a member, and the installations that one let in, by its recovery address alone', async () => {
    const [owner, second, device, secondsDevice] = [wallet(), wallet(), installation(), installation()];
    const steps = [[create(owner), add(device, owner)], [add(second, owner)], [add(secondsDevice, second)]];
    const state = await grow(owner, ...steps);
    expect(await refusedNext(state, owner, revoke(device, second))).toMatch(/recovery address/);
    expect(await refusedNext(state, owner, revoke(device, device))).toMatch(/recovery address/);
    const after = apply(state, await signedUpdate(inboxOf(owner), [revoke(second, owner)]));
    expect(names(after)).toEqual([owner.name, device.name]);
  });

  test('follows its recovery address when that moves', async () => {
    const [owner, next, device] = [wallet(), wallet(), installation()];
    const state = await grow(owner, [create(owner), add(device, owner)], [changeRecovery(next, owner)]);
    expect(await refusedNext(state, owner, revoke(device, owner))).toMatch(/recovery address/);
    expect(await refusedNext(state, owner, changeRecovery(owner, owner))).toMatch(/recovery address/);
    const after = apply(state, await signedUpdate(inboxOf(owner), [revoke(device, next), add(wallet(), next)]));
    expect(names(after)).toHaveLength(2);
  });

  test('has ten installations at most, and room again after one was revoked', async () => {
    const owner = wallet();
    const devices = Array.from({ length: 10 }, installation);
    const state = await grow(owner, [create(owner), ...devices.map((device) => add(device, owner))]);
    expect(await refusedNext(state, owner, add(installation(), owner))).toMatch(/at most 10 installations/);
    const swap = [revoke(devices[0] ?? owner, owner), add(installation(), owner)];
    expect(names(apply(state, await signedUpdate(inboxOf(owner), swap)))).toHaveLength(11);
  });

  test('is the same after it was written down', async () => {
    const [owner, device] = [wallet(), installation()];
    const state = await grow(owner, [create(owner), add(device, owner)]);
    expect(state && stateFromText(stateText(state))).toEqual(state);
  });
});

describe('a signature', () => {
  test('counts once: an update published again changes nothing', async () => {
    const [owner, device] = [wallet(), installation()];
    const state = await grow(owner, [create(owner)]);
    const first = await signedUpdate(inboxOf(owner), [add(device, owner)]);
    const joined = apply(state, first);
    const left = apply(joined, await signedUpdate(inboxOf(owner), [revoke(device, owner)]));
    expect(refused(() => apply(left, first))).toMatch(/used before/);
  });

  test('is known again in another spelling', async () => {
    const from = Wallet.createRandom();
    const [owner, device] = [wallet(from), installation()];
    const state = await grow(owner, [create(owner)]);
    const update = await signedUpdate(inboxOf(owner), [add(device, owner)]);
    const left = apply(apply(state, update), await signedUpdate(inboxOf(owner), [revoke(device, owner)]));
    const respelt = identityUpdate.decode(encoded(update));
    const bytes = respelt.actions[0]?.add?.existingSignature?.erc191?.bytes ?? Buffer.alloc(65);
    bytes[64] = (bytes[64] ?? 27) - 27;
    expect(refused(() => apply(left, respelt))).toMatch(/used before/);
    // The other root of the curve would be another signature by the same key.
    const { r, s, yParity } = WalletSignature.from(hexlify(getBytes(await from.signMessage(signatureText(update)))));
    const high = BigInt('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141') - BigInt(s);
    const flipped = Buffer.from(getBytes(`${r}${high.toString(16).padStart(64, '0')}${yParity ? '1b' : '1c'}`));
    flipped.copy(bytes);
    expect(refused(() => apply(left, respelt))).toMatch(/is none/);
  });

  test.each<[string, (update: IdentityUpdate) => void]>([
    ['its time', (update) => void (update.clientTimestampNs += 1_000_000_000n)],
    ['an action more', (update) => void update.actions.push(...update.actions.slice(1))],
    ['an action less', (update) => void update.actions.splice(0, 1)],
    [
      'another new member',
      (update) => {
        const member = update.actions[1]?.add?.member;
        if (member) member.installationPublicKey = Buffer.alloc(32, 9);
      },
    ],
    [
      'a bit of its signature',
      (update) => {
        const bytes = update.actions[1]?.add?.newSignature?.installationKey?.bytes;
        if (bytes) bytes[40] = (bytes[40] ?? 0) ^ 1;
      },
    ],
    [
      "a bit of its wallet's signature",
      (update) => {
        const bytes = update.actions[0]?.createInbox?.signature?.erc191?.bytes;
        if (bytes) bytes[40] = (bytes[40] ?? 0) ^ 1;
      },
    ],
  ])('is of no use to an update that was tampered with: %s', async (_what, spoil) => {
    const [owner, device] = [wallet(), installation()];
    const update = identityUpdate.decode(
      encoded(await signedUpdate(inboxOf(owner), [create(owner), add(device, owner)])),
    );
    apply(null, update);
    spoil(update);
    expect(refused(() => apply(null, update))).not.toBe('not refused');
  });

  test.each(['erc6492', 'delegatedErc191', 'passkey'] as const)(
    'of a kind that cannot be verified here is refused: %s',
    async (kind) => {
      const owner = wallet();
      const update = await signedUpdate(inboxOf(owner), [create(owner)]);
      const signature = update.actions[0]?.createInbox?.signature;
      if (signature) Object.assign(signature, { erc191: undefined, [kind]: Buffer.alloc(3) });
      expect(refused(() => apply(null, update))).toMatch(/cannot verify/);
    },
  );

  test('that is missing or cut short is refused', async () => {
    const owner = wallet();
    const update = await signedUpdate(inboxOf(owner), [create(owner)]);
    const createInbox = update.actions[0]?.createInbox;
    if (createInbox?.signature?.erc191) createInbox.signature.erc191.bytes = Buffer.alloc(10);
    expect(refused(() => apply(null, update))).toMatch(/65 bytes/);
    if (createInbox) createInbox.signature = undefined;
    expect(refused(() => apply(null, update))).toMatch(/missing/);
  });
});
