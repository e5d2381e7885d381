import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../domain/session.ts';
import { consentPage } from './consent-page.ts';

function session(change: Partial<Session> = {}): Session {
  return {
    id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60',
    workspaceId: 'workspace',
    mode: 'test',
    flow: 'signin',
    docTypes: ['company_master_details', 'gstn_details'],
    status: 'created',
    createdAtMs: 0,
    updatedAtMs: null,
    expiresAtMs: 1,
    documentsConsented: [],
    documentsExpireAtMs: null,
    scenario: null,
    statusReason: null,
    resets: 0,
    exchangeFailures: 0,
    ...change,
  };
}

const wayOn = { href: '/demo', text: 'Back to the demo' };

function page(change: Partial<Session> = {}, workspaceName = 'Example Lender (fictional)', erased = false): string {
  return consentPage({ session: session(change), workspaceName, retentionMinutes: 60, erased, wayOn }).html;
}

const heading = (text: string) => /<h1>(.*?)<\/h1>/s.exec(text)?.[1]?.replaceAll(/<[^>]+>/g, '');
const formOf = (text: string) => /<form[^>]*action="([^"]*)"/.exec(text)?.[1];

test('each status has a page of its own', () => {
  assert.equal(heading(page({ status: 'created' })), 'Example Lender (fictional) asks for documents of your business');
  assert.equal(heading(page({ status: 'initialized' })), heading(page({ status: 'created' })));
  assert.equal(heading(page({ status: 'authorized' })), 'Waiting for EntityLocker');
  assert.equal(heading(page({ status: 'succeeded' })), 'Done. Thank you.');
  assert.equal(heading(page({ status: 'failed' })), 'Nothing was shared');
  assert.equal(heading(page({ status: 'expired' })), 'This request has expired');
});

test('a page has one button at most, and only where there is something to do', () => {
  const path = `/consent/${session().id}`;
  assert.equal(formOf(page({ status: 'created' })), `${path}/continue`);
  assert.equal(formOf(page({ status: 'initialized' })), `${path}/continue`);
  assert.equal(formOf(page({ status: 'authorized' })), `${path}/retry`);
  for (const status of ['succeeded', 'failed', 'expired'] as const) assert.equal(formOf(page({ status })), undefined);
});

test('the way on stands on last pages only', () => {
  for (const status of ['succeeded', 'failed', 'expired'] as const) assert.ok(page({ status }).includes(wayOn.text));
  for (const status of ['created', 'initialized', 'authorized'] as const) {
    assert.ok(!page({ status }).includes(wayOn.text));
  }
});

test('the request names every document asked for, and no other', () => {
  const text = page({ docTypes: ['gstn_details'] });
  assert.ok(text.includes('GST registration details'));
  assert.ok(!text.includes('Company master details'));
});

test('sign-up and sign-in tell the person apart what EntityLocker will ask', () => {
  assert.ok(page({ flow: 'signup' }).includes('open an account for your business'));
  assert.ok(page({ flow: 'signin' }).includes('sign in for your business'));
});

test('the last page tells which documents were shared and which were not', () => {
  const text = page({ status: 'succeeded', documentsConsented: ['gstn_details'] });
  const rows = [...text.matchAll(/<li class="(shared|withheld)"><strong>(.*?)<\/strong>/g)];
  assert.deepEqual(
    rows.map(([, how, title]) => [how, title]),
    [
      ['shared', 'GST registration details'],
      ['withheld', 'Company master details'],
    ],
  );
});

test('test mode says so, live mode does not', () => {
  assert.ok(page({ mode: 'test' }).includes('Test mode'));
  assert.ok(!page({ mode: 'live' }).includes('Test mode'));
});

test('a hostile workspace name is text on every page, and cannot turn the words around it', () => {
  const hostile = '</title><script>alert(1)</script>\u202e';
  for (const status of ['created', 'authorized', 'succeeded', 'failed', 'expired'] as const) {
    const text = page({ status }, hostile);
    assert.ok(!text.includes('<script'), status);
    assert.ok(text.includes('<bdi>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;\u202e</bdi>'), status);
  }
});

test('no page brings a script, an inline style or an address elsewhere', () => {
  for (const status of ['created', 'authorized', 'succeeded', 'failed', 'expired'] as const) {
    assert.doesNotMatch(page({ status }), /<script|<style|\sstyle=|\son\w+=|(?:src|href|action)="(?:https?:)?\/\//);
  }
});

test('once retention has passed, the last page no longer promises a download', () => {
  const shared: Partial<Session> = { status: 'succeeded', documentsConsented: ['gstn_details'] };
  assert.match(page(shared), /can download it for 60 minutes/);
  assert.doesNotMatch(page(shared, undefined, true), /can download/);
  assert.match(page(shared, undefined, true), /our copy is erased/);
});

test('the handle of a finished trip stands in the page of its window, and is only text there', () => {
  const view = { session: session({ status: 'succeeded' }), workspaceName: 'W', retentionMinutes: 60, erased: false };
  assert.ok(!consentPage(view).html.includes('data-request-token'));
  const shown = consentPage({ ...view, requestToken: '"><script>' }).html;
  assert.ok(shown.includes('<div hidden data-request-token="&quot;&gt;&lt;script&gt;"></div>'));
});
