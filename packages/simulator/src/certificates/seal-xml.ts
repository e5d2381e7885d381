import type { SpecimenSigner } from '../pki/test-pki.ts';
import type { SealFault } from './seal-faults.ts';
import { appendToRoot, signatureOf, signXml } from './sign-xml.ts';

/** The name that stands in an altered document instead of the holder's. */
export const forgedName = 'FORGED SPECIMEN HOLDER';

export function sealXml(xml: string, signer: SpecimenSigner, fault: SealFault | undefined): string {
  switch (fault) {
    case 'unsigned':
      return xml;
    case 'tampered':
      return forge(signXml(xml, signer));
    case 'wrapped_signature':
      return wrap(xml, signer);
    case 'malformed_xml':
      return cut(signXml(xml, signer));
    default:
      return signXml(xml, signer);
  }
}

/** Values are escaped, so that no `"`, `<` or `>` of theirs can mislead the expression. */
function forge(xml: string): string {
  const forged = xml.replace(/(<IssuedTo><\w+[^>]* name=")[^"]*/, `$1${forgedName}`);
  if (forged === xml) throw new Error('the certificate names no holder');
  return forged;
}

/**
 * The classic wrapping attack (XSW): the signed element is moved aside and an altered copy takes its place. A reference
 * to the whole document cannot be wrapped, so here the original was signed by its Id, as many signers do.
 */
function wrap(xml: string, signer: SpecimenSigner): string {
  const original = xml
    .slice(xml.indexOf('<Certificate '))
    .trimEnd()
    .replace('<Certificate ', '<Certificate Id="signed" ');
  return appendToRoot(forge(xml), `<Original>${original}</Original>${signatureOf(original, signer, 'by-id')}`);
}

/** Inside the data, where a reader that mends broken XML would believe it had all of the holder. */
function cut(xml: string): string {
  return xml.slice(0, xml.indexOf('<CertificateData>') + '<CertificateData><'.length);
}
