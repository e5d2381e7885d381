import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CompanyMasterData, GstRegistration, UdyamRegistration } from './document-data.ts';
import { parseGstin } from './identifiers.ts';
import { type RecordedShape, recordedPersona } from './recorded-persona.ts';

const address = { text: '1 Lotus Road', district: 'Mumbai', pin: '400001', stateCode: '27', state: 'Maharashtra' };

function gst(words: Pick<GstRegistration, 'constitution' | 'taxpayerType'>): RecordedShape {
  const data: GstRegistration = {
    ...words,
    kind: 'gst',
    gstin: '27ZZZCZ9999Z1ZJ',
    legalName: 'Kingfisher Looms',
    tradeName: 'Kingfisher',
    registeredOn: '2017-07-01',
    lastUpdatedOn: '2020-01-01',
    standing: 'active',
    stateJurisdiction: 'Ward Kingfisher',
    address,
    phone: '5550000099',
    email: 'asha@kingfisher.example',
  };
  return { docType: 'gstn_details', uri: 'in.org.gstn-GSTND-27ZZZCZ9999Z1ZJ', issuedOn: '2017-07-01', data };
}

function udyam(word: string): RecordedShape {
  const data: UdyamRegistration = {
    kind: 'udyam',
    number: 'UDYAM-ZZ-00-0000001',
    name: 'Kingfisher Looms',
    majorActivity: word,
    registeredOn: '2021-01-15',
    incorporatedOn: '2014-07-01',
    commencedOn: null,
    standing: 'active',
    address,
    enterpriseClasses: ['small', word],
    units: [word],
    activities: [{ code: '13121', description: word, activity: word }],
    socialCategory: word,
    phone: '5550000099',
    email: 'asha@kingfisher.example',
  };
  const uri = 'in.gov.msme-UDCER-UDYAM-ZZ-00-0000001';
  return { docType: 'udhyam_certificate', uri, issuedOn: '2021-01-15', data };
}

function company(word: string): RecordedShape {
  const data: CompanyMasterData = {
    kind: 'company',
    cin: 'U17110MH1973PTC019786',
    name: word,
    registrar: word,
    category: word,
    subCategory: word,
    companyClass: word,
    incorporatedOn: '1973-05-08',
    listed: false,
    address: null,
    status: word,
    authorisedCapitalRupees: 1,
    paidUpCapitalRupees: 1,
    lastAnnualMeetingOn: null,
    lastBalanceSheetOn: null,
    email: 'asha@kingfisher.example',
    directors: [{ name: word, din: '00000001', appointedOn: '1973-05-08' }],
    unread: [],
  };
  return { docType: 'company_master_details', uri: `in.gov.mca-CPMTD-${data.cin}`, issuedOn: '1973-05-08', data };
}

describe('a recorded persona', () => {
  it('has numbers that pass their check digits, and other days', () => {
    const words = gst({ constitution: null, taxpayerType: null });
    const text = JSON.stringify(recordedPersona('a session', [company('Active'), words, udyam('Services')]));
    const [, gstin = ''] = /"gstin":"([^"]+)"/.exec(text) ?? [];
    assert.ok(parseGstin(gstin).ok, gstin);
    assert.notEqual(gstin, '27ZZZCZ9999Z1ZJ');
    for (const day of ['1973-05-08', '2014-07-01', '2017-07-01', '2020-01-01', '2021-01-15']) {
      assert.ok(!text.includes(day), day);
    }
    assert.ok(!text.includes('019786'), 'the number of the company');
  });

  it('takes over words of registers, and nothing else that stands in their place', () => {
    const personal = 'Kingfisher of Asha Rao';
    const hostile = [company(personal), gst({ constitution: personal, taxpayerType: personal }), udyam(personal)];
    const text = JSON.stringify(recordedPersona('a session', hostile)).toLowerCase();
    for (const word of ['kingfisher', 'asha', 'rao', 'lotus', '400001', '5550000099']) {
      assert.ok(!text.includes(word), word);
    }
    const plain = JSON.stringify(
      recordedPersona('a session', [
        gst({ constitution: 'PUBLIC LIMITED COMPANY', taxpayerType: 'composition' }),
        udyam('Manufacturing'),
      ]),
    );
    for (const word of ['"Public Limited Company"', '"Composition"', '"Manufacturing"', '"Small"']) {
      assert.ok(plain.includes(word), word);
    }
  });
});
