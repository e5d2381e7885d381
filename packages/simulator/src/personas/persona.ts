/** Fictional people, the entities that they act for, and those entities' documents. Dates are `YYYY-MM-DD`. */
export interface Person {
  /** Follows from the mobile number, so it survives a restart. */
  id: string;
  name: string;
  mobile: string;
  dateOfBirth: string;
  gender: 'M' | 'F' | 'T';
}

export const entityKinds = ['company', 'llp', 'partnership', 'proprietorship'] as const;
export type EntityKind = (typeof entityKinds)[number];

export interface Entity {
  /** Follows from the mobile number and the name. */
  id: string;
  name: string;
  kind: EntityKind;
  dateOfIncorporation: string;
  email: string;
  mobile: string;
  /** Which identifier the entity is verified by (entitylocker-upstream §2.2). */
  verifiedBy: 'cin' | 'pan' | 'udyam';
  documents: Document[];
}

export interface Persona {
  person: Person;
  entities: Entity[];
}

/** What every document has, whatever its type. */
interface Issued {
  /** `<issuerId>-<DOCTYPE>-<docId>` (entitylocker-upstream §3). */
  uri: string;
  issuedOn: string;
}

export interface CompanyMasterData extends Issued {
  doctype: 'CPMTD';
  cin: string;
  registrarOfCompanies: string;
  category: string;
  subCategory: string;
  companyClass: string;
  authorisedCapitalRupees: number;
  paidUpCapitalRupees: number;
  listed: boolean;
  lastAnnualMeeting: string;
  lastBalanceSheet: string;
  status: string;
  address: string;
  email: string;
  directors: { din: string; name: string; appointedOn: string }[];
}

export interface GstDetails extends Issued {
  doctype: 'GSTND';
  gstin: string;
  lastUpdated: string;
  tradeName: string;
  taxpayerType: string;
  constitution: string;
  stateJurisdiction: string;
  address: { line1: string; district: string; pin: string; state: string };
}

export interface UdyamCertificate extends Issued {
  doctype: 'UDCER';
  udyamNumber: string;
  majorActivity: string;
  dateOfIncorporation: string;
  dateOfCommencement: string;
  entrepreneurCategory: string;
  phone: string;
  email: string;
  address: { flat: string; premises: string; city: string; state: string; pin: string };
  enterpriseTypes: string[];
  units: string[];
  activities: { nic2Digit: string; nic4Digit: string; nic5Digit: string; activity: string }[];
}

export type Document = CompanyMasterData | GstDetails | UdyamCertificate;
export type Doctype = Document['doctype'];
