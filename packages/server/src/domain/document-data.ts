/** What documents say, in one form: ISO dates, states by their GST code, blanks as null. */

export interface GstRegistration {
  kind: 'gst';
  gstin: string;
  legalName: string;
  tradeName: string | null;
  constitution: string | null;
  taxpayerType: string | null;
  registeredOn: string | null;
  lastUpdatedOn: string | null;
  standing: Standing;
  stateJurisdiction: string | null;
  address: Address;
  phone: string | null;
  email: string | null;
}

export interface UdyamRegistration {
  kind: 'udyam';
  number: string;
  name: string;
  majorActivity: string | null;
  registeredOn: string | null;
  incorporatedOn: string | null;
  commencedOn: string | null;
  standing: Standing;
  address: Address;
  /** In the order of the certificate: one for each year of classification. */
  enterpriseClasses: string[];
  units: string[];
  activities: { code: string; description: string | null; activity: string | null }[];
  socialCategory: string | null;
  phone: string | null;
  email: string | null;
}

/**
 * Master data of a company. Its document is a PDF, so this is what the labels on its pages were taken to say: every field that was not
 * found, or not understood, is null and stands in `unread`.
 */
export interface CompanyMasterData extends CompanyFields {
  kind: 'company';
  cin: string;
  unread: readonly { field: CompanyField; reason: UnreadReason }[];
}

export type CompanyField = keyof CompanyFields;

interface CompanyFields {
  name: string | null;
  registrar: string | null;
  category: string | null;
  subCategory: string | null;
  companyClass: string | null;
  incorporatedOn: string | null;
  listed: boolean | null;
  address: Address | null;
  /** As the document writes it; what it means is its `companyStanding`. */
  status: string | null;
  authorisedCapitalRupees: number | null;
  paidUpCapitalRupees: number | null;
  lastAnnualMeetingOn: string | null;
  lastBalanceSheetOn: string | null;
  email: string | null;
  directors: readonly Director[] | null;
}

export interface Director {
  name: string;
  /** Eight digits; null for a signatory who has none. */
  din: string | null;
  appointedOn: string | null;
}

/** Why a field was not read: it is not there, it is there twice and differs, or it is not written as such a thing is. */
export type UnreadReason = 'not_in_document' | 'ambiguous' | 'not_understood';

/** Why nothing was read from a genuine document. */
export type ReadFault = 'unknown_kind' | 'no_text' | 'too_large' | 'took_too_long' | 'reader_failed';

/** What a document says, or why nothing was read from it. */
export type Reading = { data: DocumentData } | { data: null; fault: ReadFault };

export interface Address {
  /** As the document writes it, in one line. */
  text: string;
  district: string | null;
  pin: string | null;
  /** GST code of the state; null when its name is not known. */
  stateCode: string | null;
  state: string | null;
}

/** What the document says about itself; often nothing. */
export type Standing = 'active' | 'expired' | 'revoked' | 'suspended' | 'unknown';

export type DocumentData = GstRegistration | UdyamRegistration | CompanyMasterData;
