import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What a secret begins with (Standard Webhooks, "Symmetric"). */
export const secretPrefix = 'whsec_';

export interface SignedMessage {
  /** Id of the event. */
  id: string;
  /** When this attempt is made, seconds since the epoch. */
  timestampSeconds: number;
  /** The very text that is sent. */
  body: string;
}

/** A secret that is ready to sign. To be kept: to make it costs several times a signature. */
export interface SigningKey {
  standard: KeyObject;
  vendor: KeyObject;
}

/** @param secret As integrators have it: `whsec_` and base64. */
export function signingKey(secret: string): SigningKey {
  return {
    standard: createSecretKey(secret.slice(secretPrefix.length), 'base64'),
    vendor: createSecretKey(secret, 'utf8'),
  };
}

/**
 * Headers of a delivery (Standard Webhooks). Several secrets give several signatures, of which one has to fit: that is how a secret
 * is changed without a gap.
 */
export function signedHeaders(message: SignedMessage, keys: readonly SigningKey[]): Record<string, string> {
  const { id, timestampSeconds, body } = message;
  const signatures = keys.map(({ standard }) => {
    const hmac = createHmac('sha256', standard).update(`${id}.${timestampSeconds}.${body}`);
    return `v1,${hmac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}

/**
 * The vendor's header `x-sandbox-signature`: base64 of an HMAC-SHA256 of the body with the secret as it is written
 * (sandbox-api §5). It says nothing of id or time, so it goes beside the others and never instead of them.
 */
export function vendorSignature(body: string, { vendor }: SigningKey): string {
  return createHmac('sha256', vendor).update(body).digest('base64');
}
