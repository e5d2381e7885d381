import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consentedDocuments } from './consent.ts';

const item = (upstreamCode: string, uri: string) => ({ upstreamCode, uri });

test('a type is consented when the upstream lists at least one of its documents, and keeps all of them', () => {
  const found = consentedDocuments(
    ['gstn_details', 'company_master_details'],
    [item('GSTND', 'one'), item('GSTND', 'two'), item('CPMTD', 'three')],
  );
  assert.deepEqual(
    found.map((entry) => [entry.docType, entry.items.map((each) => each.uri)]),
    [
      ['company_master_details', ['three']],
      ['gstn_details', ['one', 'two']],
    ],
  );
});

test('what was not asked for is left out, and what is not listed is not consented', () => {
  assert.deepEqual(consentedDocuments(['udhyam_certificate'], [item('GSTND', 'one'), item('XXXXX', 'two')]), []);
});
