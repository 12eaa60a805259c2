/**
 * An account's settings as they apply: what it decided itself, and the gateway's where it did not.
 */
import { outboundRule, type Account, type OutboundRule, type Principal, type UnknownPolicy } from '#core/account.ts';
import type { Channel } from '#core/channel.ts';
import { refuse } from '#core/failure.ts';
import type { AccountStore } from '#ports/store/accounts.ts';

export interface GatewaySettings {
  readonly defaultChannel: Channel;
  readonly outbound: OutboundRule;
  /** Null: messages are kept. */
  readonly retentionDays: number | null;
}

export interface ReadSettingsDependencies {
  readonly store: Pick<AccountStore, 'account'>;
  readonly settings: GatewaySettings;
}

export interface Settings extends GatewaySettings {
  readonly unknownPolicy: UnknownPolicy;
}

export async function readSettings(
  { store, settings }: ReadSettingsDependencies,
  principal: Principal,
): Promise<Settings> {
  const account = await store.account(principal.account);
  if (!account) throw refuse('unauthenticated', 'This account no longer exists');
  return settingsOf(account, settings);
}

export const settingsOf = (account: Account, gateway: GatewaySettings): Settings => ({
  defaultChannel: account.defaultChannel ?? gateway.defaultChannel,
  outbound: account.kind === 'subaccount' ? 'registered' : outboundRule(account, gateway.outbound),
  unknownPolicy: account.unknownPolicy,
  retentionDays: account.retentionDays ?? gateway.retentionDays,
});
