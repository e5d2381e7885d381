import { stateCodeOf } from '../../domain/addresses.ts';
import type {
  Address,
  DocumentData,
  GstRegistration,
  Standing,
  UdyamRegistration,
} from '../../domain/document-data.ts';
import { isoDate } from '../../domain/iso-date.ts';
import { elementsOf, parseXml } from '../xml/parse.ts';

/**
 * What a certificate says (entitylocker-upstream §3, §4.1). Takes the canonical form of what was signed, which only
 * `judge` gives out, and never a file. Null for a kind that is not known.
 */
export function readData(signedXml: string): DocumentData | null {
  const { root } = parseXml(signedXml);
  const [issuedTo, data] = [child(root, 'IssuedTo'), child(root, 'CertificateData')];
  const gst = child(data, 'GSTNDetails');
  if (gst) return gstOf(root, gst, child(issuedTo, 'Organization'));
  const udyam = child(data, 'UdyamRegistrationCertificate');
  return udyam ? udyamOf(root, udyam, child(issuedTo, 'Enterprise')) : null;
}

function gstOf(root: Element, details: Element, holder: Element | undefined): GstRegistration {
  return {
    kind: 'gst',
    gstin: text(details, 'gstidentificationNumber') ?? text(root, 'number') ?? '',
    legalName: text(details, 'legalnameofBusiness') ?? text(holder, 'name') ?? '',
    tradeName: text(details, 'tradeName'),
    constitution: text(details, 'constitutionofBusiness'),
    taxpayerType: text(details, 'taxpayerType'),
    registeredOn: isoDate(text(details, 'dateofRegistration')),
    lastUpdatedOn: isoDate(text(details, 'lastupdatedDate')),
    standing: standingOf(root),
    stateJurisdiction: text(details, 'stateJurisdiction'),
    address: addressOf(
      child(holder, 'Address'),
      ['house', 'line1', 'line2', 'landmark', 'locality', 'vtc'],
      'district',
    ),
    phone: text(holder, 'phone'),
    email: text(holder, 'email'),
  };
}

function udyamOf(root: Element, details: Element, holder: Element | undefined): UdyamRegistration {
  return {
    kind: 'udyam',
    number: text(details, 'udyamRegNo') ?? text(root, 'number') ?? '',
    name: text(holder, 'name') ?? '',
    majorActivity: text(details, 'majorActivity'),
    registeredOn: isoDate(text(details, 'dateOfReg')),
    incorporatedOn: isoDate(text(details, 'dateOfIncorporation')),
    commencedOn: isoDate(text(details, 'dateOfCommencement')),
    standing: standingOf(root),
    address: addressOf(child(holder, 'Address'), ['flatDoorBlockNo', 'nameOfPremisesBuilding', 'city'], 'city'),
    enterpriseClasses: listOf(details, 'TypeOfEnterprise').flatMap((one) => text(one, 'type')?.toLowerCase() ?? []),
    units: listOf(details, 'NameOfUnits').flatMap((one) => text(one, 'name') ?? []),
    activities: listOf(details, 'NationalIndustryClassification').map(activityOf),
    // "enterpreneur" is how the certificate writes it.
    socialCategory: text(details, 'enterpreneurCategory'),
    phone: text(holder, 'phone'),
    email: text(holder, 'email'),
  };
}

/** `13121 - Weaving of cotton fabrics`: the longest code that is there. */
function activityOf(entry: Element): UdyamRegistration['activities'][number] {
  const written = text(entry, 'nic5Digit') ?? text(entry, 'nic4Digit') ?? text(entry, 'nic2Digit') ?? '';
  const [, code = '', description] = /^\s*(\d{2,5})\s*-?\s*(.*)$/.exec(written) ?? [];
  return { code, description: description || null, activity: text(entry, 'activity') };
}

function addressOf(address: Element | undefined, parts: readonly string[], district: string): Address {
  const state = text(address, 'state');
  const pin = text(address, 'pin');
  const words = [...parts, 'district', 'state'].flatMap((name) => text(address, name) ?? []);
  return {
    text: [...new Set([...words, ...(pin ? [pin] : [])])].join(', '),
    district: text(address, district),
    pin,
    stateCode: state && stateCodeOf(state),
    state,
  };
}

const standings: Readonly<Record<string, Standing>> = {
  A: 'active',
  E: 'expired',
  R: 'revoked',
  S: 'suspended',
};

function standingOf(root: Element): Standing {
  return standings[(text(root, 'status') ?? '').toUpperCase()] ?? 'unknown';
}

function listOf(parent: Element, name: string): Element[] {
  const list = child(parent, name);
  return list ? elementsOf(list) : [];
}

function child(parent: Element | undefined, name: string): Element | undefined {
  return parent && elementsOf(parent).find(({ localName }) => localName === name);
}

/** An attribute without the blanks around it; null when there is nothing in it. */
function text(element: Element | undefined, name: string): string | null {
  return element?.getAttribute(name)?.trim() || null;
}
