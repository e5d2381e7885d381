import type { SessionDataResponse } from '@tijori/wire';
import { companyStanding } from '../domain/company-standing.ts';
import type { Document } from '../domain/document.ts';
import type {
  Address,
  CompanyField,
  CompanyMasterData,
  GstRegistration,
  UdyamRegistration,
} from '../domain/document-data.ts';
import { parseGstin, parseUdyam, stateOfCin } from '../domain/identifiers.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { SessionData } from '../usecases/documents/data.ts';

type Company = NonNullable<SessionDataResponse['company']>;
type Source = Company['source'];
type Gst = SessionDataResponse['gst_registrations'][number];
type Udyam = NonNullable<SessionDataResponse['udyam']>;

/** Personal fields come out only when somebody said what they are for. */
export function toWireData(
  { session, documents, company, checks }: SessionData,
  showsPersonal: boolean,
): SessionDataResponse {
  const answer: SessionDataResponse = {
    session_id: session.id,
    personal: showsPersonal ? 'shown' : 'masked',
    company: company && toWireCompany(company, showsPersonal),
    gst_registrations: [],
    udyam: null,
    checks: checks.map(({ rule, between, outcome, score, reason }) => ({ rule, between, outcome, score, reason })),
    not_read: [],
  };
  for (const { document, verdict, data, notRead } of documents) {
    const source = toWireSource(document, verdict, 'signed_content');
    if (data?.kind === 'gst') answer.gst_registrations.push(toWireGst(data, source, showsPersonal));
    else if (data?.kind === 'udyam') answer.udyam = toWireUdyam(data, source, showsPersonal);
    else if (notRead) answer.not_read.push({ ...notReadOf(source), reason: notRead });
  }
  return answer;
}

function toWireSource(document: Document, verdict: Verdict | null, readFrom: Source['read_from']): Source {
  return { document_id: document.id, type: document.docType, verdict: verdict?.state ?? null, read_from: readFrom };
}

function notReadOf({ document_id, type, verdict }: Source) {
  return { document_id, type, verdict };
}

function toWireCompany(
  { document, verdict, cin, parts, profile, masterData }: NonNullable<SessionData['company']>,
  showsPersonal: boolean,
): Company {
  return {
    cin,
    name: profile.name,
    incorporated_on: profile.incorporatedOn,
    state_code: stateOfCin(parts),
    listed: parts.listed,
    company_class: parts.companyClass,
    incorporation_year: parts.incorporationYear,
    industry_code: parts.industryCode,
    registration_number: parts.registrationNumber,
    master_data:
      masterData && toWireMasterData(masterData, toWireSource(document, verdict, 'signed_text'), showsPersonal),
    source: toWireSource(document, verdict, 'listing'),
  };
}

function toWireMasterData(
  data: CompanyMasterData,
  source: Source,
  showsPersonal: boolean,
): NonNullable<Company['master_data']> {
  return {
    name: data.name,
    registrar: data.registrar,
    category: data.category,
    sub_category: data.subCategory,
    company_class: data.companyClass,
    incorporated_on: data.incorporatedOn,
    listed: data.listed,
    address: data.address && toWireAddress(data.address),
    status: data.status,
    standing: companyStanding(data.status),
    authorised_capital_rupees: data.authorisedCapitalRupees,
    paid_up_capital_rupees: data.paidUpCapitalRupees,
    last_annual_meeting_on: data.lastAnnualMeetingOn,
    last_balance_sheet_on: data.lastBalanceSheetOn,
    email: showsPersonal ? data.email : null,
    directors:
      data.directors?.map(({ name, din, appointedOn }) => ({
        name: showsPersonal ? name : null,
        din: showsPersonal ? din : null,
        appointed_on: appointedOn,
      })) ?? null,
    unread: data.unread.map(({ field, reason }) => ({ field: fieldNames[field], reason })),
    source,
  };
}

const fieldNames = {
  name: 'name',
  registrar: 'registrar',
  category: 'category',
  subCategory: 'sub_category',
  companyClass: 'company_class',
  incorporatedOn: 'incorporated_on',
  listed: 'listed',
  address: 'address',
  status: 'status',
  authorisedCapitalRupees: 'authorised_capital_rupees',
  paidUpCapitalRupees: 'paid_up_capital_rupees',
  lastAnnualMeetingOn: 'last_annual_meeting_on',
  lastBalanceSheetOn: 'last_balance_sheet_on',
  email: 'email',
  directors: 'directors',
} as const satisfies Record<CompanyField, string>;

function toWireGst(data: GstRegistration, source: Source, showsPersonal: boolean): Gst {
  const parsed = parseGstin(data.gstin);
  return {
    gstin: data.gstin,
    gstin_fault: parsed.ok ? null : parsed.reason,
    pan: parsed.ok ? parsed.parts.pan : null,
    state_code: parsed.ok ? parsed.parts.stateCode : null,
    legal_name: data.legalName,
    trade_name: data.tradeName,
    constitution: data.constitution,
    taxpayer_type: data.taxpayerType,
    registered_on: data.registeredOn,
    last_updated_on: data.lastUpdatedOn,
    standing: data.standing,
    state_jurisdiction: data.stateJurisdiction,
    address: toWireAddress(data.address),
    phone: showsPersonal ? data.phone : null,
    email: showsPersonal ? data.email : null,
    source,
  };
}

function toWireUdyam(data: UdyamRegistration, source: Source, showsPersonal: boolean): Udyam {
  const parsed = parseUdyam(data.number);
  return {
    number: data.number,
    number_fault: parsed.ok ? null : parsed.reason,
    name: data.name,
    major_activity: data.majorActivity,
    registered_on: data.registeredOn,
    incorporated_on: data.incorporatedOn,
    commenced_on: data.commencedOn,
    standing: data.standing,
    address: toWireAddress(data.address),
    enterprise_classes: data.enterpriseClasses,
    units: data.units,
    activities: data.activities.map(({ code, description, activity }) => ({ nic_code: code, description, activity })),
    social_category: showsPersonal ? data.socialCategory : null,
    phone: showsPersonal ? data.phone : null,
    email: showsPersonal ? data.email : null,
    source,
  };
}

function toWireAddress({ text, district, pin, stateCode, state }: Address): Gst['address'] {
  return { text, district, pin, state_code: stateCode, state };
}
