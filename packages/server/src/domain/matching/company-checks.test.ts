import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressFromLine } from '../addresses.ts';
import type { CompanyMasterData, GstRegistration, UdyamRegistration } from '../document-data.ts';
import { parseCin } from '../identifiers.ts';
import { checkBusiness, type KnownBusiness } from './checks.ts';

const address = addressFromLine('Unit 0, Nowhere Road, Mumbai, Maharashtra 400000');
const name = 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED';

function company(change: Partial<CompanyMasterData> = {}): CompanyMasterData {
  return {
    kind: 'company',
    cin: 'U99999ZZ2014PTC999901',
    name,
    registrar: null,
    category: null,
    subCategory: null,
    companyClass: null,
    incorporatedOn: '2014-07-01',
    listed: false,
    address,
    status: 'Active',
    authorisedCapitalRupees: null,
    paidUpCapitalRupees: null,
    lastAnnualMeetingOn: null,
    lastBalanceSheetOn: null,
    email: null,
    directors: null,
    unread: [],
    ...change,
  };
}

function gst(change: Partial<GstRegistration> = {}): GstRegistration {
  return {
    kind: 'gst',
    gstin: '27ZZZCZ9999Z1ZJ',
    legalName: name,
    tradeName: null,
    constitution: null,
    taxpayerType: null,
    registeredOn: '2017-07-01',
    lastUpdatedOn: null,
    standing: 'active',
    stateJurisdiction: null,
    address,
    phone: null,
    email: null,
    ...change,
  };
}

function udyam(change: Partial<UdyamRegistration> = {}): UdyamRegistration {
  return {
    kind: 'udyam',
    number: 'UDYAM-ZZ-00-0000001',
    name,
    majorActivity: null,
    registeredOn: '2021-01-15',
    incorporatedOn: '2014-07-01',
    commencedOn: null,
    standing: 'active',
    address,
    enterpriseClasses: [],
    units: [],
    activities: [],
    socialCategory: null,
    phone: null,
    email: null,
    ...change,
  };
}

function outcomes(known: Partial<KnownBusiness>): string[] {
  const parsed = parseCin('U99999ZZ2014PTC999901', 2026);
  const cin = parsed.ok ? { value: parsed.value, parts: parsed.parts } : null;
  const profile = { name, incorporatedOn: '2014-07-01' };
  const all = checkBusiness({ cin, profile, company: company(), gst: [], udyam: null, expected: null, ...known });
  return all
    .filter(({ between }) => /company|registered office|incorporation/.test(between))
    .map(({ rule, outcome }) => `${rule} ${outcome}`);
}

describe('a company’s master details', () => {
  it('are held against profile, CIN and registrations, rule by rule', () => {
    assert.deepEqual(outcomes({ gst: [gst()] }), [
      'name match',
      'incorporation_date match',
      'incorporation_year match',
      'name match',
      'date_order match',
      'standing match',
      'address match',
    ]);
  });

  it('each difference is told by its own rule', () => {
    const differs = (known: Partial<KnownBusiness>) => outcomes(known).filter((one) => one.endsWith('differs'));
    assert.deepEqual(differs({ gst: [gst({ legalName: 'Tulsi Traders' })] }), ['name differs']);
    assert.deepEqual(differs({ gst: [gst({ registeredOn: '2014-06-30' })] }), ['date_order differs']);
    assert.deepEqual(differs({ gst: [gst()], company: company({ status: 'Strike Off' }) }), ['standing differs']);
    assert.deepEqual(differs({ gst: [gst({ standing: 'revoked' })] }), ['standing differs']);
    const elsewhere = addressFromLine('1 Lane, Bengaluru, Karnataka 560000');
    assert.deepEqual(differs({ gst: [gst({ address: elsewhere })] }), ['address differs']);
    assert.deepEqual(differs({ gst: [gst({ address: elsewhere }), gst()] }), [], 'one of its places is enough');
    assert.deepEqual(differs({ company: company({ incorporatedOn: '2015-07-01' }) }), [
      'incorporation_date differs',
      'incorporation_year differs',
    ]);
  });

  it('so is each difference from the profile and from Udyam', () => {
    const differs = (known: Partial<KnownBusiness>) => outcomes(known).filter((one) => one.endsWith('differs'));
    assert.deepEqual(differs({ udyam: udyam() }), []);
    const profile = { name: 'Tulsi Traders', incorporatedOn: '2014-07-01' };
    assert.deepEqual(differs({ profile }), ['name differs']);
    assert.deepEqual(differs({ udyam: udyam({ name: 'Tulsi Traders' }) }), ['name differs']);
    const elsewhere = addressFromLine('1 Lane, Bengaluru, Karnataka 560000');
    assert.deepEqual(differs({ udyam: udyam({ address: elsewhere }), gst: [gst()] }), ['address differs']);
    assert.ok(differs({ udyam: udyam({ registeredOn: '2014-06-30' }) }).includes('date_order differs'));
    assert.ok(differs({ udyam: udyam({ incorporatedOn: '2013-07-01' }) }).includes('incorporation_date differs'));
  });

  it('what was not read is compared as unknown, never as the same', () => {
    const nothing = company({ name: null, incorporatedOn: null, address: null, status: null });
    const found = outcomes({ company: nothing, gst: [gst()] });
    assert.deepEqual([...new Set(found.map((one) => one.split(' ')[1]))], ['unknown']);
    assert.ok(outcomes({ company: company({ status: 'Captured' }), gst: [gst()] }).includes('standing unknown'));
  });
});
