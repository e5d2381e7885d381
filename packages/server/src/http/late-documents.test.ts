import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { ConsentRecord, ListDocumentsResponse, V1Session } from '@tijori/wire';
import { AppError } from '../domain/app-error.ts';
import { startClockwork } from '../jobs/clockwork.ts';
import { integrator, people, walkToCallback } from '../testing/api.ts';
import { initBody, initPath, ownApi, redirectFlow, walkByRedirect } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { allRows } from '../testing/rows.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { collectDocument } from '../usecases/documents/collect.ts';

const minuteMs = 60_000;

/** The first round of the clockwork, whole: looking for orphans is its last step. */
async function round({ deps }: TestGateway): Promise<void> {
  const { promise: isLast, resolve } = Promise.withResolvers<void>();
  const list = () => {
    resolve();
    return deps.blobs.list();
  };
  const clockwork = startClockwork({ ...deps, blobs: { ...deps.blobs, list } });
  await isLast;
  await clockwork.stop();
  await deps.background.idle();
}

/** The issuer is down for all documents until `up`. */
function issuer(gateway: TestGateway) {
  const real = gateway.deps.upstreams.test as Upstream;
  const asked: string[] = [];
  gateway.deps.upstreams.test = {
    ...real,
    fetchDocument: async (_grant, { uri }) => {
      asked.push(uri);
      throw new AppError('issuer_unavailable');
    },
  };
  return {
    asked,
    up() {
      gateway.deps.upstreams.test = real;
    },
  };
}

const both = ['gstn_details', 'udhyam_certificate'];

/** A session whose person has shared these. */
async function consented(
  gateway: TestGateway,
  own: ReturnType<typeof ownApi>,
  types: readonly string[],
): Promise<string> {
  const { id } = await own.newSession({ documents: types.map((type) => ({ type })) });
  const person = browser(gateway);
  await person.get(await walkToCallback(person, id));
  await gateway.deps.background.idle();
  return id;
}

