import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { ConsentReceiptResponse, ConsentRecord, V1Session } from '@tijori/wire';
import { needs } from '../../../../scripts/needs.ts';
import { integrator, walkToCallback } from '../testing/api.ts';
import { postgresOfTests } from '../testing/engines.ts';
import { ownApi } from '../testing/families.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';
import { startReceiver } from '../testing/receiver.ts';
import { allRows } from '../testing/rows.ts';

/** Every row of every table, and every sealed text that the master key opens, as one text. */
type ReadAll = (gateway: TestGateway) => Promise<string>;

/** All files of a data folder: database, its log, vault, our log. */
function filesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'))
    .join('\n');
}

const idempotencyKey = 'create-17';
const own = {
  reference: 'LOAN-KINGFISHER',
  metadata: { officer: 'Kingfisher Namuna' },
  return_url: 'https://lender.example/back?customer=kingfisher',
  expected_entity: { pan: 'ZZZCZ9999Z' },
};

/** A whole journey with everything that can become personal: answers of a receiver, kept answers, a receipt, data read. */
async function journey(gateway: TestGateway) {
  const key = await gateway.newKey();
  const api = ownApi(gateway, key);
  const receiver = await startReceiver(() => ({ status: 200, body: 'thanks for Asha Kingfisher' }));
  await api.send({ method: 'POST', url: '/v1/webhook-endpoints', payload: { url: receiver.url } });
  const made = await api.send({
    method: 'POST',
    url: '/v1/sessions',
    payload: { flow: 'signin', documents: [{ type: 'gstn_details' }, { type: 'udhyam_certificate' }], ...own },
    headers: { 'idempotency-key': idempotencyKey },
  });
  const { id } = made.json<V1Session>();
  const person = browser(gateway);
  await person.get(await walkToCallback(person, id));
  await gateway.deps.background.idle();
  const receipt = (await api.send({ method: 'GET', url: `/v1/sessions/${id}/consent-receipt` })).json();
  const data = (await api.send({ method: 'GET', url: `/v1/sessions/${id}/data?personal_for=A%20loan` })).json();
  await gateway.deps.outbox.sendDue();
  const { pii_principal_name, pii_principal_id, entity_name, entity_id } = (receipt as ConsentReceiptResponse).receipt;
  const documents = await gateway.deps.stores.documents.ofSession(id);
  /** What must not be there any more, by what it is. */
  const personal: Record<string, string> = {
    'name of the person': pii_principal_name ?? '',
    'id of the person': pii_principal_id ?? '',
    'name of the entity': entity_name ?? '',
    'id of the entity': entity_id ?? '',
    gstin: data.gst_registrations[0].gstin,
    udyam: data.udyam.number,
    phone: data.gst_registrations[0].phone,
    email: data.gst_registrations[0].email,
    uri: documents[0]?.uri ?? '',
    reference: own.reference,
    metadata: own.metadata.officer,
    'return address': own.return_url,
    'expected entity': own.expected_entity.pan,
    'answer of a receiver': 'Asha Kingfisher',
  };
  for (const [what, value] of Object.entries(personal)) assert.ok(value.length > 5, what);
  return { api, sdk: integrator(gateway, key), key, id, receiver, person, personal };
}

