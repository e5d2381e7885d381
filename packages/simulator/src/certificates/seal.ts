import type { Issuer } from '../pki/test-pki.ts';
import type { Rendition } from './catalogue-data.ts';
import { faultFor, type SealFault, sealFaults } from './seal-faults.ts';

export interface SealOrder {
  mime: Rendition;
  issuer: Issuer;
  fault?: SealFault | undefined;
}

/**
 * Signs a document: enveloped xmldsig for XML, an embedded signature for PDF (entitylocker-upstream §4.2, §4.5). Every
 * document passes here. With a fault, the document comes out wrong in just that way. Same input, same bytes.
 */
export async function sealDocument(bytes: Buffer, { mime, issuer, fault }: SealOrder): Promise<Buffer> {
  // Loaded with the first document: keys, XML and CMS together weigh more than the rest of the simulator.
  const { testPki } = await import('../pki/test-pki.ts');
  const signer = testPki[fault ? sealFaults[fault].signer : 'trusted'][issuer];
  const spoilt = faultFor(fault, mime);
  if (mime === 'application/xml') {
    const { sealXml } = await import('./seal-xml.ts');
    return Buffer.from(sealXml(bytes.toString('utf8'), signer, spoilt), 'utf8');
  }
  const { sealPdf } = await import('./seal-pdf.ts');
  return sealPdf(bytes, signer, spoilt);
}
