import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { integrator, people, walk } from '../testing/api.ts';
import { redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { erasePastRetention } from '../usecases/documents/erase.ts';

const hourMs = 3_600_000;
const uuid5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('entity and person of a session', () => {
  let gateway: TestGateway;
  let sdk: ReturnType<typeof integrator>;
  let api: ReturnType<typeof redirectFlow>;
  let startMs: number;
  let real: Upstream;
  before(async () => {
    gateway = await startTestGateway();
    startMs = gateway.clock.nowMs;
    const key = await gateway.newKey();
    sdk = integrator(gateway, key);
    api = redirectFlow(gateway, key);
    const { test } = gateway.deps.upstreams;
    if (!test) throw new Error('no upstream');
    real = test;
  });
  afterEach(async () => {
    await gateway.deps.background.idle();
    gateway.clock.nowMs = startMs;
    gateway.deps.upstreams.test = real;
  });
  after(() => gateway.close());

  const failing = (code: 'upstream_unavailable' | 'upstream_timeout') => () => Promise.reject(new AppError(code));
  const sdkPath = (id: string, what: string) => `/kyc/entitylocker-sdk/sessions/${id}/${what}`;
  const ofSdk = (id: string, what: string) => sdk.send({ method: 'GET', url: sdkPath(id, what) });
  const consented = async (mobile: string = people.asha) => {
    const id = await api.newSession();
    const person = browser(gateway);
    await person.get(await walkByRedirect(person, id, { mobile }));
    return id;
  };
  /** A session for which EntityLocker told nothing at consent. */
  const consentedWithout = async (...parts: ('user' | 'entity')[]) => {
    const down = Object.fromEntries(parts.map((part) => [part, failing('upstream_unavailable')]));
    gateway.deps.upstreams.test = { ...real, ...down };
    const id = await consented();
    gateway.deps.upstreams.test = real;
    return id;
  };

  it('are told in the shape of the vendor, in both families', async () => {
    const byRedirect = await consented();
    const bySdk = await sdk.newSession();
    await walk(gateway, bySdk);
    for (const [entity, profile] of [
      [await api.entity(byRedirect), await api.profile(byRedirect)],
      [await ofSdk(bySdk, 'entity'), await ofSdk(bySdk, 'user/profile')],
    ] as const) {
      const { id: entityId, ...entityRest } = entity.json().data;
      assert.match(entityId, uuid5);
      assert.deepEqual(entityRest, {
        '@entity': 'in.co.sandbox.kyc.entitylocker.entity',
        date_of_incorporation: '01/07/2014',
        email: 'accounts@neelkamal-specimen.example',
        mobile: '5550000011',
        name: 'NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED',
        verified_by: 'cin',
      });
      const { id: personId, ...personRest } = profile.json().data;
      assert.match(personId, uuid5);
      assert.notEqual(personId, entityId);
      assert.deepEqual(personRest, {
        '@entity': 'in.co.sandbox.kyc.entitylocker.user.profile',
        date_of_birth: '29/02/1984',
        mobile: people.asha,
        eaadhaar: false,
        gender: 'female',
        name: 'Asha Namuna',
      });
    }
  });

  it('have ids that stay the same in a workspace and cannot be linked to those of another', async () => {
    const idsOf = async (flow: ReturnType<typeof redirectFlow>, mobile: string) => {
      const id = await flow.newSession();
      const person = browser(gateway);
      await person.get(await walkByRedirect(person, id, { mobile }));
      return [(await flow.entity(id)).json().data.id, (await flow.profile(id)).json().data.id];
    };
    const other = redirectFlow(gateway, await gateway.newKey('test', 'Example Broker (fictional)'));
    const first = await idsOf(api, people.asha);
    assert.deepEqual(await idsOf(api, people.asha), first);
    for (const ids of [await idsOf(other, people.asha), await idsOf(api, people.ravi)]) {
      assert.equal(new Set([...first, ...ids]).size, 4);
    }
  });

  it('have no key left out where EntityLocker told little, and no shape that it does not know', async () => {
    gateway.deps.upstreams.test = {
      ...real,
      user: async () => ({ gender: 'T', dateOfBirth: '1984', eaadhaar: true }),
      entity: async () => ({ name: 'X', verifiedBy: 'UDYAM', dateOfIncorporation: '2014-07-01' }),
    };
    const id = await consented();
    const { id: entityId, ...entity } = (await api.entity(id)).json().data;
    assert.match(entityId, uuid5);
    assert.deepEqual(entity, {
      '@entity': 'in.co.sandbox.kyc.entitylocker.entity',
      date_of_incorporation: '01/07/2014',
      email: '',
      mobile: '',
      name: 'X',
      verified_by: 'ud',
    });
    const { id: _, ...person } = (await api.profile(id)).json().data;
    assert.deepEqual(person, {
      '@entity': 'in.co.sandbox.kyc.entitylocker.user.profile',
      date_of_birth: '',
      mobile: '',
      eaadhaar: true,
      gender: 'transgender',
      name: '',
    });
    gateway.deps.upstreams.test = { ...real, user: async () => ({}), entity: async () => ({ verifiedBy: 'llpin' }) };
    const bare = await consented();
    assert.equal((await api.entity(bare)).json().data.verified_by, '');
    assert.equal((await api.profile(bare)).json().data.eaadhaar, false);
  });

  it('are 523 before success, 521 for an unknown session and once retention has taken them', async () => {
    const open = await api.newSession();
    const id = await consented();
    const unknown = gateway.deps.newId();
    for (const ask of [api.entity, api.profile]) {
      assert.equal((await ask(open)).statusCode, 523);
      assert.equal((await ask(unknown)).statusCode, 521);
      gateway.clock.nowMs = startMs + hourMs - 1;
      assert.equal((await ask(id)).statusCode, 200);
      gateway.clock.nowMs = startMs + hourMs;
      assert.equal((await ask(id)).statusCode, 521, 'gone before the sweep has been by');
      gateway.clock.nowMs = startMs;
    }
    gateway.clock.nowMs = startMs + hourMs;
    await erasePastRetention(gateway.deps, 100);
    gateway.clock.nowMs = startMs;
    assert.equal((await api.entity(id)).statusCode, 521, 'erased');
  });

  it('are asked for later where EntityLocker did not answer at consent, and then kept', async () => {
    const id = await consentedWithout('user', 'entity');
    let asked = 0;
    gateway.deps.upstreams.test = { ...real, entity: failing('upstream_timeout') };
    const timeout = await api.entity(id);
    assert.deepEqual([timeout.statusCode, timeout.headers['x-error-code']], [504, 'upstream_timeout']);
    gateway.deps.upstreams.test = {
      ...real,
      entity: (grant) => {
        asked += 1;
        return real.entity(grant);
      },
    };
    for (let times = 0; times < 3; times += 1) {
      assert.equal((await api.entity(id)).json().data.verified_by, 'cin');
    }
    assert.equal(asked, 1);
    gateway.deps.upstreams.test = {
      ...real,
      user: failing('upstream_unavailable'),
      entity: failing('upstream_timeout'),
    };
    assert.equal((await api.entity(id)).statusCode, 200, 'kept');
    assert.equal((await api.profile(id)).statusCode, 503, 'never had');
  });

  it('lose nothing when both are asked for at once', async () => {
    const id = await consentedWithout('user', 'entity');
    const answers = await Promise.all([api.entity(id), api.profile(id), api.entity(id), api.profile(id)]);
    for (const answer of answers) assert.equal(answer.statusCode, 200, answer.body);
    gateway.deps.upstreams.test = { ...real, user: failing('upstream_timeout'), entity: failing('upstream_timeout') };
    assert.equal((await api.entity(id)).statusCode, 200);
    assert.equal((await api.profile(id)).statusCode, 200);
  });
});
