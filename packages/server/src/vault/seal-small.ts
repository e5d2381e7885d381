import type { Keyring } from '../domain/keyring.ts';
import { decrypt, encrypt, keyBytes, nonceBytes } from './aead.ts';
import {
  contextData,
  type RandomBytes,
  rewrapDataKey,
  type SealContext,
  sealRefused,
  unwrapDataKey,
  wrapDataKey,
} from './data-key.ts';

const smallBytesMax = 1024 * 1024;
const label = 'tijori:s1';
const smallPattern = /^s1~([^~]{1,256})~([A-Za-z0-9_-]+)$/;

/**
 * Seals a secret that is kept in a column: `s1~<wrapped data key>~<nonce, ciphertext and tag in base64url>`. The key
 * id stands in the wrapped key. At most 1 MiB; a longer one is a file.
 */
export function sealSmall(keyring: Keyring, random: RandomBytes, plain: Buffer | string, context: SealContext): string {
  const bytes = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain;
  if (bytes.length > smallBytesMax) throw sealRefused('too long for one piece');
  const dataKey = random(keyBytes);
  const nonce = random(nonceBytes);
  const sealed = encrypt({ key: dataKey, nonce, associatedData: contextData(label, context) }, bytes);
  const wrappedKey = wrapDataKey(keyring, random, dataKey, context);
  return `s1~${wrappedKey}~${Buffer.concat([nonce, sealed]).toString('base64url')}`;
}

/** The secret again; throws `internal` unless text and context are exactly those of the seal. */
export function openSmall(keyring: Keyring, sealed: string, context: SealContext): Buffer {
  const [, wrappedKey, body] = smallPattern.exec(sealed) ?? [];
  if (wrappedKey === undefined || body === undefined) throw sealRefused('sealed text is malformed');
  const bytes = Buffer.from(body, 'base64url');
  // The last character of base64url has spare bits: a text that is not the canonical one was altered.
  if (bytes.toString('base64url') !== body) throw sealRefused('sealed text is malformed');
  const key = unwrapDataKey(keyring, wrappedKey, context);
  const nonce = bytes.subarray(0, nonceBytes);
  if (nonce.length !== nonceBytes) throw sealRefused('sealed text is malformed');
  const plain = decrypt({ key, nonce, associatedData: contextData(label, context) }, bytes.subarray(nonceBytes));
  if (!plain) throw sealRefused('sealed text does not open');
  return plain;
}

/** A sealed text with its data key under the current master key; `undefined` when it is there already. */
export function rewrapSmall(
  keyring: Keyring,
  random: RandomBytes,
  sealed: string,
  context: SealContext,
): string | undefined {
  const [, wrappedKey, body] = smallPattern.exec(sealed) ?? [];
  if (wrappedKey === undefined || body === undefined) throw sealRefused('sealed text is malformed');
  const rewrapped = rewrapDataKey(keyring, random, wrappedKey, context);
  return rewrapped && `s1~${rewrapped}~${body}`;
}
