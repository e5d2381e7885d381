import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type Consent, openGrants } from './grants.ts';
import { type Journey, openJourneys } from './journeys.ts';
import { openState } from './state.ts';

describe('stores', () => {
  let state = openState(':memory:');
  let journeys = openJourneys(state);
  let grants = openGrants(state);
  beforeEach(() => {
    state.close();
    state = openState(':memory:');
    journeys = openJourneys(state);
    grants = openGrants(state);
  });

  const journey: Journey = {
    id: 'journey',
    browserHash: 'hash',
    clientId: 'client',
    request: {
      redirectUri: 'https://a.example/',
      state: 's',
      challenge: 'c',
      flow: 'signin',
      acr: [],
      docTypes: [],
      scope: 'userdetails',
      consentValidTillS: 1,
      withoutPin: false,
    },
    step: 'sign_in',
    otp: '123456',
    otpWrong: 0,
    fault: undefined,
    mobile: undefined,
    entityId: undefined,
    role: undefined,
    scenario: undefined,
    workspace: undefined,
    expiresAtMs: 1000,
  };
  const consent: Consent = {
    id: 'consent',
    clientId: 'client',
    mobile: '5550000001',
    entityId: 'entity',
    documentUris: ['a', 'b'],
    scope: 'userdetails',
    purpose: undefined,
    serviceName: 'Service',
    newAccount: true,
    referenceKey: 'key',
    grantedAtMs: 0,
    scenario: undefined,
    workspace: undefined,
    validTillS: 1,
  };

  test('give back what they were given', () => {
    journeys.insert(journey);
    assert.deepEqual(journeys.byId('journey'), journey);
    assert.equal(journeys.byId('other'), undefined);
    grants.insertConsent(consent);
    assert.deepEqual(grants.consent('consent'), consent);
  });

  test('a move from a state that is past changes nothing', () => {
    journeys.insert(journey);
    assert.ok(journeys.move(journey, { otpWrong: 1 }));
    assert.equal(journeys.move(journey, { step: 'otp' }), false);
    assert.ok(journeys.move({ ...journey, otpWrong: 1 }, { step: 'otp' }));
    assert.equal(journeys.move({ ...journey, otpWrong: 1 }, { step: 'consent' }), false);
    assert.equal(journeys.byId('journey')?.step, 'otp');
  });

  test('a code is used and a token retired only once', () => {
    grants.insertConsent(consent);
    grants.insertCode({ hash: 'code', consentId: 'consent', redirectUri: 'r', challenge: 'c', expiresAtMs: 1 });
    assert.deepEqual([grants.useCode('code', 5), grants.useCode('code', 6)], [true, false]);
    grants.insertToken({ hash: 'token', kind: 'refresh', consentId: 'consent', expiresAtMs: 1 });
    assert.deepEqual([grants.retireToken('token', 'replaced'), grants.retireToken('token', 'revoked')], [true, false]);
    grants.revokeFamily('consent');
    assert.equal(grants.token('token')?.standing, 'replaced');
  });

  test('sweeping takes what ended before the moment, with codes and tokens, and nothing else', () => {
    journeys.insert(journey);
    grants.insertConsent(consent);
    grants.insertCode({ hash: 'code', consentId: 'consent', redirectUri: 'r', challenge: 'c', expiresAtMs: 1 });
    grants.insertToken({ hash: 'token', kind: 'access', consentId: 'consent', expiresAtMs: 1 });
    journeys.sweep(1000);
    grants.sweep(1000);
    assert.ok(journeys.byId('journey') && grants.code('code') && grants.token('token'));
    journeys.sweep(1001);
    grants.sweep(2000);
    assert.deepEqual([journeys.byId('journey'), grants.consent('consent')], [undefined, undefined]);
    assert.deepEqual([grants.code('code'), grants.token('token')], [undefined, undefined]);
  });

  test('work that fails leaves nothing behind', () => {
    assert.throws(() =>
      state.transaction(() => {
        journeys.insert(journey);
        throw new Error('half way');
      }),
    );
    assert.equal(journeys.byId('journey'), undefined);
    state.transaction(() => journeys.insert(journey));
    assert.ok(journeys.byId('journey'));
  });
});