describe('a document whose issuer is down', () => {
  const start = async () => {
    const gateway = await startTestGateway();
    const key = await gateway.newKey();
    return { gateway, key, own: ownApi(gateway, key), sdk: integrator(gateway, key) };
  };
  const filesOf = async (own: ReturnType<typeof ownApi>, id: string) => {
    const { documents } = (
      await own.send({ method: 'GET', url: `/v1/sessions/${id}/documents` })
    ).json<ListDocumentsResponse>();
    return documents.flatMap(({ type, state, files }) => files.map((file) => [type, state, file.state, file.reason]));
  };
  const eventsOf = (gateway: TestGateway, type: string) =>
    (allRows(gateway).events ?? []).filter((row) => row.includes(type));

  it('is fetched when it is up again, by whoever runs after a restart, and the person is not asked again', async () => {
    const first = await start();
    const down = issuer(first.gateway);
    const id = await consented(first.gateway, first.own, ['gstn_details']);
    assert.deepEqual(await filesOf(first.own, id), [['gstn_details', 'available', 'available', 'issuer_unavailable']]);
    assert.equal((await first.sdk.document(id, 'gstn_details')).headers['x-error-code'], 'issuer_unavailable');
    const before = down.asked.length;
    await round(first.gateway);
    assert.equal(down.asked.length, before, 'not before its time');
    first.gateway.clock.nowMs += 20 * minuteMs;
    await round(first.gateway);
    await round(first.gateway);
    assert.equal(down.asked.length, before + 1, 'once, and then it waits');
    await first.gateway.stop();

    const gateway = await startTestGateway(first.gateway.config);
    try {
      gateway.clock.nowMs = first.gateway.clock.nowMs + minuteMs;
      const own = ownApi(gateway, first.key);
      await round(gateway);
      assert.deepEqual((await filesOf(own, id))[0]?.[2], 'available', 'two minutes are not over');
      gateway.clock.nowMs += minuteMs;
      await round(gateway);
      assert.deepEqual(await filesOf(own, id), [['gstn_details', 'fetched', 'fetched', null]]);
      assert.equal(eventsOf(gateway, 'document.available').length, 1);
      assert.equal((await integrator(gateway, first.key).document(id, 'gstn_details')).statusCode, 200);
      const { timeline } = (await own.get(id)).json<{ timeline: { action: string; detail: string }[] }>();
      assert.deepEqual(
        timeline.filter(({ action }) => action === 'document.delayed').map(({ detail }) => detail),
        ['gstn_details issuer_unavailable'],
      );
    } finally {
      await gateway.close();
      await first.gateway.simulator.close();
      await rm(first.gateway.config.dataDir, { recursive: true });
    }
  });

  it('may still come after the others were kept long enough, while the consent stands, and is kept as long then', async () => {
    const { gateway, own, sdk } = await start();
    try {
      const real = gateway.deps.upstreams.test as Upstream;
      gateway.deps.upstreams.test = {
        ...real,
        fetchDocument: (grant, issued, mime) =>
          issued.upstreamCode === 'GSTND'
            ? Promise.reject(new AppError('issuer_unavailable'))
            : real.fetchDocument(grant, issued, mime),
      };
      const startMs = gateway.clock.nowMs;
      const validUntilMs = startMs + 10 * 60 * minuteMs;
      const made = await own.send({
        method: 'POST',
        url: initPath,
        payload: initBody({ consent_expiry: validUntilMs }),
      });
      const id = made.json<{ data: { session_id: string } }>().data.session_id;
      const person = browser(gateway);
      await person.get(await walkByRedirect(person, id));
      await gateway.deps.background.idle();
      gateway.clock.nowMs = startMs + 61 * minuteMs;
      await round(gateway);
      const states = async () => (await filesOf(own, id)).map(([type, , state]) => [type, state]);
      assert.deepEqual(await states(), [
        ['company_master_details', 'erased'],
        ['gstn_details', 'available'],
        ['udhyam_certificate', 'erased'],
      ]);
      gateway.deps.upstreams.test = real;
      gateway.clock.nowMs = startMs + 120 * minuteMs;
      await round(gateway);
      assert.deepEqual((await states())[1], ['gstn_details', 'fetched']);
      const session = (await own.get(id)).json<V1Session>();
      assert.equal(session.documents_expire_at, gateway.clock.nowMs + 60 * minuteMs);
      assert.equal(session.consent?.status, 'given');
      gateway.clock.nowMs += 60 * minuteMs;
      await round(gateway);
      assert.deepEqual((await states())[1], ['gstn_details', 'erased']);
      assert.equal(await gateway.deps.stores.secrets.find(id), undefined, 'the tokens are let go');
      assert.equal((await sdk.document(id, 'gstn_details')).statusCode, 521);
    } finally {
      await gateway.close();
    }
  });

  it('is kept as long from when it came, each for itself, whatever else goes meanwhile', async () => {
    const { gateway, key, own } = await start();
    try {
      const real = gateway.deps.upstreams.test as Upstream;
      const down = new Set(['GSTND', 'UDCER']);
      gateway.deps.upstreams.test = {
        ...real,
        fetchDocument: (grant, issued, mime) =>
          down.has(issued.upstreamCode)
            ? Promise.reject(new AppError('issuer_unavailable'))
            : real.fetchDocument(grant, issued, mime),
      };
      const startMs = gateway.clock.nowMs;
      const payload = initBody({ consent_expiry: startMs + 10 * 60 * minuteMs });
      const made = await own.send({ method: 'POST', url: initPath, payload });
      const id = made.json<{ data: { session_id: string } }>().data.session_id;
      const person = browser(gateway);
      await person.get(await walkByRedirect(person, id));
      await gateway.deps.background.idle();
      /** After so many minutes and a round of the clockwork, how far the three are. */
      const after = async (minutes: number) => {
        gateway.clock.nowMs = startMs + minutes * minuteMs;
        await round(gateway);
        return (await filesOf(own, id)).map(([, , state]) => state);
      };
      const statusOf = async (type: 'company_master_details' | 'gstn_details' | 'udhyam_certificate') =>
        (await redirectFlow(gateway, key).document(id, type)).statusCode;

      down.delete('GSTND');
      assert.deepEqual(await after(59), ['fetched', 'fetched', 'available']);
      const link = await redirectFlow(gateway, key).document(id, 'gstn_details');
      const [file] = link.json<{ data: { files: { url: string }[] } }>().data.files;
      // Before the clockwork has come by, too.
      gateway.clock.nowMs = startMs + 60 * minuteMs;
      assert.deepEqual(await Promise.all([statusOf('company_master_details'), statusOf('gstn_details')]), [521, 200]);
      assert.deepEqual(await after(60), ['erased', 'fetched', 'available']);
      down.delete('UDCER');
      assert.deepEqual(await after(118), ['erased', 'fetched', 'fetched']);
      const files = (
        await own.send({ method: 'GET', url: `/v1/sessions/${id}/documents` })
      ).json<ListDocumentsResponse>();
      assert.deepEqual(
        files.documents.map((type) => (type.files[0]?.expires_at ?? startMs) - startMs),
        [0, 119 * minuteMs, 178 * minuteMs],
      );
      assert.equal((await own.get(id)).json<V1Session>().documents_expire_at, startMs + 119 * minuteMs);
      assert.equal((await gateway.app.inject(file?.url ?? '')).statusCode, 200, 'its link is as good as it is');
      assert.deepEqual(await after(119), ['erased', 'erased', 'fetched']);
      assert.equal((await gateway.app.inject(file?.url ?? '')).statusCode, 403);
      assert.equal(await gateway.deps.stores.secrets.find(id), undefined, 'nothing is to come: the tokens are let go');
      assert.deepEqual(await Promise.all([statusOf('gstn_details'), statusOf('udhyam_certificate')]), [521, 200]);
      assert.deepEqual(await after(177), ['erased', 'erased', 'fetched']);
      assert.deepEqual(await after(178), ['erased', 'erased', 'erased']);
      const record = (await own.send({ method: 'GET', url: `/v1/sessions/${id}/consent` })).json<ConsentRecord>();
      assert.deepEqual(
        record.erased.map(({ reason, files: gone }) => [reason, gone.length]),
        [1, 1, 1].map((count) => ['retention', count]),
      );
    } finally {
      await gateway.close();
    }
  });

  it('can be had when it comes, although others of its type have been kept long enough by then', async () => {
    const { gateway, key, own } = await start();
    try {
      const real = gateway.deps.upstreams.test as Upstream;
      let fetched = 0;
      gateway.deps.upstreams.test = {
        ...real,
        fetchDocument: (grant, issued, mime) => {
          fetched += 1;
          return fetched === 1
            ? real.fetchDocument(grant, issued, mime)
            : Promise.reject(new AppError('issuer_unavailable'));
        },
      };
      const startMs = gateway.clock.nowMs;
      const payload = initBody({ consent_expiry: startMs + 10 * 60 * minuteMs });
      const made = await own.send({ method: 'POST', url: initPath, payload });
      const id = made.json<{ data: { session_id: string } }>().data.session_id;
      const person = browser(gateway);
      await person.get(await walkByRedirect(person, id, { mobile: people.ravi, share: ['GSTND'] }));
      await gateway.deps.background.idle();
      gateway.clock.nowMs = startMs + 61 * minuteMs;
      await round(gateway);
      gateway.deps.upstreams.test = real;
      gateway.clock.nowMs = startMs + 120 * minuteMs;
      await round(gateway);
      assert.deepEqual(
        (await filesOf(own, id)).map(([, , state]) => state),
        ['erased', 'fetched', 'fetched'],
      );
      const answer = await redirectFlow(gateway, key).document(id, 'gstn_details');
      assert.equal(answer.statusCode, 200, answer.body);
      assert.equal(answer.json<{ data: { files: unknown[] } }>().data.files.length, 2);
    } finally {
      await gateway.close();
    }
  });

  it('is not erased as what never came if it comes in that very moment', async () => {
    const { gateway, own } = await start();
    try {
      const down = issuer(gateway);
      const id = await consented(gateway, own, ['gstn_details']);
      down.up();
      const { stores } = gateway.deps;
      const { ofSession } = stores.documents;
      stores.documents.ofSession = async (sessionId) => {
        stores.documents.ofSession = ofSession;
        const found = await ofSession(sessionId);
        const session = await stores.sessions.find(id);
        if (session && found[0]) await collectDocument(gateway.deps, session, found[0]);
        return found;
      };
      assert.equal((await own.send({ method: 'POST', url: `/v1/sessions/${id}/withdraw` })).statusCode, 200);
      assert.equal(eventsOf(gateway, 'document.failed').length, 0);
      assert.equal(eventsOf(gateway, 'document.erased').length, 1);
      const proof = (allRows(gateway).consent_entries ?? []).filter((row) => row.includes('sha256'));
      assert.match(proof.join(), /sha256\W+[0-9a-f]{64}/, 'the proof names the file');
    } finally {
      await gateway.close();
    }
  });

  it('failed, with the reason, when the consent is over before it came', async () => {
    const { gateway, own, sdk } = await start();
    try {
      const down = issuer(gateway);
      const id = await consented(gateway, own, both);
      const { consent } = (await own.get(id)).json<V1Session>();
      gateway.clock.nowMs = consent?.valid_until ?? 0;
      await round(gateway);
      assert.deepEqual(await filesOf(own, id), [
        ['gstn_details', 'failed', 'failed', 'issuer_unavailable'],
        ['udhyam_certificate', 'failed', 'failed', 'issuer_unavailable'],
      ]);
      assert.equal(eventsOf(gateway, 'document.failed').length, 2);
      assert.equal(eventsOf(gateway, 'document.erased').length, 0, 'what never came was not erased');
      const asked = down.asked.length;
      down.up();
      await round(gateway);
      await sdk.document(id, 'gstn_details');
      assert.equal(down.asked.length, asked);
      assert.equal((await filesOf(own, id))[0]?.[2], 'failed', 'it comes no more');
    } finally {
      await gateway.close();
    }
  });

  it('does not hold up the rest: a round with failures asks for ten and goes on with others the next time', async () => {
    const { gateway, own } = await start();
    try {
      const down = issuer(gateway);
      for (let count = 0; count < 6; count += 1) {
        await consented(gateway, own, both);
      }
      await gateway.deps.background.idle();
      gateway.clock.nowMs += minuteMs;
      down.asked.length = 0;
      await round(gateway);
      assert.equal(down.asked.length, 10);
      await round(gateway);
      assert.equal(down.asked.length, 12);
      assert.equal(new Set(down.asked).size, 2);
      down.up();
      gateway.clock.nowMs += minuteMs;
      await round(gateway);
      const pending = (allRows(gateway).documents ?? []).filter((row) => row.includes('"pending"'));
      assert.equal(pending.length, 0, 'all of them in one round once it goes well');
    } finally {
      await gateway.close();
    }
  });
});
