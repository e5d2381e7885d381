import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import fastify from 'fastify';
import { demoRoutes } from './routes.ts';

const weighing = new Set([Severity.HIGH, Severity.SYNTAX, Severity.MEDIUM, Severity.HIGH_MAYBE]);
const judged = (policy: string) =>
  new CspEvaluator(new CspParser(policy).csp).evaluate().filter(({ severity }) => weighing.has(severity));

test('csp_evaluator finds nothing that weighs in the policies of the demo, which allow frames of ours and no more', async () => {
  const app = fastify();
  const credentials = () => ({ apiKey: 'key_test_0', apiSecret: '' });
  await app.register(demoRoutes, { baseUrl: 'http://localhost', credentials, outcomes: [] });
  for (const url of ['/demo', '/demo/react', '/demo/plain']) {
    const { headers } = await app.inject({ url, headers: { host: 'localhost' } });
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.deepEqual(judged(policy), [], url);
    assert.equal(policy.includes("frame-src 'self'"), url !== '/demo/plain');
  }
  assert.notDeepEqual(judged("default-src 'none'; script-src 'self' 'unsafe-inline'"), []);
  await app.close();
});
