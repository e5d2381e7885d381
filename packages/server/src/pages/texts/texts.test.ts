import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { docTypes, locales } from '@tijori/wire';
import { consentTextVersion, textsOf } from './index.ts';

function flat(tree: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree) as [string, string | object][]) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') found.set(here, value);
    else for (const [inner, text] of flat(value, here)) found.set(inner, text);
  }
  return found;
}

const english = flat(textsOf('en-IN'));
const others = locales.filter((locale) => locale !== 'en-IN');
/** What a reader counts as one letter: a vowel sign of an Indian script does not stand alone. */
const segmenter = new Intl.Segmenter();
const lengthOf = (text: string) => [...segmenter.segment(text)].length;
const blanksOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

/** Longest texts, in letters, where the place is narrow: a button on 320 px, a heading, a line of a list. */
const placesMax: readonly (readonly [RegExp, number])[] = [
  [/\.(button|toSignup|toSignin|show|again|retry|toRequest|close|backTo)$/, 42],
  [/\.(\w*[tT]itle|kept|next|withdraw|documents|eyebrow|language|tab)$/, 56],
  [/^done\.(available|fetching|missing|erased|withheld)$/, 42],
];
/** Sentences that stand under a name ending as a narrow place does. */
const sentences = ['failed.again', 'expired.next', 'request.backTo'];

test('each language has every text, in its own script, with the blanks of the English one', () => {
  const scripts = { 'hi-IN': 'Deva', 'mr-IN': 'Deva', 'gu-IN': 'Gujr', 'ta-IN': 'Taml', 'bn-IN': 'Beng' } as const;
  for (const locale of others) {
    const texts = flat(textsOf(locale));
    assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), locale);
    const script = new RegExp(`\\p{Script=${scripts[locale as keyof typeof scripts]}}`, 'u');
    for (const [key, text] of texts) {
      assert.match(text, script, `${locale} ${key} is not translated`);
      assert.deepEqual(new Set(blanksOf(text)), new Set(blanksOf(english.get(key) ?? '')), `${locale} ${key}`);
      assert.equal(text, text.trim().normalize('NFC'), `${locale} ${key}`);
    }
  }
});

test('no text is too long for its place', () => {
  for (const locale of locales) {
    for (const [key, text] of flat(textsOf(locale))) {
      const place = sentences.includes(key) ? undefined : placesMax.find(([pattern]) => pattern.test(key));
      const most = place?.[1] ?? Math.max(60, Math.ceil(lengthOf(english.get(key) ?? '') * 1.35));
      assert.ok(lengthOf(text) <= most, `${locale} ${key}: ${lengthOf(text)} letters, ${most} at most: ${text}`);
    }
  }
});

test('every text is used', () => {
  const sources = globSync('../*.ts', { cwd: import.meta.dirname })
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'))
    .join('\n');
  const names = new Set(sources.match(/\w+/g));
  const used = (key: string) => key.startsWith('documents.') || names.has(key.split('.').at(-1) ?? '');
  assert.deepEqual(
    [...english.keys()].filter((key) => !used(key)),
    [],
  );
});

test('a legal line says in each language that this is no government site', () => {
  const words = [
    /not a government/,
    /सरकारी वेबसाइट नहीं/,
    /સરકારી વેબસાઇટ નથી/,
    /सरकारी संकेतस्थळ नाही/,
    /அரசு இணையதளம் அல்ல/,
    /সরকারি ওয়েবসাইট নয়/,
  ];
  locales.forEach((locale, index) => {
    assert.match(textsOf(locale).page.footer, words[index] ?? /never/, locale);
  });
});

test('each language names its own version of the words before a consent', () => {
  const versions = locales.map(consentTextVersion);
  assert.equal(new Set(versions).size, locales.length);
  for (const version of versions) assert.match(version, /^[0-9a-f]{16}$/);
  assert.deepEqual(Object.keys(textsOf('en-IN').documents).sort(), docTypes.map(({ name }) => name).sort());
});
