import type { Doctype } from '../personas/persona.ts';
import type { Issuer } from '../pki/test-pki.ts';

export type Rendition = 'application/pdf' | 'application/xml';

/** One document type as the issued list names it (entitylocker-upstream §2.4, §3). */
export interface CatalogueEntry {
  name: string;
  issuerId: string;
  issuer: string;
  /** Whose specimen signer signs it. */
  signer: Issuer;
  /** Only what the download really serves: no `json`. */
  mimes: readonly Rendition[];
}

export const catalogue: Record<Doctype, CatalogueEntry> = {
  CPMTD: {
    name: 'Company Master Details',
    issuerId: 'in.gov.mca',
    issuer: 'Ministry of Corporate Affairs (MCA), Govt. of India',
    signer: 'mca',
    mimes: ['application/pdf'],
  },
  GSTND: {
    name: 'GSTN Details',
    issuerId: 'in.org.gstn',
    issuer: 'Goods and Services Tax Network',
    signer: 'gstn',
    mimes: ['application/xml', 'application/pdf'],
  },
  UDCER: {
    name: 'Udyam Registration Certificate',
    issuerId: 'in.gov.msme',
    issuer: 'Ministry of Micro, Small and Medium Enterprises',
    signer: 'msme',
    mimes: ['application/xml', 'application/pdf'],
  },
};

/** How a document type is called on the pages; an unknown code stays a code. */
export function doctypeName(code: string): string {
  return Object.hasOwn(catalogue, code) ? catalogue[code as Doctype].name : code;
}
