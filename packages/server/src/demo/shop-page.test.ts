import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoSettings } from './settings.ts';
import { shopPage } from './shop-page.ts';
import { demoAssets, reactImports } from './sources.ts';

const view = {
  settings: demoSettings({}, []),
  outcomes: ['deny'],
  sessions: [],
  imports: undefined,
  baseUrl: 'https://consent.example.in',
  apiKey: 'key_test_0',
  nonce: 'n0nce',
  nowMs: 0,
};

test('the shop’s card is the very source that is shown below it, with this gateway’s address and key', () => {
  const { html } = shopPage({ ...view, variant: 'html' });
  const card = /<section id="add-business" data-options="([^"]*)">([\s\S]*?)<\/section>/.exec(html);
  assert.deepEqual(JSON.parse(card?.[1]?.replaceAll('&quot;', '"') ?? '').apiKey, 'key_test_0');
  const escaped = card?.[2]?.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;') ?? '';
  assert.ok(escaped.length > 100 && html.includes(escaped));
});

test('every script of the page has its nonce, and comes from here', () => {
  for (const variant of ['html', 'react'] as const) {
    const { html } = shopPage({ ...view, variant, imports: { react: '/demo/assets/react/react.js' } });
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    assert.equal(scripts.length, 3);
    for (const tag of scripts) {
      assert.match(tag, /nonce="n0nce"/);
      assert.doesNotMatch(tag, /src="(?!\/)/);
    }
  }
});

test('without React the page says so, and shows the source all the same', () => {
  const { html } = shopPage({ ...view, variant: 'react' });
  assert.match(html, /React is not installed/);
  assert.match(html, /useEntityLocker/);
  assert.equal([...html.matchAll(/<script\b/g)].length, 1);
});

test('every module that the page in React names is there', () => {
  const assets = demoAssets();
  const imports = Object.values(reactImports() ?? {});
  assert.equal(imports.length, 4);
  for (const path of imports) assert.ok(assets.has(path.replace('/demo/assets/', '')), path);
});
