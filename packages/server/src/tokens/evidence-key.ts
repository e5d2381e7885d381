import { webcrypto } from 'node:crypto';
import { base64url, CompactSign, calculateJwkThumbprint, compactVerify, exportJWK, importJWK, type JWK } from 'jose';

/** What a signature is for: stands in its protected header, so that one kind can never pass for another. */
export type EvidenceType = 'tijori-audit-head+jws' | 'tijori-consent-receipt+jws' | 'tijori-evidence-manifest+jws';

/** The public half, as it is published: an Ed25519 key (RFC 8037) whose id is its thumbprint (RFC 7638). */
export interface EvidenceJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}

export interface EvidenceKey {
  publicJwk: EvidenceJwk;
  /** Secret: to be kept sealed. */
  privateJwk: JWK;
}

const jwsCharsMax = 8 * 1024 * 1024;

export async function newEvidenceKey(): Promise<EvidenceKey> {
  const pair = (await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const privateJwk = await exportJWK(pair.privateKey);
  const { x = '' } = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x });
  return { publicJwk: { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' }, privateJwk };
}

/**
 * A compact JWS (RFC 7515) over JSON. The public key stands in the header, so that the file can be checked by itself for
 * changes; whether the key is the right one is for whoever checks to say, by its id.
 */
export async function signEvidence(
  { publicJwk, privateJwk }: EvidenceKey,
  typ: EvidenceType,
  payload: unknown,
): Promise<string> {
  const { kid, kty, crv, x } = publicJwk;
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', typ, kid, jwk: { kty, crv, x } })
    .sign(await importJWK(privateJwk, 'EdDSA'));
}

/** What was signed, and with which key; `undefined` unless it is one of this type, whole, and in its one spelling. */
export async function verifyEvidence(
  jws: string,
  typ: EvidenceType,
): Promise<{ payload: unknown; kid: string } | undefined> {
  if (jws.length > jwsCharsMax || !isCanonical(jws)) return undefined;
  try {
    const header = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as {
      typ?: unknown;
      kid?: unknown;
      jwk?: JWK;
    };
    const { jwk } = header;
    if (header.typ !== typ || jwk?.kty !== 'OKP' || jwk.crv !== 'Ed25519') return undefined;
    const kid = await calculateJwkThumbprint(jwk);
    if (header.kid !== kid) return undefined;
    const { payload } = await compactVerify(jws, await importJWK(jwk, 'EdDSA'), { algorithms: ['EdDSA'] });
    return { payload: JSON.parse(Buffer.from(payload).toString()), kid };
  } catch {
    return undefined;
  }
}

/** The last character of base64url has spare bits: a text that is not the canonical one was altered. */
function isCanonical(jws: string): boolean {
  const parts = jws.split('.');
  return parts.length === 3 && parts.every((part) => base64url.encode(Buffer.from(part, 'base64url')) === part);
}
