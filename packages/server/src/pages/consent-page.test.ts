import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locales } from '@tijori/wire';
import type { Document } from '../domain/document.ts';
import type { Session } from '../domain/session.ts';
import { sessionWith } from '../testing/session.ts';
import { consentPage } from './consent-page.ts';
import { pageStylesheet } from './stylesheet.ts';
import { textsOf } from './texts/index.ts';

const address = 'https://consent.example.in/consent/s';
const view = {
  address,
  locale: 'en-IN',
  documents: [],
  retentionMinutes: 60,
  erased: false,
  workspaceName: 'W',
} as const;
const wayOn = { href: '/demo', text: 'Back to the demo' };

function page(change: Partial<Session> = {}, workspaceName = 'Example Lender (fictional)', erased = false): string {
  return consentPage({ ...view, session: sessionWith(change), workspaceName, erased, wayOn }).html;
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
  const path = `/consent/${sessionWith().id}`;
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
  const rows = [...text.matchAll(/<li class="(shared|withheld)[^"]*"><strong>(.*?)<\/strong>/g)];
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

test('no page brings a script, a style of anybody’s but ours or an address elsewhere', () => {
  for (const status of ['created', 'authorized', 'succeeded', 'failed', 'expired'] as const) {
    const text = page({ status }).replace(`<style>${pageStylesheet.css}</style>`, '');
    assert.doesNotMatch(text, /<script|<style|\sstyle=|\son\w+=|(?:src|href|action)="(?:https?:)?\/\//);
  }
});

test('once retention has passed, the last page no longer promises a download', () => {
  const shared: Partial<Session> = { status: 'succeeded', documentsConsented: ['gstn_details'] };
  assert.match(page(shared), /can download what you shared/);
  assert.doesNotMatch(page(shared, undefined, true), /can download/);
  assert.match(page(shared, undefined, true), /our copy is erased/);
});

test('the handle of a finished trip stands in the page of its window, and is only text there', () => {
  const session = sessionWith({ status: 'succeeded' });
  assert.ok(!consentPage({ ...view, session }).html.includes('data-request-token'));
  const script = { code: '"code"', nonce: 'n', data: { 'request-token': '"><script>' } };
  const shown = consentPage({ ...view, session, script }).html;
  assert.ok(shown.includes('<body data-request-token="&quot;&gt;&lt;script&gt;">'));
  assert.ok(shown.includes('<script nonce="n">"code"</script>'));
});

test('the purpose of a document stands beside it, and only beside that one', () => {
  const text = page({ purposes: { gstn_details: 'Check of the GST registration' } });
  const items = [...text.matchAll(/<li><svg[\s\S]*?<\/li>/g)].map(([item]) => item);
  assert.equal(items.length, 2);
  assert.ok(!items[0]?.includes('Used for'));
  assert.ok(items[1]?.includes('GST registration details'));
  assert.match(items[1]?.replaceAll(/<[^>]+>/g, '') ?? '', /Used for: Check of the GST registration$/);
});

test('a cancelled request and documents of another business have their own words', () => {
  const cancelled = page({ status: 'failed', statusReason: 'session_cancelled' });
  assert.equal(heading(cancelled), 'This request was cancelled');
  assert.ok(!cancelled.includes('start again'));
  assert.match(page({ status: 'failed', statusReason: 'entity_mismatch' }), /those of another business/);
  assert.match(page({ status: 'failed', statusReason: 'consent_denied' }), /No document was allowed/);
});

test('the last page leads to the integrator, before anything else, where it gave an address', () => {
  const returnUrl = 'https://lender.example/back?a=1&b=%22';
  for (const status of ['succeeded', 'failed', 'expired'] as const) {
    const text = page({ status, returnUrl });
    const href = `${returnUrl}&session_id=${sessionWith().id}&status=${status}`.replaceAll('&', '&amp;');
    assert.ok(text.includes(`href="${href}">Back to <bdi>Example Lender (fictional)</bdi></a>`), text);
    assert.ok(!text.includes(wayOn.text));
  }
  const request = page({ status: 'created', returnUrl });
  assert.ok(!request.includes('lender.example'));
  assert.match(request, /You are taken back to <bdi>Example Lender/);
  assert.match(page({ status: 'created' }), /You come back here/);
});

test('every state speaks each language, and marks it for readers and fonts', () => {
  for (const locale of locales) {
    const words = textsOf(locale);
    for (const status of ['created', 'authorized', 'succeeded', 'failed', 'expired'] as const) {
      const { html } = consentPage({ ...view, locale, session: sessionWith({ status }) });
      assert.ok(html.includes(`<html lang="${locale}">`), locale);
      assert.ok(html.includes(words.page.testStrip), `${locale} ${status}`);
      assert.doesNotMatch(html, /\{\w+\}/, `${locale} ${status}`);
    }
  }
});

test('the request says how long things are kept, how to withdraw, and offers the other way in', () => {
  const text = page({ flow: 'signin' });
  assert.match(text, /For 60 minutes/);
  assert.match(text, /take back your consent at any time/);
  assert.match(text, /form="go" name="flow" value="signup"/);
  assert.match(page({ flow: 'signup' }), /form="go" name="flow" value="signin"/);
});

test('the switch names each language in itself and keeps the rest of the address', () => {
  const { html } = consentPage({
    ...view,
    session: sessionWith(),
    inLocale: (other) => `/consent/1?key=k&lang=${other}`,
  });
  for (const locale of locales) {
    assert.ok(html.includes(`href="/consent/1?key=k&amp;lang=${locale}" lang="${locale}"`), locale);
  }
  assert.equal(html.split('aria-current="true"').length, 2);
  assert.ok(!page().includes('<nav'), 'no switch where there is no such address');
});

test('the last page tells of each document whether it could be had', () => {
  const session = sessionWith({ status: 'succeeded', documentsConsented: ['gstn_details'] });
  const said = (documents: readonly { docType: 'gstn_details'; state: Document['state'] }[], erased = false) =>
    /<li class="shared (\w+)">/.exec(consentPage({ ...view, session, documents, erased }).html)?.[1];
  const gstn = (state: Document['state']) => ({ docType: 'gstn_details', state }) as const;
  assert.equal(said([gstn('held')]), 'available');
  assert.equal(said([gstn('held'), gstn('pending')]), 'fetching');
  assert.equal(said([]), 'fetching');
  assert.equal(said([gstn('held'), gstn('failed')]), 'missing');
  assert.equal(said([gstn('erased')], true), 'erased');
});

test('each reason to fail has words of its own that lead on', () => {
  const said = (statusReason: Session['statusReason']) => {
    const text = page({ status: 'failed', statusReason });
    return /<p class="lead">(.*?)<\/p>/s.exec(text)?.[1];
  };
  const reasons = [
    'consent_denied',
    'nothing_consented',
    'entity_mismatch',
    'consent_withdrawn',
    'upstream_refused',
    'session_cancelled',
  ] as const;
  assert.equal(new Set(reasons.map(said)).size, reasons.length);
  assert.equal(said('exchange_failed'), said('exchange_refused'));
});

test('whatever a name, a purpose or a way on says is text in every state and language', () => {
  const corpus = [
    '<script>x()</script>',
    '"><img src=x onerror=x()>',
    "' onfocus=x() '",
    '</title><svg/onload=x()>',
    '{who}',
    '%s %c {{x}}',
    '\u202e\u2066',
  ];
  for (const evil of corpus) {
    for (const status of ['created', 'authorized', 'succeeded', 'failed', 'expired'] as const) {
      const session = sessionWith({ status, purposes: { gstn_details: evil } });
      const on = { href: '/demo', site: evil };
      const { html } = consentPage({ ...view, session, workspaceName: evil, wayOn: on, locale: 'ta-IN' });
      const marks = html
        .replace(pageStylesheet.css, '')
        .replaceAll(/<\/?[a-z][a-zA-Z0-9]*(?: [a-zA-Z-]+(?:="[^"<>]*")?)*\/?>|<!doctype html>/g, '');
      assert.doesNotMatch(marks, /[<>]/, `${status} ${evil}`);
      assert.doesNotMatch(html, /<(?:script|img src|svg\/)/, `${status} ${evil}`);
    }
  }
});
