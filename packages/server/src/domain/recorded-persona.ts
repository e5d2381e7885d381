import { createHash } from 'node:crypto';
import type { DocTypeName } from '@tijori/wire';
import { documentIdOf } from './document.ts';
import type { CompanyMasterData, DocumentData, GstRegistration, Standing, UdyamRegistration } from './document-data.ts';
import { type CinParts, gstinCheckCharacter, gstStates, parseCin, parseGstin } from './identifiers.ts';
import { activityWords, constitutionWords, sizeWords, statusWords, taxpayerWords, wordOf } from './register-words.ts';

/** A document of a session, as far as its shape is to be told. */
export interface RecordedShape {
  docType: DocTypeName;
  /** Holds the number of the document, of which only what is no number is taken: class, state, kind of holder. */
  uri: string;
  issuedOn: string | null;
  /** Null where it could not be read, or is gone. */
  data: DocumentData | null;
}

type Kind = 'company' | 'llp' | 'partnership' | 'proprietorship' | 'trust';
type Json = Record<string, unknown>;

/** Everything made up that several documents share. */
interface Invented {
  kind: Kind;
  name: string;
  /** Four digits, other than those of any shipped person. */
  number: string;
  mobile: string;
  email: string;
  incorporatedOn: string;
  cin: CinParts | null;
  /** A day moved by as much as every other. */
  moved(day: string | null): string;
}

const panLetters: Record<Kind, string> = { company: 'C', llp: 'F', partnership: 'F', proprietorship: 'P', trust: 'T' };
const dayMs = 24 * 60 * 60 * 1000;
const nowhere = { line: 'Recorded Plot, Recorded Road', district: 'Recorded District', pin: '000000' };

/**
 * A persona of the simulator (persona.schema.json) in the shape of a session: the same documents of the same kind of business in the same
 * states, with names, numbers, addresses and days of nobody. Numbers pass their check digits and cannot be anybody's: PANs `ZZZ.Z`, state
 * `ZZ` of registers, PIN 000000, mobile numbers with 5. The same session gives the same persona.
 */
export function recordedPersona(sessionId: string, shapes: readonly RecordedShape[]): Json {
  const seed = createHash('sha256').update(`recorded persona ${sessionId}`).digest();
  const invented = invent(seed, shapes);
  const { name, kind, number, mobile, email, incorporatedOn } = invented;
  const verifiedBy = shapes.some(({ docType }) => docType === 'company_master_details')
    ? 'cin'
    : shapes.some(({ docType }) => docType === 'gstn_details')
      ? 'pan'
      : 'udyam';
  return {
    person: { name: `Recorded Person ${number}`, mobile, dob: '1980-01-01', gender: 'F' },
    entities: [
      {
        name,
        kind,
        dateOfIncorporation: incorporatedOn,
        email,
        mobile,
        verifiedBy,
        documents: shapes.map((shape, index) => documentOf(shape, index, invented)),
      },
    ],
  };
}

function invent(seed: Buffer, shapes: readonly RecordedShape[]): Invented {
  const number = String(1_000 + (seed.readUInt32BE(0) % 8_900));
  const movedByMs = (31 + (seed.readUInt32BE(4) % 300)) * dayMs;
  const moved = (day: string | null) =>
    new Date(Date.parse(day ?? '2020-01-01') - movedByMs).toISOString().slice(0, 10);
  const company = shapes.find(({ docType }) => docType === 'company_master_details');
  const parsed = company && parseCin(documentIdOf(company.uri), 9_999);
  const cin = parsed?.ok ? parsed.parts : null;
  const kind = company ? 'company' : kindOf(shapes);
  const incorporated = shapes.flatMap(({ data }) => (data?.kind === 'udyam' ? (data.incorporatedOn ?? []) : []))[0];
  return {
    kind,
    number,
    cin,
    moved,
    name: `Recorded Specimen ${number} ${endingOf(kind, cin)}`,
    mobile: `5${String(100_000_000 + (seed.readUInt32BE(8) % 900_000_000))}`,
    email: `accounts@recorded-${number}.example`,
    incorporatedOn: moved(incorporated ?? (cin ? `${cin.incorporationYear}-07-01` : null)),
  };
}

function kindOf(shapes: readonly RecordedShape[]): Kind {
  for (const { docType, uri, data } of shapes) {
    if (docType !== 'gstn_details') continue;
    const parsed = parseGstin(documentIdOf(uri));
    const letter = parsed.ok ? parsed.parts.pan?.charAt(3) : undefined;
    const constitution = data?.kind === 'gst' ? (data.constitution ?? '') : '';
    if (letter === 'F') return /liability/i.test(constitution) ? 'llp' : 'partnership';
    const found = (Object.keys(panLetters) as Kind[]).find((kind) => panLetters[kind] === letter);
    if (found) return found;
  }
  return 'proprietorship';
}

function endingOf(kind: Kind, cin: CinParts | null): string {
  if (kind === 'company') return cin?.classCode === 'PLC' ? 'Limited' : 'Private Limited';
  return { llp: 'LLP', partnership: 'and Company', proprietorship: 'Traders', trust: 'Trust' }[kind];
}

