import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrameState, tellApart } from './state-events.ts';

const notice: FrameState = {
  type: 'tijori.state',
  nonce: 'n',
  step: 'notice',
  status: 'initialized',
  reason: '',
  requested: ['company_master_details', 'gstn_details'],
  consented: [],
  error: '',
  locale: 'en-IN',
};
const end = (more: Partial<FrameState>): FrameState => ({ ...notice, step: 'end', ...more });
const told = (now: FrameState, before?: FrameState) => {
  const { events, outcome } = tellApart('s', before, now);
  return [events.map(({ type }) => type), outcome?.result];
};

test('the first state is ready and its step; the same again says nothing', () => {
  assert.deepEqual(told(notice), [['ready', 'step'], undefined]);
  assert.deepEqual(told(notice, notice), [[], undefined]);
});

test('each way of ending has its own events and outcome', () => {
  const all = notice.requested;
  const cases: [Partial<FrameState>, string[], string][] = [
    [{ status: 'succeeded', consented: all }, ['step', 'consent_granted', 'completed'], 'completed'],
    [{ status: 'succeeded', consented: ['gstn_details'] }, ['step', 'consent_partial', 'completed'], 'completed'],
    [{ status: 'failed', reason: 'consent_denied' }, ['step', 'consent_denied'], 'denied'],
    [{ status: 'failed', reason: 'nothing_consented' }, ['step', 'consent_denied'], 'denied'],
    [{ status: 'failed', reason: 'session_cancelled' }, ['step', 'cancelled'], 'cancelled'],
    [{ status: 'failed', reason: 'upstream_refused' }, ['step', 'error'], 'failed'],
    [{ status: 'expired', reason: 'session_expired' }, ['step', 'expired'], 'expired'],
  ];
  for (const [more, events, outcome] of cases) assert.deepEqual(told(end(more), notice), [events, outcome]);
});

test('what is missing is named', () => {
  const { events } = tellApart('s', notice, end({ status: 'succeeded', consented: ['gstn_details'] }));
  const partial = events.find(({ type }) => type === 'consent_partial');
  assert.deepEqual(partial, {
    type: 'consent_partial',
    consented: ['gstn_details'],
    missing: ['company_master_details'],
    sessionId: 's',
  });
});

test('a fault is told once, and does not end anything', () => {
  const fault = { ...notice, error: 'insufficient_privilege' };
  assert.deepEqual(told(fault, notice), [['error'], undefined]);
  assert.deepEqual(told(fault, fault), [[], undefined]);
});
