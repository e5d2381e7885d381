import type { X509Certificate } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import type { SpecimenSigner } from '../pki/test-pki.ts';

const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

const rootEnd = '</Certificate>';

/** Enveloped xmldsig over the whole document, as the last child of `Certificate` (entitylocker-upstream §4.2). */
export function signXml(xml: string, signer: SpecimenSigner): string {
  return appendToRoot(xml, signatureOf(xml, signer, 'whole'));
}

/**
 * The `Signature` element for the root of `xml`. RSA PKCS#1 v1.5 has no randomness in it: same input, same bytes.
 * `by-id` names the root by its own Id attribute, as signers do whose signatures can be wrapped.
 */
export function signatureOf(xml: string, signer: SpecimenSigner, reference: 'whole' | 'by-id'): string {
  const signature = new SignedXml({
    privateKey: signer.key,
    canonicalizationAlgorithm: c14n,
    signatureAlgorithm: rsaSha256,
    getKeyInfoContent: () => x509Data(signer),
  });
  const isEmptyUri = reference === 'whole';
  signature.addReference({ xpath: '/*', transforms: [enveloped, c14n], digestAlgorithm: sha256, isEmptyUri });
  signature.computeSignature(xml);
  return signature.getSignatureXml();
}

/** The text around stays as it was written, byte for byte; serialising it anew could change it. */
export function appendToRoot(xml: string, child: string): string {
  const at = xml.lastIndexOf(rootEnd);
  if (at === -1) throw new Error('a certificate must have a root of that name');
  return xml.slice(0, at) + child + xml.slice(at);
}

function x509Data({ certificate, issuingCa }: SpecimenSigner): string {
  const chain = [certificate, issuingCa].map((one) => `<X509Certificate>${base64(one)}</X509Certificate>`);
  // RFC 4514 writes the name from its end; ours hold no character that would need escaping.
  const subject = certificate.subject.split('\n').reverse().join(',');
  return `<X509Data><X509SubjectName>${subject}</X509SubjectName>${chain.join('')}</X509Data>`;
}

function base64(certificate: X509Certificate): string {
  return certificate.raw.toString('base64');
}
