import type { DocType } from './doc-type.ts';

/** Company master data of the Registrar of Companies. Only a PDF is known (sandbox-api §1.10, §1.11). */
export const companyMasterDetails = {
  name: 'company_master_details',
  title: 'Company master details',
  use: 'Shows that the company is registered, and who runs it.',
  upstreamCode: 'CPMTD',
  issuerIds: ['in.gov.mca'],
  issuer: 'Ministry of Corporate Affairs (MCA), Govt. of India',
  mime: 'application/pdf',
} as const satisfies DocType;
