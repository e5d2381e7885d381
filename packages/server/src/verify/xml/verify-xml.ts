import { SignedXml } from 'xml-crypto';
import type { Certificate } from '../certificate.ts';
import type { ReadCertificate } from '../certificate-reader.ts';
import type { Findings } from '../findings.ts';
import { Refusal } from '../refusal.ts';
import { guardXml } from './guard.ts';
import { everyElement, parseXml } from './parse.ts';
import { findSignature, type XmlSignature } from './signature.ts';

/** Most paths that a verdict lists. */
const pathsMax = 300;

/**
 * Checks the signature of an XML and writes down what it finds on the way. Resolves to the canonical form of what was
 * signed: nothing else of the file may be read. Trust is not asked here. Throws `Refusal`.
 */
export function verifyXml(bytes: Uint8Array, findings: Findings, read: ReadCertificate): string {
  const text = guardXml(bytes);
  const { document, root } = parseXml(text);
  const signature = findSignature(document, root);
  findings.algorithm = signature.algorithm;
  findings.hashes = signature.hashes;
  const brought = signature.certificates.map((der) => certificateOrRefusal(der, read));
  const signer = signerAmong(brought);
  if (!signer) throw new Refusal('untrusted_signer', 'no_certificate');
  findings.signer = signer;
  findings.brought = brought;
  const signed = check(text, signature, signer);
  const { root: signedRoot } = parseXml(signed);
  findings.covered = {
    scope: signature.scope,
    bytes: Buffer.byteLength(signed),
    paths: pathsOf(signedRoot),
  };
  if (signature.scope === 'part') throw new Refusal('altered', 'signature_covers_part');
  return signed;
}

function certificateOrRefusal(der: Buffer, read: ReadCertificate): Certificate {
  try {
    return read(der);
  } catch {
    throw new Refusal('untrusted_signer', 'no_certificate');
  }
}

/** The one that issued none of the others. */
function signerAmong(brought: readonly Certificate[]): Certificate | undefined {
  return brought.find(
    (one) => !brought.some((other) => other.sha256 !== one.sha256 && other.x509.checkIssued(one.x509)),
  );
}

/** Signature value and digest over canonical forms, with the signer's key and no other. */
function check(text: string, { node }: XmlSignature, signer: Certificate): string {
  const verifier = new SignedXml({ publicCert: signer.x509.toString(), getCertFromKeyInfo: () => null });
  let isValid = false;
  try {
    verifier.loadSignature(node);
    isValid = verifier.checkSignature(text);
  } catch {
    // It throws for a wrong signature value, and for what it does not understand; the profile has left nothing of that.
  }
  const [signed, ...more] = isValid ? verifier.getSignedReferences() : [];
  if (signed === undefined || more.length > 0) throw new Refusal('altered', 'digest_mismatch');
  return signed;
}

/** `Certificate/IssuedTo/Organization/@name` …, each once. */
function pathsOf(root: Element): string[] {
  const paths = new Set<string>();
  for (const element of everyElement(root)) {
    const path = pathOf(element);
    paths.add(path);
    for (const { name } of Array.from(element.attributes)) paths.add(`${path}/@${name}`);
    if (paths.size >= pathsMax) break;
  }
  return [...paths].slice(0, pathsMax);
}

function pathOf(element: Element): string {
  const parent = element.parentNode;
  return parent?.nodeType === 1 ? `${pathOf(parent as Element)}/${element.nodeName}` : element.nodeName;
}
