import { AppError } from '../domain/app-error.ts';

/**
 * Secrets of one use, by id. New work takes the current one; what an older one made still opens, so that rotation is
 * a new entry and a later change of `currentKeyId` (acceptance J3, J4). One keyring per use: the vault's master keys
 * and the link keys never share a secret.
 */
export interface Keyring {
  currentKeyId: string;
  /** Key id to 32 random bytes. */
  keys: ReadonlyMap<string, Buffer>;
}

/** What a key id may look like: it stands in sealed texts and in links. */
const keyIdPattern = /^[A-Za-z0-9_-]{1,32}$/;

/** Hands the keyring back, or throws `internal` naming the fault and never a key. Adapters call it when constructed. */
export function checkedKeyring(use: string, keyring: Keyring): Keyring {
  for (const [keyId, key] of keyring.keys) {
    if (!keyIdPattern.test(keyId)) throw new AppError('internal', { detail: `${use} keyring: a key id is malformed` });
    if (key.length !== 32) throw new AppError('internal', { detail: `${use} keyring: key ${keyId} is not 32 bytes` });
    if (key.every((byte) => byte === key[0])) {
      throw new AppError('internal', { detail: `${use} keyring: key ${keyId} is not random` });
    }
  }
  if (!keyring.keys.has(keyring.currentKeyId)) {
    throw new AppError('internal', { detail: `${use} keyring: the current key is missing` });
  }
  return keyring;
}

/** The current key with its id. */
export function currentKey(keyring: Keyring): { keyId: string; key: Buffer } {
  const key = keyring.keys.get(keyring.currentKeyId);
  if (!key) throw new AppError('internal', { detail: 'keyring: the current key is missing' });
  return { keyId: keyring.currentKeyId, key };
}
