import { webcrypto } from 'node:crypto';
import type { JWTHeaderParameters, JWTVerifyGetKey } from 'jose';
import { currentKey, firstKeyId, type Keyring } from '../domain/keyring.ts';

const algorithm = { name: 'HMAC', hash: 'SHA-256' };

/** The keyring of the tokens as `jose` takes it: `kid` in the header says which key signed. */
export interface SigningKeys {
  /** The key that signs now, and its id. */
  current(): Promise<{ keyId: string; key: CryptoKey }>;
  /** The key that a token names, for `jwtVerify`; rejects when it is not in the keyring, or not any more. */
  named: JWTVerifyGetKey;
  /** Whether what this key signed is still believed. */
  isGood(keyId: string): boolean;
}

type CryptoKey = webcrypto.CryptoKey;

/** Each key is imported once: handing `jose` raw bytes doubles the cost of a verification (performance §3). */
export function signingKeys(keyring: Keyring): SigningKeys {
  const imported = new Map<Buffer, Promise<CryptoKey>>();
  const importOnce = (key: Buffer) => {
    const known = imported.get(key) ?? webcrypto.subtle.importKey('raw', key, algorithm, false, ['sign', 'verify']);
    imported.set(key, known);
    return known;
  };
  return {
    async current() {
      const { keyId, key } = currentKey(keyring);
      return { keyId, key: await importOnce(key) };
    },
    named(header) {
      const key = keyring.keys.get(keyIdOfToken(header));
      if (!key) throw new Error('the key of the token is not in the keyring');
      return importOnce(key);
    },
    isGood: (keyId) => keyring.keys.has(keyId),
  };
}

/** Tokens of before keys had ids name none. */
export function keyIdOfToken({ kid }: Pick<JWTHeaderParameters, 'kid'>): string {
  return kid ?? firstKeyId;
}
