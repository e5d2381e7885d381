import type { Document, Entity } from '../personas/persona.ts';
import { type CatalogueEntry, catalogue, type Rendition } from './catalogue-data.ts';
import { gstDetailsXml } from './gst-details-xml.ts';
import { certificatePdf } from './pdf.ts';
import { pdfContent } from './pdf-content.ts';
import { sealDocument } from './seal.ts';
import type { SealFault } from './seal-faults.ts';
import type { SignatureField } from './signature-field.ts';
import { udyamXml } from './udyam-xml.ts';

export type { Rendition } from './catalogue-data.ts';

export function catalogueOf(document: Document): CatalogueEntry {
  return catalogue[document.doctype];
}

/** Before this day nothing is signed, so that the expired and the revoked signer were so already (decision 7). */
const firstSigning = '2002-01-02';

/**
 * The signed bytes of one document in one rendition, or undefined when it is not offered. Same persona and fault, same
 * bytes.
 */
export async function render(
  entity: Entity,
  document: Document,
  mime: Rendition,
  fault?: SealFault,
): Promise<Buffer | undefined> {
  const bytes = await draft(entity, document, mime, fault);
  return bytes && sealDocument(bytes, { mime, issuer: catalogueOf(document).signer, fault });
}

/** As `render`, before anybody signs it: a PDF has an empty signature field, unless the fault is that it is unsigned. */
export async function draft(
  entity: Entity,
  document: Document,
  mime: Rendition,
  fault?: SealFault,
): Promise<Buffer | undefined> {
  if (!catalogueOf(document).mimes.includes(mime)) return undefined;
  return mime === 'application/pdf' ? pdfOf(entity, document, fault) : xmlOf(entity, document);
}

function pdfOf(entity: Entity, document: Document, fault: SealFault | undefined): Promise<Buffer> {
  const content = pdfContent(entity, document);
  return certificatePdf(content, fault === 'unsigned' ? undefined : fieldOf(document));
}

/** Signed on the day of issue: the only date that is the same each time. */
function fieldOf(document: Document): SignatureField {
  const day = document.issuedOn > firstSigning ? document.issuedOn : firstSigning;
  return { issuer: catalogueOf(document).signer, signedAt: new Date(`${day}T00:00:00Z`) };
}

function xmlOf(entity: Entity, document: Document): Buffer | undefined {
  switch (document.doctype) {
    case 'CPMTD':
      return undefined;
    case 'GSTND':
      return Buffer.from(gstDetailsXml(entity, document));
    case 'UDCER':
      return Buffer.from(udyamXml(entity, document));
  }
}
