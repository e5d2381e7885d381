import { AppError } from '../domain/app-error.ts';
import { currentKey, type Keyring } from '../domain/keyring.ts';
import { decrypt, encrypt, keyBytes, nonceBytes, tagBytes } from './aead.ts';
import { encodeParts } from './encode-parts.ts';

/**
 * What a sealed value belongs to. It is bound into every seal, so that a ciphertext moved to another row, column,
 * workspace or version does not open (acceptance J5).
 */
export interface SealContext {
  workspaceId: string;
  /** What it is, one constant word for each sealed column or file kind: `grant`, `verifier`, `document`. */
  kind: string;
  objectId: string;
  /** Counts up when the object is replaced: an older ciphertext cannot be put back. */
  version: number;
}

/** Where the bytes of a seal come from; `node:crypto`'s `randomBytes` outside tests. */
export type RandomBytes = (size: number) => Buffer;

const wrapFormat = 'k1';
const wrappedPattern = /^k1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{80})$/;

/** The one answer to anything that does not open: which part was wrong helps only an attacker. */
export function sealRefused(detail: string): AppError {
  return new AppError('internal', { detail: `vault: ${detail}` });
}

/** Associated data: a label for the use, then the context. */
export function contextData(label: string, context: SealContext): Buffer {
  if (!Number.isSafeInteger(context.version) || context.version < 0) throw sealRefused('version is not a count');
  return encodeParts([label, context.workspaceId, context.kind, context.objectId, String(context.version)]);
}

/** A data key under the current master key, as text: `k1.<key id>.<nonce, key and tag in base64url>`. */
export function wrapDataKey(keyring: Keyring, random: RandomBytes, dataKey: Buffer, context: SealContext): string {
  const { keyId, key } = currentKey(keyring);
  const nonce = random(nonceBytes);
  const associatedData = contextData(`tijori:${wrapFormat}:${keyId}`, context);
  const wrapped = encrypt({ key, nonce, associatedData }, dataKey);
  return `${wrapFormat}.${keyId}.${Buffer.concat([nonce, wrapped]).toString('base64url')}`;
}

/** The data key again; throws `internal` for another context, an altered text or a master key that is gone. */
export function unwrapDataKey(keyring: Keyring, wrappedKey: string, context: SealContext): Buffer {
  const match = wrappedPattern.exec(wrappedKey);
  const [, keyId, body] = match ?? [];
  if (keyId === undefined || body === undefined) throw sealRefused('wrapped key is malformed');
  const key = keyring.keys.get(keyId);
  if (!key) throw sealRefused('master key is not in the keyring');
  const bytes = Buffer.from(body, 'base64url');
  const associatedData = contextData(`tijori:${wrapFormat}:${keyId}`, context);
  const sealed = bytes.subarray(nonceBytes);
  if (sealed.length !== keyBytes + tagBytes) throw sealRefused('wrapped key is malformed');
  const dataKey = decrypt({ key, nonce: bytes.subarray(0, nonceBytes), associatedData }, sealed);
  if (!dataKey) throw sealRefused('wrapped key does not open');
  return dataKey;
}

/**
 * The same data key under the current master key; `undefined` when it is there already. What the data key sealed is not
 * touched and not read. Throws as `unwrapDataKey` does.
 */
export function rewrapDataKey(
  keyring: Keyring,
  random: RandomBytes,
  wrappedKey: string,
  context: SealContext,
): string | undefined {
  if (wrappedPattern.exec(wrappedKey)?.[1] === keyring.currentKeyId) return undefined;
  return wrapDataKey(keyring, random, unwrapDataKey(keyring, wrappedKey, context), context);
}
