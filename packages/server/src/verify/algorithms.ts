/** Algorithms of signatures, and which of them still prove anything. */

/** What an object identifier of a signature or a digest means. `hash` is a name of `node:crypto`. */
const signatureOids: Readonly<Record<string, { name: string; hash: string | null; scheme: 'rsa' | 'ecdsa' }>> = {
  '1.2.840.113549.1.1.1': { name: 'rsa', hash: null, scheme: 'rsa' },
  '1.2.840.113549.1.1.4': { name: 'rsa-md5', hash: 'md5', scheme: 'rsa' },
  '1.2.840.113549.1.1.5': { name: 'rsa-sha1', hash: 'sha1', scheme: 'rsa' },
  '1.2.840.113549.1.1.11': { name: 'rsa-sha256', hash: 'sha256', scheme: 'rsa' },
  '1.2.840.113549.1.1.12': { name: 'rsa-sha384', hash: 'sha384', scheme: 'rsa' },
  '1.2.840.113549.1.1.13': { name: 'rsa-sha512', hash: 'sha512', scheme: 'rsa' },
  '1.2.840.10045.4.1': { name: 'ecdsa-sha1', hash: 'sha1', scheme: 'ecdsa' },
  '1.2.840.10045.4.3.2': { name: 'ecdsa-sha256', hash: 'sha256', scheme: 'ecdsa' },
  '1.2.840.10045.4.3.3': { name: 'ecdsa-sha384', hash: 'sha384', scheme: 'ecdsa' },
  '1.2.840.10045.4.3.4': { name: 'ecdsa-sha512', hash: 'sha512', scheme: 'ecdsa' },
};

const digestOids: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Whoever can make two texts with one digest can have one signed and show the other. */
const weakHashes: readonly string[] = ['md5', 'sha1'];

export function signatureAlgorithm(oid: string) {
  return signatureOids[oid];
}

export function digestAlgorithm(oid: string): string | undefined {
  return digestOids[oid];
}

export function isWeakHash(hash: string): boolean {
  return weakHashes.includes(hash);
}

/** Of a certificate or list. RSA with a hash that its parameters name (PSS) is judged by OpenSSL, which refuses weak ones. */
export function isWeakSignature(oid: string): boolean {
  const hash = signatureOids[oid]?.hash;
  return typeof hash === 'string' && weakHashes.includes(hash);
}

/** Identifiers of xmldsig: signature methods. Nothing with a shared secret is here. */
export const xmlSignatures: Readonly<Record<string, { name: string; hash: string }>> = {
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1': { name: 'rsa-sha1', hash: 'sha1' },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': { name: 'rsa-sha256', hash: 'sha256' },
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1': { name: 'rsa-pss-sha256', hash: 'sha256' },
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': { name: 'rsa-sha512', hash: 'sha512' },
};

export const xmlDigests: Readonly<Record<string, string>> = {
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};

export const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** Canonical forms without comments: what they leave out is refused before. */
export const canonicalForms: readonly string[] = [
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
];
