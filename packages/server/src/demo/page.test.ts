import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainPage } from './page.ts';
import { ageText, sizeText } from './readable.ts';

const id = '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60';

function card(data: Record<string, unknown> | undefined): string {
  const answer = { status: data ? 200 : 521, errorCode: null, body: { code: 521, message: 'Data not found', data } };
  return /<section[\s\S]*<\/section>/.exec(plainPage([{ id, answer: answer as never }], 120_000).html)?.[0] ?? '';
}

test('the start page has one button and tells what will come of it', () => {
  const { html } = plainPage([], 0);
  assert.equal(html.match(/<button/g)?.length, 1);
  assert.ok(html.includes('Documents come back'));
});

test('an open session leads to the page of its owner, an ended one does not', () => {
  for (const status of ['created', 'initialized', 'authorized']) {
    assert.ok(card({ status }).includes(`href="/consent/${id}"`), status);
  }
  for (const status of ['succeeded', 'failed', 'expired']) {
    assert.ok(!card({ status }).includes(`href="/consent/${id}"`), status);
  }
});

test('a succeeded session offers what was shared, and what the API says to the rest', () => {
  const text = card({ status: 'succeeded', created_at: 0, documents_consented: ['gstn_details'] });
  const links = [...text.matchAll(/data-document="(\w+)">(Download|See what the API says)</g)];
  assert.deepEqual(
    links.map(([, name, words]) => [name, words]),
    [
      ['company_master_details', 'See what the API says'],
      ['gstn_details', 'Download'],
      ['udhyam_certificate', 'See what the API says'],
    ],
  );
  assert.ok(text.includes('started 2 minutes ago'));
});

test('a session that the API does not know is shown with its answer', () => {
  assert.ok(card(undefined).includes('The API answered 521: Data not found'));
});

test('ages and sizes are read at a glance', () => {
  const ages = [-1, 59_999, 60_000, 119_999, 3_600_000, 7_200_000, 86_400_000];
  assert.deepEqual(ages.map(ageText), [
    'just now',
    'just now',
    '1 minute ago',
    '1 minute ago',
    '1 hour ago',
    '2 hours ago',
    '1 day ago',
  ]);
  assert.deepEqual([1, 999, 1000, 2348].map(sizeText), ['1 byte', '999 bytes', '1.0 kB', '2.3 kB']);
});
