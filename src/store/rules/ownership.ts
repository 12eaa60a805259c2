/**
 * Whose an inbound message is, decided from what the store found about the chat and its people. Pure, so that both
 * engines answer alike; an undefined answer is nobody.
 */
export interface Claims<Account> {
  /** The account a dedicated connection belongs to. */
  readonly dedicated: Account | undefined;
  /** The owner of the known conversation on this line with this chat or this person, the most recently active first. */
  readonly known: () => Account | undefined;
  /** The account that registered an address. */
  readonly registered: (address: string) => Account | undefined;
  /** The account that texted an unregistered address from this line lately. */
  readonly provisional: (address: string) => Account | undefined;
}

/** A direct message: a registration outranks an old conversation, which outranks a provisional route. */
export function ownerOfDirect<Account>(from: string, claims: Claims<Account>): Account | undefined {
  return claims.dedicated ?? claims.registered(from) ?? claims.known() ?? claims.provisional(from);
}

/** A group has one owner for good, whom every participant reaches; a new one goes to the first registered member. */
export function ownerOfGroup<Account>(
  from: string,
  participants: readonly string[],
  claims: Claims<Account>,
): Account | undefined {
  const owner = claims.dedicated ?? claims.known() ?? claims.registered(from);
  if (owner !== undefined) return owner;
  for (const participant of participants) {
    const registered = claims.registered(participant);
    if (registered !== undefined) return registered;
  }
  return undefined;
}
