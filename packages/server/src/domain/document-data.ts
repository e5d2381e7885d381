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

export type DocumentData = GstRegistration | UdyamRegistration;
