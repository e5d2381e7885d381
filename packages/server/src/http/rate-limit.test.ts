import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createPath, integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';

type Key = NewKey & { token: string };
type Answer = { statusCode: number; headers: Record<string, unknown> };

/** A structured field of one string with integer parameters (RFC 9651): `"default";q=25;w=60`. */
function field(response: Answer, name: string) {
  const [, policy, parameters = ''] = /^"([a-z]+)"((?:;[a-z]=\d+)+)$/.exec(String(response.headers[name])) ?? [];
  assert.ok(policy, `${name}: ${response.headers[name]}`);
  const pairs = parameters.slice(1).split(';');
  return { policy, ...Object.fromEntries(pairs.map((pair) => [pair[0], Number(pair.slice(2))])) } as Record<
    string,
    unknown
  >;
}
const shown = (response: Answer) => [field(response, 'ratelimit-policy'), field(response, 'ratelimit')];

describe('calls of one key', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway({ rateLimits: { testPerMinute: 5, livePerMinute: 7 } });
  });
  after(() => gateway.close());

  const callerOf = async (mode?: 'test' | 'live') => integrator(gateway, await gateway.newKey(mode));

  it('are counted down in every answer, whatever it is, and refused from the limit on until the minute is over', async () => {
    const api = await callerOf();
    const policy = { policy: 'default', q: 5, w: 60 };
    assert.deepEqual(shown(await api.status('none')), [policy, { policy: 'default', r: 4, t: 60 }]);
    gateway.clock.nowMs += 10_001;
    assert.deepEqual(shown(await api.document('none', 'aadhaar')), [policy, { policy: 'default', r: 3, t: 50 }]);
    assert.deepEqual(shown(await api.create({ flow: 'none' })), [policy, { policy: 'default', r: 2, t: 50 }]);
    const made = await api.create();
    assert.equal(made.statusCode, 200);
    assert.deepEqual(shown(made), [policy, { policy: 'default', r: 1, t: 50 }]);
    assert.equal(made.headers['retry-after'], undefined);
    await api.status('none');
    gateway.clock.nowMs += 49_000;
    for (let count = 0; count < 3; count += 1) {
      const refused = await api.status('none');
      assert.equal(refused.statusCode, 429);
      assert.equal(refused.headers['x-error-code'], 'rate_limited');
      assert.equal(refused.headers['retry-after'], '1');
      assert.deepEqual(shown(refused), [policy, { policy: 'default', r: 0, t: 1 }]);
    }
    gateway.clock.nowMs += 1_000;
    assert.deepEqual(shown(await api.status('none')), [policy, { policy: 'default', r: 4, t: 60 }]);
  });

  it('are admitted exactly as often as the limit says when fifty come at once', async () => {
    const answers = await callerOf().then((api) => Promise.all(Array.from({ length: 50 }, () => api.status('none'))));
    assert.equal(answers.filter(({ statusCode }) => statusCode === 521).length, 5);
    assert.equal(answers.filter(({ statusCode }) => statusCode === 429).length, 45);
    const left = answers.map((answer) => field(answer, 'ratelimit').r).sort();
    assert.deepEqual(left.slice(-5), [0, 1, 2, 3, 4]);
  });

  it('are no business of another key, and live keys have a limit of their own', async () => {
    const [one, other, live] = [await callerOf(), await callerOf(), await callerOf('live')];
    for (let count = 0; count < 6; count += 1) await one.status('none');
    assert.equal((await one.status('none')).statusCode, 429);
    assert.deepEqual(field(await other.status('none'), 'ratelimit').r, 4);
    assert.deepEqual(shown(await live.status('none')), [
      { policy: 'default', q: 7, w: 60 },
      { policy: 'default', r: 6, t: 60 },
    ]);
  });

  it('are not refused for an hour because the clock was set back', async () => {
    const api = await callerOf();
    for (let count = 0; count < 6; count += 1) await api.status('none');
    gateway.clock.nowMs -= 3_600_000;
    assert.deepEqual(field(await api.status('none'), 'ratelimit'), { policy: 'default', r: 4, t: 60 });
    gateway.clock.nowMs += 3_600_000;
  });

  it('are counted for those alone who are known', async () => {
    const response = await gateway.app.inject({ method: 'POST', url: createPath });
    assert.equal(response.statusCode, 403);
    assert.equal(response.headers.ratelimit, undefined);
  });

  it('carry no fields where the limits are lifted', async () => {
    const lifted = await startTestGateway();
    try {
      const api = integrator(lifted, await lifted.newKey());
      const answers = await Promise.all(Array.from({ length: 50 }, () => api.status('none')));
      for (const { statusCode, headers } of answers) {
        assert.equal(statusCode, 521);
        assert.equal(headers.ratelimit, undefined);
        assert.equal(headers['ratelimit-policy'], undefined);
      }
    } finally {
      await lifted.close();
    }
  });
});

