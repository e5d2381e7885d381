import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { dbSuite } from './db.suite.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openSqlite } from './sqlite.ts';
import { openForWriting } from './sqlite-connection.ts';
import { toPositional } from './sqlite-dialect.ts';

const now = () => 1_000;

dbSuite({
  name: 'SQLite in memory',
  async open() {
    const db = await openSqlite({ path: ':memory:', now });
    return { db, remove: () => db.close() };
  },
});

dbSuite({
  name: 'SQLite file with its writer thread',
  async open() {
    const dir = await mkdtemp(join(tmpdir(), 'tijori-db-'));
    const path = join(dir, 'tijori.db');
    const db = await openSqlite({ path, now });
    let open = true;
    return {
      db: {
        ...db,
        close: async () => {
          open = false;
          await db.close();
        },
      },
      reopen: () => openSqlite({ path, now }),
      remove: async () => {
        if (open) await db.close();
        await rm(dir, { recursive: true });
      },
    };
  },
});

test('a file tells how long a write would wait for those before it, and that nothing waits when they are done', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'tijori-db-'));
  t.after(() => rm(dir, { recursive: true }));
  const db = await openSqlite({ path: join(dir, 'tijori.db'), now });
  t.after(() => db.close());
  const write = (name: string) =>
    db.commit([{ sql: 'insert into settings (name, value) values ($1, $2)', params: [name, ''] }]);
  await write('first');
  assert.equal(db.commitWaitMs(), 0);
  const all = Array.from({ length: 1_600 }, (_, index) => write(`setting ${index}`));
  assert.ok(db.commitWaitMs() > 0, 'three groups of them wait');
  await Promise.all(all);
  assert.equal(db.commitWaitMs(), 0);
});

test('numbered parameters become positional ones, in the order of the text', () => {
  assert.deepEqual(toPositional('a = $2 and b = $1 and c = $2'), {
    sql: 'a = ? and b = ? and c = ?',
    order: [1, 0, 1],
  });
});

test('a connection that writes is durable: WAL with synchronous FULL', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'tijori-db-'));
  t.after(() => rm(dir, { recursive: true }));
  const connection = openForWriting(join(dir, 'tijori.db'));
  t.after(() => connection.close());
  assert.equal(connection.prepare('pragma synchronous').get()?.synchronous, 2);
  assert.equal(connection.prepare('pragma journal_mode').get()?.journal_mode, 'wal');
});

test('migrations run once, in order, and again on the next start without effect', () => {
  const connection = new DatabaseSync(':memory:');
  migrate(connection, 1);
  migrate(connection, 2);
  const applied = connection.prepare('select number, applied_at_ms from schema_migrations').all();
  assert.deepEqual(
    applied.map((row) => ({ ...row })),
    readMigrations().map(({ number }) => ({ number, applied_at_ms: 1 })),
  );
});

test('a migration that fails leaves nothing of itself, and the next start goes on from there', () => {
  const connection = new DatabaseSync(':memory:');
  const first = { number: 1, name: 'first', sql: 'create table a (x integer);' };
  const broken = { number: 2, name: 'second', sql: 'create table b (x integer); insert into nowhere values (1);' };
  assert.throws(() => migrate(connection, 1, [first, broken]));
  assert.equal(connection.isTransaction, false);
  assert.throws(() => connection.prepare('select * from b'));
  migrate(connection, 2, [first, { ...broken, sql: 'create table b (x integer);' }]);
  assert.equal(connection.prepare('select count(*) as n from b').get()?.n, 0);
});

test('a database that a newer version has migrated is refused untouched', () => {
  const connection = new DatabaseSync(':memory:');
  const first = { number: 1, name: 'first', sql: 'create table a (x integer);' };
  migrate(connection, 1, [first, { number: 2, name: 'later', sql: 'create table c (x integer);' }]);
  assert.throws(() => migrate(connection, 1, [first]), /newer/);
});

test('sessions of before there were families belong to the SDK, and their timelines are found', () => {
  const connection = new DatabaseSync(':memory:');
  const migrations = readMigrations();
  migrate(connection, 1, migrations.slice(0, 3));
  connection.exec(`
    insert into sessions (id, workspace_id, mode, flow, doc_types, status, created_at_ms, expires_at_ms)
      values ('s', 'w', 'test', 'signin', '[]', 'created', 7, 9);
    insert into audit_entries (workspace_id, session_id, at_ms, actor, action)
      values ('w', 's', 7, 'integrator', 'session.created'), ('w', 'gone', 8, 'system', 'session.expired');
  `);
  migrate(connection, 2, migrations);
  const session = connection.prepare('select family, return_url, reference from sessions').get();
  assert.deepEqual({ ...session }, { family: 'sdk', return_url: null, reference: null });
  const entries = connection
    .prepare('select session_id, session_created_at_ms as at from audit_entries order by rowid')
    .all();
  assert.deepEqual(
    entries.map(({ session_id, at }) => [session_id, at]),
    [
      ['s', 7],
      ['gone', 0],
    ],
  );
});

test('the log begins anew while writes go on, and nothing is lost by it', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'tijori-db-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'tijori.db');
  const db = await openSqlite({ path, now });
  /** How often the log began anew (sqlite.org/fileformat2.html, section 4.1: checkpoint sequence number). */
  const beginnings = async () => {
    const file = await open(`${path}-wal`);
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
    await file.close();
    return buffer.readUInt32BE(12);
  };
  // One after the other, so that each is a group of its own and there is never a pause.
  const write = (id: number) =>
    db.commit([
      { sql: 'insert into workspaces (id, name, created_at_ms) values ($1, $2, $3)', params: [`w${id}`, `w${id}`, 1] },
    ]);
  await write(0);
  const before = await beginnings();
  let written = 1;
  while ((await beginnings()) === before && written < 5_000) {
    for (const end = written + 50; written < end; written += 1) assert.equal(await write(written), 'committed');
  }
  assert.ok((await beginnings()) > before, `the log went on growing for ${written} groups`);
  await db.close();
  const again = await openSqlite({ path, now });
  t.after(() => again.close());
  assert.equal((await again.all('select count(*) as n from workspaces', []))[0]?.n, written);
});
