import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queuedMax } from '../scenarios/queue.ts';
import {
  authorizeUrl,
  basic,
  browserOf,
  getResource,
  obtainCode,
  otherClient,
  otpOf,
  redeem,
  refresh,
  type TestSimulator,
  testSimulator,
} from '../test-simulator.ts';

const control = (simulator: TestSimulator, path: string, payload: object, headers: object = basic()) =>
  simulator.app.inject({ method: 'POST', url: `/simulator/${path}`, headers: { ...headers }, payload });

const statusOf = async (simulator: TestSimulator, token: unknown) =>
  (await getResource(simulator.app, '/1/user', token)).statusCode;

const tokensOf = async (simulator: TestSimulator, workspace = 'a') =>
  (await redeem(simulator.app, await obtainCode(simulator.app, '5550000001', { x_simulator_workspace: workspace })))
    .body;

test('a client queues answers over HTTP: a body of its own, with headers, so many times, for one workspace', async () => {
  const simulator = await testSimulator();
  const [a, b] = [await tokensOf(simulator, 'a'), await tokensOf(simulator, 'b')];
  const answer = { kind: 'answer', status: 503, headers: { 'Retry-After': '7' }, body: { error: 'busy' } };
  assert.equal(
    (await control(simulator, 'answers', { point: 'user', workspace: 'a', times: 2, answer })).statusCode,
    204,
  );
  assert.equal(await statusOf(simulator, b.access_token), 200);
  const answered = await getResource(simulator.app, '/1/user', a.access_token);
  assert.deepEqual([answered.statusCode, answered.headers['retry-after'], answered.json()], [503, '7', answer.body]);
  assert.equal(await statusOf(simulator, a.access_token), 503);
  assert.equal(await statusOf(simulator, a.access_token), 200);
  const text = { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<p>maintenance' };
  await control(simulator, 'answers', { answer: text });
  const page = await getResource(simulator.app, '/1/user', a.access_token);
  assert.deepEqual([page.headers['content-type'], page.body], ['text/html', '<p>maintenance']);
  await simulator.close();
});

test('a faulty entry is refused with every fault by its path, and nothing is queued', async () => {
  const simulator = await testSimulator();
  const { access_token: token } = await tokensOf(simulator);
  const refused = await control(simulator, 'answers', {
    point: 'tokens',
    times: 0,
    extra: 1,
    answer: { kind: 'answer', status: 99, headers: { 'content-length': '3' } },
  });
  assert.equal(refused.statusCode, 400);
  const text = String(refused.json().error_description);
  for (const path of ['body.point', 'body.times', 'body.extra', 'body.answer.status', 'body.answer.headers']) {
    assert.ok(text.includes(path), `${path} in ${text}`);
  }
  assert.equal((await control(simulator, 'answers', { answer: { kind: 'explode' } })).statusCode, 400);
  assert.equal((await control(simulator, 'answers', [])).statusCode, 400);
  assert.equal(await statusOf(simulator, token), 200);
  await simulator.close();
});

test('the queue has an end', async () => {
  const simulator = await testSimulator();
  const entry = { match: { workspace: 'a' }, answer: { kind: 'delay' } } as const;
  for (let i = 0; i < queuedMax; i += 1) simulator.enqueue(entry);
  const full = await control(simulator, 'answers', { workspace: 'b', answer: { kind: 'delay' } });
  assert.equal(full.statusCode, 204, 'another workspace has room of its own');
  assert.throws(() => simulator.enqueue(entry), /too many/);
  await simulator.close();
});

test('reset forgets what is the client’s own, of one workspace or of all', async () => {
  const simulator = await testSimulator();
  const [a, b] = [await tokensOf(simulator, 'a'), await tokensOf(simulator, 'b')];
  await control(simulator, 'reset', {}, basic(otherClient));
  assert.equal(await statusOf(simulator, a.access_token), 200);
  assert.equal((await control(simulator, 'reset', { workspace: 'a' })).statusCode, 204);
  assert.deepEqual([await statusOf(simulator, a.access_token), await statusOf(simulator, b.access_token)], [401, 200]);
  await control(simulator, 'reset', {});
  assert.equal(await statusOf(simulator, b.access_token), 401);
  await simulator.close();
});

test('expiry ends an access token, which a refresh replaces, or the whole consent', async () => {
  const simulator = await testSimulator();
  const first = await tokensOf(simulator);
  assert.equal((await control(simulator, 'expiry', { token: first.access_token, of: 'token' })).statusCode, 204);
  assert.equal(await statusOf(simulator, first.access_token), 401);
  const second = (await refresh(simulator.app, first.refresh_token)).body;
  assert.equal(await statusOf(simulator, second.access_token), 200);
  assert.equal((await control(simulator, 'expiry', { token: second.access_token, of: 'consent' })).statusCode, 204);
  assert.equal(await statusOf(simulator, second.access_token), 401);
  assert.equal((await refresh(simulator.app, second.refresh_token)).body.error, 'invalid_grant');
  assert.equal((await control(simulator, 'expiry', { token: 'f'.repeat(40), of: 'token' })).statusCode, 404);
  await simulator.close();
});

test('nobody else pulls a lever', async () => {
  const simulator = await testSimulator();
  const { access_token: token } = await tokensOf(simulator);
  for (const headers of [{}, { authorization: 'Basic bm9ib2R5OmF0LWFsbA==' }, { authorization: `Bearer ${token}` }]) {
    for (const path of ['answers', 'reset', 'expiry']) {
      assert.equal((await control(simulator, path, {}, headers)).statusCode, 401, path);
    }
  }
  const foreign = await control(simulator, 'expiry', { token, of: 'token' }, basic(otherClient));
  assert.equal(foreign.statusCode, 404);
  assert.equal(await statusOf(simulator, token), 200);
  await simulator.close();
});

test('an outcome that is left at a page goes no further, however often it is sent; the way out is open', async () => {
  const simulator = await testSimulator();
  const browser = browserOf(simulator.app);
  const at = (scenario: string) => browser.open(authorizeUrl({ x_simulator_scenario: scenario }));
  await at('abandon_login');
  assert.equal((await browser.post('sign-in', { mobile: '5550000001' })).status, 409);
  await browser.open(authorizeUrl());
  await browser.post('sign-in', { mobile: '5550010005' });
  assert.equal((await browser.post('sign-in', { mobile: '5550000001' })).status, 409, 'its number does the same');
  await at('abandon_otp');
  const asked = await browser.post('sign-in', { mobile: '5550000001' });
  assert.equal((await browser.post('otp', { otp: otpOf(asked) })).status, 409);
  await at('abandon_consent');
  const consent = await browser.post('otp', { otp: otpOf(await browser.post('sign-in', { mobile: '5550000001' })) });
  assert.match(consent.body, /Share documents\?/);
  const stopped = await browser.post('consent', { decision: 'allow' });
  assert.deepEqual([stopped.status, stopped.location], [409, undefined]);
  assert.match(stopped.body, /This outcome ends here/);
  assert.match((await browser.post('deny', {})).location ?? '', /error=access_denied/);
  await simulator.close();
});
