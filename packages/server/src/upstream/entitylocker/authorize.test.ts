import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { docTypes } from '@tijori/wire';
import fc from 'fast-check';
import { AppError } from '../../domain/app-error.ts';
import type { AuthorizationRequest } from '../upstream.ts';
import { consentPageText } from './authorize.ts';
import { createEntityLocker, type EntityLockerDeps, type EntityLockerSettings } from './index.ts';

const given = {
  baseUrl: 'https://entity.digilocker.gov.in/public',
  clientId: 'A1B2C3D4E5',
  clientSecret: 'test-client-secret',
};
/** RFC 7636, appendix B. */
const rfcVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const request: AuthorizationRequest = {
  redirectUri: 'https://us.example/callbacks/entitylocker',
  state: 'state+with/odd=characters',
  flow: 'signin',
  docTypes,
  purpose: 'Business verification',
  serviceName: 'Lending – desk #1',
  consentValidTillMs: 1_800_000_000_999,
};

async function startedUrl(
  change: Partial<AuthorizationRequest> = {},
  settings: Partial<EntityLockerSettings> = {},
  deps: EntityLockerDeps = {},
) {
  const started = await createEntityLocker({ ...given, ...settings }, deps).authorizationStart({
    ...request,
    ...change,
  });
  return { ...started, query: new URL(started.url).searchParams };
}

describe('the way to the consent page', () => {
  it('has the parameters of entitylocker-upstream §1.1 and no other', async () => {
    const { url, query, codeVerifier } = await startedUrl({}, {}, { codeVerifier: () => rfcVerifier });
    assert.ok(url.startsWith('https://entity.digilocker.gov.in/public/oauth2/1/authorize?'));
    assert.equal(codeVerifier, rfcVerifier);
    assert.deepEqual(Object.fromEntries(query), {
      response_type: 'code',
      client_id: 'A1B2C3D4E5',
      redirect_uri: request.redirectUri,
      state: request.state,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      consent_valid_till: '1800000000',
      req_doctype: 'CPMTD,GSTND,UDCER',
      purpose: 'Business verification',
      service_name: 'Lending desk 1',
    });
  });

  it('writes spaces so that they are read as spaces everywhere', async () => {
    const { url } = await startedUrl();
    assert.match(url, /purpose=Business%20verification/);
    assert.ok(!url.includes('+'));
  });

  it('says dl_flow for a sign-up only', async () => {
    assert.equal((await startedUrl({ flow: 'signup' })).query.get('dl_flow'), 'signup');
    assert.equal((await startedUrl()).query.has('dl_flow'), false);
  });

  it('leaves purpose and service name out where they are switched off or nothing is left of them', async () => {
    const off = await startedUrl({}, { sendPurpose: false });
    const nothing = await startedUrl({ purpose: '—', serviceName: 'कंपनी' });
    for (const { query } of [off, nothing])
      assert.deepEqual([query.has('purpose'), query.has('service_name')], [false, false]);
  });

  it('names each document code once, and none where none is asked', async () => {
    assert.equal(
      (await startedUrl({ docTypes: [...docTypes, ...docTypes] })).query.get('req_doctype'),
      'CPMTD,GSTND,UDCER',
    );
    assert.equal((await startedUrl({ docTypes: [] })).query.has('req_doctype'), false);
  });

  it('takes a new verifier of 43 to 128 unreserved characters each time', async () => {
    const started = await Promise.all(Array.from({ length: 500 }, () => startedUrl()));
    assert.equal(new Set(started.map((one) => one.codeVerifier)).size, 500);
    for (const { codeVerifier, url } of started) {
      assert.match(codeVerifier, /^[A-Za-z0-9._~-]{43,128}$/);
      assert.ok(!url.includes(codeVerifier));
    }
  });

  it('shows letters, digits, spaces and underscores, 50 at most, of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
        assert.match(consentPageText(text), /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_ ]{0,48}[A-Za-z0-9_])?)?$/),
      ),
    );
    assert.equal(consentPageText('  Café_1 & Söhne\nGmbH '), 'Cafe_1 Sohne GmbH');
    assert.equal(consentPageText('x'.repeat(80)).length, 50);
  });
});

describe('the way back', () => {
  const upstream = createEntityLocker(given);
  const returned = (query: string) => upstream.authorizationReturn(new URLSearchParams(query), 's1');

  it('gives the code', () => assert.deepEqual(returned('code=abc&state=s1'), { outcome: 'code', code: 'abc' }));

  it('gives a refusal, also beside a code', () => {
    assert.deepEqual(returned('error=access_denied&error_description=x&state=s1'), {
      outcome: 'refused',
      error: 'access_denied',
    });
    assert.deepEqual(returned('error=access_denied&code=abc&state=s1'), { outcome: 'refused', error: 'access_denied' });
  });

  it('does not pass on the text of an error that is not a published one', () => {
    assert.deepEqual(returned('error=%3Cscript%3E&state=s1'), { outcome: 'refused', error: 'unrecognised_error' });
  });

  it('does not mind an iss, which EntityLocker documents nowhere', () => {
    assert.equal(returned('code=abc&state=s1&iss=https%3A%2F%2Fother.example').outcome, 'code');
  });

  const wrong: Record<string, string> = {
    'without anything': '',
    'without state': 'code=abc',
    'with an empty state': 'code=abc&state=',
    'with another state': 'code=abc&state=s2',
    'with the state in other case': 'code=abc&state=S1',
    'with the state twice': 'code=abc&state=s1&state=s1',
    'with the code twice': 'code=abc&code=abc&state=s1',
    'with the error twice': 'error=access_denied&error=access_denied&state=s1',
    'with iss twice': 'code=abc&state=s1&iss=a&iss=a',
    'with neither code nor error': 'state=s1',
    'with an empty code': 'code=&state=s1',
    'with an empty error and no code': 'error=&state=s1',
    'with a code that holds a line break': 'code=a%0Ab&state=s1',
    'with a code that is too long': `code=${'a'.repeat(2049)}&state=s1`,
    'with an error and no state': 'error=access_denied',
    'with an error and another state': 'error=access_denied&state=s2',
    'of the implicit flow': 'code=abc&state=s1&token=abc',
    'of the hybrid flow': 'code=abc&state=s1&id_token=abc',
    'packed as a JARM response': 'code=abc&state=s1&response=abc',
  };
  for (const [what, query] of Object.entries(wrong)) {
    it(`is refused ${what}`, () => {
      assert.throws(
        () => returned(query),
        (error) => error instanceof AppError && error.code === 'upstream_refused' && error.cause === undefined,
      );
    });
  }
});
