import { joinBytes } from '../join-bytes.ts';
import { bytesOf, type RawBody } from './raw-body.ts';
import { keysOf, vendorKeysOf, type WebhookSecrets } from './secrets.ts';
import { signedBytes } from './signed-bytes.ts';

/** What `sign` takes besides its arguments. */
export interface SignOptions {
  /** `webhook-id`; a new one if left out. The same one again is the same event again. */
  id?: string | undefined;
  /** When it is signed, ms since the epoch; the machine's clock if left out. */
  now?: (() => number) | undefined;
  /** Also sign as the vendor does, in `x-sandbox-signature`, with the first secret. */
  vendorSignature?: boolean | undefined;
}

/**
 * Headers of a delivery as the gateway sends it, for tests of your receiver. Several secrets give several signatures, as during a rotation.
 *
 * Errors: a TypeError for a secret that is none, an id that no header can carry, or a body that is not text or bytes.
 *
 * @example
 * const body = JSON.stringify({ type: 'entitylocker.session.succeeded', timestamp: new Date().toISOString(), data: { session_id: 'x' } });
 * const response = await fetch(receiver, { method: 'POST', headers: await sign(body, secret), body });
 */
export async function sign(
  rawBody: RawBody,
  secrets: WebhookSecrets,
  { id = newEventId(), now = Date.now, vendorSignature = false }: SignOptions = {},
): Promise<Record<string, string>> {
  if (!/^[\x21-\x7e]{1,255}$/.test(id)) throw new TypeError('id must be 1 to 255 visible characters, without spaces.');
  const body = bytesOf(rawBody);
  const timestamp = String(Math.floor(now() / 1000));
  const signatures = await macs(await keysOf(secrets), signedBytes(id, timestamp, body));
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.map((each) => `v1,${each}`).join(' '),
  };
  // The vendor knows one signature only.
  const [ofVendor] = vendorSignature ? await macs(await vendorKeysOf(secrets), joinBytes([body])) : [];
  if (ofVendor !== undefined) headers['x-sandbox-signature'] = ofVendor;
  return headers;
}

function macs(keys: readonly CryptoKey[], signed: Uint8Array<ArrayBuffer>): Promise<string[]> {
  return Promise.all(
    keys.map(async (key) => {
      const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed));
      return btoa(String.fromCharCode(...mac));
    }),
  );
}

function newEventId(): string {
  return `evt_${crypto.randomUUID().replaceAll('-', '')}`;
}
