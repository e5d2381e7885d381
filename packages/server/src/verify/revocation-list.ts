import { verify } from 'node:crypto';
import { CertificateRevocationList } from 'pkijs';
import type { UsedList } from '../domain/verdict.ts';
import { isWeakSignature, signatureAlgorithm } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { sha256Hex } from './trust-material.ts';

/** A revocation list (RFC 5280, 5). */
export interface RevocationList {
  der: Buffer;
  sha256: string;
  /** DER of the issuer's name, for comparison. */
  issuerDer: Buffer;
  thisUpdateMs: number;
  nextUpdateMs: number | null;
  /** By serial number, as `serialOf` writes it. */
  entries: ReadonlyMap<string, Revocation>;
  isSignedBy(issuer: Certificate): boolean;
}

export interface Revocation {
  atMs: number;
  /** RFC 5280, 5.3.1; null when the list gives none. */
  reason: number | null;
}

const reasonCode = '2.5.29.21';
/** Lists about a part of the certificates, or changes to another list: they cannot say that all is well. */
const partialExtensions: readonly string[] = ['2.5.29.27', '2.5.29.28'];

/** Throws on what is no list, and on a partial one. */
export function readRevocationList(bytes: Uint8Array): RevocationList {
  const der = Buffer.from(bytes);
  const list = CertificateRevocationList.fromBER(der);
  const isPartial = list.crlExtensions?.extensions.some(
    ({ extnID, critical }) => critical && partialExtensions.includes(extnID),
  );
  if (isPartial) throw new Error('A revocation list covers a part of the certificates only: it is not supported.');
  const algorithm = signatureAlgorithm(list.signatureAlgorithm.algorithmId);
  const signed = Buffer.from(list.tbsView);
  const signature = Buffer.from(list.signatureValue.valueBlock.valueHexView);
  return {
    der,
    sha256: sha256Hex(der),
    issuerDer: Buffer.from(list.issuer.valueBeforeDecode),
    thisUpdateMs: list.thisUpdate.value.getTime(),
    nextUpdateMs: list.nextUpdate?.value.getTime() ?? null,
    entries: new Map(
      (list.revokedCertificates ?? []).map(({ userCertificate, revocationDate, crlEntryExtensions }) => {
        const code = crlEntryExtensions?.extensions.find(({ extnID }) => extnID === reasonCode);
        const reason = (code?.parsedValue as { valueBlock?: { valueDec?: number } } | undefined)?.valueBlock?.valueDec;
        const serial = serialOf(Buffer.from(userCertificate.valueBlock.valueHexView).toString('hex'));
        return [serial, { atMs: revocationDate.value.getTime(), reason: reason ?? null }];
      }),
    ),
    isSignedBy({ x509 }) {
      if (!algorithm?.hash || isWeakSignature(list.signatureAlgorithm.algorithmId)) return false;
      return verify(algorithm.hash, signed, x509.publicKey, signature);
    },
  };
}

/** Upper-case hex without leading zeroes, which not everybody writes. */
export function serialOf(hex: string): string {
  return hex.toUpperCase().replace(/^0+(?=.)/, '');
}

export function usedList({ sha256, thisUpdateMs, nextUpdateMs }: RevocationList, issuer: Certificate): UsedList {
  return { sha256, issuer: issuer.subject, thisUpdateMs, nextUpdateMs };
}
