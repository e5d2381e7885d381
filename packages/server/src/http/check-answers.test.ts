import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { endpoints, sdkSessionStatus } from '@tijori/wire';
import { type FastifyInstance, fastify } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { integrator } from '../testing/api.ts';
import { startTestGateway } from '../testing/gateway.ts';
import { answerJudge } from './answer-judge.ts';
import { checkAnswers } from './check-answers.ts';
import { routerPath } from './routes/path.ts';

const good = sdkSessionStatus.responseExample;
const url = '/kyc/entitylocker-sdk/sessions/x/status';

describe('answers that are checked', () => {
  let app: FastifyInstance;
  let breaches: string[] = [];
  /** What the route answers next. */
  let answer: () => unknown;
  before(async () => {
    app = fastify();
    app.setErrorHandler((thrown, request, reply) => {
      const { code, entry } = thrown instanceof AppError ? thrown : new AppError('internal');
      const body = { code: entry.status, timestamp: 0, message: entry.message, transaction_id: request.id };
      return reply.code(entry.status).header('x-error-code', code).type('application/json').send(body);
    });
    checkAnswers(app, (breach) => breaches.push(breach), { again: true });
    app.get(routerPath(sdkSessionStatus.path), async (_request, reply) => {
      const body = answer();
      if (typeof body === 'string') reply.type('application/json');
      return body;
    });
    app.get('/elsewhere', async () => ({ any: 'thing' }));
    await app.ready();
  });
  after(() => app.close());

  const ask = async (next: () => unknown) => {
    breaches = [];
    answer = next;
    const { statusCode, headers } = await app.inject({ url });
    return { statusCode, code: headers['x-error-code'], breaches };
  };
  const breaks = async (next: () => unknown, why: RegExp) => {
    const { statusCode, code, breaches: told } = await ask(next);
    assert.deepEqual([statusCode, code], [500, 'internal']);
    assert.match(told.join(), why);
  };

  it('pass when they keep the contract, successes and errors, however they are sent', async () => {
    const passed = { statusCode: 200, code: undefined, breaches: [] };
    assert.deepEqual(await ask(() => good), passed);
    assert.deepEqual(await ask(() => JSON.stringify(good)), passed);
    const missing = await ask(() => Promise.reject(new AppError('data_not_found', { fill: { id: 'x' } })));
    assert.deepEqual(missing, { statusCode: 521, code: 'data_not_found', breaches: [] });
  });

  it('leave as `internal` and are told on when they break it', async () => {
    await breaks(() => ({ ...good, timestamp: '1763800000000' }), /breaks its schema: \/timestamp/);
    await breaks(() => ({ ...good, data: { ...good.data, status: 'denied' } }), /breaks its schema/);
    await breaks(() => ({ ...good, data: { ...good.data, mode: 'test' } }), /breaks its schema/);
    await breaks(() => JSON.stringify({ ...good, data: {} }), /breaks its schema/);
    await breaks(() => 'not JSON', /breaks its schema/);
  });

  it('are told on when they are errors that nobody documented', async () => {
    const { code, breaches: told } = await ask(() => Promise.reject(new AppError('consent_not_provided')));
    assert.equal(code, 'consent_not_provided');
    assert.match(told.join(), /undocumented code consent_not_provided/);
  });

  it('are those of the API alone', async () => {
    const { statusCode } = await app.inject({ url: '/elsewhere' });
    assert.equal(statusCode, 200);
  });
});

describe('the judge of answers', () => {
  const judge = answerJudge(sdkSessionStatus);
  const body = { code: 521, timestamp: 1, message: 'Data not found for: x', transaction_id: 'x' };
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-error-code': 'data_not_found' };

  it("wants an error's status on the wire and in the body, and its media type", () => {
    assert.equal(judge({ status: 521, headers, body }), undefined);
    assert.match(judge({ status: 520, headers, body }) ?? '', /520 for data_not_found/);
    assert.match(judge({ status: 521, headers, body: { ...body, code: 520 } }) ?? '', /520 in the body/);
    assert.match(judge({ status: 521, headers, body: { ...body, data: {} } }) ?? '', /wrong form/);
    assert.match(
      judge({ status: 521, headers: { ...headers, 'content-type': 'text/html' }, body }) ?? '',
      /text\/html/,
    );
    assert.match(judge({ status: 204, headers: {}, body: undefined }) ?? '', /undocumented/);
  });

  it("takes 404 and 409 where the operator replaced the vendor's 521 and 523 by them", () => {
    assert.equal(judge({ status: 404, headers, body: { ...body, code: 404 } }), undefined);
    assert.match(judge({ status: 404, headers, body }) ?? '', /521 in the body and 404/);
  });

  it('wants headers that the contract names to be as it says', () => {
    const ended = { 'content-type': 'application/json', 'x-error-code': 'consent_denied' };
    assert.equal(judge({ status: 200, headers: ended, body: good }), undefined);
    assert.match(judge({ status: 200, headers: { ...ended, 'x-error-code': 'bored' }, body: good }) ?? '', /headers/);
  });
});

describe('the gateway of the tests', () => {
  it('does not close in peace after an answer that broke the contract', async () => {
    const gateway = await startTestGateway();
    const api = integrator(gateway, await gateway.newKey());
    gateway.deps.stores.sessions.standing = () => Promise.reject(new AppError('storage_full'));
    assert.equal((await api.status('x')).headers['x-error-code'], 'storage_full');
    await assert.rejects(gateway.close(), /status answered 507 with the undocumented code storage_full/);
  });

  it('has every endpoint of the contract', async () => {
    const gateway = await startTestGateway();
    const missing = endpoints.filter(({ method, path }) => !gateway.app.hasRoute({ method, url: routerPath(path) }));
    await gateway.close();
    assert.deepEqual(missing, []);
  });
});
