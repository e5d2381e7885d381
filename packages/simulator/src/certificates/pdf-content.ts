import { longDate } from '../dates.ts';
import type { CompanyMasterData, Document, Entity, GstDetails, UdyamCertificate } from '../personas/persona.ts';
import { catalogue } from './catalogue-data.ts';

export interface PdfSection {
  heading: string;
  rows: readonly (readonly [label: string, value: string])[];
}

/** What a certificate says, before it is laid out. */
export interface PdfContent {
  title: string;
  issuer: string;
  number: string;
  /** ISO day; also the only date in the file's own data, so that the same persona gives the same bytes. */
  issuedOn: string;
  holder: string;
  sections: readonly PdfSection[];
}

export function pdfContent(entity: Entity, document: Document): PdfContent {
  const { name, issuer } = catalogue[document.doctype];
  const common = { title: name, issuer, issuedOn: document.issuedOn, holder: entity.name.toUpperCase() };
  switch (document.doctype) {
    case 'CPMTD':
      return { ...common, number: document.cin, sections: companySections(entity, document) };
    case 'GSTND':
      return { ...common, number: document.gstin, sections: gstSections(document) };
    case 'UDCER':
      return { ...common, number: document.udyamNumber, sections: udyamSections(document) };
  }
}

/** Fields of public company master data (entitylocker-upstream §3; the real layout is not public). */
function companySections(entity: Entity, document: CompanyMasterData): PdfSection[] {
  return [
    {
      heading: 'Company',
      rows: [
        ['CIN', document.cin],
        ['Company name', entity.name.toUpperCase()],
        ['Registrar of Companies', document.registrarOfCompanies],
        ['Registration number', document.cin.slice(15)],
        ['Company category', document.category],
        ['Company sub-category', document.subCategory],
        ['Class of company', document.companyClass],
        ['Date of incorporation', longDate(entity.dateOfIncorporation)],
        ['Registered address', document.address],
        ['E-mail', document.email],
        ['Listed', document.listed ? 'Listed' : 'Unlisted'],
        ['Company status', document.status],
      ],
    },
    {
      heading: 'Capital and filings',
      rows: [
        ['Authorised capital', rupees(document.authorisedCapitalRupees)],
        ['Paid-up capital', rupees(document.paidUpCapitalRupees)],
        ['Last annual general meeting', longDate(document.lastAnnualMeeting)],
        ['Last balance sheet', longDate(document.lastBalanceSheet)],
      ],
    },
    {
      heading: 'Directors and signatories',
      rows: document.directors.map((d) => [d.name, `DIN ${d.din}, since ${longDate(d.appointedOn)}`] as const),
    },
    { heading: 'Charges', rows: [['Charges registered', 'None']] },
  ];
}

function gstSections(document: GstDetails): PdfSection[] {
  const { line1, district, state, pin } = document.address;
  return [
    {
      heading: 'Registration',
      rows: [
        ['GSTIN', document.gstin],
        ['Trade name', document.tradeName],
        ['Constitution of business', document.constitution],
        ['Taxpayer type', document.taxpayerType],
        ['Date of registration', longDate(document.issuedOn)],
        ['Last updated', longDate(document.lastUpdated)],
        ['State jurisdiction', document.stateJurisdiction],
        ['Principal place of business', `${line1}, ${district}, ${state} ${pin}`],
      ],
    },
  ];
}

function udyamSections(document: UdyamCertificate): PdfSection[] {
  const { flat, premises, city, state, pin } = document.address;
  return [
    {
      heading: 'Enterprise',
      rows: [
        ['Udyam registration number', document.udyamNumber],
        ['Major activity', document.majorActivity],
        ['Category of entrepreneur', document.entrepreneurCategory],
        ['Date of registration', longDate(document.issuedOn)],
        ['Date of incorporation', longDate(document.dateOfIncorporation)],
        ['Date of commencement', longDate(document.dateOfCommencement)],
        ['Official address', `${flat}, ${premises}, ${city}, ${state} ${pin}`],
        ['Mobile', document.phone],
        ['E-mail', document.email],
      ],
    },
    {
      heading: 'Type of enterprise',
      rows: document.enterpriseTypes.map((type, index) => [`Year ${index + 1}`, type] as const),
    },
    { heading: 'Units', rows: document.units.map((unit, index) => [`Unit ${index + 1}`, unit] as const) },
    {
      heading: 'National industry classification',
      rows: document.activities.map((a) => [a.nic5Digit, `${a.nic4Digit}; ${a.activity}`] as const),
    },
  ];
}

/** The standard PDF fonts have no rupee sign. */
function rupees(amount: number): string {
  return `INR ${new Intl.NumberFormat('en-IN').format(amount)}`;
}
