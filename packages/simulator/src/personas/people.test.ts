import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gstinCheckCharacter, gstinFault, isCin, isPan, isUdyamNumber, panOf } from './identifiers.ts';
import { listPersonas, loadPeople, PersonaError } from './people.ts';
import { entityKinds } from './persona.ts';

describe("the package's own people", () => {
  const { all } = loadPeople();
  const entities = all.flatMap((persona) => persona.entities);
  const documents = entities.flatMap((entity) => entity.documents);
  const typesOf = (name: string) =>
    entities.find((entity) => entity.name.startsWith(name))?.documents.map((d) => d.doctype);

  test('cover the cases that a gateway has to meet', () => {
    assert.deepEqual(typesOf('Neelkamal'), ['CPMTD', 'GSTND', 'UDCER']);
    assert.deepEqual(typesOf('Sagar'), ['CPMTD', 'GSTND', 'GSTND', 'GSTND']);
    assert.deepEqual(typesOf('Chandrika'), ['GSTND', 'UDCER']);
    assert.deepEqual(typesOf('Tulsi'), ['UDCER']);
    assert.deepEqual(typesOf('Shunya'), []);
    assert.deepEqual(typesOf('Himadri'), ['CPMTD', 'GSTND']);
    assert.deepEqual(typesOf('Shri Namuna'), ['GSTND']);
    assert.ok(entities.length >= 12);
    assert.deepEqual(new Set(entities.map((entity) => entity.kind)), new Set(entityKinds));
    const classes = documents.flatMap((d) => (d.doctype === 'CPMTD' ? d.cin.slice(12, 15) : []));
    assert.deepEqual([...new Set(classes)].sort(), ['NPL', 'OPC', 'PLC', 'PTC']);
    assert.ok(documents.some((d) => d.doctype === 'CPMTD' && d.status === 'Strike Off'));
    assert.ok(documents.some((d) => d.doctype === 'GSTND' && d.standing === 'R'));
    assert.equal(new Set(documents.flatMap((d) => d.holder ?? [])).size, 3);
    assert.equal(all.find((persona) => persona.person.mobile === '5550000005')?.entities.length, 2);
  });

  test('have only synthetic numbers of the right shape and check character', () => {
    for (const document of documents) {
      if (document.doctype === 'CPMTD') {
        assert.ok(isCin(document.cin));
        assert.match(document.cin, /^[LU]99999ZZ\d{4}(PTC|PLC|OPC|NPL)9999\d\d$/);
      }
      if (document.doctype === 'GSTND') {
        assert.equal(gstinFault(document.gstin), undefined);
        assert.match(panOf(document.gstin), /^ZZZ[CFPT]Z\d{4}Z$/);
      }
      if (document.doctype === 'UDCER') {
        assert.ok(isUdyamNumber(document.udyamNumber));
        assert.match(document.udyamNumber, /^UDYAM-ZZ-00-00000\d\d$/);
      }
    }
    for (const { person } of all) assert.match(person.mobile, /^55500000\d\d$/);
    assert.equal(new Set(documents.map((document) => document.uri)).size, documents.length);
    assert.equal(new Set(entities.map((entity) => entity.id)).size, entities.length);
  });

  test('split at the first two hyphens of a URI into issuer, type and number', () => {
    for (const { uri, doctype } of documents) {
      const [issuer = '', type, ...rest] = uri.split('-');
      assert.match(issuer, /^in\.[a-z]+\.[a-z]+$/);
      assert.equal(type, doctype);
      if (type === 'UDCER') assert.match(rest.join('-'), /^UDYAM-[A-Z]{2}-\d{2}-\d{7}zz\d{10}$/);
    }
  });

  test('are listed for a page in the order of their numbers', () => {
    assert.deepEqual(listPersonas()[0], {
      mobile: '5550000001',
      personName: 'Asha Namuna',
      entityNames: ['Neelkamal Specimen Textiles Private Limited'],
    });
    assert.equal(listPersonas().length, 13);
  });
});

