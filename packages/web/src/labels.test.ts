import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsIn } from './labels.ts';

/** Those of the gateway's pages (`locales` of wire). */
const locales = ['en-IN', 'hi-IN', 'gu-IN', 'mr-IN', 'ta-IN', 'bn-IN'];

test('the words around the frame are there in each language of the pages, in its own script', () => {
  const scripts: Record<string, string> = { hi: 'Deva', mr: 'Deva', gu: 'Gujr', ta: 'Taml', bn: 'Beng', en: 'Latn' };
  const english = labelsIn('en-IN');
  for (const locale of locales) {
    const [language = ''] = locale.split('-');
    const labels = labelsIn(locale);
    assert.deepEqual(labels, labelsIn(language), 'with the country or without');
    for (const [name, text] of Object.entries(labels)) {
      assert.match(text, new RegExp(`\\p{Script=${scripts[language]}}`, 'u'), `${locale} ${name}`);
      assert.ok(text.length <= 70, `${locale} ${name} is too long for its place`);
    }
    if (language !== 'en') assert.notEqual(labels.title, english.title);
  }
});

test('a language that we do not have is English, and what the page says itself comes first', () => {
  for (const odd of ['', 'fr-FR', '-', '__proto__', 'constructor']) assert.equal(labelsIn(odd).close, 'Close', odd);
  assert.deepEqual(labelsIn('hi', { close: 'Back' }), { ...labelsIn('hi'), close: 'Back' });
});
