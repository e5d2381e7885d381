import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  gstinCheckCharacter,
  gstStates,
  type Parsed,
  panHolders,
  parseCin,
  parseFcrn,
  parseFllpin,
  parseGstin,
  parseLlpin,
  parsePan,
  parseUdyam,
  stateOfCin,
} from './identifiers.ts';

const year = 2026;
const reasonOf = (parsed: Parsed<unknown>) => (parsed.ok ? 'ok' : parsed.reason);

describe('identifiers, on the vectors that are public', () => {
  const accepted: [(text: string) => Parsed<unknown>, string[]][] = [
    [(text) => parseCin(text, year), ['L17110MH1973PLC019786', 'L65110GJ1993PLC020769', 'U72900KA2008PTC046374']],
    [
      parseGstin,
      [
        '27AAPFU0939F1ZV',
        '29AAGCB7383J1Z4',
        '09AAACT2727Q1ZU',
        '27ZZZCZ9999Z1ZJ',
        '29ZZZFZ0001Z1ZQ',
        '07ZZZCZ0001Z2Z1',
        '24ZZZTZ1234Z1ZU',
      ],
    ],
    [parsePan, ['AAACT2727Q', 'AAPFU0939F', ' aaact2727q ']],
    [parseUdyam, ['UDYAM-TN-03-0001234', 'UDYAM-UP-00-0123456']],
    [parseLlpin, ['AAA-0000', 'ZZZ-9999', 'AAA0000']],
    [parseFcrn, ['F00000', ' f99999 ']],
    [parseFllpin, ['FAAA-0000', 'FZZZ9999']],
  ];
  for (const [parse, texts] of accepted) {
    for (const text of texts) it(`${text} is right`, () => assert.equal(reasonOf(parse(text)), 'ok'));
  }

  const refused: [(text: string) => Parsed<unknown>, string, RegExp][] = [
    [(text) => parseCin(text, year), 'X17110MH1973PLC019786', /shaped/],
    [(text) => parseCin(text, year), 'L17110MH1973PLC01978', /21 characters/],
    [(text) => parseCin(text, year), 'U72900KA2027PTC046374', /year/],
    [parseGstin, '27AAPFU0939F1ZO', /check character/],
    [parseGstin, '27AAPFU0939F1Z0', /check character/],
    [parseGstin, '09AAACT2727Q1ZA', /check character/],
    [parseGstin, '22AAAAA0000A1Z5', /0000/],
    [parseGstin, '39AAPFU0939F1ZV', /no state/],
    [parsePan, 'ABCDE1234F', /fourth letter/],
    [parsePan, 'ABMXA3211G', /fourth letter/],
    [parsePan, 'ABMPA32111', /five letters/],
    [parseUdyam, 'UDYAM-T1-03-0001234', /shaped/],
    [parseUdyam, 'UDYAM-TN-03-000123', /seven digits/],
    [parseLlpin, 'AA-1234', /three letters/],
    [parseFcrn, 'F0000', /five digits/],
    [parseFcrn, 'G00000', /F and five/],
    [parseFllpin, 'AAA-0000', /F, three letters/],
    [parseFllpin, 'FAA-00000', /four digits/],
  ];
  for (const [parse, text, reason] of refused) {
    it(`${text} is wrong: ${reason.source}`, () => assert.match(reasonOf(parse(text)), reason));
  }

  it('parts', () => {
    assert.deepEqual(parseGstin('27ZZZCZ9999Z1ZJ'), {
      ok: true,
      value: '27ZZZCZ9999Z1ZJ',
      parts: { stateCode: '27', state: 'Maharashtra', pan: 'ZZZCZ9999Z', registration: '1', checkCharacter: 'J' },
    });
    const cin = parseCin('U99999ZZ2014PTC999901', year);
    assert.deepEqual(cin.ok && cin.parts, {
      listed: false,
      industryCode: '99999',
      stateLetters: 'ZZ',
      incorporationYear: 2014,
      classCode: 'PTC',
      companyClass: 'private',
      registrationNumber: '999901',
    });
  });
});

describe('identifiers, by property', () => {
  const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const pan = fc
    .tuple(
      fc.array(letter, { minLength: 3, maxLength: 3 }),
      fc.constantFrom(...Object.keys(panHolders)),
      letter,
      fc.integer({ min: 1, max: 9999 }),
      letter,
    )
    .map(
      ([first, holder, name, number, last]) =>
        `${first.join('')}${holder}${name}${String(number).padStart(4, '0')}${last}`,
    );
  const gstin = fc
    .tuple(fc.constantFrom(...Object.keys(gstStates)), pan, fc.constantFrom(...'123456789ABC'))
    .map(([state, holder, count]) => `${state}${holder}${count}Z`)
    .map((first14) => first14 + gstinCheckCharacter(first14));

  it('the letters of a CIN lead to the state of today, and unknown ones to none', () => {
    const letters = ['MH', 'PN', 'OR', 'TG', 'DD', 'ZZ'];
    const codes = letters.map((stateLetters) => stateOfCin({ stateLetters }));
    assert.deepEqual(codes, ['27', '27', '21', '36', '26', null]);
    for (const code of codes) assert.ok(code === null || gstStates[code]);
  });

  it('every GSTIN that is built by the rule is right, and its PAN is the one that went in', () => {
    fc.assert(
      fc.property(gstin, (text) => {
        const parsed = parseGstin(text);
        assert.equal(parsed.ok && parsed.parts.pan, text.slice(2, 12));
      }),
    );
  });

  it('one wrong character is noticed', () => {
    const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    fc.assert(
      fc.property(gstin, fc.integer({ min: 0, max: 14 }), fc.constantFrom(...alphabet), (text, at, other) => {
        fc.pre(text[at] !== other);
        assert.equal(parseGstin(text.slice(0, at) + other + text.slice(at + 1)).ok, false);
      }),
    );
  });

  it('no text makes any of them throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const parse of [parsePan, parseGstin, parseLlpin, parseUdyam, parseFcrn, parseFllpin]) parse(text);
        parseCin(text, year);
      }),
    );
  });
});
