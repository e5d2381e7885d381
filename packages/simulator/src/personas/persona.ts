/** Fictional people, the entities that they act for, and those entities' documents. Dates are `YYYY-MM-DD`. */
export interface Person {
  /** Follows from the mobile number, so it survives a restart. */
  id: string;
  name: string;
  mobile: string;
  dateOfBirth: string;
  gender: 'M' | 'F' | 'T';
  /** Asked for after the one-time password, unless the client says `pla=Y`. The page shows it. */
  pin?: string;
}

export const entityKinds = ['company', 'llp', 'partnership', 'proprietorship', 'trust'] as const;
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
  /** What the entity put into its locker itself. */
  uploads: Upload[];
}

/** A file, or a folder when `mime` is missing. Folders hold files by name. */
export interface Upload {
  name: string;
  /** Name of the folder that it is in; missing at the top. */
  folder?: string;
  mime?: string;
  bytes?: number;
  /** `YYYY-MM-DD`. */
  uploadedOn: string;
}

export interface Persona {
  person: Person;
  entities: Entity[];
  /** Fields that differ from the simulator's profile, for this person's answers only. */
  variants: Partial<Variants>;
}

/** Shapes that public sources disagree about (entitylocker-upstream §7 nos. 6 and 10, §9 no. 7). */
export interface Variants {
  mime: 'list' | 'string';
  date: 'd-m-Y' | 'iso';
  /** `blank`: certificates say nothing about their standing. */
  status: 'usual' | 'blank';
}

/** What every document has, whatever its type. */
interface Issued {
  /** `<issuerId>-<DOCTYPE>-<docId>` (entitylocker-upstream §3). */
  uri: string;
  issuedOn: string;
  /** Where the register knows the entity under another name. */
  holder?: string;
  /** `Certificate@status`, where it is not the usual one: A active, R revoked, blank unknown (§4.1). */
  standing?: string;
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
