import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { consentEnded, refusalOf } from './refusal.ts';

const refusedWith = (cause?: unknown) => new AppError('upstream_refused', { cause });

describe('refusals', () => {
  it('are read from an upstream_refused and from nothing else', () => {
    assert.deepEqual(refusalOf(refusedWith({ status: 403, error: 'insufficient_scope', more: 1 })), {
      status: 403,
      error: 'insufficient_scope',
    });
    const others = [
      refusedWith(),
      refusedWith('403'),
      new AppError('upstream_unavailable', { cause: { status: 401 } }),
    ];
    for (const other of [...others, { status: 401 }, null]) assert.equal(refusalOf(other), undefined);
  });

  it('end the consent on 401 and revoked tokens only', () => {
    assert.equal(consentEnded(refusedWith({ status: 401 })), true);
    assert.equal(consentEnded(refusedWith({ status: 403, error: 'token_revoked' })), true);
    assert.equal(consentEnded(refusedWith({ status: 403, error: 'insufficient_scope' })), false);
    assert.equal(consentEnded(refusedWith({ status: 404 })), false);
    assert.equal(consentEnded(new Error('401')), false);
  });

  it('end no consent when it is our own credentials that are refused', () => {
    for (const error of ['invalid_client', 'invalid_client_id', 'unauthorized_client']) {
      assert.equal(consentEnded(refusedWith({ status: 401, error })), false, error);
    }
    for (const error of ['invalid_token', 'token_revoked', 'invalid_grant']) {
      assert.equal(consentEnded(refusedWith({ status: 401, error })), true, error);
    }
  });
});
