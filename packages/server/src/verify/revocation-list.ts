import { verify } from 'node:crypto';
import type { UsedList } from '../domain/verdict.ts';
import { isWeakSignature, signatureAlgorithm } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { type DerValue, derAt, derOid, derParts, derTags, derTime, isDerTime, notDer } from './der.ts';
import { sha256Hex } from './trust-material.ts';

/** A revocation list (RFC 5280, 5). */
export interface RevocationList {
  der: Buffer;
  sha256: string;
  /** DER of the issuer's name, for comparison. */
  issuerDer: Buffer;
  thisUpdateMs: number;
  nextUpdateMs: number | null;
  /** What it says of a serial number, as `serialOf` writes it. */
  find(serial: string): Revocation | undefined;
  isSignedBy(issuer: Certificate): boolean;
}

export interface Revocation {
  atMs: number;
  /** RFC 5280, 5.3.1; null when the list gives none. */
  reason: number | null;
}

const reasonCode = '2.5.29.21';
/** Critical extensions that do not change of whom a list speaks: key identifier, names, number. */
const understood: readonly string[] = ['2.5.29.35', '2.5.29.18', '2.5.29.20'];
/** Answers that a list keeps: the same few signers come again and again. */
const answersMax = 1_000;

/**
 * Reads a list where it lies: the lists of licensed authorities have tens of thousands of entries, for which a general reader of
 * ASN.1 makes a tree of a hundred times their size. Every entry is looked at once, so that a list is sound or refused.
 *
 * Throws on what is no list, and on one that speaks of a part of the certificates only.
 */
export function readRevocationList(bytes: Uint8Array): RevocationList {
  const der = Buffer.from(bytes);
  const outer = derAt(der, 0, der.length);
  const [tbs, algorithmDer, signatureDer, ...more] = derParts(der, outer);
  const isList = outer.tag === derTags.sequence && tbs?.tag === derTags.sequence && outer.end === der.length;
  if (!isList || algorithmDer?.tag !== derTags.sequence || signatureDer?.tag !== derTags.bits || more.length > 0)
    throw notDer();
  const { algorithm, issuer, thisUpdate, nextUpdate, entries, extensions } = partsOf(der, tbs);
  // The one outside is not signed.
  if (!bytesOf(der, algorithm).equals(bytesOf(der, algorithmDer))) throw notDer();
  if (extensions.some(({ oid, critical }) => critical && !understood.includes(oid))) {
    throw new Error('A revocation list covers a part of the certificates only: it is not supported.');
  }
  for (const entry of entriesOf(der, entries)) checkEntry(der, entry);
  const oid = derOid(der, derParts(der, algorithmDer)[0]);
  const hash = signatureAlgorithm(oid)?.hash;
  const answers = new Map<string, Revocation | undefined>();
  return {
    der,
    sha256: sha256Hex(der),
    issuerDer: bytesOf(der, issuer),
    thisUpdateMs: derTime(der, thisUpdate),
    nextUpdateMs: nextUpdate ? derTime(der, nextUpdate) : null,
    find(serial) {
      if (!answers.has(serial)) {
        if (answers.size >= answersMax) answers.clear();
        answers.set(serial, search(der, entries, serial));
      }
      return answers.get(serial);
    },
    isSignedBy({ x509 }) {
      if (!hash || isWeakSignature(oid)) return false;
      // The first byte of a BIT STRING counts the bits that are not used.
      const signature = der.subarray(signatureDer.at + 1, signatureDer.end);
      if (der[signatureDer.at] !== 0) return false;
      return verify(hash, bytesOf(der, tbs), x509.publicKey, signature);
    },
  };
}

/** The fields of a `TBSCertList`, in their order. */
function partsOf(der: Buffer, tbs: DerValue) {
  const parts = derParts(der, tbs);
  const takeIf = (...tags: number[]) => (tags.includes(parts[0]?.tag ?? -1) ? parts.shift() : undefined);
  takeIf(derTags.integer);
  const algorithm = takeIf(derTags.sequence);
  const issuer = takeIf(derTags.sequence);
  const thisUpdate = takeIf(derTags.utcTime, derTags.generalizedTime);
  const nextUpdate = takeIf(derTags.utcTime, derTags.generalizedTime);
  const entries = takeIf(derTags.sequence);
  const [wrapped] = derPartsOf(der, takeIf(0xa0));
  if (!algorithm || !issuer || !thisUpdate || parts.length > 0) throw notDer();
  return { algorithm, issuer, thisUpdate, nextUpdate, entries, extensions: extensionsOf(der, wrapped) };
}

function bytesOf(der: Buffer, { start, end }: DerValue): Buffer {
  return der.subarray(start, end);
}

function derPartsOf(der: Buffer, value: DerValue | undefined): DerValue[] {
  return value ? derParts(der, value) : [];
}

function extensionsOf(der: Buffer, value: DerValue | undefined) {
  return derPartsOf(der, value).map((extension) => {
    const [oid, ...rest] = derParts(der, extension);
    const content = rest.at(-1);
    const critical = rest.length > 1 && rest[0]?.tag === derTags.boolean && der[rest[0].at] !== 0;
    if (content?.tag !== derTags.octets) throw notDer();
    return { oid: derOid(der, oid), critical, content };
  });
}

/** Without making anything of it: there can be a million. */
function checkEntry(der: Buffer, entry: DerValue): void {
  const serial = derAt(der, entry.at, entry.end);
  const time = derAt(der, serial.end, entry.end);
  if (entry.tag !== derTags.sequence || serial.tag !== derTags.integer || !isDerTime(der, time)) throw notDer();
  if (time.end < entry.end) extensionsOf(der, derAt(der, time.end, entry.end));
}

function* entriesOf(der: Buffer, entries: DerValue | undefined): Generator<DerValue> {
  for (let at = entries?.at ?? 0; entries && at < entries.end; ) {
    const entry = derAt(der, at, entries.end);
    yield entry;
    at = entry.end;
  }
}

function search(der: Buffer, entries: DerValue | undefined, serial: string): Revocation | undefined {
  const wanted = Buffer.from(serial.padStart(serial.length + (serial.length % 2), '0'), 'hex');
  for (const entry of entriesOf(der, entries)) {
    const { at, end } = derAt(der, entry.at, entry.end);
    // Leading zeroes count for nothing: a number of which the first bit is set has one.
    let from = at;
    while (from < end - 1 && der[from] === 0) from += 1;
    if (end - from === wanted.length && der.compare(wanted, 0, wanted.length, from, end) === 0) {
      return revocationOf(der, entry);
    }
  }
  return undefined;
}

function revocationOf(der: Buffer, entry: DerValue): Revocation {
  const [, time, extensions] = derParts(der, entry);
  if (!time) throw notDer();
  const code = extensionsOf(der, extensions).find(({ oid }) => oid === reasonCode);
  const value = code && derAt(der, code.content.at, code.content.end);
  const reason = value?.tag === derTags.enumerated ? (der[value.at] ?? null) : null;
  return { atMs: derTime(der, time), reason };
}

/** Upper-case hex without leading zeroes, which not everybody writes. */
export function serialOf(hex: string): string {
  return hex.toUpperCase().replace(/^0+(?=.)/, '');
}

export function usedList({ sha256, thisUpdateMs, nextUpdateMs }: RevocationList, issuer: Certificate): UsedList {
  return { sha256, issuer: issuer.subject, thisUpdateMs, nextUpdateMs };
}
