/**
 * Identifiers of Indian businesses, read into their parts with a reason when they are wrong (entitylocker-upstream §5).
 * Shape and check digit only: that a number is well formed does not mean that anybody holds it.
 */
export type Parsed<Parts> = { ok: true; value: string; parts: Parts } | { ok: false; reason: string };

/** By the code with which a GSTIN begins. 25 and 28 stand for states as they were before 2020 and 2014. */
export const gstStates: Readonly<Record<string, string>> = {
  '01': 'Jammu and Kashmir',
  '02': 'Himachal Pradesh',
  '03': 'Punjab',
  '04': 'Chandigarh',
  '05': 'Uttarakhand',
  '06': 'Haryana',
  '07': 'Delhi',
  '08': 'Rajasthan',
  '09': 'Uttar Pradesh',
  '10': 'Bihar',
  '11': 'Sikkim',
  '12': 'Arunachal Pradesh',
  '13': 'Nagaland',
  '14': 'Manipur',
  '15': 'Mizoram',
  '16': 'Tripura',
  '17': 'Meghalaya',
  '18': 'Assam',
  '19': 'West Bengal',
  '20': 'Jharkhand',
  '21': 'Odisha',
  '22': 'Chhattisgarh',
  '23': 'Madhya Pradesh',
  '24': 'Gujarat',
  '25': 'Daman and Diu',
  '26': 'Dadra and Nagar Haveli and Daman and Diu',
  '27': 'Maharashtra',
  '28': 'Andhra Pradesh',
  '29': 'Karnataka',
  '30': 'Goa',
  '31': 'Lakshadweep',
  '32': 'Kerala',
  '33': 'Tamil Nadu',
  '34': 'Puducherry',
  '35': 'Andaman and Nicobar Islands',
  '36': 'Telangana',
  '37': 'Andhra Pradesh',
  '38': 'Ladakh',
  '97': 'Other territory',
  '99': 'Centre jurisdiction',
};

/** What the fourth letter of a PAN says about its holder. LLPs count as firms. */
export const panHolders: Readonly<Record<string, string>> = {
  A: 'association of persons',
  B: 'body of individuals',
  C: 'company',
  F: 'firm',
  G: 'government',
  H: 'Hindu undivided family',
  J: 'artificial juridical person',
  L: 'local authority',
  P: 'person',
  T: 'trust',
};

/** Classes of companies in a CIN. */
const companyClasses: Readonly<Record<string, string>> = {
  FLC: 'public, financial lease',
  FTC: 'private, subsidiary of a foreign company',
  GAP: 'public association',
  GAT: 'private association',
  GOI: 'central government',
  NPL: 'not for profit',
  OPC: 'one person',
  PLC: 'public',
  PTC: 'private',
  SGC: 'state government',
  ULL: 'public, unlimited',
  ULT: 'private, unlimited',
};

const yearMin = 1850;
const wrong = (reason: string) => ({ ok: false, reason }) as const;
const tidy = (text: string) => text.trim().toUpperCase();

export interface PanParts {
  /** One of `panHolders`. */
  holder: string;
}

/** `ZZZCZ9999Z`. Its last letter is a check letter whose rule is not public. */
export function parsePan(text: string): Parsed<PanParts> {
  const value = tidy(text);
  if (value.length !== 10) return wrong('has not 10 characters');
  if (!/^[A-Z]{5}[0-9]{4}[A-Z]$/.test(value)) return wrong('is not five letters, four digits and a letter');
  const holder = panHolders[value.charAt(3)];
  if (!holder) return wrong('has a fourth letter that stands for no kind of holder');
  if (value.slice(5, 9) === '0000') return wrong('has the number 0000, which is not given out');
  return { ok: true, value, parts: { holder } };
}

export interface GstinParts {
  stateCode: string;
  state: string;
  /** Null in the numbers of those who have none, such as non-residents. */
  pan: string | null;
  /** Which registration of this PAN in this state: `1` to `9`, then letters. */
  registration: string;
  checkCharacter: string;
}

