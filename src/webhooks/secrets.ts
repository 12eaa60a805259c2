/**
 * Signing secrets: minted, wrapped for the store, and opened to sign by the Standard Webhooks scheme. While a rotation
 * lasts both secrets sign, so that the receiver may change over at any moment of it.
 */
import { randomBytes } from 'node:crypto';
import type { Webhook } from 'standardwebhooks';
import type { AccountId } from '#core/ids.ts';
import type { WebhookEndpoint } from '#ports/store/webhooks.ts';

/** Of identity: secrets at rest. */
export interface Wrapping {
  wrap(secret: Uint8Array, account: AccountId): string;
  /** Undefined when its key is lost; throws when it was tampered with. */
  unwrap(wrapped: string, account: AccountId): Uint8Array | undefined;
}

/** The scheme wants 24 to 64; these need no padding in base64. */
const secretBytes = 24;

export function mintSecret(wrapping: Wrapping, account: AccountId): { secret: string; wrapped: string } {
  const bytes = randomBytes(secretBytes);
  return { secret: `whsec_${bytes.toString('base64')}`, wrapped: wrapping.wrap(bytes, account) };
}

export interface Signer {
  /** The headers of a body that is sent at an instant under a name. */
  headers(name: string, atMs: number, body: string): Record<string, string>;
}

/** Undefined when no secret of the endpoint can be opened with the keys of this gateway. */
export async function openSigner(
  wrapping: Wrapping,
  { account, secrets }: Pick<WebhookEndpoint, 'account' | 'secrets'>,
): Promise<Signer | undefined> {
  // Loaded with the first endpoint: most gateways start without one.
  const { Webhook: Scheme } = await import('standardwebhooks');
  const signing: { scheme: Webhook; untilMs: number }[] = [];
  for (const { wrapped, untilMs } of secrets) {
    const secret = opened(wrapping, wrapped, account);
    if (secret) signing.push({ scheme: new Scheme(secret, { format: 'raw' }), untilMs: untilMs ?? Infinity });
  }
  if (signing.length === 0) return undefined;
  return {
    headers(name, atMs, body) {
      const at = new Date(Math.floor(atMs / 1000) * 1000);
      const valid = signing.filter(({ untilMs }) => untilMs > atMs);
      return {
        'webhook-id': name,
        'webhook-timestamp': String(at.getTime() / 1000),
        'webhook-signature': valid.map(({ scheme }) => scheme.sign(name, at, body)).join(' '),
      };
    },
  };
}

function opened(wrapping: Wrapping, wrapped: string, account: AccountId): Uint8Array | undefined {
  try {
    return wrapping.unwrap(wrapped, account);
  } catch {
    return undefined;
  }
}