test('identifiers follow the published vectors (entitylocker-upstream §5)', () => {
  const good = [
    '27AAPFU0939F1ZV',
    '29AAGCB7383J1Z4',
    '09AAACT2727Q1ZU',
    '27ZZZCZ9999Z1ZJ',
    '29ZZZFZ0001Z1ZQ',
    '07ZZZCZ0001Z2Z1',
    '24ZZZTZ1234Z1ZU',
  ];
  for (const gstin of good) assert.equal(gstinFault(gstin), undefined, gstin);
  for (const gstin of ['27AAPFU0939F1ZO', '27AAPFU0939F1Z0', '09AAACT2727Q1ZA', '22AAAAA0000A1Z5', '40ZZZCZ9999Z1ZJ']) {
    assert.notEqual(gstinFault(gstin), undefined, gstin);
  }
  assert.equal(gstinCheckCharacter('27AAPFU0939F1Z'), 'V');
  assert.deepEqual(['AAACT2727Q', 'ABCDE1234F', 'ABMXA3211G'].map(isPan), [true, false, false]);
  assert.deepEqual(['L17110MH1973PLC019786', 'X17110MH1973PLC019786'].map(isCin), [true, false]);
  assert.deepEqual(['UDYAM-TN-03-0001234', 'UDYAM-T1-03-0001234', 'UDYAM-TN-03-000123'].map(isUdyamNumber), [
    true,
    false,
    false,
  ]);
});

describe('a bad persona file is refused with its path and reason', () => {
  const sample = readFileSync(join(import.meta.dirname, 'asha-namuna.json'), 'utf8');

  const faultsOf = (texts: Record<string, string>): readonly string[] => {
    const dir = mkdtempSync(join(tmpdir(), 'tijori-personas-'));
    try {
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(dir, name), text);
      loadPeople(dir);
      return [];
    } catch (error) {
      if (!(error instanceof PersonaError)) throw error;
      return error.faults.map((fault) => fault.replace(`${dir}/`, ''));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  };

  test('the sample itself is good', () => assert.deepEqual(faultsOf({ 'a.json': sample }), []));

  const cases: [string, string, string, string][] = [
    [
      'a wrong check character',
      '27ZZZCZ9999Z1ZJ',
      '27ZZZCZ9999Z1ZK',
      '$.entities[0].documents[1].gstin: has a wrong check character, it should be J',
    ],
    [
      'the PAN of another kind',
      '27ZZZCZ9999Z1ZJ',
      `27ZZZFZ9999Z1Z${gstinCheckCharacter('27ZZZFZ9999Z1Z')}`,
      '$.entities[0].documents[1].gstin: has the PAN of another kind of holder than company',
    ],
    [
      'a CIN of another year',
      'ZZ2014PTC',
      'ZZ2015PTC',
      '$.entities[0].documents[0].cin: has another year than dateOfIncorporation',
    ],
    [
      'a real-looking DIN',
      '99999999"',
      '01234567"',
      '$.entities[0].documents[0].directors[0].din: must be the synthetic 99999999',
    ],
    ['a day that does not exist', '1984-02-29', '1985-02-29', '$.person.dob: must be a day that exists, as YYYY-MM-DD'],
    ['a misspelt field', '"gender"', '"sex"', '$.person.gender: must be one of F, M, T'],
    ['a control character', 'Asha Namuna', 'Asha\\u0007', '$.person.name: has a control character or half a character'],
    [
      'a real mail address',
      '.example',
      '.com',
      '$.entities[0].email: must be an address below .example, .test or .invalid',
    ],
    [
      'an unknown document type',
      '"UDCER"',
      '"XXXXX"',
      '$.entities[0].documents[2].doctype: must be one of CPMTD, GSTND, UDCER',
    ],
    ['a short mobile', '"5550000001"', '"900000001"', '$.person.mobile: must be ten digits and not begin with 0'],
  ];
  for (const [what, from, to, expected] of cases) {
    test(what, () => {
      assert.ok(sample.includes(from));
      assert.ok(faultsOf({ 'a.json': sample.replace(from, to) }).includes(`a.json: ${expected}`));
    });
  }

  test('all faults at once, and unknown fields too', () => {
    const faults = faultsOf({ 'a.json': '{"person": {"nam": "x"}, "entities": {}}' });
    assert.ok(faults.includes('a.json: $.person.nam: is not a known field'));
    assert.ok(faults.includes('a.json: $.entities: must be a list'));
    assert.ok(faults.length >= 6);
  });

  test('no JSON, one number for two people, and an empty directory', () => {
    assert.ok(faultsOf({ 'a.json': '{' }).includes('a.json: $: is not JSON'));
    const twice = faultsOf({ 'a.json': sample, 'b.json': sample });
    assert.ok(twice.includes('b.json: $.person.mobile: belongs to a person of another file'));
    assert.match(faultsOf({})[0] ?? '', /has no persona files/);
  });
});
