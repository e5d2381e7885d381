import { hash } from 'node:crypto';
import { AppError } from './app-error.ts';

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

/** A keyring whose keys may change while it is in use: each operation goes by what it holds at that moment. */
export interface LiveKeyring extends Keyring {
  replace(keys: KeysOfUse): void;
}

/** The keys of one use, as they are configured. */
export interface KeysOfUse {
  current: Buffer;
  /** Newest first. What they made is still good; they make nothing new. */
  old: readonly Buffer[];
}

/** What was made before keys had ids says `k1`: the oldest key that there is. */
export const firstKeyId = 'k1';

/** The id of a key, made of the key itself, so that nobody has to give it one; it tells nothing about 32 random bytes. */
export function keyIdOf(key: Buffer): string {
  return hash('sha256', Buffer.concat([Buffer.from('tijori:key-id:1'), key]), 'base64url').slice(0, 12);
}

export function liveKeyring(keys: KeysOfUse): LiveKeyring {
  let now = ringOf(keys);
  return {
    get currentKeyId() {
      return now.currentKeyId;
    },
    get keys() {
      return now.keys;
    },
    replace(next) {
      now = ringOf(next);
    },
  };
}

function ringOf({ current, old }: KeysOfUse): Keyring {
  const all = [current, ...old];
  const keys = new Map(all.map((key) => [keyIdOf(key), key]));
  const oldest = all.at(-1);
  if (oldest) keys.set(firstKeyId, oldest);
  return { currentKeyId: keyIdOf(current), keys };
}
