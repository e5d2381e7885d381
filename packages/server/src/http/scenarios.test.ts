import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listScenarios } from '@tijori/simulator';
import { docTypes, type ErrorCode } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { createBody, createPath, integrator } from '../testing/api.ts';
import { redirectFlow } from '../testing/families.ts';
import { startListeningGateway, type TestGateway } from '../testing/gateway.ts';
import { levers } from '../testing/test-controls.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { scenarioOutcomes } from '../usecases/test-controls/scenario-outcomes.ts';
import { scenarioHeader } from './scenario-header.ts';

const scenarios = listScenarios();
/** Short, so that outcomes that are about waiting do not make the suite wait. */
const haste = { connector: { deadlineMs: 800 }, pace: { slowMs: 20, retryAfterS: 0 } };

/** A person who knows nothing of the scenario: does on each page what the page is for. */
async function wander(pull: ReturnType<typeof levers>, id: string): Promise<void> {
  let { body } = await pull.act(id, 'open');
  for (let step = 0; step < 40 && (body.actions as string[]).length > 0; step += 1) {
    const actions = body.actions as string[];
    const next = body.place === 'returned' ? (actions.includes('open') ? 'open' : undefined) : actions[0];
    if (next === undefined) return;
    const before = body.place;
    ({ body } = await pull.act(id, next));
    // Where nothing moves any more, the person gives up; a wrong password is the exception.
    if (body.place === before && before !== 'otp') return;
    if (step > 8 && body.place === 'otp') return;
  }
}

describe('every scenario, through pages and API without a browser', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let redirected: ReturnType<typeof redirectFlow>;
  let pull: ReturnType<typeof levers>;
  let key: Awaited<ReturnType<TestGateway['newKey']>>;
  before(async () => {
    gateway = await startListeningGateway(haste);
    key = await gateway.newKey();
    api = integrator(gateway, key);
    redirected = redirectFlow(gateway, key);
    pull = levers(gateway, key);
  });
  after(() => gateway.close());

  /** The status and the documents, asked for in the family of the session. */
  const check = async (
    name: string,
    end: string,
    id: string,
    family: Pick<typeof api, 'status' | 'document'> = api,
  ) => {
    const outcome = scenarioOutcomes[name];
    assert.ok(outcome, 'has a row in scenario-outcomes.ts');
    const answer = await family.status(id);
    const { status, documents_consented: consented } = answer.json().data;
    assert.equal(end === 'open' ? ['created', 'initialized'].includes(status) && 'open' : status, end);
    assert.equal(answer.headers['x-error-code'], outcome.statusReason);
    if (status !== 'succeeded') return;
    await gateway.deps.background.idle();
    const texts: string[] = [];
    for (const { name: type } of docTypes) {
      const wanted: ErrorCode | undefined =
        typeof outcome.documents === 'string' ? outcome.documents : outcome.documents?.[type];
      const document = await family.document(id, type);
      assert.equal(document.headers['x-error-code'], wanted, type);
      assert.equal(consented.includes(type), wanted !== 'consent_not_provided', type);
      if (wanted === undefined && outcome.says) texts.push(await download(document.json().data.files[0].url));
    }
    if (outcome.says) assert.ok(texts.some((text) => outcome.says?.test(text)));
  };
  const download = async (url: string) => {
    const file = await gateway.app.inject({ url: url.slice(gateway.config.baseUrl.length) });
    assert.equal(file.statusCode, 200);
    return file.body;
  };

  it('has a row in the table of outcomes, and the table has no other', () => {
    assert.deepEqual(Object.keys(scenarioOutcomes).sort(), scenarios.map(({ name }) => name).sort());
    assert.equal(scenarios.length, 40);
  });

  for (const { name, end } of scenarios) {
    it(`${name}: walked in one call, ends as ${end}`, async () => {
      const id = await api.newSession();
      const walked = await pull.play(id, name);
      assert.equal(walked.status, 200, JSON.stringify(walked.body));
      await check(name, end, id);
      const { place } = walked.body;
      const stays = { abandon_login: 'sign_in', abandon_otp: 'otp', abandon_consent: 'consent' }[name] ?? 'returned';
      assert.equal(place, stays);
    });

    it(`${name}: the same in the redirect flow`, async () => {
      const id = await redirected.newSession();
      const walked = await pull.play(id, name);
      assert.equal(walked.status, 200, JSON.stringify(walked.body));
      await check(name, end, id, redirected);
    });

    it(`${name}: chosen at create, ends as ${end} for whoever comes`, async () => {
      const headers = { ...gateway.headers(key), [scenarioHeader]: name };
      const created = await gateway.app.inject({ method: 'POST', url: createPath, headers, payload: createBody() });
      const { id } = created.json().data;
      const answer = await api.status(id);
      assert.equal(answer.headers[scenarioHeader], name);
      if (answer.json().data.status !== 'expired') await wander(pull, id);
      await check(name, end, id);
    });
  }

  it('depends on the connector: with a broken token call none that should succeed does', async () => {
    const real = gateway.deps.upstreams.test as Upstream;
    const broken = () => Promise.reject(new AppError('upstream_refused', { detail: 'broken by a test' }));
    gateway.deps.upstreams.test = { ...real, redeem: broken };
    try {
      for (const { name } of scenarios.filter(({ end }) => end === 'succeeded')) {
        const id = await api.newSession();
        await pull.play(id, name);
        assert.equal((await api.session(id)).status, 'failed', name);
      }
    } finally {
      gateway.deps.upstreams.test = real;
    }
  });
});
