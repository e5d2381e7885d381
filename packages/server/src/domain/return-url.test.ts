import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayReturnTo, returnAddress } from './return-url.ts';

const allowHttp = true;
const id = '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60';
const back = (returnUrl: string | null, status = 'succeeded') =>
  returnAddress({ id, status: status as 'succeeded', returnUrl });

test('https leads back, plain http only to this machine and only where that is allowed', () => {
  for (const url of ['https://lender.example', 'https://lender.example:8443/a/b?c=d', 'https://[2001:db8::1]/']) {
    assert.ok(mayReturnTo(url, { allowHttp: false }), url);
  }
  for (const url of ['http://localhost:3000/back', 'http://127.0.0.1/back', 'http://[::1]:3000/']) {
    assert.equal(mayReturnTo(url, { allowHttp: false }), false, url);
    assert.ok(mayReturnTo(url, { allowHttp }), url);
  }
  for (const url of ['http://lender.example/', 'http://localhost.lender.example/', 'http://127.0.0.1.example/']) {
    assert.equal(mayReturnTo(url, { allowHttp }), false, url);
  }
});

const refused = [
  'ftp://lender.example/',
  'javascript:alert(1)',
  'data:text/html,x',
  '//lender.example/',
  '/back',
  'lender.example',
  'https://',
  'https://user@lender.example/',
  'https://user:word@lender.example/',
  'https://@lender.example/',
  'https://lender.example\\@other.example/',
  'https://lender.example/#part',
  'https://lender.example/#',
  'https://lender.example/a b',
  'https://lender.example/\n',
  'https://lender.example:99999/',
  'https://lender.example:-1/',
  'https://bücher.example/',
  'HTTPS://lender.example/',
];
for (const url of refused) {
  test(`no browser is sent to ${JSON.stringify(url)}`, () => assert.equal(mayReturnTo(url, { allowHttp }), false));
}

test('session and status stand behind the query as the integrator wrote it', () => {
  const added = `session_id=${id}&status=succeeded`;
  assert.equal(back('https://lender.example'), `https://lender.example/?${added}`);
  assert.equal(back('https://lender.example/a?'), `https://lender.example/a?${added}`);
  const own = 'https://lender.example/a?x=%20+y&&flag&next=https%3A%2F%2Fother.example%2F%23b';
  assert.equal(back(own), `${own}&${added}`);
});

test('only an end leads back, and only where there is an address', () => {
  for (const status of ['created', 'initialized', 'authorized']) assert.equal(back('https://a.example/', status), null);
  for (const status of ['succeeded', 'failed', 'expired']) {
    assert.ok(back('https://a.example/', status)?.endsWith(`&status=${status}`));
  }
  assert.equal(back(null), null);
});
