import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { liveKeyring } from '../../domain/keyring.ts';
import { createBody, createPath, integrator, people, walk, walkToCallback } from '../../testing/api.ts';
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts';
import { browser } from '../../testing/person.ts';
import { allRows } from '../../testing/rows.ts';
import { createSeal } from '../../vault/seal.ts';
import { countByKey, rewrapAll } from './rewrap.ts';
import { sealedColumns } from './sealed-columns.ts';

/** No other gateway is at work. */
const wait = async () => {};
const none = { masterKeys: [], tokenKeys: [], linkKeys: [] };

describe('changing keys', () => {
  let dataDir: string;
  let gateway: TestGateway;
  let key: Awaited<ReturnType<TestGateway['newKey']>>;
  let api: ReturnType<typeof integrator>;
  let sessionId: string;
  let link: string;
  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'tijori-rotation-'));
    gateway = await startTestGateway({ dataDir });
    key = await gateway.newKey();
    api = integrator(gateway, key);
    sessionId = await api.newSession();
    await walk(gateway, sessionId, { mobile: people.ravi });
    [link = ''] = await api.links(sessionId, 'gstn_details');
    // One more of each kind that is sealed: a verifier on its way, a kept answer, a grant that is to be revoked.
    await walkToCallback(browser(gateway), await api.newSession());
    await api.send({ method: 'POST', url: '/v1/webhook-endpoints', payload: { url: 'https://lender.example/hooks' } });
    await api.send({
      method: 'POST',
      url: createPath,
      headers: { 'idempotency-key': 'one' },
      payload: createBody(),
    });
  });
  after(async () => {
    await gateway.close();
    rmSync(dataDir, { recursive: true });
  });

  const answers = async () => {
    const [status, document, opened] = await Promise.all([
      api.status(sessionId),
      api.document(sessionId, 'gstn_details'),
      gateway.app.inject({ method: 'GET', url: link }),
    ]);
    return [status.statusCode, document.statusCode, opened.statusCode];
  };

  it('of tokens and links: both sets are good side by side, and the old ones die with their key', async () => {
    const { secrets } = gateway.config;
    assert.deepEqual(await answers(), [200, 200, 200]);
    const next = { ...secrets, tokenKey: randomBytes(32), linkKey: randomBytes(32) };
    await gateway.replaceKeys({
      ...next,
      old: { ...none, tokenKeys: [secrets.tokenKey], linkKeys: [secrets.linkKey] },
    });
    assert.deepEqual(await answers(), [200, 200, 200]);
    const token = await gateway.deps.tokens.issue({ ...key, apiKeyId: key.apiKey, mode: 'test' });
    const [newLink = ''] = await api.links(sessionId, 'gstn_details');

    await gateway.replaceKeys({ ...next, old: none });
    assert.deepEqual(await answers(), [403, 403, 403]);
    api = integrator(gateway, { ...key, token });
    link = newLink;
    assert.deepEqual(await answers(), [200, 200, 200]);
    gateway.config.secrets = next;
  });

  it('of the master key: nothing that is sealed is outside the list of what is moved', () => {
    const listed = new Set(sealedColumns.map(({ table }) => table));
    const sealedText = /"(?:s1~)?k1\.[A-Za-z0-9_-]{1,32}\./;
    const found = Object.entries(allRows(gateway))
      .filter(([table, rows]) => table !== 'settings' && rows.some((row) => sealedText.test(row)))
      .map(([table]) => table);
    assert.ok(found.length >= 4, `only ${found} hold anything sealed: the test is too thin`);
    for (const table of found) assert.ok(listed.has(table), `${table} is not in sealed-columns.ts`);
  });

  it('of the master key: every column whose name says that it is sealed is moved', () => {
    const database = new DatabaseSync(join(dataDir, 'tijori.db'), { readOnly: true });
    const columns = database
      .prepare(
        `select t.name || '.' || c.name as name from sqlite_schema t, pragma_table_info(t.name) c
         where t.type = 'table' and (c.name like 'sealed%' or c.name like 'wrapped%') order by 1`,
      )
      .all()
      .map(({ name }) => String(name));
    database.close();
    assert.deepEqual(sealedColumns.map(({ table, column }) => `${table}.${column}`).sort(), columns);
  });

  it('of the master key: interrupted anywhere, then gone on with, all opens under the new one alone', async () => {
    const { secrets } = gateway.config;
    const next = { ...secrets, masterKey: randomBytes(32) };
    const keyring = liveKeyring({ current: next.masterKey, old: [secrets.masterKey] });
    const seal = createSeal({ keyring });
    const { stores } = gateway.deps;
    // What was sealed before the exchange is in its row: the command waits for that, for longer than any commit takes.
    await gateway.deps.background.idle();

    await assert.rejects(gateway.replaceKeys({ ...next, old: none }), /nor is that one in TIJORI_MASTER_KEY_OLD/);
    assert.deepEqual(await answers(), [200, 200, 200]);
    await gateway.replaceKeys({ ...next, old: { ...none, masterKeys: [secrets.masterKey] } });
    assert.deepEqual(await answers(), [200, 200, 200]);

    let commits = 0;
    const dying = {
      ...stores,
      commit: async (changes: Parameters<typeof stores.commit>[0]) => {
        commits += 1;
        if (commits > 2) throw new Error('killed');
        return stores.commit(changes);
      },
    };
    await assert.rejects(rewrapAll({ stores: dying, seal }, keyring, { wait }));
    assert.deepEqual(await answers(), [200, 200, 200]);
    await assert.rejects(gateway.replaceKeys({ ...next, old: none }), /TIJORI_MASTER_KEY_OLD/);

    const { rewrapped, released } = await rewrapAll({ stores, seal }, keyring, { wait });
    assert.ok(rewrapped > 2);
    assert.equal(released, 1);
    assert.deepEqual([...(await countByKey({ stores })).keys()], [keyring.currentKeyId]);
    await gateway.replaceKeys({ ...next, old: none });
    assert.deepEqual(await answers(), [200, 200, 200]);
    const again = await rewrapAll({ stores, seal }, keyring, { wait });
    assert.deepEqual(again, { rewrapped: 0, released: 0 });
    gateway.config.secrets = next;
  });

  it('of the master key: what was sealed before keys had ids opens, and is moved', async () => {
    const { masterKey } = gateway.config.secrets;
    const first = createSeal({ keyring: { currentKeyId: 'k1', keys: new Map([['k1', masterKey]]) } });
    const context = { workspaceId: 'w', kind: 'grant', objectId: 's', version: 1 };
    const sealed = first.sealSmall('of before', context);
    const now = createSeal({ keyring: liveKeyring({ current: masterKey, old: [] }) });
    assert.equal(now.openSmall(sealed, context).toString(), 'of before');
    const moved = now.rewrap(sealed, context) ?? '';
    assert.equal(now.openSmall(moved, context).toString(), 'of before');
    assert.equal(now.rewrap(moved, context), undefined);
  });

  it('of the master key: a start without a key that something is still under is refused', async () => {
    const { config } = gateway;
    await gateway.close();
    await assert.rejects(
      startTestGateway({ dataDir, secrets: { ...config.secrets, masterKey: randomBytes(32) } }),
      /The master key is not the one/,
    );
    gateway = await startTestGateway({ dataDir, secrets: config.secrets });
  });
});