describe('calls of /authenticate', () => {
  let gateway: TestGateway;
  let behindProxy: TestGateway;
  before(async () => {
    const rateLimits = { testPerMinute: 2, livePerMinute: 3 };
    gateway = await startTestGateway({ rateLimits });
    behindProxy = await startTestGateway({ rateLimits, proxies: ['10.0.0.0/8', '127.0.0.1'] });
  });
  after(async () => {
    await gateway.close();
    await behindProxy.close();
  });

  const wrongSecret = `secret_test_${'0'.repeat(32)}`;
  const ask = (key: { apiKey: string; apiSecret: string }, remoteAddress: string, forwardedFor?: string) =>
    (forwardedFor === undefined ? gateway : behindProxy).app.inject({
      method: 'POST',
      url: '/authenticate',
      remoteAddress,
      headers: {
        'x-api-key': key.apiKey,
        'x-api-secret': key.apiSecret,
        ...(forwardedFor ? { 'x-forwarded-for': forwardedFor } : {}),
      },
    });
  const guess = (key: Pick<Key, 'apiKey'>, remoteAddress: string, forwardedFor?: string) =>
    ask({ apiKey: key.apiKey, apiSecret: wrongSecret }, remoteAddress, forwardedFor);
  const statuses = async (count: number, call: (index: number) => Promise<Answer>) => {
    const found: number[] = [];
    for (let index = 0; index < count; index += 1) found.push((await call(index)).statusCode);
    return found;
  };
  const times = (count: number, status: number) => Array.from({ length: count }, () => status);

  it('with the right secret are limited to ten times the rate of the key, and say so', async () => {
    const key = await gateway.newKey();
    const first = await ask(key, '203.0.113.1');
    assert.deepEqual(shown(first), [
      { policy: 'authenticate', q: 20, w: 60 },
      { policy: 'authenticate', r: 19, t: 60 },
    ]);
    assert.deepEqual(await statuses(20, () => ask(key, '203.0.113.1')), [...times(19, 200), 429]);
    const refused = await ask(key, '203.0.113.2');
    assert.equal(refused.headers['retry-after'], '60');
    assert.equal((await ask(await gateway.newKey(), '203.0.113.1')).statusCode, 200);
    const live = await gateway.newKey('live');
    assert.deepEqual(field(await ask(live, '203.0.113.1'), 'ratelimit-policy').q, 30);
    // The calls themselves have a count of their own.
    assert.equal(field(await integrator(gateway, key).status('none'), 'ratelimit').r, 1);
  });

  it('with a wrong secret are refused after ten, right or wrong, and its owner elsewhere is not', async () => {
    const key = await gateway.newKey();
    assert.deepEqual(await statuses(12, () => guess(key, '203.0.113.10')), [...times(10, 401), 429, 429]);
    const refused = await ask(key, '203.0.113.10');
    assert.equal(refused.statusCode, 429);
    assert.equal(refused.headers['retry-after'], '60');
    assert.equal(refused.headers['x-error-code'], 'rate_limited');
    assert.equal((await ask(key, '203.0.113.11')).statusCode, 200, 'the owner is locked out');
    assert.equal((await ask(await gateway.newKey(), '203.0.113.10')).statusCode, 200, 'a neighbour is locked out');
    gateway.clock.nowMs += 60_000;
    assert.equal((await ask(key, '203.0.113.10')).statusCode, 200);
  });

  it('with a wrong secret are refused after ten also when they come all at once', async () => {
    const key = await gateway.newKey();
    const answers = await Promise.all(Array.from({ length: 40 }, () => guess(key, '203.0.113.12')));
    const found = answers.map(({ statusCode }) => statusCode).sort();
    assert.deepEqual(found, [...times(10, 401), ...times(30, 429)]);
  });

  it('with a right secret are all served when they come at once', async () => {
    const key = await gateway.newKey('live');
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(key, '203.0.113.13')));
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      times(20, 200),
    );
  });

  it('with a right secret do not count as guesses', async () => {
    const key = await gateway.newKey('live');
    assert.deepEqual(await statuses(15, () => ask(key, '203.0.113.20')), times(15, 200));
    assert.deepEqual(await statuses(10, () => guess(key, '203.0.113.20')), times(10, 401));
  });

  it('from one address are refused after fifty guesses, whatever keys they name', async () => {
    const named = (index: number) => ({ apiKey: `key_test_${String(index).padStart(32, '0')}` });
    const found = await statuses(52, (index) => guess(named(index), '203.0.113.30'));
    assert.deepEqual(found, [...times(50, 401), 429, 429]);
    const odd = await statuses(12, (index) => guess({ apiKey: `${'x'.repeat(10_000)}${index}` }, '203.0.113.31'));
    assert.deepEqual(odd, [...times(10, 401), 429, 429], 'what is no key is one guess at nothing');
  });

  it('from one network of IPv6 are one address', async () => {
    const key = await gateway.newKey();
    await statuses(10, () => guess(key, '2001:db8:1:2::1'));
    assert.equal((await guess(key, '2001:db8:1:2:ffff:ffff:ffff:ffff')).statusCode, 429);
    assert.equal((await guess(key, '2001:db8:1:3::1')).statusCode, 401);
    await statuses(10, () => guess(key, '::ffff:203.0.113.40'));
    assert.equal((await guess(key, '203.0.113.40')).statusCode, 429);
  });

  it('from a neighbour that may be a proxy are not counted, unless the proxies are known', async () => {
    const key = await gateway.newKey();
    for (const address of ['127.0.0.1', '10.1.2.3', '192.168.7.8', '172.20.0.2', '::1', 'fd00::5', '100.64.0.1']) {
      assert.deepEqual(await statuses(12, () => guess(key, address)), times(12, 401), address);
    }
    const known = await behindProxy.newKey();
    assert.deepEqual(await statuses(11, () => guess(known, '10.1.2.3', '198.51.100.1')), [...times(10, 401), 429]);
    assert.equal((await ask(known, '10.1.2.3', '198.51.100.2')).statusCode, 200, 'another client of the same proxy');
    // What a client puts in front of the proxy's own word is not believed.
    assert.equal((await guess(known, '10.1.2.3', '198.51.100.77, 198.51.100.1')).statusCode, 429);
    // Nor is the header of somebody who is no proxy.
    await statuses(10, () => guess(known, '203.0.113.50', '198.51.100.3'));
    assert.equal((await guess(known, '203.0.113.50', '198.51.100.4')).statusCode, 429);
    assert.equal((await guess(known, '10.1.2.3', '192.168.7.8')).statusCode, 401, 'an integrator of the own network');
  });
});
