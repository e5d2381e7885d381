import { companyMasterDetails } from './company-master-details.ts';
import type { DocType } from './doc-type.ts';
import { gstnDetails } from './gstn-details.ts';
import { udhyamCertificate } from './udhyam-certificate.ts';

export type { DocType } from './doc-type.ts';

/**
 * Every document type, in the order in which pages show them. A new one is one file and one line here.
 *
 * @example docTypes.map((type) => type.name) // ['company_master_details', 'gstn_details', 'udhyam_certificate']
 */
export const docTypes = [companyMasterDetails, gstnDetails, udhyamCertificate] as const satisfies readonly DocType[];

/** The vendor's names, as they stand in `doc_types[]`. */
export type DocTypeName = (typeof docTypes)[number]['name'];

/** The entry of a name, or `undefined` for a name that is not ours. */
export function docTypeNamed(name: string): (typeof docTypes)[number] | undefined {
  return docTypes.find((type) => type.name === name);
}
