import type { CompanyMasterData, GstRegistration, UdyamRegistration } from '../document-data.ts';
import type { ExpectedEntity } from '../expected-entity.ts';
import { type CinParts, parseGstin } from '../identifiers.ts';
import { closestAddress } from './address.ts';
import { matchNames } from './business-name.ts';
import { checkCompany } from './company-checks.ts';
import { type Match, sameText } from './match.ts';

/** The rules by which the documents of a session are held against each other, and against who was expected. */
export type CheckRule =
  | 'name'
  | 'pan'
  | 'pan_holder'
  | 'state'
  | 'incorporation_year'
  | 'incorporation_date'
  | 'date_order'
  | 'standing'
  | 'address'
  | 'expected_entity';

export interface Check extends Match {
  rule: CheckRule;
  /** What was compared, in words. */
  between: string;
}

/** What is known about the business, from genuine documents and EntityLocker's list. */
export interface KnownBusiness {
  cin: { value: string; parts: CinParts } | null;
  /** What EntityLocker says about the entity. */
  profile: { name: string | null; incorporatedOn: string | null } | null;
  company: CompanyMasterData | null;
  gst: readonly GstRegistration[];
  udyam: UdyamRegistration | null;
  expected: ExpectedEntity | null;
}

/** Every rule for which there is something to compare, one finding for each pair. */
export function checkBusiness({ cin, profile, company, gst, udyam, expected }: KnownBusiness): Check[] {
  const [first, ...others] = gst;
  const checks: Check[] = [];
  if (first && udyam) {
    const between = 'GST legal name and Udyam name';
    checks.push({ rule: 'name', between, ...matchNames(first.legalName, udyam.name) });
    checks.push({ rule: 'address', between: 'GST and Udyam address', ...closestAddress(gst, udyam.address) });
  }
  for (const other of others) {
    const between = `${first?.gstin} and ${other.gstin}`;
    checks.push({ rule: 'name', between, ...matchNames(first?.legalName ?? '', other.legalName) });
    checks.push({ rule: 'pan', between, ...sameText(panOf(first), panOf(other), 'PAN') });
  }
  for (const one of gst) {
    if (cin) checks.push({ rule: 'pan_holder', between: `CIN and PAN in ${one.gstin}`, ...isCompanyPan(panOf(one)) });
    const between = `state code and address of ${one.gstin}`;
    checks.push({ rule: 'state', between, ...sameText(one.gstin.slice(0, 2), one.address.stateCode, 'state') });
  }
  if (cin && udyam) {
    const year = udyam.incorporatedOn?.slice(0, 4) ?? null;
    const between = 'CIN and Udyam date of incorporation';
    const found = sameText(String(cin.parts.incorporationYear), year, 'year');
    checks.push({ rule: 'incorporation_year', between, ...found });
  }
  if (company) checks.push(...checkCompany(company, { cin, profile, gst, udyam }));
  if (expected) checks.push(...againstExpected(expected, { cin, gst, udyam }));
  return checks;
}

function againstExpected({ by, value }: ExpectedEntity, known: Pick<KnownBusiness, 'cin' | 'gst' | 'udyam'>): Check[] {
  const rule = 'expected_entity';
  if (by === 'cin') {
    return [{ rule, between: 'expected and found CIN', ...sameText(value, known.cin?.value ?? null, 'CIN') }];
  }
  if (by === 'udyam') {
    const found = sameText(value, known.udyam?.number ?? null, 'Udyam number');
    return [{ rule, between: 'expected and found Udyam number', ...found }];
  }
  // A business has a GSTIN for each state, so it is the PAN in it that has to be the same.
  const pan = by === 'gstin' ? value.slice(2, 12) : value;
  if (known.gst.length === 0) return [{ rule, between: 'expected and found PAN', ...sameText(pan, null, 'PAN') }];
  return known.gst.map((one) => ({
    rule,
    between: `expected PAN and ${one.gstin}`,
    ...sameText(pan, panOf(one), 'PAN'),
  }));
}

function panOf(registration: GstRegistration | undefined): string | null {
  const parsed = parseGstin(registration?.gstin ?? '');
  return parsed.ok ? parsed.parts.pan : null;
}

function isCompanyPan(pan: string | null): Match {
  if (pan === null) return { outcome: 'unknown', score: 0, reason: 'no PAN in it' };
  if (pan[3] === 'C') return { outcome: 'match', score: 1, reason: 'the PAN is that of a company' };
  return { outcome: 'differs', score: 0, reason: 'the PAN is not that of a company' };
}
