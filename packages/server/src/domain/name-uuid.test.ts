import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameUuid } from './name-uuid.ts';

const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

test('is the UUID of the standard for its own example', () => {
  assert.equal(nameUuid(dns, 'www.example.com'), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('stays the same in one namespace and differs in another', () => {
  const other = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';
  assert.equal(nameUuid(dns, 'entity:1'), nameUuid(dns, 'entity:1'));
  assert.notEqual(nameUuid(dns, 'entity:1'), nameUuid(other, 'entity:1'));
  assert.notEqual(nameUuid(dns, 'entity:1'), nameUuid(dns, 'person:1'));
});
