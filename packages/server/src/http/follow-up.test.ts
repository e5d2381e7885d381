import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { V1Session } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { walkToCallback } from '../testing/api.ts';
import { ownApi } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { allRows } from '../testing/rows.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { expireConsents } from '../usecases/consent/end.ts';

describe('a follow-up', () => {
  let gateway: TestGateway;
  let own: ReturnType<typeof ownApi>;
  before(async () => {
    gateway = await startTestGateway();
    own = ownApi(gateway, await gateway.newKey());
  });
  after(() => gateway.close());

  const asked = {
    documents: [
      { type: 'company_master_details', purpose: 'A loan' },
      { type: 'gstn_details', purpose: 'Turnover' },
      { type: 'udhyam_certificate' },
    ],
    reference: 'LOAN-17',
    metadata: { branch: 'indore-02' },
    locale: 'hi-IN',
    return_url: 'https://lender.example/back',
    expected_entity: { pan: 'ZZZCZ9999Z' },
  };
  const consented = async (share: readonly string[]) => {
    const { id } = await own.newSession(asked);
    const person = browser(gateway);
    await person.get(await walkToCallback(person, id, { share }));
    await gateway.deps.background.idle();
    return id;
  };
  const followUp = (id: string, headers = {}) =>
    own.send({ method: 'POST', url: `/v1/sessions/${id}/follow-up`, headers });
  const typesOf = ({ documents }: V1Session) => documents.map(({ type, purpose }) => [type, purpose]);

  it('asks for just what was not shared, as the first did, and a new consent brings it', async () => {
    const id = await consented(['CPMTD']);
    const answer = await followUp(id, { 'idempotency-key': 'follow-17' });
    assert.equal(answer.statusCode, 201, answer.body);
    const session = answer.json<V1Session>();
    assert.deepEqual(typesOf(session), [
      ['gstn_details', 'Turnover'],
      ['udhyam_certificate', null],
    ]);
    const { reference, metadata, locale, return_url, expected_entity, follow_up_of } = session;
    assert.deepEqual(
      { reference, metadata, locale, return_url, expected_entity },
      (({ documents: _, ...rest }) => rest)(asked),
    );
    assert.deepEqual([follow_up_of, session.status], [id, 'created']);
    assert.equal(answer.headers.location, `${gateway.config.baseUrl}/v1/sessions/${session.id}`);
    assert.equal((await followUp(id, { 'idempotency-key': 'follow-17' })).body, answer.body);
    const { timeline } = (await own.get(id)).json<{ timeline: { action: string; detail: string }[] }>();
    assert.deepEqual(
      timeline.filter(({ action }) => action === 'session.followed_up').map(({ detail }) => detail),
      [session.id],
    );
    const person = browser(gateway);
    await person.get(await walkToCallback(person, session.id));
    await gateway.deps.background.idle();
    assert.deepEqual(
      (await gateway.deps.stores.documents.ofSession(session.id)).map(({ docType, state }) => [docType, state]),
      [
        ['gstn_details', 'held'],
        ['udhyam_certificate', 'held'],
      ],
    );
    assert.equal((await own.get(session.id)).json<V1Session>().follow_up_of, id);
  });

  it('takes nothing over from a session that is redacted while it is made', async () => {
    const id = await consented(['CPMTD']);
    const { stores } = gateway.deps;
    const { ofSession } = stores.verdicts;
    // The last thing that is read before the new session is written.
    stores.verdicts.ofSession = async (sessionId) => {
      stores.verdicts.ofSession = ofSession;
      const found = await ofSession(sessionId);
      assert.equal((await own.send({ method: 'POST', url: `/v1/sessions/${id}/redact` })).statusCode, 200);
      return found;
    };
    const answer = await followUp(id);
    assert.deepEqual([answer.statusCode, answer.json().code], [409, 'session_redacted']);
    assert.ok(!(allRows(gateway).sessions ?? []).some((row) => row.includes(id) && row.includes('LOAN-17')));
  });

  it('does not ask for what is still being fetched, and does once it has failed for good', async () => {
    const real = gateway.deps.upstreams.test as Upstream;
    const fetchDocument: Upstream['fetchDocument'] = (grant, issued, mime) =>
      issued.upstreamCode === 'GSTND'
        ? Promise.reject(new AppError('issuer_unavailable'))
        : real.fetchDocument(grant, issued, mime);
    gateway.deps.upstreams.test = { ...real, fetchDocument };
    const id = await consented(['CPMTD', 'GSTND', 'UDCER']);
    gateway.deps.upstreams.test = real;
    const early = await followUp(id);
    assert.deepEqual([early.statusCode, early.json().code], [409, 'nothing_missing']);
    const startMs = gateway.clock.nowMs;
    gateway.clock.nowMs = (await own.get(id)).json<V1Session>().consent?.valid_until ?? 0;
    await expireConsents(gateway.deps, 10);
    assert.deepEqual(typesOf((await followUp(id)).json<V1Session>()), [['gstn_details', 'Turnover']]);
    gateway.clock.nowMs = startMs;
  });

  it('of a session without a consent asks for everything, and waits for its end', async () => {
    const { id } = await own.newSession(asked);
    const open = await followUp(id);
    assert.deepEqual([open.statusCode, open.json().code], [409, 'session_open']);
    await own.cancel(id);
    assert.equal(typesOf((await followUp(id)).json<V1Session>()).length, 3);
    await own.send({ method: 'POST', url: `/v1/sessions/${id}/redact` });
    assert.equal((await followUp(id)).json().code, 'session_redacted');
    const stranger = ownApi(gateway, await gateway.newKey('test', 'Example Broker (fictional)'));
    const foreign = await stranger.send({ method: 'POST', url: `/v1/sessions/${id}/follow-up` });
    assert.equal(foreign.statusCode, 404);
  });
});
