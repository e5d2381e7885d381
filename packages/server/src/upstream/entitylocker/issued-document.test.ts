import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fromIssuedItem, splitUri } from './issued-document.ts';
import { isoDateOf, mediaTypesOf } from './lenient.ts';

describe('document URIs', () => {
  it('split at their first two hyphens only', () => {
    assert.deepEqual(splitUri('in.gov.msme-UDCER-UDYAM-KA-00-0000000'), {
      issuerId: 'in.gov.msme',
      code: 'UDCER',
      documentId: 'UDYAM-KA-00-0000000',
    });
  });

  it('that are not of the form are not used', () => {
    const bad = [
      '',
      'x',
      'in.gov.mca-CPMTD',
      'in.gov.mca-CPMTD-',
      '-CPMTD-1',
      'in.gov.mca--1',
      'a-b-c d',
      'a-b-c\n',
      '../x-CPMTD-1',
      `a-CPMTD-${'1'.repeat(512)}`,
    ];
    for (const uri of bad) assert.equal(splitUri(uri), undefined, uri);
  });
});

describe('items of the issued list', () => {
  const item = {
    name: 'Company Master Details',
    type: 'file',
    size: '',
    date: '19-12-2024',
    parent: '',
    mime: ['application/pdf'],
    uri: 'in.gov.mca-CPMTD-U00000KA2020PTC000000',
    doctype: 'CPMTD',
    description: 'Company Master Details',
    issuerid: 'in.gov.mca',
    issuer: 'MCA',
  };

  it('are read as entitylocker-upstream §2.4 has them', () => {
    assert.deepEqual(fromIssuedItem(item), {
      uri: item.uri,
      upstreamCode: 'CPMTD',
      issuerId: 'in.gov.mca',
      issuer: 'MCA',
      name: item.name,
      description: item.description,
      mimes: ['application/pdf'],
      date: '2024-12-19',
    });
  });

  it('need nothing but a URI', () => {
    const expected = {
      uri: item.uri,
      upstreamCode: 'CPMTD',
      issuerId: 'in.gov.mca',
      issuer: '',
      name: '',
      description: '',
      mimes: [],
    };
    assert.deepEqual(fromIssuedItem({ uri: item.uri }), expected);
    const blanks = {
      ...item,
      name: '',
      date: '',
      mime: '',
      doctype: ' ',
      description: null,
      issuerid: '',
      issuer: null,
    };
    assert.deepEqual(fromIssuedItem(blanks), expected);
  });

  it('take the code from doctype, else from the URI', () => {
    assert.equal(fromIssuedItem({ ...item, doctype: 'gstnd' })?.upstreamCode, 'GSTND');
    assert.equal(fromIssuedItem({ ...item, doctype: 'Company Master' })?.upstreamCode, 'CPMTD');
    assert.equal(fromIssuedItem({ uri: 'in.gov.mca-COMPANY-1' }), undefined);
  });

  it('without a usable URI, folders and other things are dropped', () => {
    for (const other of [
      { ...item, uri: '' },
      { ...item, uri: null },
      { ...item, type: 'dir' },
      {},
      null,
      'x',
      3,
      [],
    ]) {
      assert.equal(fromIssuedItem(other), undefined);
    }
  });

  it('of any shape never throw', () => {
    const keys = fc.constantFrom('uri', 'doctype', 'mime', 'date', 'name', 'type', '__proto__');
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(keys, fc.anything())), (value) => void fromIssuedItem(value)),
    );
  });
});

describe('dates of the issued list', () => {
  const read: Record<string, string | undefined> = {
    '19-12-2024': '2024-12-19',
    '1-2-2024': '2024-02-01',
    '19/12/2024': '2024-12-19',
    '2024-12-19': '2024-12-19',
    '2024-12-19T23:30:00+05:30': '2024-12-19',
    '2024-12-19 10:00:00': '2024-12-19',
    '29-02-2024': '2024-02-29',
    '29-02-2023': undefined,
    '31/04/2024': undefined,
    '12/19/2024': undefined,
    '19-12/2024': undefined,
    '19.12.2024': undefined,
    '': undefined,
    soon: undefined,
  };
  for (const [text, date] of Object.entries(read))
    it(`"${text}" is ${date}`, () => assert.equal(isoDateOf(text), date));
});

describe('media types of the issued list', () => {
  it('come as text, comma list or list, with either name of XML', () => {
    const pdf = 'application/pdf';
    const xml = 'application/xml';
    assert.deepEqual(mediaTypesOf(pdf), [pdf]);
    assert.deepEqual(mediaTypesOf('Application/PDF, text/xml'), [pdf, xml]);
    assert.deepEqual(mediaTypesOf([pdf, 'TEXT/XML', xml, 3, null, '']), [pdf, xml]);
    for (const nothing of [undefined, null, '', 3, {}]) assert.deepEqual(mediaTypesOf(nothing), []);
  });
});
