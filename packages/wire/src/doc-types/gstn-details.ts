import type { DocType } from './doc-type.ts';

/** GST registration details; one for each state in which the business is registered (sandbox-api §1.10). */
export const gstnDetails = {
  name: 'gstn_details',
  title: 'GST registration details',
  use: 'Shows that the business is registered for tax, and under which name.',
  upstreamCode: 'GSTND',
  issuerIds: ['in.org.gstn', 'in.gov.gstn'],
  issuer: 'Goods and Services Tax Network',
  mime: 'application/xml',
} as const satisfies DocType;
