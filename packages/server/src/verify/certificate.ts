import { X509Certificate } from 'node:crypto';
import { Certificate as Asn1Certificate, type BasicConstraints, type Extension } from 'pkijs';
import type { ChainLink, Signer } from '../domain/verdict.ts';
import { isWeakSignature } from './algorithms.ts';
import { sha256Hex } from './trust-material.ts';

/** A certificate with what `node:crypto` does not tell. */
export interface Certificate {
  x509: X509Certificate;
  der: Buffer;
  sha256: string;
  subject: string;
  /** DER of the subject's name, for comparison. */
  subjectDer: Buffer;
  issuer: string;
  commonName: string | null;
  organization: string | null;
  /** How many authorities may stand below it; null: any number. */
  pathLength: number | null;
  /** Null when it does not say. */
  mayVerifySignatures: boolean | null;
  /** Signed with an algorithm that can be forged today, or held by a key that is too short. */
  isWeak: boolean;
  /** Has a critical extension that nobody here understands: it must not be relied on (RFC 5280, 4.2). */
  hasUnknownCritical: boolean;
}

const names: Record<string, string> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

const basicConstraints = '2.5.29.19';
const keyUsage = '2.5.29.15';
/** Understood, or of no weight for who signed: key identifiers, usage, names, policies, points of distribution. */
const understood = new Set([
  basicConstraints,
  keyUsage,
  '2.5.29.14',
  '2.5.29.17',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.35',
  '2.5.29.37',
]);

const rsaBitsMin = 2048;

/** Throws on what is no certificate. */
export function readCertificate(bytes: Uint8Array): Certificate {
  const x509 = new X509Certificate(bytes);
  // As OpenSSL has it: a PEM or bytes behind the end do not count.
  const der = x509.raw;
  const asn1 = Asn1Certificate.fromBER(der);
  const extensions = asn1.extensions ?? [];
  const usage = extensions.find(({ extnID }) => extnID === keyUsage);
  const limits = extensions.find(({ extnID }) => extnID === basicConstraints)?.parsedValue as
    | BasicConstraints
    | undefined;
  return {
    x509,
    der,
    sha256: sha256Hex(der),
    subject: nameOf(asn1.subject),
    subjectDer: Buffer.from(asn1.subject.valueBeforeDecode),
    issuer: nameOf(asn1.issuer),
    commonName: attributeOf(asn1.subject, 'CN'),
    organization: attributeOf(asn1.subject, 'O'),
    pathLength: typeof limits?.pathLenConstraint === 'number' ? limits.pathLenConstraint : null,
    mayVerifySignatures: usage ? signs(usage) : null,
    isWeak: isWeakSignature(asn1.signatureAlgorithm.algorithmId) || hasShortKey(x509),
    hasUnknownCritical: extensions.some(({ critical, extnID }) => critical && !understood.has(extnID)),
  };
}

/** digitalSignature or nonRepudiation: the first two bits. */
function signs({ parsedValue }: Extension): boolean {
  const bits = (parsedValue as { valueBlock?: { valueHexView?: Uint8Array } }).valueBlock?.valueHexView;
  return ((bits?.[0] ?? 0) & 0b1100_0000) !== 0;
}

function hasShortKey({ publicKey }: X509Certificate): boolean {
  const { modulusLength } = publicKey.asymmetricKeyDetails ?? {};
  return modulusLength !== undefined && modulusLength < rsaBitsMin;
}

type Asn1Name = Asn1Certificate['subject'];

function attributeOf({ typesAndValues }: Asn1Name, wanted: string): string | null {
  const found = typesAndValues.filter(({ type }) => names[type] === wanted);
  // Two organisations in one name could be read either way.
  return found.length === 1 ? String(found[0]?.value.valueBlock.value) : null;
}

/** Most specific part first, as RFC 4514 writes it; separators inside a value are escaped. */
function nameOf({ typesAndValues }: Asn1Name): string {
  const parts = typesAndValues.map(
    ({ type, value }) => `${names[type] ?? type}=${String(value.valueBlock.value).replace(/[\\,+="<>;]/g, '\\$&')}`,
  );
  return parts.reverse().join(',');
}

export function isSelfSigned({ x509 }: Certificate): boolean {
  return x509.checkIssued(x509) && x509.verify(x509.publicKey);
}

export function isValidAt({ x509 }: Certificate, atMs: number): boolean {
  return x509.validFromDate.getTime() <= atMs && atMs <= x509.validToDate.getTime();
}

export function chainLink({ x509, subject, sha256 }: Certificate): ChainLink {
  return { subject, sha256, validFromMs: x509.validFromDate.getTime(), validToMs: x509.validToDate.getTime() };
}

export function signerOf({ x509, subject, issuer, commonName, organization, sha256 }: Certificate): Signer {
  return { subject, commonName, organization, issuer, serial: x509.serialNumber, sha256 };
}
