import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readCompany } from './read-company.ts';
import type { TextPiece } from './text-rows.ts';

/** A page whose lines are 20 points apart; columns are 200 points wide, and a cell `+ …` is the next line of the one above it. */
function page(lines: readonly (readonly string[])[]): TextPiece[] {
  let y = 800;
  return lines.flatMap((cells) => {
    const isNext = cells.some((text) => text.startsWith('+ '));
    y -= isNext ? 12 : 20;
    return cells.flatMap((cell, index) => {
      const text = cell.replace(/^\+ /, '');
      return text === '' ? [] : [{ text, x: 50 + 200 * index, y, width: 4 * text.length, size: 10 }];
    });
  });
}

const cin = ['CIN', 'U99999ZZ2014PTC999901'];
const read = (...lines: readonly (readonly string[])[]) =>
  readCompany([page([cin, ...lines])]) ?? assert.fail('no company');
const reasonOf = (field: string, ...lines: readonly (readonly string[])[]) =>
  read(...lines).unread.find((one) => one.field === field)?.reason;

describe('a company’s master details', () => {
  it('are read by their labels, as different registers write them', () => {
    const one = read(
      ['Company Name', 'NEELKAMAL LIMITED'],
      ['ROC Name:', 'RoC Specimen'],
      ['Paid up Capital(Rs)', '1,23,45,678.00'],
      ['Whether Listed or not', 'Unlisted'],
      ['Date of Incorporation', '01/07/2014'],
      ['Company Status(for efiling)', 'Active'],
      ['Registered Address', 'UNIT 0 NOWHERE ROAD'],
      ['', '+ MUMBAI MH 400000 IN'],
    );
    assert.deepEqual(
      [one.name, one.registrar, one.paidUpCapitalRupees, one.listed, one.incorporatedOn, one.status],
      ['NEELKAMAL LIMITED', 'RoC Specimen', 12_345_678, false, '2014-07-01', 'Active'],
    );
    assert.deepEqual([one.address?.text, one.address?.stateCode], ['UNIT 0 NOWHERE ROAD MUMBAI MH 400000 IN', '27']);
    assert.equal(read(['Listed', 'Listed']).listed, true);
    const two = read(['Authorised capital', 'INR 5,00,00,000', 'Company status', 'Strike Off']);
    assert.deepEqual([two.authorisedCapitalRupees, two.status], [50_000_000, 'Strike Off'], 'two pairs on a line');
    assert.equal(read(['Company status: Active']).status, 'Active');
  });

  it('what is not there, is there twice, or is no such thing stays unread and says why', () => {
    const twice = [
      ['Company status', 'Active'],
      ['Company status', 'Strike Off'],
    ];
    assert.equal(read(...twice).status, null);
    assert.equal(reasonOf('status', ...twice), 'ambiguous');
    assert.equal(read(['Company status', 'Active'], ['Company status', 'Active']).status, 'Active');
    assert.equal(reasonOf('status'), 'not_in_document');
    assert.equal(reasonOf('status', ['Company status', '-']), 'not_in_document');
    for (const amount of ['12.50', 'about 5', '1e9', '99999999999999999999', 'INR', '-5']) {
      assert.equal(reasonOf('paidUpCapitalRupees', ['Paid up capital', amount]), 'not_understood', amount);
    }
    assert.equal(reasonOf('incorporatedOn', ['Date of incorporation', '07/25/2014']), 'not_understood');
    assert.equal(reasonOf('listed', ['Listed', 'perhaps']), 'not_understood');
    assert.equal(reasonOf('name', ['Company name', 'x'.repeat(501)]), 'not_understood');
  });

  it('a value that looks like a label is a value', () => {
    const tricky = read(
      ['Company name', 'COMPANY STATUS: ACTIVE PRIVATE LIMITED'],
      ['Registered address', 'Flat 1,'],
      ['', '+ Listed'],
      ['', '+ Company status: Active'],
      ['Company status', 'Strike Off'],
    );
    assert.equal(tricky.status, 'Strike Off');
    assert.equal(tricky.address?.text, 'Flat 1, Listed Company status: Active');
    assert.equal(tricky.listed, null);
  });

  it('what stands beside no label that is known takes nothing from the next line', () => {
    assert.equal(read(['Note: as filed'], ['+ Company status: Active']).status, 'Active');
  });

  it('what stands on some pages is content, on all of them a head or foot', () => {
    const status = ['Company status', 'Active'];
    const pages = [page([cin, status]), page([['Charges'], status]), page([['Charges'], ['None']])];
    assert.equal(readCompany(pages)?.status, 'Active');
    assert.equal(readCompany(pages.slice(0, 2))?.status, null);
  });

  it('pages without a CIN are no company’s', () => {
    assert.equal(readCompany([page([['GSTIN', '27ZZZCZ9999Z1ZJ']])]), null);
    assert.equal(readCompany([page([['CIN', 'U99999ZZ2014']])]), null);
    assert.equal(readCompany([]), null);
  });

  describe('directors', () => {
    const heading = ['Directors and signatories'];
    const asha = ['ASHA NAMUNA', 'DIN 99999999, since 1 July 2014'];
    const after = ['Charges'];

    it('stand beside their number, or in a table', () => {
      const long = ['KIRAN PRATIROOP', 'DIN 99999999, since 16 April 2018'];
      assert.deepEqual(read(heading, asha, long, ['+ OF NOWHERE'], after).directors, [
        { name: 'ASHA NAMUNA', din: '99999999', appointedOn: '2014-07-01' },
        { name: 'KIRAN PRATIROOP OF NOWHERE', din: '99999999', appointedOn: '2018-04-16' },
      ]);
      const table = read(
        ['Directors/Signatory Details'],
        ['DIN/PAN', 'Name', 'Begin date', 'End date'],
        ['99999999', 'ASHA NAMUNA', '01/07/2014', '-'],
        ['ZZZPZ9999Z', 'KIRAN PRATIROOP', '', ''],
      );
      assert.deepEqual(table.directors, [
        { name: 'ASHA NAMUNA', din: '99999999', appointedOn: '2014-07-01' },
        { name: 'KIRAN PRATIROOP', din: null, appointedOn: null },
      ]);
      assert.deepEqual(read(heading, after).directors, []);
    });

    it('all of them or none: what ends the list must be known, and each line understood', () => {
      assert.equal(reasonOf('directors', heading, asha, ['Something else']), 'not_understood');
      assert.equal(reasonOf('directors', heading, asha, ['KIRAN', 'since 2018'], after), 'not_understood');
      assert.equal(reasonOf('directors', heading, asha, ['KIRAN', 'DIN 9999', 'x'], after), 'not_understood');
      assert.equal(reasonOf('directors', asha), 'not_in_document');
      const head = ['DIN/PAN', 'Name', 'Begin date'];
      assert.equal(reasonOf('directors', heading, head, ['99999999', '', '01/07/2014']), 'not_understood', 'no name');
      const many = Array.from({ length: 201 }, () => asha);
      assert.equal(read(heading, ...many.slice(1)).directors?.length, 200);
      assert.equal(reasonOf('directors', heading, ...many), 'not_understood', 'more than a company has');
    });

    it('are none where a cell stands between two columns', () => {
      const rows = page([cin, heading, ['DIN/PAN', 'Name', 'Begin date'], ['99999999', 'ASHA NAMUNA', '01/07/2014']]);
      assert.equal(readCompany([rows])?.directors?.length, 1);
      const moved = rows.map((piece) => (piece.text === 'ASHA NAMUNA' ? { ...piece, x: piece.x + 100 } : piece));
      assert.equal(readCompany([moved])?.directors, null);
    });

    it('go on over a page, whose head and foot are no end of them', () => {
      const top = ['SPECIMEN'];
      const first = page([top, cin, heading, asha]);
      const second = page([top, asha, after]);
      const foot = { text: 'Page 1 of 2', x: 250, y: 20, width: 60, size: 9 };
      const pages = [
        [...first, foot],
        [...second, { ...foot, text: 'Page 2 of 2' }],
      ];
      assert.equal(readCompany(pages)?.directors?.length, 2);
      assert.equal(readCompany([[...first, foot], second])?.directors, null, 'a foot of the first alone');
    });
  });

  it('no pages make it throw', () => {
    const piece = fc.record({
      text: fc.oneof(
        fc.string(),
        fc.constantFrom('CIN', 'U99999ZZ2014PTC999901', 'Directors', 'DIN', 'Name', 'Listed', 'a: b'),
      ),
      x: fc.double({ noNaN: false }),
      y: fc.double({ noNaN: false }),
      width: fc.double({ noNaN: false }),
      size: fc.double({ noNaN: false }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(piece)), (pages) => {
        readCompany(pages);
      }),
    );
  });
});