function redactionSuite(name: string, start: (t: TestContext) => Promise<[TestGateway, ReadAll] | undefined>): void {
  describe(`a redaction on ${name}`, () => {
    it('leaves nothing personal in any row, file or log, and says so', async (t) => {
      const started = await start(t);
      if (!started) return;
      const [gateway, readAll] = started;
      const { api, sdk, id, receiver, person, personal } = await journey(gateway);
      t.after(() => receiver.close());
      const [link = ''] = await sdk.links(id, 'gstn_details');
      const redact = (headers = {}) => api.send({ method: 'POST', url: `/v1/sessions/${id}/redact`, headers });
      const before = await readAll(gateway);
      for (const [what, value] of Object.entries(personal))
        assert.ok(before.includes(value), `${what} was never there`);
      const answers = async () => {
        const events = await gateway.deps.stores.events.idsOfSession(
          { id, workspaceId: (await gateway.deps.stores.sessions.find(id))?.workspaceId ?? '', mode: 'test' },
          [{ after: 'evt_0', before: 'evt_g' }],
        );
        const owner = {
          workspaceId: (await gateway.deps.stores.sessions.find(id))?.workspaceId ?? '',
          mode: 'test' as const,
        };
        return (
          await Promise.all(events.map((event) => gateway.deps.stores.webhookDeliveries.ofEvent(owner, event)))
        ).flat();
      };
      assert.ok((await answers()).some(({ sealedAnswers }) => sealedAnswers !== null));

      // From here on the receiver says nothing about anybody.
      receiver.answer(() => 204);
      const answer = await redact({ 'idempotency-key': 'redact-17' });
      assert.equal(answer.statusCode, 200, answer.body);
      const shown = answer.json<V1Session>();
      assert.equal(shown.redacted_at, gateway.clock.nowMs);
      assert.deepEqual(
        [shown.status, shown.reference, shown.metadata, shown.return_url, shown.expected_entity],
        ['succeeded', null, null, null, null],
      );
      await gateway.deps.background.idle();
      const afterwards = await readAll(gateway);
      for (const [what, value] of Object.entries(personal)) {
        assert.ok(!afterwards.includes(value), `${what} is still there`);
      }
      assert.ok(afterwards.includes(id), 'the search would find nothing');
      assert.ok((await answers()).every(({ sealedAnswers }) => sealedAnswers === null));

      assert.equal((await gateway.app.inject(link)).statusCode, 403);
      assert.equal((await sdk.document(id, 'gstn_details')).statusCode, 521);
      assert.equal(
        (await sdk.send({ method: 'GET', url: `/kyc/entitylocker-sdk/sessions/${id}/entity` })).statusCode,
        521,
      );
      const again = await api.send({
        method: 'POST',
        url: '/v1/sessions',
        payload: { flow: 'signin', documents: [{ type: 'gstn_details' }] },
        headers: { 'idempotency-key': idempotencyKey },
      });
      assert.equal(again.statusCode, 201, 'the kept answer is gone, and its key is free');

      gateway.clock.nowMs += 1_000;
      assert.deepEqual((await redact()).json(), shown, 'once more changes nothing');
      assert.equal((await redact({ 'idempotency-key': 'redact-17' })).body, answer.body);
      const changed = await api.update(id, { reference: 'LOAN-2' });
      assert.deepEqual([changed.statusCode, changed.json().code], [409, 'session_redacted']);

      const { timeline } = (await api.get(id)).json<{ timeline: { action: string }[] }>();
      for (const action of ['session.succeeded', 'documents.erased', 'session.redacted', 'upstream.revoked']) {
        assert.equal(timeline.filter((entry) => entry.action === action).length, 1, action);
      }
      const record = (await api.send({ method: 'GET', url: `/v1/sessions/${id}/consent` })).json<ConsentRecord>();
      assert.deepEqual(
        record.erased.map(({ reason, files }) => [reason, files.length]),
        [['redaction', 2]],
      );
      const { receipt, html } = (
        await api.send({ method: 'GET', url: `/v1/sessions/${id}/consent-receipt` })
      ).json<ConsentReceiptResponse>();
      assert.deepEqual([receipt.pii_principal_name, receipt.entity_name], [null, null]);
      assert.match(html, /A business allowed/);
      assert.equal((await person.get(`/consent/${id}`)).status, 200);
    });

    it('finds what endpoints answered to events whose ids ran ahead of a clock that was set back', async (t) => {
      const started = await start(t);
      if (!started) return;
      const [gateway] = started;
      const api = ownApi(gateway, await gateway.newKey());
      const receiver = await startReceiver(() => ({ status: 200, body: 'thanks for Asha Kingfisher' }));
      t.after(() => receiver.close());
      await api.send({ method: 'POST', url: '/v1/webhook-endpoints', payload: { url: receiver.url } });
      const early = await api.newSession();
      gateway.clock.nowMs += 1_800_000;
      await api.newSession();
      gateway.clock.nowMs -= 1_800_000;
      const late = await api.newSession();
      for (const { id } of [early, late]) await api.cancel(id);
      const answersOf = async (id: string) => {
        const { workspaceId = '' } = (await gateway.deps.stores.sessions.find(id)) ?? {};
        const owner = { workspaceId, mode: 'test' as const };
        const { events, webhookDeliveries } = gateway.deps.stores;
        const ids = await events.idsOfSession({ ...owner, id }, [{ after: 'evt_0', before: 'evt_g' }]);
        const deliveries = await Promise.all(ids.map((event) => webhookDeliveries.ofEvent(owner, event)));
        return deliveries.flat().map(({ sealedAnswers }) => sealedAnswers !== null);
      };
      await gateway.deps.outbox.sendDue();
      for (const { id } of [early, late]) {
        assert.deepEqual(await answersOf(id), [true, true], 'created, cancelled');
        assert.equal((await api.send({ method: 'POST', url: `/v1/sessions/${id}/redact` })).statusCode, 200);
        assert.deepEqual(await answersOf(id), [false, false]);
      }
    });
  });
}

