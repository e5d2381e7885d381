import { docTypeNamed, type IdentifierName, identifierPatterns } from '@tijori/wire';
import { documentIdOf } from './document.ts';

/** The business that should consent, by one identifier. */
export interface ExpectedEntity {
  by: IdentifierName;
  value: string;
}

type Item = { upstreamCode: string; uri: string };

const codeOf = (name: string) => docTypeNamed(name)?.upstreamCode;
const companyCode = codeOf('company_master_details');
const gstCode = codeOf('gstn_details');
const udyamCode = codeOf('udhyam_certificate');

const gstin = new RegExp(identifierPatterns.gstin);
/** At the start of the document id: some add `zz` and a mobile number (sandbox-api §1.10). */
const udyamAtStart = new RegExp(identifierPatterns.udyam.replace('$', ''));

/** Characters 3 to 12 of a GSTIN are the PAN of its holder (entitylocker-upstream §5). */
const panOf = (number: string) => number.slice(2, 12);

/**
 * Whether a shared document says that it belongs to another business. The identifiers stand in the documents' URIs:
 * a CIN in that of company master details, a GSTIN in that of GST details, a Udyam number in that of the certificate
 * (sandbox-api §1.10). A GSTIN is compared by its PAN, because a business has one for each state. What has no
 * identifier to compare says nothing.
 */
export function contradicts({ by, value }: ExpectedEntity, items: readonly Item[]): boolean {
  return items.some(({ upstreamCode, uri }) => {
    const id = documentIdOf(uri);
    if (by === 'cin') return upstreamCode === companyCode && id !== value;
    if (by === 'udyam') return upstreamCode === udyamCode && udyamAtStart.test(id) && !id.startsWith(value);
    const pan = by === 'gstin' ? panOf(value) : value;
    return upstreamCode === gstCode && gstin.test(id) && panOf(id) !== pan;
  });
}