function documentOf(shape: RecordedShape, index: number, invented: Invented): Json {
  const { data } = shape;
  const standing = standingOf(data?.kind === 'company' ? undefined : data?.standing);
  const common = { issuedOn: invented.moved(shape.issuedOn), ...(standing ? { standing } : {}) };
  if (shape.docType === 'company_master_details') {
    return { ...companyOf(invented, data?.kind === 'company' ? data : null), ...common };
  }
  if (shape.docType === 'gstn_details') {
    return { ...gstOf(shape, index, data?.kind === 'gst' ? data : null, invented), ...common };
  }
  return { ...udyamOf(index, data?.kind === 'udyam' ? data : null, invented), ...common };
}

function companyOf({ cin, number, email, incorporatedOn, moved }: Invented, data: CompanyMasterData | null): Json {
  const isListed = cin?.listed ?? false;
  const companyClass = cin?.classCode ?? 'PTC';
  return {
    doctype: 'CPMTD',
    cin: `${isListed ? 'L' : 'U'}99999ZZ${incorporatedOn.slice(0, 4)}${companyClass}99${number}`,
    registrarOfCompanies: 'RoC Specimen',
    category: 'Company limited by shares',
    subCategory: 'Non-government company',
    companyClass: companyClass === 'PLC' ? 'Public' : 'Private',
    authorisedCapitalRupees: 2_345_678,
    paidUpCapitalRupees: 1_234_567,
    listed: isListed,
    lastAnnualMeeting: moved('2024-09-30'),
    lastBalanceSheet: moved('2024-03-31'),
    status: wordOf(statusWords, data?.status) ?? 'Active',
    address: `${nowhere.line}, ${nowhere.pin}`,
    email,
    directors: [{ din: '99999999', name: `RECORDED DIRECTOR ${number}`, appointedOn: incorporatedOn }],
  };
}

function gstOf({ uri }: RecordedShape, index: number, data: GstRegistration | null, invented: Invented): Json {
  const { kind, name, number, moved } = invented;
  const parsed = parseGstin(documentIdOf(uri));
  const stateCode = parsed.ok ? parsed.parts.stateCode : '27';
  // Counted, so that two of one state differ.
  const first14 = `${stateCode}ZZZ${panLetters[kind]}Z${number}Z${'123456789ABCDEFGHIJ'[index % 19]}Z`;
  const tradeName = data?.tradeName && data.tradeName !== data.legalName ? `Recorded Trade ${number}` : name;
  return {
    doctype: 'GSTND',
    gstin: first14 + gstinCheckCharacter(first14),
    lastUpdated: moved(data?.lastUpdatedOn ?? '2024-06-30'),
    tradeName,
    taxpayerType: wordOf(taxpayerWords, data?.taxpayerType) ?? 'Regular',
    constitution: wordOf(constitutionWords, data?.constitution) ?? constitutions[kind],
    stateJurisdiction: `State - ${gstStates[stateCode] ?? 'Specimen'}, Ward - RECORDED-000`,
    address: {
      line1: nowhere.line,
      district: nowhere.district,
      pin: nowhere.pin,
      state: gstStates[stateCode] ?? 'Specimen',
    },
  };
}

const constitutions: Record<Kind, string> = {
  company: 'Private Limited Company',
  llp: 'Limited Liability Partnership',
  partnership: 'Partnership',
  proprietorship: 'Proprietorship',
  trust: 'Society/ Club/ Trust/ AOP',
};

function udyamOf(index: number, data: UdyamRegistration | null, invented: Invented): Json {
  const { number, mobile, email, incorporatedOn, moved } = invented;
  const codes = data?.activities.map(({ code, activity }) => ({ code: code.slice(0, 2) || '99', activity })) ?? [];
  const activities = codes.length > 0 ? codes : [{ code: '99', activity: null }];
  return {
    doctype: 'UDCER',
    udyamNumber: `UDYAM-ZZ-00-${number}${String(index).padStart(3, '0')}`,
    majorActivity: wordOf(activityWords, data?.majorActivity) ?? 'Services',
    dateOfIncorporation: incorporatedOn,
    dateOfCommencement: moved(data?.commencedOn ?? data?.incorporatedOn ?? null),
    // A social category is told of nobody.
    entrepreneurCategory: 'General',
    phone: mobile,
    email,
    address: {
      flat: 'Recorded Plot',
      premises: 'Recorded Road',
      city: nowhere.district,
      state: (gstStates[data?.address.stateCode ?? ''] ?? 'Specimen').toUpperCase(),
      pin: nowhere.pin,
    },
    enterpriseTypes: (data?.enterpriseClasses ?? ['']).map((word) => wordOf(sizeWords, word) ?? 'Micro'),
    units: (data?.units ?? ['']).map((_, unit) => `Recorded Unit ${unit + 1}`),
    activities: activities.map(({ code, activity }, at) => ({
      nic2Digit: `${code} - Recorded division`,
      nic4Digit: `${code}00 - Recorded class`,
      nic5Digit: `${code}000 - Recorded activity ${at + 1}`,
      activity: wordOf(activityWords, activity) ?? 'Services',
    })),
  };
}

function standingOf(standing: Standing | undefined): string | undefined {
  return standing && { active: 'A', expired: 'E', revoked: 'R', suspended: 'S', unknown: undefined }[standing];
}
