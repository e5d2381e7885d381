import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorOf } from './answer-error.ts';

const envelope = (status: number, message: string) => ({ code: status, timestamp: 1, message, transaction_id: 'tx' });
const error = (status: number, body?: unknown, headers: Record<string, string> = {}) =>
  errorOf({ status, headers: new Headers(headers), body }, Date.parse('2026-01-05T10:00:00Z'));

describe('an answer that is an error', () => {
  it("has the header's code before all others", () => {
    const { code, status, transactionId } = error(404, envelope(404, 'Data not found for: x'), {
      'x-error-code': 'data_not_found',
    });
    assert.deepEqual([code, status, transactionId], ['data_not_found', 404, 'tx']);
  });

  it("has the problem's code where there is no header", () => {
    assert.equal(
      error(404, { title: 'Session not found', code: 'session_not_found', status: 404 }).code,
      'session_not_found',
    );
  });

  it("has the code of the vendor's text where there is neither", () => {
    const texts: [number, string, string][] = [
      [400, 'Invalid request body', 'invalid_request_body'],
      [400, 'Consent for gstn_details not provided', 'consent_not_provided'],
      [401, 'Unauthorized', 'unauthorized'],
      [403, 'Access token has expired', 'access_token_expired'],
      [503, 'Source Unavailable', 'upstream_unavailable'],
      [521, 'Data not found for: 0b1f', 'data_not_found'],
      [523, 'Cannot get document due to invalid session lifecycle', 'invalid_session_lifecycle'],
      [403, 'Usage quota exhausted', 'http_403'],
      [400, 'Consent for  not', 'http_400'],
    ];
    for (const [status, message, code] of texts)
      assert.equal(error(status, envelope(status, message)).code, code, message);
  });

  it('is named by its status where nothing says more', () => {
    for (const body of [undefined, null, [], 'text', 5, { message: 5, code: 502, transaction_id: {} }]) {
      const { code, message, transactionId, retryable } = error(502, body);
      assert.deepEqual([code, transactionId, retryable], ['http_502', null, true]);
      assert.equal(message, 'The server answered 502 (http_502, HTTP 502)');
    }
    assert.match(error(302).message, /redirects, which is not followed/);
  });

  it('says for how long to wait, in seconds or up to a date', () => {
    const wait = (value: string) => error(429, {}, { 'retry-after': value }).retryAfterMs;
    assert.deepEqual(
      ['0', '17', ' 5 ', 'Mon, 05 Jan 2026 10:00:30 GMT', 'Mon, 05 Jan 2026 09:00:00 GMT', 'soon', '-5', ''].map(wait),
      [0, 17_000, 5_000, 30_000, 0, null, null, null],
    );
    assert.equal(error(429).retryAfterMs, null);
  });

  it('lists the faults of a body, leaving out what is none', () => {
    const errors = [{ pointer: '/flow', message: 'is wrong' }, { pointer: 5 }, null, 'x', { message: 'y' }];
    assert.deepEqual(error(400, { title: 'Invalid request body', errors }).faults, [
      { pointer: '/flow', message: 'is wrong' },
    ]);
    assert.deepEqual(error(400, { errors: 'x' }).faults, []);
  });
});
