import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { valid } from '../testing/fuzz/arbitrary.ts';
import { breaking } from '../testing/fuzz/breaking.ts';
import { type FuzzAnswer, judge } from '../testing/fuzz/judge.ts';
import { readOperations } from '../testing/fuzz/operations.ts';
import type { FuzzRequest } from '../testing/fuzz/requests.ts';
import { fuzz } from '../testing/fuzz/run.ts';
import { startTestGateway } from '../testing/gateway.ts';

/** A taste of `npm run fuzz`, of which CI has 50,000. */
const count = 2_000;

const operations = readOperations();

describe('requests made from docs/openapi.json', () => {
  it('are answered as it says: no fault of ours, nothing invalid accepted, nothing valid refused', async () => {
    const gateway = await startTestGateway();
    const { findings, requests, valid: good, succeeded } = await fuzz(gateway, { count, seed: 1 });
    await gateway.close();
    assert.deepEqual(findings, []);
    assert.equal(requests, count);
    assert.ok(good > count / 2 && succeeded > count / 4, `${good} valid, ${succeeded} succeeded`);
  });

  it('are good when they are made to be good, and mostly bad when they are made to be bad', () => {
    for (const { id, body } of operations) {
      if (!body) continue;
      for (const value of fc.sample(valid(body.schema), { numRuns: 200, seed: 1 })) {
        assert.ok(body.fits(value), `${id}: ${JSON.stringify(value)}`);
      }
      const broken = fc.sample(breaking(body.schema), { numRuns: 200, seed: 1 });
      const misses = broken.filter((value) => !body.fits(value)).length;
      assert.ok(misses > 100, `${id}: only ${misses} of 200 are bad`);
    }
  });
});

describe('the judge of the fuzz', () => {
  const operation = operations.find(({ id }) => id === 'createSdkSession');
  assert.ok(operation);
  const request = (...faults: FuzzRequest['faults']): FuzzRequest => ({ operation, faults, inject: {} });
  const envelope = { timestamp: 1, transaction_id: 'x' };
  const error = (status: number, code: string | undefined): FuzzAnswer => ({
    status,
    headers: { 'content-type': 'application/json', 'x-error-code': code },
    text: JSON.stringify({ ...envelope, code: status, message: 'x' }),
    ms: 1,
  });
  const data = { '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session', id: 'x', status: 'created', created_at: 1 };
  const success = (change: object = {}): FuzzAnswer => ({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    text: JSON.stringify({ ...envelope, code: 200, data: { ...data, ...change } }),
    ms: 1,
  });

  it('takes what is planned and documented', () => {
    assert.equal(judge(request(), success()), undefined);
    assert.equal(judge(request('body'), error(400, 'invalid_request_body')), undefined);
    assert.equal(judge(request('credentials'), error(403, 'invalid_access_token')), undefined);
    assert.equal(judge(request(), error(400, 'unknown_scenario')), undefined);
    assert.equal(judge(request(), error(507, 'storage_full')), undefined);
  });

  it('finds each thing that must not be', () => {
    const found: [FuzzRequest, FuzzAnswer, RegExp][] = [
      [request(), error(500, 'internal'), /unplanned 500/],
      [request(), error(502, undefined), /unplanned 502/],
      [request(), { ...success(), ms: 2_001 }, /after 2001 ms/],
      [request(), error(418, 'teapot'), /undocumented status 418/],
      [request(), error(400, 'consent_ended'), /undocumented code consent_ended/],
      [request(), success({ mode: 'test' }), /breaks its schema/],
      [request(), success({ created_at: '1' }), /breaks its schema/],
      [request(), { ...success(), headers: { 'content-type': 'text/html' } }, /of type text\/html/],
      [request(), error(400, 'invalid_request_body'), /valid request refused/],
      [request(), error(403, 'invalid_access_token'), /right credentials answered with 403/],
      [request('body'), success(), /invalid body accepted/],
      [request('parameter'), success(), /invalid parameter accepted/],
      [request('credentials'), success(), /wrong credentials answered with 200/],
    ];
    for (const [sent, answer, what] of found) assert.match(judge(sent, answer) ?? '', what);
  });
});
