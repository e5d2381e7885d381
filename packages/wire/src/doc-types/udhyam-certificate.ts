import type { DocType } from './doc-type.ts';

/** Udyam (MSME) registration certificate; the wire name is the vendor's spelling (sandbox-api §1.2). */
export const udhyamCertificate = {
  name: 'udhyam_certificate',
  title: 'Udyam registration certificate',
  use: 'Shows the size class and the activities of the enterprise.',
  upstreamCode: 'UDCER',
  issuerIds: ['in.gov.msme'],
  issuer: 'Ministry of Micro, Small and Medium Enterprises',
  mime: 'application/xml',
} as const satisfies DocType;
