import { createHmac } from 'node:crypto';

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

/**
 * Headers of a delivery (Standard Webhooks). Several secrets give several signatures, of which one has to fit: that is how a secret
 * is changed without a gap.
 *
 * @param secrets As integrators have them: `whsec_` and base64.
 */
export function signedHeaders(message: SignedMessage, secrets: readonly string[]): Record<string, string> {
  const { id, timestampSeconds, body } = message;
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestampSeconds}.${body}`);
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
export function vendorSignature(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(secretPrefix.length), 'base64');
}
