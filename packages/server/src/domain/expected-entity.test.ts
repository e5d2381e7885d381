import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradicts, type ExpectedEntity } from './expected-entity.ts';

const company = { upstreamCode: 'CPMTD', uri: 'in.gov.mca-CPMTD-U99999ZZ2014PTC999901' };
const gst = (gstin: string) => ({ upstreamCode: 'GSTND', uri: `in.gov.gstn-GSTND-${gstin}` });
const udyam = { upstreamCode: 'UDCER', uri: 'in.gov.msme-UDCER-UDYAM-ZZ-00-0000001' };
const all = [company, gst('27ZZZCZ9999Z1ZJ'), udyam];

const right: ExpectedEntity[] = [
  { by: 'cin', value: 'U99999ZZ2014PTC999901' },
  { by: 'gstin', value: '27ZZZCZ9999Z1ZJ' },
  { by: 'pan', value: 'ZZZCZ9999Z' },
  { by: 'udyam', value: 'UDYAM-ZZ-00-0000001' },
];
const wrong: ExpectedEntity[] = [
  { by: 'cin', value: 'U99999ZZ2014PTC999902' },
  { by: 'gstin', value: '29ZZZFZ0001Z1ZQ' },
  { by: 'pan', value: 'ZZZFZ0001Z' },
  { by: 'udyam', value: 'UDYAM-ZZ-00-0000002' },
];

test('each identifier is compared with the document that carries it', () => {
  for (const expected of right) assert.equal(contradicts(expected, all), false, expected.by);
  for (const expected of wrong) assert.equal(contradicts(expected, all), true, expected.by);
});

test('documents without that identifier say nothing', () => {
  assert.equal(contradicts({ by: 'cin', value: 'U99999ZZ2014PTC999902' }, [gst('27ZZZCZ9999Z1ZJ'), udyam]), false);
  assert.equal(contradicts({ by: 'pan', value: 'ZZZFZ0001Z' }, [company, udyam]), false);
  assert.equal(contradicts({ by: 'udyam', value: 'UDYAM-ZZ-00-0000002' }, [company, gst('27ZZZCZ9999Z1ZJ')]), false);
  assert.equal(contradicts({ by: 'pan', value: 'ZZZFZ0001Z' }, [gst('not-a-gstin')]), false);
});

test('registrations in several states are one business, one of another PAN among them is not', () => {
  const expected: ExpectedEntity = { by: 'gstin', value: '27ZZZCZ9999Z1ZJ' };
  assert.equal(contradicts(expected, [gst('29ZZZCZ9999Z1ZF'), gst('27ZZZCZ9999Z1ZJ')]), false);
  assert.equal(contradicts(expected, [gst('27ZZZCZ9999Z1ZJ'), gst('27ZZZPZ9999Z1ZJ')]), true);
});

test('a Udyam number is found before what some append to it, and letters count without case', () => {
  const expected: ExpectedEntity = { by: 'udyam', value: 'UDYAM-ZZ-00-0000001' };
  const item = (uri: string) => [{ upstreamCode: 'UDCER', uri }];
  assert.equal(contradicts(expected, item('in.gov.msme-UDCER-UDYAM-ZZ-00-0000001zz5550000011')), false);
  assert.equal(contradicts(expected, item('in.gov.msme-UDCER-udyam-zz-00-0000001')), false);
  assert.equal(contradicts(expected, item('in.gov.msme-UDCER-UDYAM-ZZ-00-0000002zz5550000011')), true);
});
