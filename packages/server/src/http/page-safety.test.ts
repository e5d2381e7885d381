import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { locales } from '@tijori/wire';
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { integrator, walk } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';

/** What a page may weigh in all, bytes on the way: its HTML, its script, its stylesheets. */
const pageBytesMax = 40_000;

describe('every page of ours', () => {
  let gateway: TestGateway;
  let key: Awaited<ReturnType<TestGateway['newKey']>>;
  let pages: { name: string; body: string; policy: string }[];
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
    const api = integrator(gateway, key);
    const [asked, denied, ended] = [await api.newSession(), await api.newSession(), await api.newSession()];
    await walk(gateway, denied, { decision: 'Deny' });
    await walk(gateway, ended);
    await gateway.deps.background.idle();
    const framed = `/consent/${asked}/frame?key=${key.apiKey}`;
    const addresses = {
      ...Object.fromEntries(locales.map((locale) => [`request in ${locale}`, `/consent/${asked}?lang=${locale}`])),
      dressed: `/consent/${asked}?seed=3d6838&mode=dark`,
      unanswered: `/consent/${asked}?unanswered=1`,
      denied: `/consent/${denied}`,
      ended: `/consent/${ended}`,
      returned: `/consent/${ended}/returned`,
      framed,
      'framed in Tamil': `${framed}&lang=ta-IN`,
      window: `/consent/${asked}/window`,
      'no such request': `/consent/${gateway.deps.newId()}`,
      'used ticket': `/consent/${asked}/open?ticket=x`,
      'foreign callback': '/callbacks/kyc/entitylocker/oauth?state=x&code=y',
    };
    const person = browser(gateway);
    pages = [];
    for (const [name, url] of Object.entries(addresses)) {
      const { body, headers } = await person.visit('GET', url);
      pages.push({ name, body, policy: String(headers['content-security-policy']) });
    }
  });
  after(() => gateway.close());

  it('has a policy in which csp_evaluator finds nothing that weighs', () => {
    for (const { name, policy } of pages) {
      // Plain http is this machine's own simulator and pages; a gateway in operation names https only.
      const inOperation = policy.replaceAll(/http:\/\/[^ ;]+/g, 'https://entitylocker.example');
      const findings = new CspEvaluator(new CspParser(inOperation).csp).evaluate();
      const weighing = findings.filter(({ severity }) => severity <= Severity.MEDIUM_MAYBE);
      assert.deepEqual(
        weighing.map(({ directive, description }) => `${directive}: ${description}`),
        [],
        name,
      );
    }
    const open = new CspEvaluator(new CspParser("script-src 'unsafe-inline' *").csp).evaluate();
    assert.ok(
      open.some(({ severity }) => severity === Severity.HIGH),
      'the judge does judge',
    );
  });

  it('never uses a nonce twice', async () => {
    const nonces = pages.flatMap(({ policy }) => /'nonce-([^']+)'/.exec(policy)?.[1] ?? []);
    assert.ok(nonces.length >= 4);
    assert.equal(new Set(nonces).size, nonces.length);
  });

  it('weighs 40 kB at most with all that it brings, and asks nobody else for anything', async () => {
    for (const { name, body } of pages) {
      const links = [...body.matchAll(/<(?:link|img|script)[^>]*\s(?:href|src)="([^"]+)"/g)].map(
        ([, url]) => url ?? '',
      );
      const brought = links.filter((url) => !url.startsWith('data:'));
      for (const url of brought) assert.match(url, /^\/assets\/[\w/.-]+$/, name);
      const parts = await Promise.all(brought.map((url) => browser(gateway).visit('GET', url)));
      const bytes = [body, ...parts.map((part) => part.body)].reduce((sum, text) => sum + gzipSync(text).length, 0);
      assert.ok(bytes <= pageBytesMax, `${name}: ${bytes} bytes`);
    }
  });
});
