import { addressFromLine } from '../../domain/addresses.ts';
import type { CompanyField, CompanyMasterData, UnreadReason } from '../../domain/document-data.ts';
import { parseCin } from '../../domain/identifiers.ts';
import { isoDate } from '../../domain/iso-date.ts';
import { labelledValues, labelOf } from './labelled-values.ts';
import { readDirectors } from './read-directors.ts';
import { rowsOf, type TextPiece } from './text-rows.ts';

/** A field as far as it was read. */
export type Found<Value> = { value: Value } | { unread: UnreadReason };

/** Longest value that is taken for one, characters. */
const valueLengthMax = 500;
/** A company of the future has no master data. */
const yearMax = 9_999;

/**
 * Labels of each field: those of public company master data, as the register and who republish it write them (entitylocker-upstream §3;
 * the document's own layout is not public).
 */
const labels: Readonly<Record<Exclude<CompanyField, 'directors'> | 'cin', readonly string[]>> = {
  cin: ['cin', 'corporate identification number', 'corporate identity number', 'company cin'],
  name: ['company name', 'name of company', 'name of the company'],
  registrar: ['registrar of companies', 'registrar', 'roc', 'roc name', 'roc code'],
  category: ['company category', 'category of company'],
  subCategory: ['company sub category', 'company subcategory', 'sub category of company', 'subcategory of the company'],
  companyClass: ['class of company', 'company class'],
  incorporatedOn: ['date of incorporation'],
  listed: ['listed', 'whether listed', 'whether listed or not', 'listing status'],
  address: ['registered address', 'registered office address', 'address of registered office'],
  status: ['company status', 'status of company'],
  authorisedCapitalRupees: ['authorised capital', 'authorized capital'],
  paidUpCapitalRupees: ['paid up capital'],
  lastAnnualMeetingOn: [
    'last annual general meeting',
    'date of last annual general meeting',
    'date of last agm',
    'last agm date',
  ],
  lastBalanceSheetOn: [
    'last balance sheet',
    'date of last balance sheet',
    'date of balance sheet',
    'balance sheet date',
  ],
  email: ['e mail', 'email', 'email id', 'e mail id'],
};

const known: ReadonlySet<string> = new Set(Object.values(labels).flat().map(labelOf));

/**
 * What the pages of a company's master data say, by the labels on them. Null for pages without a CIN, which are something else. Takes
 * the text of what was signed, and never that of a file.
 */
export function readCompany(pages: readonly (readonly TextPiece[])[]): CompanyMasterData | null {
  const rows = rowsOf(pages);
  const values = labelledValues(rows, known);
  const read = <Value>(field: keyof typeof labels, as: (text: string) => Value | null): Found<Value> =>
    oneValue(
      labels[field].flatMap((label) => values.get(labelOf(label)) ?? []),
      as,
    );
  const cin = read('cin', (text) => {
    const parsed = parseCin(text, yearMax);
    return parsed.ok ? parsed.value : null;
  });
  if ('unread' in cin) return null;
  const fields = {
    name: read('name', asItIs),
    registrar: read('registrar', asItIs),
    category: read('category', asItIs),
    subCategory: read('subCategory', asItIs),
    companyClass: read('companyClass', asItIs),
    incorporatedOn: read('incorporatedOn', isoDate),
    listed: read('listed', listing),
    address: read('address', addressFromLine),
    status: read('status', asItIs),
    authorisedCapitalRupees: read('authorisedCapitalRupees', rupees),
    paidUpCapitalRupees: read('paidUpCapitalRupees', rupees),
    lastAnnualMeetingOn: read('lastAnnualMeetingOn', isoDate),
    lastBalanceSheetOn: read('lastBalanceSheetOn', isoDate),
    email: read('email', (text) => (/^[^\s@]+@[^\s@]+$/.test(text) ? text : null)),
    directors: readDirectors(rows, known),
  } satisfies { [Field in CompanyField]: Found<unknown> };
  const valueIn = <Value>(found: Found<Value>) => ('value' in found ? found.value : null);
  return {
    kind: 'company',
    cin: cin.value,
    name: valueIn(fields.name),
    registrar: valueIn(fields.registrar),
    category: valueIn(fields.category),
    subCategory: valueIn(fields.subCategory),
    companyClass: valueIn(fields.companyClass),
    incorporatedOn: valueIn(fields.incorporatedOn),
    listed: valueIn(fields.listed),
    address: valueIn(fields.address),
    status: valueIn(fields.status),
    authorisedCapitalRupees: valueIn(fields.authorisedCapitalRupees),
    paidUpCapitalRupees: valueIn(fields.paidUpCapitalRupees),
    lastAnnualMeetingOn: valueIn(fields.lastAnnualMeetingOn),
    lastBalanceSheetOn: valueIn(fields.lastBalanceSheetOn),
    email: valueIn(fields.email),
    directors: valueIn(fields.directors),
    unread: (Object.entries(fields) as [CompanyField, Found<unknown>][]).flatMap(([field, found]) =>
      'unread' in found ? [{ field, reason: found.unread }] : [],
    ),
  };
}

/** A label that stands twice is believed only if it says the same. */
function oneValue<Value>(texts: readonly string[], as: (text: string) => Value | null): Found<Value> {
  const [text, ...others] = new Set(texts.filter((one) => !/^[-–—\s]*$/.test(one)));
  if (text === undefined) return { unread: 'not_in_document' };
  if (others.length > 0) return { unread: 'ambiguous' };
  const value = text.length > valueLengthMax ? null : as(text);
  return value === null ? { unread: 'not_understood' } : { value };
}

function asItIs(text: string): string {
  return text;
}

function listing(text: string): boolean | null {
  const word = labelOf(text);
  if (['listed', 'yes', 'y'].includes(word)) return true;
  return ['unlisted', 'not listed', 'no', 'n'].includes(word) ? false : null;
}

/** `INR 5,00,00,000`, `50000000.00`, `Rs. 1,000/-`; a sum with paise is none that a register has. */
function rupees(text: string): number | null {
  const [, digits] = /^(?:INR|Rs\.?|₹)?\s*(\d[\d,]*)(?:\.0{1,2})?(?:\s*\/-)?$/i.exec(text) ?? [];
  const amount = Number(digits?.replaceAll(',', ''));
  return Number.isSafeInteger(amount) ? amount : null;
}