/** `27ZZZCZ9999Z1ZJ`: state, PAN, registration, `Z`, check character. */
export function parseGstin(text: string): Parsed<GstinParts> {
  const value = tidy(text);
  if (value.length !== 15) return wrong('has not 15 characters');
  if (!/^[0-9]{2}[A-Z0-9]{10}[1-9A-Z][A-Z0-9][0-9A-Z]$/.test(value)) return wrong('is not shaped like a GSTIN');
  const stateCode = value.slice(0, 2);
  const state = gstStates[stateCode];
  if (!state) return wrong('begins with a code that stands for no state');
  const pan = parsePan(value.slice(2, 12));
  // A deductor's number may hold a TAN in the place of the PAN, other special numbers something of their own.
  const isSpecial = /^[0-9]{2}[A-Z]{4}[0-9A-Z]{5}[A-Z]?/.test(value) && /^.{13}[DC]/.test(value);
  if (!pan.ok && !isSpecial) return wrong(`has no PAN in its characters 3 to 12: it ${pan.reason}`);
  if (!/^.{13}[Z1-9ABD-JC]/.test(value)) return wrong('has a fourteenth character that is not used');
  const expected = gstinCheckCharacter(value.slice(0, 14));
  if (value.charAt(14) !== expected) return wrong('has a wrong check character: a digit or letter of it is not right');
  return {
    ok: true,
    value,
    parts: {
      stateCode,
      state,
      pan: pan.ok ? pan.value : null,
      registration: value.charAt(12),
      checkCharacter: expected,
    },
  };
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Luhn's rule in base 36, over the first fourteen characters. */
export function gstinCheckCharacter(first14: string): string {
  const sum = [...first14].reduce((total, character, index) => {
    const product = alphabet.indexOf(character) * (index % 2 === 0 ? 1 : 2);
    return total + Math.floor(product / 36) + (product % 36);
  }, 0);
  return alphabet.charAt((36 - (sum % 36)) % 36);
}

export interface CinParts {
  listed: boolean;
  /** Five digits of the national industry classification, as it was when the company was registered. */
  industryCode: string;
  /** Letters of the state or of the registrar; not always those of the post. */
  stateLetters: string;
  incorporationYear: number;
  classCode: string;
  /** Null for a class that is not known. */
  companyClass: string | null;
  registrationNumber: string;
}

/**
 * Letters of a CIN to today's GST code of the state. Some are registrars' own, or old spellings (entitylocker-upstream §5);
 * whatever is not here is nobody's mistake.
 */
const cinStates: Readonly<Record<string, string>> = {
  AN: '35',
  AP: '37',
  AR: '12',
  AS: '18',
  BR: '10',
  CG: '22',
  CH: '04',
  CT: '22',
  DD: '26',
  DL: '07',
  DN: '26',
  GA: '30',
  GJ: '24',
  HP: '02',
  HR: '06',
  JH: '20',
  JK: '01',
  KA: '29',
  KL: '32',
  LA: '38',
  LD: '31',
  MH: '27',
  ML: '17',
  MN: '14',
  MP: '23',
  MZ: '15',
  NL: '13',
  OD: '21',
  OR: '21',
  PB: '03',
  PN: '27',
  PY: '34',
  RJ: '08',
  SK: '11',
  TG: '36',
  TN: '33',
  TR: '16',
  TS: '36',
  TZ: '33',
  UK: '05',
  UP: '09',
  UR: '05',
  WB: '19',
};

/** GST code of the state in which a company is registered, by the letters of its CIN; null for letters that are not known. */
export function stateOfCin({ stateLetters }: Pick<CinParts, 'stateLetters'>): string | null {
  return cinStates[stateLetters] ?? null;
}

/** `U99999ZZ2014PTC999901`. It changes with listing, state and industry, so it is no lasting key. */
export function parseCin(text: string, yearMax: number): Parsed<CinParts> {
  const value = tidy(text);
  if (value.length !== 21) return wrong('has not 21 characters');
  const match = /^([LU])([0-9]{5})([A-Z]{2})([0-9]{4})([A-Z]{3})([0-9]{6})$/.exec(value);
  if (!match) return wrong('is not shaped like a CIN');
  const [, listing, industryCode = '', stateLetters = '', year = '', classCode = '', registrationNumber = ''] = match;
  const incorporationYear = Number(year);
  if (incorporationYear < yearMin || incorporationYear > yearMax) return wrong('has an impossible year');
  return {
    ok: true,
    value,
    parts: {
      listed: listing === 'L',
      industryCode,
      stateLetters,
      incorporationYear,
      classCode,
      companyClass: companyClasses[classCode] ?? null,
      registrationNumber,
    },
  };
}

/** `AAA-0000`; the hyphen may be missing, and is put in. */
export function parseLlpin(text: string): Parsed<{ number: string }> {
  const match = /^([A-Z]{3})-?([0-9]{4})$/.exec(tidy(text));
  if (!match) return wrong('is not three letters and four digits');
  const [, letters, number = ''] = match;
  return { ok: true, value: `${letters}-${number}`, parts: { number } };
}

/** Number of a foreign company, `F00000` (the shape is inferred: entitylocker-upstream §5). */
export function parseFcrn(text: string): Parsed<{ number: string }> {
  const value = tidy(text);
  const [, number] = /^F([0-9]{5})$/.exec(value) ?? [];
  return number === undefined ? wrong('is not F and five digits') : { ok: true, value, parts: { number } };
}

/** Number of a foreign limited liability partnership, `FAAA-0000`; the hyphen may be missing, and is put in. */
export function parseFllpin(text: string): Parsed<{ number: string }> {
  const [, letters, number] = /^F([A-Z]{3})-?([0-9]{4})$/.exec(tidy(text)) ?? [];
  if (letters === undefined || number === undefined) return wrong('is not F, three letters and four digits');
  return { ok: true, value: `F${letters}-${number}`, parts: { number } };
}

export interface UdyamParts {
  stateLetters: string;
  districtCode: string;
  number: string;
}

/** `UDYAM-ZZ-00-0000001`. */
export function parseUdyam(text: string): Parsed<UdyamParts> {
  const value = tidy(text);
  const match = /^UDYAM-([A-Z]{2})-([0-9]{2})-([0-9]+)$/.exec(value);
  if (!match) return wrong('is not shaped like UDYAM-XX-00-0000000');
  const [, stateLetters = '', districtCode = '', number = ''] = match;
  if (number.length !== 7) return wrong('has not seven digits at its end');
  return { ok: true, value, parts: { stateLetters, districtCode, number } };
}
