import { type CompanyStanding, companyStanding } from '../company-standing.ts';
import type { CompanyMasterData, GstRegistration, Standing } from '../document-data.ts';
import { closestAddress } from './address.ts';
import { matchNames } from './business-name.ts';
import type { Check, KnownBusiness } from './checks.ts';
import { type Match, sameText } from './match.ts';

/** A company's master details against everything else that is known. What was not read from them is compared as unknown. */
export function checkCompany(
  company: CompanyMasterData,
  { cin, profile, gst, udyam }: Pick<KnownBusiness, 'cin' | 'profile' | 'gst' | 'udyam'>,
): Check[] {
  const { name, incorporatedOn } = company;
  const checks: Check[] = [];
  if (profile) {
    const between = (what: string) => `company master details and EntityLocker’s profile: ${what}`;
    checks.push({ rule: 'name', between: between('name'), ...sameName(name, profile.name) });
    const found = sameText(incorporatedOn, profile.incorporatedOn, 'date');
    checks.push({ rule: 'incorporation_date', between: between('date of incorporation'), ...found });
  }
  if (cin) {
    const between = 'company master details and CIN: year of incorporation';
    const found = sameText(incorporatedOn?.slice(0, 4) ?? null, String(cin.parts.incorporationYear), 'year');
    checks.push({ rule: 'incorporation_year', between, ...found });
  }
  for (const one of gst) checks.push(...againstGst(company, one));
  if (gst.length > 0) {
    checks.push({ rule: 'address', between: 'registered office and GST address', ...addressAmong(company, gst) });
  }
  if (udyam) {
    checks.push({ rule: 'name', between: 'company name and Udyam name', ...sameName(name, udyam.name) });
    checks.push({ rule: 'address', between: 'registered office and Udyam address', ...addressAmong(company, [udyam]) });
    const between = 'company master details and Udyam: date of incorporation';
    checks.push({ rule: 'incorporation_date', between, ...sameText(incorporatedOn, udyam.incorporatedOn, 'date') });
    checks.push({
      rule: 'date_order',
      between: 'date of incorporation and Udyam registration',
      ...notBefore(incorporatedOn, udyam.registeredOn),
    });
  }
  return checks;
}

function againstGst({ name, incorporatedOn, status }: CompanyMasterData, gst: GstRegistration): Check[] {
  const { gstin, legalName, registeredOn, standing } = gst;
  return [
    { rule: 'name', between: `company name and legal name of ${gstin}`, ...sameName(name, legalName) },
    {
      rule: 'date_order',
      between: `date of incorporation and registration of ${gstin}`,
      ...notBefore(incorporatedOn, registeredOn),
    },
    {
      rule: 'standing',
      between: `company status and standing of ${gstin}`,
      ...sameStanding(companyStanding(status), standing),
    },
  ];
}

function sameName(left: string | null, right: string | null): Match {
  return matchNames(left ?? '', right ?? '');
}

function addressAmong({ address }: CompanyMasterData, places: Parameters<typeof closestAddress>[0]): Match {
  return address ? closestAddress(places, address) : { outcome: 'unknown', score: 0, reason: 'no address to compare' };
}

/** A company is registered for a tax or as an enterprise on the day of its incorporation at the earliest. */
function notBefore(incorporatedOn: string | null, registeredOn: string | null): Match {
  if (incorporatedOn === null || registeredOn === null) {
    return { outcome: 'unknown', score: 0, reason: 'no date to compare' };
  }
  if (registeredOn >= incorporatedOn)
    return { outcome: 'match', score: 1, reason: 'registered after it was incorporated' };
  return { outcome: 'differs', score: 0, reason: 'registered before it was incorporated' };
}

function sameStanding(company: CompanyStanding, other: Standing): Match {
  if (company === 'unknown' || other === 'unknown') {
    return { outcome: 'unknown', score: 0, reason: 'no standing to compare' };
  }
  const [left, right] = [company === 'active', other === 'active'];
  if (left && right) return { outcome: 'match', score: 1, reason: 'both are active' };
  if (!left && !right) return { outcome: 'match', score: 1, reason: 'neither is active' };
  const words = company.replaceAll('_', ' ');
  return { outcome: 'differs', score: 0, reason: `the company is ${words}, the registration ${other}` };
}
