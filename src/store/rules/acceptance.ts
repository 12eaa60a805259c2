/**
 * Why a message is not accepted, decided before anything is stored. Pure: the engine looks up, this says what follows.
 */
import type { AccountState } from '#core/account.ts';
import type { Failure } from '#core/failure.ts';
import { differingField } from '#core/fingerprint.ts';
import { capReachedMessage } from '#core/plan.ts';

/** A suspended or lapsed account, or one at its monthly cap; undefined when it may send. */
export function accountRefusal(state: AccountState, used: number, cap: number | null | 'free'): Failure | undefined {
  if (state !== 'active') return suspended;
  if (typeof cap === 'number' && used >= cap) {
    return { code: 'forbidden', message: capReachedMessage, reason: 'cap_reached' };
  }
  return undefined;
}

export const suspended: Failure = { code: 'forbidden', message: 'Account suspended', reason: 'suspended' };

/** What the recipients' registrations allow. `holder` answers who registered an address, never shown to the caller. */
export function numbersRefusal<Account>(
  numbers: 'open' | 'registered' | 'none',
  recipients: readonly string[],
  account: Account,
  holder: (address: string) => Account | undefined,
): Failure | undefined {
  if (numbers === 'none') return undefined;
  for (const recipient of recipients) {
    const registered = holder(recipient);
    if (registered !== undefined && registered !== account) return elsewhere;
    if (registered === undefined && numbers === 'registered') return notRegistered;
  }
  return undefined;
}

const elsewhere: Failure = {
  code: 'forbidden',
  message: 'This number is registered to another account, so this account cannot text it',
  reason: 'registered_elsewhere',
  field: 'to',
};

const notRegistered: Failure = {
  code: 'forbidden',
  message: 'This number is not registered to this account; register it as a phone route first',
  reason: 'not_registered',
  field: 'to',
};

/** A key used again for another command, or undefined when it is the same one. */
export function keyRefusal(before: string, now: string): Failure | undefined {
  const field = differingField(before, now);
  if (field === null) return undefined;
  return {
    code: 'conflict',
    message: `This idempotency key was used before with another ${field}; send the same command again, or use a new key`,
    reason: 'idempotency_conflict',
    field,
  };
}

export const noSuchChat: Failure = {
  code: 'not_found',
  message: 'chatId names no conversation of this account; list the conversations, or send with to instead',
  field: 'chatId',
};
