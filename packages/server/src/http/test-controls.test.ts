import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { V1Event } from '@tijori/wire';
import { createBody, integrator, withoutDownloads } from '../testing/api.ts';
import { startListeningGateway, startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { levers } from '../testing/test-controls.ts';
import type { Upstream } from '../upstream/upstream.ts';

describe('the levers of /test', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let pull: ReturnType<typeof levers>;
  before(async () => {
    gateway = await startListeningGateway();
    const key = await gateway.newKey();
    api = integrator(gateway, key);
    pull = levers(gateway, key);
  });
  after(() => gateway.close());

  /** Through the pages up to the consent. */
  const toConsent = async (id: string, mobile = '5550000001') => {
    await pull.act(id, 'open');
    await pull.act(id, 'sign_in', { mobile });
    return pull.act(id, 'enter_otp');
  };

  describe('a pretend person', () => {
    it('goes step by step, and every answer says where they stand and what they can do', async () => {
      const id = await api.newSession();
      const seen = [];
      for (const action of ['open', 'sign_in', 'enter_otp', 'consent']) seen.push((await pull.act(id, action)).body);
      assert.deepEqual(
        seen.map(({ status, place }) => `${status} ${place}`),
        ['initialized sign_in', 'initialized otp', 'initialized consent', 'succeeded returned'],
      );
      assert.deepEqual(seen[0]?.actions, ['sign_in', 'sign_up', 'deny', 'open', 'abandon']);
      assert.deepEqual(seen[3]?.actions, ['return', 'abandon']);
      assert.equal(seen[0]?.session_id, id);
    });

    it('signs up with a role that needs approval', async () => {
      const id = await api.newSession({ flow: 'signup' });
      assert.equal((await pull.act(id, 'open')).body.place, 'sign_up');
      assert.equal((await pull.act(id, 'sign_up')).body.place, 'link');
      assert.equal((await pull.act(id, 'link', { role: 'authorised_person' })).body.place, 'otp');
      assert.equal((await pull.act(id, 'enter_otp')).body.place, 'approval');
      assert.equal((await pull.act(id, 'approve')).body.place, 'consent');
      assert.equal((await pull.act(id, 'consent')).body.status, 'succeeded');
    });

    it('types a PIN where the person has one, and chooses among several entities', async () => {
      const first = await api.newSession();
      assert.equal((await toConsent(first, '5550000007')).body.place, 'pin');
      assert.equal((await pull.act(first, 'enter_pin', { pin: '999999' })).body.place, 'pin');
      assert.equal((await pull.act(first, 'enter_pin')).body.place, 'consent');
      const second = await api.newSession();
      assert.equal((await toConsent(second, '5550000005')).body.place, 'entity');
      const unknown = await pull.act(second, 'choose_entity', { entity: 'Nobody Limited' });
      assert.deepEqual([unknown.status, unknown.code], [400, 'unknown_choice']);
      assert.match(String(unknown.body.title), /Gulmohar Fictional Foods Private Limited, Parijat Imaginary Traders/);
      await pull.act(second, 'choose_entity', { entity: 'Parijat Imaginary Traders' });
      assert.equal((await pull.act(second, 'consent')).body.status, 'succeeded');
    });

    it('shares only the documents named', async () => {
      const id = await api.newSession();
      await toConsent(id);
      const unknown = await pull.act(id, 'consent', { documents: ['gstn_details', 'passport'] });
      assert.deepEqual([unknown.status, unknown.code], [400, 'unknown_choice']);
      assert.match(String(unknown.body.title), /company_master_details, gstn_details, udhyam_certificate/);
      assert.equal((await pull.act(id, 'consent', { documents: ['gstn_details'] })).body.status, 'succeeded');
      assert.deepEqual((await api.session(id)).documents_consented, ['gstn_details']);
    });

    it('types wrong passwords until the sign-in ends, and then has only the way back', async () => {
      const id = await api.newSession();
      await pull.act(id, 'open');
      await pull.act(id, 'sign_in');
      for (let tries = 0; tries < 3; tries += 1) await pull.act(id, 'enter_otp', { otp: 'abcdef' });
      assert.equal((await pull.act(id, 'enter_otp', { otp: '000000' })).body.place, 'otp');
      await pull.act(id, 'enter_otp', { otp: '000000' });
      const locked = await pull.act(id, 'enter_otp', { otp: '000000' });
      assert.equal(locked.body.place, 'stopped');
      assert.equal((await pull.act(id, 'deny')).body.status, 'failed');
    });

    it('takes over a session that is open in a browser, and a scenario takes over a walk', async () => {
      const id = await api.newSession();
      const person = browser(gateway);
      await person.submit(await person.get(`/consent/${id}`));
      assert.equal((await api.session(id)).status, 'initialized');
      assert.equal((await toConsent(id)).body.place, 'consent');
      const played = await pull.play(id, 'deny');
      assert.deepEqual([played.body.status, played.body.place], ['failed', 'returned']);
    });

    it('comes back to the return address as often as they like: nothing changes', async () => {
      const id = await api.newSession();
      await toConsent(id);
      await pull.act(id, 'deny');
      const before = await api.session(id);
      assert.equal((await pull.act(id, 'return')).body.status, 'failed');
      assert.deepEqual(await api.session(id), before);
      assert.equal((await pull.act(id, 'abandon')).body.place, 'start');
    });

    it('leaves the browser and begins anew', async () => {
      const id = await api.newSession();
      await toConsent(id);
      const left = await pull.act(id, 'abandon');
      assert.deepEqual([left.body.place, left.body.actions], ['start', ['open']]);
      assert.equal((await toConsent(id)).body.place, 'consent');
    });
  });

  describe('what does not fit is refused with the valid ones, and changes nothing', () => {
    it('an action out of order, or one that does not exist', async () => {
      const id = await api.newSession();
      for (const action of ['consent', 'fly', '']) {
        const refused = await pull.act(id, action);
        assert.deepEqual([refused.status, refused.code], [409, 'invalid_action']);
        assert.equal(refused.body.title, 'Action not possible now. Valid ones: open');
        assert.equal(refused.headers['content-type'], 'application/problem+json');
      }
      assert.equal((await api.session(id)).status, 'created');
      await pull.act(id, 'open');
      const refused = await pull.act(id, 'enter_otp');
      assert.equal(refused.body.title, 'Action not possible now. Valid ones: sign_in, sign_up, deny, open, abandon');
    });

    it('any action or scenario after the end', async () => {
      const id = await api.newSession();
      await pull.play(id, 'deny');
      for (const body of [{ action: 'open' }, { scenario: 'consent_all' }]) {
        const refused = await pull.actions(id, body);
        assert.deepEqual([refused.status, refused.code], [409, 'invalid_action']);
      }
      assert.equal((await api.session(id)).status, 'failed');
    });

    it('a scenario, a person, or an entity that does not exist', async () => {
      const id = await api.newSession();
      const scenario = await pull.play(id, 'nonsense');
      assert.deepEqual([scenario.status, scenario.code], [400, 'unknown_scenario']);
      assert.match(String(scenario.body.title), /\bdeny\b.*\btampered\b/);
      await pull.act(id, 'open');
      for (const mobile of ['5559999999', 'hello']) {
        const person = await pull.act(id, 'sign_in', { mobile });
        assert.deepEqual([person.status, person.code], [400, 'unknown_persona']);
        assert.match(String(person.body.title), /5550000001, 5550000002/);
      }
      const entity = await pull.act(id, 'sign_up', { identifier: 'ABCDE1234F' });
      assert.deepEqual([entity.status, entity.code], [400, 'unknown_persona']);
      const still = await pull.act(id, 'enter_otp');
      assert.match(String(still.body.title), /Valid ones: sign_in,/, 'the page is the one of before');
      assert.equal((await pull.act(id, 'sign_in')).body.place, 'otp');
    });

    it('a body of another shape', async () => {
      const id = await api.newSession();
      for (const body of [{}, { action: 1 }, { action: 'open', scenario: 'deny' }, { scenario: 'deny', more: 1 }]) {
        const refused = await pull.actions(id, body);
        assert.deepEqual([refused.status, refused.code], [400, 'invalid_request_body'], JSON.stringify(body));
      }
      for (const body of [{}, { advance: 'time' }, { hold: {} }, { hold: { polls: 0 } }, { hold: { seconds: 1.5 } }]) {
        assert.equal((await pull.clock(id, body)).status, 400, JSON.stringify(body));
      }
      for (const body of [
        {},
        { answer: { kind: 'explode' } },
        { answer: { kind: 'answer' } },
        { times: 0, answer: { kind: 'reset' } },
      ]) {
        assert.equal((await pull.queue(body)).status, 400, JSON.stringify(body));
      }
      assert.equal((await api.session(id)).status, 'created');
    });
  });

  describe('the clock', () => {
    it('ends the link: an open session expires', async () => {
      const id = await api.newSession();
      assert.equal((await pull.clock(id, { advance: 'link' })).body.status, 'expired');
      assert.equal((await api.status(id)).headers['x-error-code'], 'session_expired');
      const refused = await pull.clock(id, { advance: 'link' });
      assert.deepEqual([refused.status, refused.code], [409, 'invalid_action']);
    });

    /** A succeeded session whose documents are all still to be fetched. */
    const unfetched = async (): Promise<string> => {
      const id = await api.newSession();
      await withoutDownloads(gateway, () => pull.play(id, 'consent_all'));
      return id;
    };

    it('ends the access token: it is renewed, and the documents come', async () => {
      const id = await unfetched();
      const real = gateway.deps.upstreams.test as Upstream;
      let renewals = 0;
      gateway.deps.upstreams.test = {
        ...real,
        refresh: (grant) => {
          renewals += 1;
          return real.refresh(grant);
        },
      };
      assert.equal((await pull.clock(id, { advance: 'token' })).status, 200);
      assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
      assert.equal(renewals, 1);
      gateway.deps.upstreams.test = real;
    });

    it('ends the consent: what was not fetched does not come any more', async () => {
      const id = await unfetched();
      assert.equal((await api.document(id, 'company_master_details')).statusCode, 200);
      assert.equal((await pull.clock(id, { advance: 'consent' })).status, 200);
      assert.equal((await api.document(id, 'company_master_details')).statusCode, 200);
      assert.equal((await api.document(id, 'gstn_details')).headers['x-error-code'], 'consent_ended');
    });

    it('ends the retention: the documents are gone and the status stays', async () => {
      const id = await api.newSession();
      const early = await pull.clock(id, { advance: 'retention' });
      assert.equal(early.body.title, 'Action not possible now. Valid ones: link');
      await pull.play(id, 'consent_all');
      await gateway.deps.background.idle();
      assert.equal((await pull.clock(id, { advance: 'retention' })).body.status, 'succeeded');
      assert.equal((await api.document(id, 'gstn_details')).statusCode, 521);
      assert.ok((await gateway.deps.stores.documents.ofSession(id)).every(({ state }) => state === 'erased'));
    });

    it('ends the time for which the person consented: documents and keys are gone, and the record says why', async () => {
      const id = await api.newSession();
      await pull.play(id, 'consent_all');
      await gateway.deps.background.idle();
      const { status, body } = await pull.clock(id, { advance: 'validity' });
      assert.deepEqual([status, body.status], [200, 'succeeded']);
      assert.equal((await api.document(id, 'gstn_details')).statusCode, 521);
      const session = await gateway.deps.stores.sessions.find(id);
      assert.deepEqual([session?.consentEndReason, session?.consentEndedAtMs], ['expired', gateway.clock.nowMs]);
      const listed = await api.send({
        method: 'GET',
        url: '/v1/events?type=entitylocker.consent.expired&order=newest',
      });
      assert.equal(listed.json<{ data: V1Event[] }>().data[0]?.data.session_id, id);
      const again = await pull.clock(id, { advance: 'validity' });
      assert.deepEqual([again.status, again.code], [409, 'invalid_action']);
    });

    it('holds the status for so many polls, while the session goes on', async () => {
      const id = await api.newSession();
      await pull.clock(id, { hold: { polls: 3 } });
      await pull.play(id, 'consent_all');
      assert.equal((await api.document(id, 'gstn_details')).statusCode, 523);
      const polls = [];
      for (let poll = 0; poll < 4; poll += 1) polls.push((await api.session(id)).status);
      assert.deepEqual(polls, ['created', 'created', 'created', 'succeeded']);
      assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
    });

    it('holds the status for so many seconds', async () => {
      const id = await api.newSession();
      await pull.clock(id, { hold: { seconds: 5 } });
      await pull.play(id, 'deny');
      assert.equal((await api.session(id)).status, 'created');
      gateway.clock.nowMs += 5_000;
      assert.equal((await api.session(id)).status, 'failed');
    });
  });

  describe('queued answers', () => {
    it('are for the caller’s workspace alone, and a reset takes them away', async () => {
      const otherKey = await gateway.newKey('test', 'Other Lender (fictional)');
      const other = { api: integrator(gateway, otherKey), pull: levers(gateway, otherKey) };
      const refusal = { kind: 'answer', status: 400, body: { error: 'invalid_grant' } };
      await pull.queue({ point: 'token', answer: refusal });
      const theirs = await other.api.newSession();
      assert.equal((await other.pull.play(theirs, 'consent_all')).body.status, 'succeeded');
      const mine = await api.newSession();
      assert.equal((await pull.play(mine, 'consent_all')).body.status, 'failed');
      assert.equal((await api.status(mine)).headers['x-error-code'], 'exchange_refused');

      await pull.queue({ point: 'token', answer: refusal });
      assert.deepEqual((await pull.reset()).body, { done: true });
      const again = await api.newSession();
      assert.equal((await pull.play(again, 'consent_all')).body.status, 'succeeded');
      assert.equal((await other.api.document(theirs, 'gstn_details')).statusCode, 200);
    });

    it('are refused with a header that would break the connection', async () => {
      const answer = { kind: 'answer', status: 200, headers: { 'content-length': '9' } };
      assert.equal((await pull.queue({ answer })).status, 400);
    });
  });

  it('a reset closes the browsers of the workspace', async () => {
    const id = await api.newSession();
    await toConsent(id);
    await pull.reset();
    assert.equal((await pull.act(id, 'open')).body.place, 'sign_in');
    assert.equal((await pull.act(id, 'abandon')).body.place, 'start');
    await pull.act(id, 'open');
    await pull.reset();
    assert.deepEqual((await pull.act(id, 'enter_otp')).body.title, 'Action not possible now. Valid ones: open');
  });

  it('of many at once, one document is fetched once, and a consent that ended then costs nothing', async () => {
    // What the tests before it left to do is not counted.
    await gateway.deps.background.idle();
    const real = gateway.deps.upstreams.test as Upstream;
    let fetches = 0;
    gateway.deps.upstreams.test = {
      ...real,
      fetchDocument: (...call) => {
        fetches += 1;
        return real.fetchDocument(...call);
      },
    };
    for (let round = 0; round < 5; round += 1) {
      const id = await api.newSession({ doc_types: ['gstn_details'] });
      await pull.play(id, 'withdrawn_after_fetch');
      assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
      await gateway.deps.background.idle();
      assert.equal((await api.document(id, 'gstn_details')).statusCode, 200);
    }
    assert.equal(fetches, 5);
    gateway.deps.upstreams.test = real;
  });

  describe('fail closed:', () => {
    it('a live key finds no lever, and nothing that looks like one', async () => {
      const live = await gateway.newKey('live');
      const id = await api.newSession();
      const theirs = levers(gateway, live);
      const answers = [
        await theirs.act(id, 'open'),
        await theirs.clock(id, { advance: 'link' }),
        await theirs.queue({ answer: { kind: 'reset' } }),
        await theirs.reset(),
      ];
      const missing = await theirs.send('POST', '/test/nothing-here');
      for (const { status, code, headers, body } of answers) {
        assert.deepEqual([status, code], [404, 'route_not_found']);
        assert.deepEqual({ ...body, transaction_id: '' }, { ...missing.body, transaction_id: '' });
        assert.equal(headers['content-type'], missing.headers['content-type']);
      }
      assert.equal((await api.session(id)).status, 'created');
    });

    it('a live key finds nothing with a bad body or another method either', async () => {
      const theirs = levers(gateway, await gateway.newKey('live'));
      const id = await api.newSession();
      const answers = [
        await theirs.actions(id, {}),
        await theirs.clock(id, { advance: 'time' }),
        await theirs.queue({ answer: 'x' }),
        await theirs.send('DELETE', `/test/sessions/${id}/actions`),
        await theirs.send('POST', '/test/upstream'),
      ];
      for (const { status, code } of answers) assert.deepEqual([status, code], [404, 'route_not_found']);
    });

    it('a live session is none, even for a test key of its workspace', async () => {
      const live = integrator(gateway, await gateway.newKey('live'));
      const id = await live.newSession();
      const refused = await pull.act(id, 'open');
      assert.deepEqual([refused.status, refused.code], [404, 'session_not_found']);
    });

    it('another workspace’s session does not exist, nor does one that never was', async () => {
      const stranger = levers(gateway, await gateway.newKey('test', 'Stranger (fictional)'));
      const id = await api.newSession();
      for (const target of [id, '0454f149-26d0-41ef-9f14-c54f4b5f7b70']) {
        const refused = await stranger.clock(target, { advance: 'link' });
        assert.deepEqual([refused.status, refused.code], [404, 'session_not_found']);
      }
      assert.equal((await api.session(id)).status, 'created');
    });

    it('nobody gets in without key and token', async () => {
      for (const url of ['/test/sessions/x/actions', '/test/sessions/x/clock', '/test/upstream/answers']) {
        const answer = await gateway.app.inject({ method: 'POST', url, payload: createBody() });
        assert.equal(answer.statusCode, 403, url);
      }
    });
  });
});

describe('a gateway without test controls', () => {
  it('has no address under /test', async () => {
    const gateway = await startTestGateway({ testControls: false });
    const pull = levers(gateway, await gateway.newKey());
    for (const { status, code } of [await pull.act('x', 'open'), await pull.clock('x', {}), await pull.reset()]) {
      assert.deepEqual([status, code], [404, 'route_not_found']);
    }
    await gateway.close();
  });
});
