import type { Document, Entity } from '../personas/persona.ts';
import { type CatalogueEntry, catalogue, type Rendition } from './catalogue-data.ts';
import { gstDetailsXml } from './gst-details-xml.ts';
import { certificatePdf } from './pdf.ts';
import { pdfContent } from './pdf-content.ts';
import { seal } from './seal.ts';
import { udyamXml } from './udyam-xml.ts';

export type { Rendition } from './catalogue-data.ts';

export function catalogueOf(document: Document): CatalogueEntry {
  return catalogue[document.doctype];
}

/** The bytes of one document in one rendition, or undefined when it is not offered. Same persona, same bytes. */
export async function render(entity: Entity, document: Document, mime: Rendition): Promise<Buffer | undefined> {
  if (!catalogueOf(document).mimes.includes(mime)) return undefined;
  if (mime === 'application/pdf') return seal(await certificatePdf(pdfContent(entity, document)), mime);
  const text = xmlOf(entity, document);
  return text === undefined ? undefined : seal(Buffer.from(text, 'utf8'), mime);
}

function xmlOf(entity: Entity, document: Document): string | undefined {
  switch (document.doctype) {
    case 'CPMTD':
      return undefined;
    case 'GSTND':
      return gstDetailsXml(entity, document);
    case 'UDCER':
      return udyamXml(entity, document);
  }
}