redactionSuite('SQLite', async (t) => {
  const gateway = await startTestGateway();
  t.after(() => gateway.close());
  const { dataDir } = gateway.config;
  const { DatabaseSync } = await import('node:sqlite');
  return [
    gateway,
    async () => {
      const db = new DatabaseSync(join(dataDir, 'tijori.db'));
      db.exec('pragma wal_checkpoint(truncate)');
      db.close();
      return `${await openedTexts(gateway)}\n${filesOf(dataDir)}`;
    },
  ];
});

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

redactionSuite('PostgreSQL', async (t) => {
  const url = await postgres.newMigrated(t);
  const server = await postgres.server(t);
  if (!url || !server) return undefined;
  const gateway = await startTestGateway({ database: { url, connectionsMax: 8 } });
  t.after(() => gateway.close());
  return [
    gateway,
    async () => {
      const tables = await server.query(
        `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
        url,
      );
      const rows = await Promise.all(
        tables.map(({ table_name }) => server.query(`select * from "${String(table_name)}"`, url)),
      );
      return `${JSON.stringify(rows)}\n${await openedTexts(gateway)}\n${filesOf(gateway.config.dataDir)}`;
    },
  ];
});

/** What is sealed, opened: as somebody with the master key would find it. */
async function openedTexts(gateway: TestGateway): Promise<string> {
  const { stores, seal, blobs } = gateway.deps;
  const { sealedColumns } = await import('../usecases/secrets/sealed-columns.ts');
  const texts: string[] = [];
  for (const column of sealedColumns) {
    if (column.column === 'wrapped_key') continue;
    for (const row of await stores.sealedTexts.page(column, [], 10_000)) {
      texts.push(seal.openSmall(String(row.sealed), column.label(row)).toString());
    }
  }
  const { documentLabel } = await import('../domain/document.ts');
  for (const row of await stores.sealedTexts.page(
    { table: 'documents', column: 'wrapped_key', key: ['id'], also: [] },
    [],
    10_000,
  )) {
    const document = await stores.documents.find(String(row.id));
    const sealed = document?.held && (await blobs.get(document.held.blob));
    if (!document?.held || !sealed) continue;
    for await (const piece of seal.openFile(document.held.wrappedKey, documentLabel(document), sealed)) {
      texts.push(piece.toString());
    }
  }
  return texts.join('\n');
}

describe('a redaction', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway();
  });
  after(() => gateway.close());

  it('is for sessions with an end, of one’s own', async () => {
    const api = ownApi(gateway, await gateway.newKey());
    const { id } = await api.newSession({ reference: 'LOAN-1' });
    const redact = (by = api) => by.send({ method: 'POST', url: `/v1/sessions/${id}/redact` });
    const early = await redact();
    assert.deepEqual([early.statusCode, early.json().code], [409, 'session_open']);
    const foreign = await redact(ownApi(gateway, await gateway.newKey('test', 'Example Broker (fictional)')));
    assert.equal(foreign.statusCode, 404);
    await api.cancel(id);
    const done = (await redact()).json<V1Session>();
    assert.deepEqual([done.status, done.reference, done.redacted_at], ['failed', null, gateway.clock.nowMs]);
    const other = await api.newSession({ reference: 'LOAN-2' });
    gateway.clock.nowMs = other.expires_at;
    const expired = await api.send({ method: 'POST', url: `/v1/sessions/${other.id}/redact` });
    assert.deepEqual([expired.statusCode, expired.json<V1Session>().status], [200, 'expired']);
  });

  /** Something else happens just before the next commit. */
  const beforeCommit = (happens: () => Promise<unknown>) => {
    const { stores } = gateway.deps;
    const { commit } = stores;
    stores.commit = async (statements) => {
      stores.commit = commit;
      await happens();
      return commit(statements);
    };
  };
  /** What is kept for requests with a key, as the session's owner would get it again. */
  const keptAbout = (id: string) =>
    (allRows(gateway).idempotent_answers ?? []).filter((row) => row.includes(id)).length;
  const order = (api: ReturnType<typeof ownApi>, id: string, name: string, key?: string) =>
    api.send({ method: 'POST', url: `/v1/sessions/${id}/${name}`, headers: key ? { 'idempotency-key': key } : {} });

  it('takes an answer with it that is kept while it looks for such answers', async () => {
    const api = ownApi(gateway, await gateway.newKey());
    const { id } = await api.newSession({ reference: 'LOAN-KINGFISHER' });
    await api.cancel(id);
    const { idempotentAnswers } = gateway.deps.stores;
    const { keysOfSession } = idempotentAnswers;
    idempotentAnswers.keysOfSession = async (session) => {
      idempotentAnswers.keysOfSession = keysOfSession;
      const found = await keysOfSession(session);
      const late = await order(api, id, 'cancel', 'cancel-17');
      assert.equal(late.json<V1Session>().reference, 'LOAN-KINGFISHER');
      return found;
    };
    assert.equal((await order(api, id, 'redact')).statusCode, 200);
    assert.equal(keptAbout(id), 0);
    const again = await order(api, id, 'cancel', 'cancel-17');
    assert.equal(again.json<V1Session>().reference, null, 'its key is free, and gets what is left');
  });

  it('leaves no answer behind that was made before it and is kept after it', async () => {
    const api = ownApi(gateway, await gateway.newKey());
    for (const [name, end] of [
      ['cancel', async (id: string) => api.cancel(id)],
      [
        'withdraw',
        async (id: string) => {
          const person = browser(gateway);
          await person.get(await walkToCallback(person, id));
          await gateway.deps.background.idle();
          return order(api, id, 'withdraw');
        },
      ],
    ] as const) {
      const { id } = await api.newSession({ reference: 'LOAN-KINGFISHER', documents: [{ type: 'gstn_details' }] });
      await end(id);
      await gateway.deps.background.idle();
      beforeCommit(() => order(api, id, 'redact'));
      const answer = await order(api, id, name, `${name}-18`);
      assert.deepEqual([answer.statusCode, answer.json<V1Session>().reference], [200, null], name);
      assert.equal(keptAbout(id), 1);
      assert.equal((await order(api, id, name, `${name}-18`)).body, answer.body);
    }
  });

  it('finds what endpoints answered, however long the timeline is, with few questions', async (t) => {
    const { api, id, receiver } = await journey(gateway);
    t.after(() => receiver.close());
    const { stores } = gateway.deps;
    const session = (await stores.sessions.find(id)) ?? assert.fail();
    const entry = { actor: 'integrator', action: 'personal_data.read' } as const;
    const lines = Array.from({ length: 6_000 }, (_, index) =>
      stores.audit.insertion(session, { ...entry, atMs: gateway.clock.nowMs + 2_000 * index }),
    );
    await stores.commit(lines);
    gateway.clock.nowMs += 2_000 * lines.length;
    assert.ok((await openedTexts(gateway)).includes('Asha Kingfisher'));
    receiver.answer(() => 204);
    let questions = 0;
    const { idsOfSession } = stores.events;
    stores.events.idsOfSession = (...asked) => {
      questions += 1;
      return idsOfSession(...asked);
    };
    assert.equal((await order(api, id, 'redact')).statusCode, 200);
    assert.ok(!(await openedTexts(gateway)).includes('Asha Kingfisher'), 'the events are older than 6,000 lines');
    assert.ok(questions < 100, `${questions}`);
  });
});
