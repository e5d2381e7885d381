import assert from 'node:assert/strict';
import { test } from 'node:test';
import { returnPage } from './return-page.ts';

test('the page leads on by itself, and by hand, to the very address', () => {
  const address = 'https://lender.example/back?a=%22%27&session_id=1&status=failed';
  const { html } = returnPage({ locale: 'en-IN', address, workspaceName: 'Example Lender (fictional)' });
  const escaped = address.replaceAll('&', '&amp;');
  assert.ok(html.includes(`<meta http-equiv="refresh" content="0; url=${escaped}">`));
  assert.ok(html.includes(`href="${escaped}">Back to <bdi>Example Lender (fictional)</bdi></a>`));
  assert.doesNotMatch(html, /<script/);
});

test('a hostile name stays text', () => {
  const { html } = returnPage({
    locale: 'en-IN',
    address: 'https://a.example/',
    workspaceName: '</title><script>alert(1)</script>',
  });
  assert.doesNotMatch(html, /<script/);
});
