import { constants, createHash, verify } from 'node:crypto';
import { Certificate as Asn1Certificate, type Attribute, ContentInfo, SignedData, type SignerInfo } from 'pkijs';
import { digestAlgorithm, signatureAlgorithm } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import type { ReadCertificate } from '../certificate-reader.ts';
import { Refusal } from '../refusal.ts';

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  rsaPss: '1.2.840.113549.1.1.10',
};

/** Most certificates that a signature may bring. */
const certificatesMax = 20;

/** A detached CMS (RFC 5652) with its one signer. */
export interface Cms {
  signer: Certificate | undefined;
  certificates: readonly Certificate[];
  algorithm: { signature: string; digest: string };
  hash: string;
  signedAtMs: number | null;
  /** Whether it is a signature over these pieces, in this order. */
  covers(pieces: readonly Buffer[]): boolean;
}

/** Throws `Refusal` on what is no such thing. */
export function readCms(der: Buffer, read: ReadCertificate): Cms {
  const data = signedDataOf(der);
  const [info, ...others] = data.signerInfos;
  if (!info || others.length > 0 || !info.signedAttrs) throw unsupported();
  // Detached, about plain data: an inner content would be signed instead of the file.
  if (data.encapContentInfo.eContentType !== oids.data || data.encapContentInfo.eContent) throw unsupported();
  const certificates = certificatesOf(data, read);
  const hash = digestAlgorithm(info.digestAlgorithm.algorithmId);
  const scheme = schemeOf(info, hash);
  if (!hash || !scheme) throw unsupported();
  const attributes = info.signedAttrs.attributes;
  const signer = certificates.find(({ asn1 }) => isNamedBy(info, asn1))?.certificate;
  return {
    signer,
    certificates: certificates.map(({ certificate }) => certificate),
    algorithm: { signature: scheme.name, digest: hash },
    hash,
    signedAtMs: timeOf(attributes),
    covers(pieces) {
      if (!signer || one(attributes, oids.contentType)?.toString() !== `OBJECT IDENTIFIER : ${oids.data}`) return false;
      const digest = createHash(hash);
      for (const piece of pieces) digest.update(piece);
      const stated = octetsOf(one(attributes, oids.messageDigest));
      if (!stated || !digest.digest().equals(stated)) return false;
      // The attributes as they stand in the file, with the tag of a SET that the signature is made over (RFC 5652, 5.4).
      const signed = Buffer.from(info.signedAttrs?.encodedValue ?? new ArrayBuffer(0));
      const { publicKey } = signer.x509;
      if (publicKey.asymmetricKeyType !== scheme.keyType) return false;
      const key = scheme.isPss
        ? { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
        : publicKey;
      return verify(hash, signed, key, Buffer.from(info.signature.valueBlock.valueHexView));
    },
  };
}

function signedDataOf(der: Buffer): SignedData {
  try {
    const content = ContentInfo.fromBER(new Uint8Array(der));
    if (content.contentType !== oids.signedData) throw unsupported();
    return new SignedData({ schema: content.content });
  } catch {
    throw unsupported();
  }
}

function certificatesOf(
  data: SignedData,
  read: ReadCertificate,
): { certificate: Certificate; asn1: Asn1Certificate }[] {
  const found = (data.certificates ?? []).filter((one) => one instanceof Asn1Certificate);
  if (found.length > certificatesMax) throw unsupported();
  try {
    return found.map((asn1) => ({ asn1, certificate: read(Buffer.from(asn1.toSchema(false).toBER())) }));
  } catch {
    throw unsupported();
  }
}

/** Issuer and serial number, as RFC 5652 names a signer, or the identifier of its key. */
function isNamedBy({ sid }: SignerInfo, certificate: Asn1Certificate): boolean {
  const { issuer, serialNumber } = sid as {
    issuer?: Asn1Certificate['issuer'];
    serialNumber?: { isEqual(o: unknown): boolean };
  };
  if (issuer && serialNumber) {
    return issuer.isEqual(certificate.issuer) && serialNumber.isEqual(certificate.serialNumber);
  }
  const keyId = certificate.extensions?.find(({ extnID }) => extnID === '2.5.29.14')?.parsedValue;
  return keyId !== undefined && (sid as { isEqual?(o: unknown): boolean }).isEqual?.(keyId) === true;
}

/** The hash in the signature's own algorithm must be the one of the digest. */
function schemeOf({ signatureAlgorithm: { algorithmId } }: SignerInfo, hash: string | undefined) {
  if (algorithmId === oids.rsaPss) return { name: `rsa-pss-${hash}`, keyType: 'rsa', isPss: true };
  const known = signatureAlgorithm(algorithmId);
  if (!known || (known.hash !== null && known.hash !== hash)) return undefined;
  return { name: `${known.scheme}-${hash}`, keyType: known.scheme === 'rsa' ? 'rsa' : 'ec', isPss: false };
}

type Value = Attribute['values'][number];

/** The one value of the one attribute of a kind. */
function one(attributes: readonly Attribute[], type: string): Value | undefined {
  const found = attributes.filter((attribute) => attribute.type === type);
  const [attribute] = found;
  return found.length === 1 && attribute?.values.length === 1 ? attribute.values[0] : undefined;
}

function octetsOf(value: Value | undefined): Buffer | undefined {
  const view = (value as { valueBlock?: { valueHexView?: Uint8Array } } | undefined)?.valueBlock?.valueHexView;
  return view && Buffer.from(view);
}

function timeOf(attributes: readonly Attribute[]): number | null {
  const value = one(attributes, oids.signingTime) as { toDate?(): Date } | undefined;
  const time = value?.toDate?.().getTime();
  return time === undefined || Number.isNaN(time) ? null : time;
}

function unsupported(): Refusal {
  return new Refusal('unreadable', 'unsupported_signature');
}
