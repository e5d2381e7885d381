import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionStatuses } from '@tijori/wire';
import { sessionWith } from '../testing/session.ts';
import { isEnd, judgeExpiry, mayMove, openStatuses } from './session.ts';

const session = sessionWith({ status: 'initialized', createdAtMs: 1_000, updatedAtMs: 2_000, expiresAtMs: 10_000 });

test('the transition table is the one of the contract: forward one by one, back to the beginning, failed and expired from any open state', () => {
  const allowed = sessionStatuses.flatMap((from) =>
    sessionStatuses.filter((to) => mayMove(from, to)).map((to) => `${from}>${to}`),
  );
  assert.deepEqual(allowed, [
    'created>initialized',
    'created>failed',
    'created>expired',
    'initialized>created',
    'initialized>authorized',
    'initialized>failed',
    'initialized>expired',
    'authorized>created',
    'authorized>succeeded',
    'authorized>failed',
    'authorized>expired',
  ]);
});

test('succeeded, failed and expired are ends', () => {
  assert.deepEqual(sessionStatuses.filter(isEnd), ['succeeded', 'failed', 'expired']);
  assert.deepEqual(openStatuses, ['created', 'initialized', 'authorized']);
});

test('an open session reads as expired from its expiry on, dated to that moment', () => {
  assert.equal(judgeExpiry(session, 9_999).status, 'initialized');
  const at = judgeExpiry(session, 10_000);
  assert.equal(at.status, 'expired');
  assert.equal(at.updatedAtMs, 10_000);
});

test('an end does not expire', () => {
  assert.equal(judgeExpiry({ ...session, status: 'succeeded' }, 99_999).status, 'succeeded');
});
