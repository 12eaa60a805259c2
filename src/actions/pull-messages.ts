/**
 * Fetch at once what waits for an account on the network of wallets. It comes by itself too.
 */
import type { Principal } from '#core/account.ts';
import { refuse, Refused } from '#core/failure.ts';
import { carrierOf, reached, type JoinDependencies } from './join-network.ts';

const pullMs = 20_000;

/** How many messages were new. Throws `unavailable` while the network cannot be reached. */
export async function pullMessages(
  { connections, wallets }: JoinDependencies,
  { account }: Principal,
  gone: AbortSignal,
): Promise<number> {
  const { driver } = reached(carrierOf(connections, account));
  // Nothing can wait for who never was on the network.
  if (!driver.pull || (wallets.of(account)?.inboxId ?? null) === null) return 0;
  try {
    return await driver.pull(account, AbortSignal.any([gone, AbortSignal.timeout(pullMs)]));
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw refuse('unavailable', 'XMTP did not answer; try again in a moment', { reason: 'channel_down' });
  }
}
