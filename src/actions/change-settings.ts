/**
 * Change what an account decides for itself. It holds on every facade from the next message on.
 */
import type { AccountSettings, Principal } from '#core/account.ts';
import { isPhoneChannel } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { Connections } from '#ports/connections.ts';
import type { AccountStore } from '#ports/store/accounts.ts';
import { settingsOf, type ReadSettingsDependencies, type Settings } from './read-settings.ts';

export interface ChangeSettingsDependencies extends ReadSettingsDependencies {
  readonly store: Pick<AccountStore, 'account' | 'updateAccount'>;
  readonly connections: Pick<Connections, 'for'>;
}

/**
 * What is absent stays; null gives a setting back to the gateway. Answers the settings after. Throws `unsupported` for a
 * channel that nothing carries for the account, `forbidden` for what the gateway or the plan does not allow.
 */
export async function changeSettings(
  { store, settings, connections }: ChangeSettingsDependencies,
  principal: Principal,
  change: Partial<AccountSettings>,
): Promise<Settings> {
  const account = await store.account(principal.account);
  if (!account) throw refuse('unauthenticated', 'This account no longer exists');
  const { defaultChannel: channel, outbound } = change;
  if (channel !== undefined && channel !== null) {
    if (account.plan === 'molt' && isPhoneChannel(channel)) {
      throw refuse('forbidden', 'This account sends on XMTP alone; other channels need a plan', {
        field: 'default_channel',
      });
    }
    if (!connections.for(channel, account.id)) {
      throw refuse('unsupported', `Channel '${channel}' is not configured`, {
        reason: 'channel_not_found',
        field: 'default_channel',
      });
    }
  }
  if (outbound === 'open' && (settings.outbound === 'registered' || account.kind === 'subaccount')) {
    throw refuse('forbidden', 'Only registered numbers may be texted here; an account can be stricter, not laxer', {
      field: 'outbound',
    });
  }
  return settingsOf(await store.updateAccount(account.id, change), settings);
}
