/**
 * `xmtp.identity.api.v1.IdentityApi`: publish and read the updates of inboxes, and find the inbox of an address, which
 * is also how a client learns whom it can message.
 */
import type { Service } from './calls.ts';
import { nanoseconds } from './database.ts';
import {
  ethereumKind,
  getIdentityUpdatesRequest,
  getIdentityUpdatesResponse,
  getInboxIdsRequest,
  getInboxIdsResponse,
  publishIdentityUpdateRequest,
  unspecifiedKind,
  verifySmartContractRequest,
  verifySmartContractResponse,
} from './identity-shapes.ts';
import type { Inboxes } from './inboxes.ts';
import { maxInboxes } from './limits.ts';
import { nothing } from './mls-shapes.ts';
import { atMost, cursorOf, withinOneAnswer } from './paging.ts';
import type { Quotas } from './quotas.ts';
import { Refusal } from './refusal.ts';

export function identityService({ inboxes, quotas }: { inboxes: Inboxes; quotas: Quotas }): Service {
  return {
    name: 'xmtp.identity.api.v1.IdentityApi',
    subscriptions: {},
    unary: {
      async PublishIdentityUpdate(request, { address }) {
        const { update } = publishIdentityUpdateRequest.decode(request);
        if (!update) throw new Refusal('malformed', 'the request has no identity update');
        quotas.publish(address, 1);
        // A view of the whole request would keep it in memory with the update.
        await inboxes.publish(Buffer.from(update));
        return nothing.encode({});
      },
      GetIdentityUpdates(request) {
        const { requests } = getIdentityUpdatesRequest.decode(request);
        atMost(maxInboxes, requests, 'inboxes');
        const room = withinOneAnswer();
        const responses = requests.map(({ inboxId, sequenceId }) => ({
          inboxId,
          updates: inboxes.updatesAfter(inboxId, cursorOf(sequenceId)).map(({ id, createdUs, body }) => {
            room(body.length);
            return { sequenceId: BigInt(id), serverTimestampNs: nanoseconds(createdUs), update: body };
          }),
        }));
        return getIdentityUpdatesResponse.encode({ responses });
      },
      GetInboxIds(request) {
        const { requests } = getInboxIdsRequest.decode(request);
        atMost(maxInboxes, requests, 'identifiers');
        const responses = requests.map(({ identifier, identifierKind }) => {
          const isAddress = identifierKind === unspecifiedKind || identifierKind === ethereumKind;
          return { identifier, identifierKind, inboxId: isAddress ? inboxes.inboxOf(identifier) : undefined };
        });
        return getInboxIdsResponse.encode({ responses });
      },
      VerifySmartContractWalletSignatures(request) {
        const { signatures } = verifySmartContractRequest.decode(request);
        atMost(maxInboxes, signatures, 'signatures');
        const answer = { isValid: false, error: 'this network has no chain to verify it on' };
        return verifySmartContractResponse.encode({ responses: signatures.map(() => answer) });
      },
    },
  };
}
