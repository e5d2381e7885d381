import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionOf } from './session-of.ts';

const key = 'key_test_0';
const id = '0454f149-26d0-41ef-9f14-c54f4b5f7b70';
const token = (claims: unknown) =>
  ['{"typ":"sdk+jwt","alg":"HS256"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

test('a session is named by its id, or by an SDK token of the same key', () => {
  assert.equal(sessionOf(id, key), id);
  // Of every length of padding, and with the two letters in which base64url differs.
  for (const browser of ['', 'x', 'xx', '???>>>~~~']) {
    assert.equal(sessionOf(token({ sub: id, api_key: key, browser }), key), id);
  }
});

test('what only looks like a token names nothing', () => {
  for (const odd of [
    'a.b',
    'a.b.c',
    '..',
    `x.${Buffer.from('null').toString('base64url')}.y`,
    token([]),
    token({ sub: 1 }),
  ]) {
    assert.throws(() => sessionOf(odd, key), /no session id or SDK token/, odd);
  }
  assert.throws(() => sessionOf(token({ sub: id, api_key: 'key_test_1' }), key), /another key/);
  assert.throws(() => sessionOf(token({ sub: id }), key), /another key/);
});
