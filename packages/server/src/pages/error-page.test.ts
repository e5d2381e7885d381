import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { errorPage } from './error-page.ts';

test('an error page names the reference for support, and nothing of what we keep in the log', () => {
  const error = new AppError('link_refused', { detail: 'state hash 1234 unknown', cause: new Error('inside') });
  const { html } = errorPage(error, { locale: 'en-IN', transactionId: 'request-1' });
  assert.ok(html.includes('This link cannot be used here'));
  assert.ok(html.includes('<code>request-1</code>'));
  assert.doesNotMatch(html, /1234|inside/);
});

test('an error without advice of its own still says what to do', () => {
  const { html } = errorPage(new AppError('internal'), { locale: 'en-IN', transactionId: 'request-1' });
  assert.ok(html.includes('Something went wrong'));
  assert.ok(html.includes('try again in a few minutes'));
});
