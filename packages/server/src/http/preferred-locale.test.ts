import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredLocale } from './preferred-locale.ts';

test('the language of ours with the highest weight is taken, by language alone', () => {
  for (const [header, locale] of [
    ['hi', 'hi-IN'],
    ['hi-Latn-IN,en;q=0.5', 'hi-IN'],
    ['ta;q=0.8, gu-IN', 'gu-IN'],
    ['fr-FR, bn;q=0.3, mr;q=0.4', 'mr-IN'],
    ['MR-in', 'mr-IN'],
    ['en-US,en;q=0.9,hi;q=0.8', 'en-IN'],
  ] as const) {
    assert.equal(preferredLocale(header), locale, header);
  }
});

test('what names none of ours, refuses it or is no such header gets the first of ours', () => {
  for (const header of [
    undefined,
    '',
    '*',
    'fr',
    'hi;q=0',
    'hi;q=2',
    'hi;q=x',
    ',;,',
    '-',
    'h',
    `${'zz,'.repeat(5000)}hi`,
  ]) {
    assert.equal(preferredLocale(header), 'en-IN', header?.slice(0, 20));
  }
});
