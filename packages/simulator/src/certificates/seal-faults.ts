import type { Standing } from '../pki/test-pki.ts';
import type { Rendition } from './catalogue-data.ts';

interface SealFaultEntry {
  /** What is wrong with the document, in one line, for people. */
  meaning: string;
  /** Renditions that it spoils; the others come out as they should be. */
  spoils: readonly Rendition[];
  /** Who signs. Everything else about the signature is right. */
  signer: Standing;
}

const both: readonly Rendition[] = ['application/xml', 'application/pdf'];

/** Every way in which a specimen's signature can be wrong. Documentation and scenarios derive from this table. */
export const sealFaults = {
  tampered: {
    meaning: "The holder's name was changed after signing: the digest no longer fits.",
    spoils: both,
    signer: 'trusted',
  },
  wrapped_signature: {
    meaning:
      'The signature is valid, but not for what a naive reader reads: the XML has the signed original moved aside and an altered copy in its place, the PDF has an altered page added after signing.',
    spoils: both,
    signer: 'trusted',
  },
  unknown_root: {
    meaning: 'Signed under a root with the same name and another key: the chain does not end at the trusted root.',
    spoils: both,
    signer: 'stranger',
  },
  certificate_expired: {
    meaning: "The signer's certificate had ended before the day of signing.",
    spoils: both,
    signer: 'expired',
  },
  signer_revoked: {
    meaning: "The signer's certificate stands in the revocation list of its issuer, since before the day of signing.",
    spoils: both,
    signer: 'revoked',
  },
  malformed_xml: {
    meaning: 'The XML ends in the middle: it is not well-formed, and nothing can be read from it.',
    spoils: ['application/xml'],
    signer: 'trusted',
  },
  unsigned: {
    meaning: 'There is no signature at all.',
    spoils: both,
    signer: 'trusted',
  },
} as const satisfies Record<string, SealFaultEntry>;

export type SealFault = keyof typeof sealFaults;

/** The fault, or undefined where it leaves this rendition alone. */
export function faultFor(fault: SealFault | undefined, mime: Rendition): SealFault | undefined {
  if (fault === undefined) return undefined;
  const { spoils }: SealFaultEntry = sealFaults[fault];
  return spoils.includes(mime) ? fault : undefined;
}
