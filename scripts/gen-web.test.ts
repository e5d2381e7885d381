import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { generatedScript, messagesCopy, messagesText, webModules, webScript, webScripts } from './gen-web.ts';

/** What a visitor of an integrator's page pays, bytes after gzip. */
const sdkBytesMax = 6_000;
/** Script of a hosted page, of 40 kB in all. */
const pageBytesMax = 4_300;

test('the scripts in packages/web/generated are those of the source: `npm run gen:web`', () => {
  for (const [name, entry] of Object.entries({ ...webScripts, ...webModules })) {
    assert.equal(generatedScript(name), webScript(entry), name);
  }
  assert.equal(generatedScript(messagesCopy), messagesText());
});

test('the SDK is at most 6 kB, and the pages’ scripts stay small', () => {
  const bytes = (name: string) => gzipSync(generatedScript(name), { level: 9 }).length;
  assert.ok(bytes('generated/sdk.js') <= sdkBytesMax, `${bytes('generated/sdk.js')} bytes`);
  for (const name of ['generated/frame.js', 'generated/window.js']) assert.ok(bytes(name) <= pageBytesMax, name);
});

test('the scripts of a journey wait for nothing that a trace of their time cannot name (bench/script-time.ts)', () => {
  for (const name of ['generated/sdk.js', 'generated/frame.js', 'generated/window.js']) {
    assert.doesNotMatch(generatedScript(name), /\bfetch\(|\bimport\(|MutationObserver|\bslotchange\b/, name);
  }
});

test('no message of ours goes to whoever it may be (acceptance C1), and nothing writes HTML (C6)', () => {
  for (const name of Object.keys(webScripts)) {
    const text = generatedScript(name);
    assert.doesNotMatch(text, /postMessage\([^)]*['"]\*['"]/, name);
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, name);
    assert.ok(!text.includes('</script'), 'it can stand in a page');
  }
});
