import { createCipheriv, createDecipheriv } from 'node:crypto';

/** AES-256-GCM: bytes of key, nonce and tag. */
export const keyBytes = 32;
export const nonceBytes = 12;
export const tagBytes = 16;

interface AeadInput {
  key: Buffer;
  nonce: Buffer;
  associatedData: Buffer;
}

/** Ciphertext followed by its tag. A nonce must never meet the same key twice: the caller sees to it. */
export function encrypt(input: AeadInput, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', input.key, input.nonce, { authTagLength: tagBytes });
  cipher.setAAD(input.associatedData);
  const body = cipher.update(plain);
  const rest = cipher.final();
  return Buffer.concat([body, rest, cipher.getAuthTag()]);
}

/** The plain bytes, or `undefined` if anything at all is not as it was sealed. */
export function decrypt(input: AeadInput, sealed: Buffer): Buffer | undefined {
  if (sealed.length < tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', input.key, input.nonce, { authTagLength: tagBytes });
  decipher.setAAD(input.associatedData);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plain = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain;
}
