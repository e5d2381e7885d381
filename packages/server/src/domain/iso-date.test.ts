import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isoDate } from './iso-date.ts';

describe('a day as documents write it', () => {
  it('is the same day in each way of writing', () => {
    for (const written of [
      '01-07-2014',
      '01/07/2014',
      '1 July 2014',
      '01 Jul 2014',
      '01-Jul-2014',
      '1 July, 2014',
      '2014-07-01',
    ]) {
      assert.equal(isoDate(written), '2014-07-01', written);
    }
    assert.equal(isoDate('29 February 1984'), '1984-02-29');
  });

  it('is none where the calendar has no such day, or nothing says which it is', () => {
    for (const written of [
      '',
      '31-02-2014',
      '29 February 2015',
      '07/25/2014',
      '1 Juli 2014x',
      'July 2014',
      '1 Foo 2014',
      '-',
      null,
    ]) {
      assert.equal(isoDate(written), null, String(written));
    }
  });
});
