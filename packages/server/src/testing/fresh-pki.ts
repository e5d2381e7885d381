import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import {
  Set as AsnSet,
  BitString,
  Enumerated,
  Integer,
  Null,
  ObjectIdentifier,
  PrintableString,
  Sequence,
  Utf8String,
} from 'asn1js';
import {
  AlgorithmIdentifier,
  BasicConstraints,
  Certificate,
  CertificateRevocationList,
  Extension,
  Extensions,
  PublicKeyInfo,
  RelativeDistinguishedNames,
  RevokedCertificate,
  Time,
} from 'pkijs';

/** A key and its certificate, made for one test. */
export interface Holder {
  key: KeyObject;
  certificate: X509Certificate;
}

interface Order {
  commonName: string;
  /** Left out: signed by itself. */
  issuer?: Holder;
  bits?: number;
  serial?: number;
  ca?: boolean;
  pathLength?: number;
  from?: string;
  to?: string;
  /** First byte of the key usage; null leaves the extension out. */
  usage?: number | null;
  /** A critical extension that nobody knows. */
  criticalOid?: string;
  hash?: Hash;
}

const organization = 'TEST - not a government authority';
type Hash = 'sha1' | 'sha256';

/** A certificate with a new key, under the names of the test PKI. For tests only. */
export function issue(order: Order): Holder {
  const { ca = false, usage = ca ? 0b0000_0110 : 0b1100_0000 } = order;
  const pair = generateKeyPairSync('rsa', { modulusLength: order.bits ?? 2048 });
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: order.serial ?? 4113 });
  certificate.subject = nameOf(order.commonName);
  certificate.issuer = nameOf(order.issuer ? commonNameOf(order.issuer) : order.commonName);
  certificate.notBefore = new Time({ value: new Date(order.from ?? '2000-01-01') });
  certificate.notAfter = new Time({ value: new Date(order.to ?? '2049-12-31') });
  const constraints = new BasicConstraints({
    cA: ca,
    ...(order.pathLength === undefined ? {} : { pathLenConstraint: order.pathLength }),
  });
  certificate.extensions = [extension('2.5.29.19', constraints.toSchema().toBER(), true)];
  if (usage !== null) {
    const bits = new BitString({ valueHex: new Uint8Array([usage]).buffer, unusedBits: 1 });
    certificate.extensions.push(extension('2.5.29.15', bits.toBER(), true));
  }
  if (order.criticalOid)
    certificate.extensions.push(extension(order.criticalOid, new Integer({ value: 1 }).toBER(), true));
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(derOf(pair.publicKey));
  const signingKey = order.issuer?.key ?? pair.privateKey;
  certificate.signature = certificate.signatureAlgorithm = algorithmOf(order.hash ?? 'sha256');
  const tbs = Buffer.from(certificate.encodeTBS().toBER());
  certificate.signatureValue = signed(tbs, signingKey, order.hash ?? 'sha256');
  const der = Buffer.from(certificate.toSchema(true).toBER());
  return { key: pair.privateKey, certificate: new X509Certificate(der) };
}

/** A revocation list of an authority. */
export function list(
  issuer: Holder,
  { serials = [], at = '2020-01-01', from = '2002-01-01', to = '2049-12-31', reason }: ListOrder = {},
): Buffer {
  const crl = new CertificateRevocationList();
  crl.version = 1;
  crl.issuer = nameOf(commonNameOf(issuer));
  crl.thisUpdate = new Time({ value: new Date(from) });
  crl.nextUpdate = new Time({ value: new Date(to) });
  if (serials.length > 0) {
    crl.revokedCertificates = serials.map(
      (value) =>
        new RevokedCertificate({
          userCertificate: new Integer({ value }),
          revocationDate: new Time({ value: new Date(at) }),
          ...(reason === undefined ? {} : { crlEntryExtensions: reasons(reason) }),
        }),
    );
  }
  crl.signature = crl.signatureAlgorithm = algorithmOf('sha256');
  // pkijs would sign it by itself, but only with a key of WebCrypto.
  const tbs = Buffer.from((crl as unknown as { encodeTBS(): Sequence }).encodeTBS().toBER());
  crl.signatureValue = signed(tbs, issuer.key, 'sha256');
  return Buffer.from(crl.toSchema(true).toBER());
}

interface ListOrder {
  serials?: readonly number[];
  at?: string;
  from?: string;
  to?: string;
  reason?: number;
}

/** Root, issuing CA and one signer: the names of the simulator's, and keys of their own. */
export function freshPki(signerName = 'GSTN specimen signer (TEST)') {
  const root = issue({ commonName: 'Tijori TEST root (not a government authority)', ca: true, pathLength: 1 });
  const issuingCa = issue({
    commonName: 'Tijori TEST issuing CA',
    issuer: root,
    ca: true,
    pathLength: 0,
  });
  const signer = issue({ commonName: signerName, issuer: issuingCa });
  return { root, issuingCa, signer };
}

function reasons(value: number): Extensions {
  return new Extensions({ extensions: [extension('2.5.29.21', new Enumerated({ value }).toBER(), false)] });
}

function derOf(key: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }));
}

/** With the parameter that RFC 4055 asks for: some libraries write it anew and would break a signature without it. */
function algorithmOf(hash: Hash): AlgorithmIdentifier {
  const algorithmId = { sha1: '1.2.840.113549.1.1.5', sha256: '1.2.840.113549.1.1.11' }[hash];
  return new AlgorithmIdentifier({ algorithmId, algorithmParams: new Null() });
}

function signed(bytes: Buffer, key: KeyObject, hash: Hash): BitString {
  return new BitString({ valueHex: new Uint8Array(sign(hash, bytes, key)).buffer });
}

/** Encoded as the simulator's names are: parts one by one, text as UTF-8, the country as OpenSSL writes it. */
function nameOf(commonName: string): Certificate['subject'] {
  const parts = [
    ['2.5.4.6', new PrintableString({ value: 'IN' })],
    ['2.5.4.10', new Utf8String({ value: organization })],
    ['2.5.4.3', new Utf8String({ value: commonName })],
  ] as const;
  const sets = parts.map(
    ([type, value]) => new AsnSet({ value: [new Sequence({ value: [new ObjectIdentifier({ value: type }), value] })] }),
  );
  return RelativeDistinguishedNames.fromBER(new Sequence({ value: sets }).toBER());
}

function commonNameOf({ certificate }: Holder): string {
  return /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '';
}

function extension(extnID: string, value: ArrayBuffer, critical: boolean): Extension {
  return new Extension({ extnID, critical, extnValue: value });
}
