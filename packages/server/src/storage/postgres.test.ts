import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { needs } from '../../../../scripts/needs.ts';
import { postgresOfTests } from '../testing/engines.ts';
import { dbSuite } from './db.suite.ts';
import type { Db, Statement } from './db.ts';
import { readMigrations } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { migratePostgres } from './postgres-migrate.ts';

const now = () => 1_000;
const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

dbSuite({
  name: postgres.name,
  async open(t) {
    const url = await postgres.newMigrated(t);
    if (url === undefined) return undefined;
    const db = await openPostgres({ url, now });
    let open = true;
    const close = async () => {
      if (open) await db.close();
      open = false;
    };
    return { db: { ...db, close }, reopen: () => openPostgres({ url, now }), remove: close };
  },
});

const workspace = (id: string, name = id): Statement => ({
  sql: 'insert into workspaces (id, name, created_at_ms) values ($1, $2, $3)',
  params: [id, name, 1],
});
const rename = (id: string, from: string, to: string): Statement => ({
  sql: 'update workspaces set name = $1 where id = $2 and name = $3',
  params: [to, id, from],
  expectRows: 1,
});
const names = async (db: Db) => (await db.all('select name from workspaces order by id', [])).map(({ name }) => name);

describe('PostgreSQL', () => {
  it('is migrated once by three nodes that start at the same time', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newDatabase(t);
    if (!server || url === undefined) return;
    const nodes = await Promise.all([1, 2, 3].map((node) => openPostgres({ url, now: () => node })));
    await Promise.all(nodes.map((node) => node.close()));
    const applied = await server.query('select number, name from schema_migrations order by number', url);
    assert.deepEqual(
      applied,
      readMigrations().map(({ number, name }) => ({ number, name })),
    );
  });

  it('keeps nothing of a migration that fails, goes on from there, and refuses a newer schema untouched', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newDatabase(t);
    if (!server || url === undefined) return;
    const first = { number: 1, name: 'first', sql: 'create table a (x integer);' };
    const second = { number: 2, name: 'second', sql: 'create table b (x integer); insert into nowhere values (1);' };
    await assert.rejects(migratePostgres(url, { nowMs: 1, migrations: [first, second] }), /nowhere/);
    assert.deepEqual(await server.query('select number from schema_migrations', url), [{ number: 1 }]);
    await migratePostgres(url, {
      nowMs: 1,
      migrations: [first, { ...second, sql: 'create table b (x integer);' }],
    });
    assert.deepEqual(await server.query('select * from b', url), []);
    await assert.rejects(migratePostgres(url, { nowMs: 1, migrations: [first] }), /newer/);
  });

  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    it(`is refused with ${setting} off: it would lose acknowledged writes`, async (t) => {
      const server = await postgres.server(t);
      const url = await postgres.newDatabase(t);
      if (!server || url === undefined) return;
      await server.query(`alter system set ${setting} = off`);
      t.after(async () => {
        await server.query(`alter system reset ${setting}`);
        await server.query('select pg_reload_conf()');
      });
      await server.query('select pg_reload_conf()');
      await assert.rejects(openPostgres({ url, now }), new RegExp(`${setting} off`));
      const made = await server.query(`select to_regclass('workspaces') as made`, url);
      assert.deepEqual(made, [{ made: null }], 'nothing was made in it');
    });
  }

  it('shows a role that has named no workspace not a single row, and one that has named one only its own', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    const db = await openPostgres({ url, now });
    t.after(() => db.close());
    const key = (id: string, workspaceId: string): Statement => ({
      sql: `insert into api_keys (id, workspace_id, mode, secret_hash, created_at_ms) values ($1, $2, 'test', 'h', 1)`,
      params: [id, workspaceId],
    });
    await db.commit([workspace('a'), workspace('b'), key('ka', 'a'), key('kb', 'b')]);
    const ids = async (workspaceId?: string) =>
      (await db.all('select id from api_keys order by id', [], workspaceId)).map(({ id }) => id);
    assert.deepEqual(await ids(), ['ka', 'kb']);
    assert.deepEqual(await Promise.all([ids('a'), ids('b'), ids('nobody'), ids()]), [['ka'], ['kb'], [], ['ka', 'kb']]);
    assert.deepEqual(await server.asApplication('select id from api_keys', url), []);
    const steal: Statement = {
      sql: `update api_keys set revoked_at_ms = 1 where id = 'kb'`,
      params: [],
      expectRows: 1,
    };
    assert.equal(await db.commit([steal], 'a'), 'conflict');
    await assert.rejects(db.commit([key('kc', 'b')], 'a'), { code: 'internal' });
    const mixed = await Promise.allSettled([
      db.commit([key('kd', 'a')], 'a'),
      db.commit([key('ke', 'b')], 'a'),
      db.commit([key('kf', 'b')], 'b'),
    ]);
    assert.deepEqual(
      mixed.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await ids(), ['ka', 'kb', 'kd', 'kf']);
  });

  it('is used by a role that may not touch the tables themselves, when another one owns them', async (t) => {
    const server = await postgres.server(t);
    const ownerUrl = await postgres.newDatabase(t);
    if (!server || ownerUrl === undefined) return;
    const url = ownerUrl.replace('tijori@', 'gateway@');
    await server.query('create role gateway login');
    const db = await openPostgres({ url, ownerUrl, now });
    t.after(() => db.close());
    assert.equal(await db.commit([workspace('a')]), 'committed');
    assert.deepEqual(await names(db), ['a']);
    for (const sql of ['alter table api_keys disable row level security', 'drop table events']) {
      await assert.rejects(server.asApplication(sql, url), /must be owner/);
    }
  });

  it('warns about a role that no rule binds, and says which database it cannot reach, without its password', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    const warnings: string[] = [];
    const onWarning = (text: string) => warnings.push(text);
    const bound = await openPostgres({ url, now, onWarning });
    await bound.close();
    assert.deepEqual(warnings, []);
    const unbound = await openPostgres({ url: url.replace('tijori@', 'postgres@'), now, onWarning });
    await unbound.close();
    assert.equal(warnings.length, 1);
    const nowhere = url.replace('tijori@', 'tijori:canary-pass@').replace(/[^/]+$/, 'nowhere');
    await assert.rejects(openPostgres({ url: nowhere, now }), (error: Error) => {
      assert.match(error.message, /127\.0\.0\.1:\d+\/nowhere cannot be used: database: 3D000/);
      assert.doesNotMatch(`${error.message}${error.stack}${JSON.stringify(error.cause)}`, /canary/);
      return true;
    });
  });

  it('has a wall in front of every table of rows that belong to a workspace or a session', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    const open = await server.query(
      `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
       and not (relrowsecurity and relforcerowsecurity) order by relname`,
      url,
    );
    assert.deepEqual(
      open.map(({ relname }) => relname),
      [
        'audit_batches',
        'consent_notices',
        'evidence_keys',
        'rate_windows',
        'schema_lock',
        'schema_migrations',
        'settings',
        'trust_items',
        'turns',
        'workspaces',
      ],
    );
  });

  it('gets over deadlocks: two nodes that change the same rows in opposite order both succeed', async (t) => {
    const url = await postgres.newMigrated(t);
    if (url === undefined) return;
    const [one, other] = await Promise.all([1, 2].map(() => openPostgres({ url, now })));
    if (!one || !other) return;
    t.after(() => Promise.all([one.close(), other.close()]));
    await one.commit(['a', 'b'].map((id) => workspace(id)));
    const touch = (id: string): Statement => ({
      // Holds the row for a moment, so that the two meet.
      sql: `with held as (select pg_sleep(0.05)) update workspaces set created_at_ms = created_at_ms + 1 from held where id = $1`,
      params: [id],
      expectRows: 1,
    });
    const outcomes = await Promise.all([one.commit([touch('a'), touch('b')]), other.commit([touch('b'), touch('a')])]);
    assert.deepEqual(outcomes, ['committed', 'committed']);
    const rows = await one.all('select created_at_ms as n from workspaces', []);
    assert.deepEqual(
      rows.map(({ n }) => n),
      [3, 3],
    );
  });

  it('lets other writes pass one that waits for a row that somebody else holds', async (t) => {
    const url = await postgres.newMigrated(t);
    if (url === undefined) return;
    const db = await openPostgres({ url, now });
    const other = new Client({ connectionString: url });
    await other.connect();
    try {
      await db.commit([workspace('held')]);
      await other.query(`begin; update workspaces set name = 'theirs' where id = 'held'`);
      const waiting = db.commit([rename('held', 'held', 'ours')]);
      // Over two turns of the loop, so that it has set out and the next is not of its group.
      await wait(1);
      assert.equal(await Promise.race([db.commit([workspace('passer')]), waiting]), 'committed');
      assert.deepEqual(await names(db), ['held', 'passer']);
      await other.query('rollback');
      assert.equal(await waiting, 'committed');
      assert.deepEqual(await names(db), ['ours', 'passer']);
    } finally {
      await other.end();
      await db.close();
    }
  });

  it('gets over serialization failures: of two nodes that change a row at once none is refused', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    const name = new URL(url).pathname.slice(1);
    await server.query(`alter database ${name} set default_transaction_isolation = 'serializable'`);
    const [one, other] = await Promise.all([1, 2].map(() => openPostgres({ url, now })));
    if (!one || !other) return;
    t.after(() => Promise.all([one.close(), other.close()]));
    await one.commit([workspace('a')]);
    const touch: Statement = {
      sql: `with held as (select pg_sleep(0.05)) update workspaces set created_at_ms = created_at_ms + 1 from held where id = 'a'`,
      params: [],
      expectRows: 1,
    };
    assert.deepEqual(await Promise.all([one.commit([touch]), other.commit([touch])]), ['committed', 'committed']);
    assert.deepEqual(await one.get('select created_at_ms as n from workspaces', []), { n: 3 });
  });

  it('answers 503 while the server is gone, loses nothing that it acknowledged, and is back within 5 s', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    const db = await openPostgres({ url, now });
    t.after(() => db.close());
    for (const how of ['fast', 'kill'] as const) {
      const acknowledged: string[] = [];
      const codes = new Set<unknown>();
      let stopped = false;
      const load = Promise.all(
        Array.from({ length: 8 }, async (_, client) => {
          for (let count = 0; !stopped; count += 1) {
            const id = `${how} ${client} ${count}`;
            await db.commit([workspace(id)]).then(
              () => acknowledged.push(id),
              (error) => codes.add(error.code),
            );
            if (codes.size > 0) await wait(10);
          }
        }),
      );
      await wait(100);
      await server.end(how);
      await wait(100);
      await assert.rejects(db.get('select 1 as one', []), { code: 'storage_unavailable' });
      await server.start();
      const upAt = Date.now();
      for (let up = false; !up; ) up = (await db.commit([workspace(`${how} up`)]).catch(() => '')) === 'committed';
      assert.ok(Date.now() - upAt < 5_000, 'back within 5 s');
      stopped = true;
      await load;
      assert.deepEqual([...codes], ['storage_unavailable']);
      const kept = new Set(await names(db));
      assert.ok(acknowledged.length > 0);
      assert.deepEqual(
        acknowledged.filter((id) => !kept.has(id)),
        [],
      );
    }
  });

  it('waits at its start for a server that is starting, too, and says so when it does not come', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    await server.end();
    try {
      await assert.rejects(openPostgres({ url, now, startMsMax: 300 }), /cannot be used: database: ECONNREFUSED/);
      const opening = openPostgres({ url, now });
      await wait(300);
      await server.start();
      await (await opening).close();
    } finally {
      await server.start();
    }
  });

  it('ends a statement that takes too long, and the others of its turn have their answers', async (t) => {
    const url = await postgres.newMigrated(t);
    if (url === undefined) return;
    const db = await openPostgres({ url, now, statementMsMax: 300 });
    t.after(() => db.close());
    const results = await Promise.allSettled([
      db.get('select 1 as one', []),
      db.get('select 1 as one from (select pg_sleep(3)) as nap', []),
      db.get('select 1 from nowhere', []),
      db.get('select 2 as two', []),
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.code)),
      [{ one: 1 }, 'storage_unavailable', 'internal', { two: 2 }],
    );
  });

  it('writes many sets of several kinds in one go, and each keeps its own order', async (t) => {
    const db = await postgres.open(t);
    if (!db) return;
    const sets = Array.from({ length: 150 }, (_, index) => [
      workspace(`w${index}`),
      rename(`w${index}`, `w${index}`, `renamed ${index}`),
      workspace(`x${index}`, `w${index}`),
    ]);
    const outcomes = await Promise.all(sets.map((set) => db.commit(set)));
    assert.ok(outcomes.every((outcome) => outcome === 'committed'));
    const kept = await names(db);
    assert.equal(kept.filter((name) => String(name).startsWith('renamed')).length, 150);
    assert.equal(kept.length, 300);
  });

  it('writes the rows of many sets as one, whatever stands in them', async (t) => {
    const db = await postgres.open(t);
    if (!db) return;
    const texts = ['', 'NULL', '{}', '","', 'a "b" \\ c', '\\"', "O'Neill", 'टोकन\n\t', '$1', ' edge ', '{"a":["b"]}'];
    const turn = (id: string, text: string, at: number): Statement => ({
      sql: 'insert into turns (name, holder, until_ms) values ($1, $2, $3)',
      params: [id, text, at],
    });
    const sets = texts.map((text, at) => [
      turn(`t${String(at).padStart(2, '0')}`, text, -at),
      workspace(`w${at}`, text),
    ]);
    assert.deepEqual([...new Set(await Promise.all(sets.map((set) => db.commit(set))))], ['committed']);
    const rows = await db.all('select holder, until_ms from turns order by name', []);
    assert.deepEqual(
      rows.map(({ holder, until_ms: at }) => [holder, at]),
      texts.map((text, at) => [text, at === 0 ? 0 : -at]),
    );
    // Set by set, each behind its savepoint, they would bear the marks of as many transactions.
    const [marks] = await db.all('select count(distinct cast(xmin as text)) as count from turns', []);
    assert.equal(marks?.count, 1);
  });

  it('reads whole numbers as numbers and truth as 0 and 1, as SQLite does', async (t) => {
    const db = await postgres.open(t);
    if (!db) return;
    const sql =
      'select count(*) as n, sum(created_at_ms) as sum, 1 = 2 as no, 1 = 1 as yes, null as none from workspaces';
    await db.commit([workspace('a'), workspace('b')]);
    assert.deepEqual(await db.get(sql, []), { n: 2, sum: 2, no: 0, yes: 1, none: null });
  });

  it('tells nothing of the values in an error', async (t) => {
    const db = await postgres.open(t);
    if (!db) return;
    await db.commit([workspace('canary-7261')]);
    const failures = await Promise.allSettled([
      db.commit([workspace('canary-7261')]),
      db.commit([{ ...workspace('x'), params: ['x', 'y', 'canary-7261'] }]),
    ]);
    for (const failure of failures) {
      assert.equal(failure.status, 'rejected');
      assert.doesNotMatch(JSON.stringify([failure.reason, failure.reason.detail, failure.reason.message]), /canary/);
    }
  });
});
