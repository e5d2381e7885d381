import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWebOrigin, mayUseKey } from './origin.ts';

test('an origin is what a browser sends, letter for letter', () => {
  for (const origin of [
    'https://shop.example.in',
    'https://shop.example.in:8443',
    'https://xn--bcher-kva.example',
    'http://localhost:3000',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'http://shop.localhost',
  ]) {
    assert.equal(isWebOrigin(origin), true, origin);
  }
  for (const origin of [
    '',
    '*',
    'null',
    'shop.example.in',
    'https://*.example.in',
    'https://shop.example.in/',
    'https://shop.example.in/path',
    'https://shop.example.in?x',
    'https://user@shop.example.in',
    'https://Shop.example.in',
    'https://shop.example.in:443',
    'http://shop.example.in',
    'http://127.0.0.1.example.in',
    'http://localhost.example.in',
    'https://bücher.example',
    'ftp://shop.example.in',
    'javascript:alert(1)',
    'file://',
  ]) {
    assert.equal(isWebOrigin(origin), false, origin);
  }
});

test('a key may be used from the origins on its list, and on a development server from this machine', () => {
  const key = { origins: ['https://shop.example.in'] };
  assert.equal(mayUseKey(key, 'https://shop.example.in', false), true);
  assert.equal(mayUseKey(key, 'http://localhost:3000', false), false);
  assert.equal(mayUseKey(key, 'http://localhost:3000', true), true);
  for (const origin of [
    'https://shop.example.in.evil.example',
    'http://shop.example.in',
    'null',
    'https://evil.example',
  ]) {
    assert.equal(mayUseKey(key, origin, true), false, origin);
  }
});
