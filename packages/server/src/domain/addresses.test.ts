import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressFromLine } from './addresses.ts';

describe('an address in one line', () => {
  const read = (line: string) => {
    const { pin, stateCode, state } = addressFromLine(line);
    return [pin, stateCode, state];
  };

  it('has its postal code and state at its end, however registers write them', () => {
    assert.deepEqual(read('Unit 0, Nowhere Road, Mumbai, Maharashtra 400000'), ['400000', '27', 'Maharashtra']);
    assert.deepEqual(read('UNIT 0, NOWHERE ROAD, MUMBAI - 400 000, INDIA'), ['400000', null, null]);
    assert.deepEqual(read('UNIT 0 NOWHERE ROAD MUMBAI MH 400000 IN'), ['400000', '27', 'Maharashtra']);
    assert.deepEqual(read('1 Lane, Vijayawada, ANDHRA PRADESH, 520000'), ['520000', '37', 'Andhra Pradesh']);
    assert.deepEqual(read('1 Lane, Leh, Jammu & Kashmir'), [null, '01', 'Jammu and Kashmir']);
    assert.deepEqual(read('1 Lane, Goa'), [null, '30', 'Goa']);
  });

  it('has none where it only looks so', () => {
    assert.deepEqual(read('Plot 400000 Road'), [null, null, null]);
    assert.deepEqual(read('1 Lane, Margoa 400000'), ['400000', null, null], 'the end of another word');
    assert.deepEqual(read('1 Lane, Mumbai MH 400000'), ['400000', null, null], 'two letters without a country');
    assert.deepEqual(read('Maharashtra Road 1'), [null, null, null]);
  });

  it('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), (line) => addressFromLine(line).text.length <= line.length));
  });
});
