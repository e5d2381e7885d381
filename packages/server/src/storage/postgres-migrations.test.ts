import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Client } from 'pg';
import { needs } from '../../../../scripts/needs.ts';
import { postgresOfTests } from '../testing/engines.ts';
import type { TestPostgres } from '../testing/postgres.ts';
import { readMigrations } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { migratePostgres } from './postgres-migrate.ts';

const migrations = readMigrations();
const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

describe('migrations on PostgreSQL', () => {
  it('killed between two statements: nothing of a migration is in the way of the next start, which ends with the schema of a new database', async (t) => {
    const server = await postgres.server(t);
    const [url, fresh] = [await postgres.newDatabase(t), await postgres.newMigrated(t)];
    if (!server || url === undefined || fresh === undefined) return;
    // One connection for all looks: the catalogue is read anew by each.
    const looking = new Client({ connectionString: url.replace('tijori@', 'postgres@') });
    await looking.connect();
    let cuts = 0;
    try {
      for (const [from, next] of migrations.entries()) {
        const before = migrations.slice(0, from);
        await migratePostgres(url, { nowMs: 1, migrations: before });
        await fill(looking);
        const statements = statementsOf(next.sql);
        // At its end, where all is done and nothing is recorded, and at one place before: each is a connection, and they take time.
        for (const upTo of new Set([1 + (from % statements.length), statements.length])) {
          // Cut off as a killed process leaves it: nobody says rollback.
          const sql = `${statements.slice(0, upTo).join(';\n')};\nselect pg_terminate_backend(pg_backend_pid())`;
          await assert.rejects(
            migratePostgres(url, { nowMs: 1, migrations: [...before, { ...next, sql }] }),
            /terminat/,
          );
          cuts += 1;
        }
        const { rows } = await looking.query('select max(number) as newest from schema_migrations');
        assert.equal(rows[0].newest, from === 0 ? null : from);
      }
    } finally {
      await looking.end();
    }
    await migratePostgres(url, { nowMs: 1, migrations });
    assert.deepEqual(await schemaOf(server, url), await schemaOf(server, fresh));
    assert.ok(cuts > migrations.length, `only ${cuts} cuts`);
  });

  it('under load: no read and no write of a gateway fails while another process migrates', async (t) => {
    const url = await postgres.newMigrated(t);
    if (url === undefined) return;
    const db = await openPostgres({ url, now: () => 1 });
    t.after(() => db.close());
    let isOver = false;
    let done = 0;
    const client = async (name: number) => {
      for (let count = 0; !isOver; count += 1) {
        const params = [`${name}-${count}`];
        await db.commit([{ sql: 'insert into workspaces (id, name, created_at_ms) values ($1, $1, 1)', params }]);
        assert.deepEqual(await db.get('select name, created_at_ms from workspaces where id = $1', params), {
          name: params[0],
          created_at_ms: 1,
        });
        done += 1;
      }
    };
    const load = Promise.all([0, 1, 2, 3].map(client));
    const someMore = async () => {
      const before = done;
      while (done < before + 50) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await someMore();
    const later = {
      number: migrations.length + 1,
      name: 'later',
      sql: 'alter table workspaces add column later text; create table later (id text primary key, workspace_id text);',
    };
    await migratePostgres(url, { nowMs: 2, migrations: [...migrations, later] });
    await someMore();
    isOver = true;
    await load;
  });

  it('beside a backup, which reads for long: waits for it and says so, and gateways read and write the table meanwhile', async (t) => {
    const url = await postgres.newMigrated(t);
    if (url === undefined) return;
    const db = await openPostgres({ url, now: () => 1 });
    t.after(() => db.close());
    const backup = new Client({ connectionString: url });
    await backup.connect();
    try {
      await backup.query('begin isolation level repeatable read read only; select * from workspaces');
      const told: string[] = [];
      const later = {
        number: migrations.length + 1,
        name: 'later',
        sql: 'alter table workspaces add column later text',
      };
      const migrating = migratePostgres(url, {
        nowMs: 2,
        migrations: [...migrations, later],
        onWait: (text) => told.push(text),
      });
      const use = async (name: string) => {
        await db.commit([
          { sql: 'insert into workspaces (id, name, created_at_ms) values ($1, $1, 1)', params: [name] },
        ]);
        assert.deepEqual(await db.all('select name from workspaces where id = $1', [name]), [{ name }]);
      };
      for (let count = 0; told.length === 0; count += 1) await use(`before ${count}`);
      for (let count = 0; count < 50; count += 1) await use(`after ${count}`);
      await backup.query('commit');
      await migrating;
      assert.match(String(told), /^A migration waits for a table/);
      assert.deepEqual(await db.all(`select later from workspaces where id = 'after 1'`, []), [{ later: null }]);
    } finally {
      await backup.end();
    }
  });

  it('take as long as they need, whatever bound the role or the database has for a statement', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    await server.query(`alter database ${new URL(url).pathname.slice(1)} set statement_timeout = '50ms'`);
    const later = { number: migrations.length + 1, name: 'later', sql: 'select pg_sleep(0.2)' };
    await migratePostgres(url, { nowMs: 2, migrations: [...migrations, later] });
  });

  it('go on when the first node ended before it had anything to lock: of several that start then, all do', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newDatabase(t);
    if (!server || url === undefined) return;
    // Where a transaction sees only what was there at its beginning, a node that waited would migrate once more.
    const name = new URL(url).pathname.slice(1);
    await server.query(`alter database ${name} set default_transaction_isolation = 'serializable'`);
    await migratePostgres(url, { nowMs: 1, migrations: [] });
    await server.asApplication('delete from schema_lock', url);
    for (const upTo of [2, 4]) {
      const some = migrations.slice(0, upTo);
      await Promise.all([1, 2, 3, 4].map(() => migratePostgres(url, { nowMs: 1, migrations: some })));
      assert.deepEqual(await server.query('select id from schema_lock', url), [{ id: 1 }]);
      const applied = await server.query('select number, name from schema_migrations order by number', url);
      assert.deepEqual(
        applied,
        some.map(({ number, name }) => ({ number, name })),
      );
    }
  });

  it('give the rows to the role of several nodes that start at once', async (t) => {
    const server = await postgres.server(t);
    const url = await postgres.newMigrated(t);
    if (!server || url === undefined) return;
    await server.query('create role worker login');
    // Each holds what it has given for a moment, so that they meet.
    await server.query(
      `create function pause() returns event_trigger language plpgsql as 'begin perform pg_sleep(0.1); end';
       create event trigger pause on ddl_command_end when tag in ('GRANT') execute function pause()`,
      url,
    );
    await Promise.all([1, 2, 3].map(() => migratePostgres(url, { nowMs: 1, grantTo: 'worker' })));
    await server.asApplication('select * from workspaces', url.replace('tijori@', 'worker@'));
  });
});

/** None of ours has a semicolon inside. */
function statementsOf(sql: string): string[] {
  return sql
    .replace(/--[^\n]*/g, '')
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Columns, indexes, constraints and walls. */
async function schemaOf(server: TestPostgres, url: string): Promise<unknown> {
  const queries = [
    `select attrelid::regclass::text as of, attname, atttypid::regtype::text as type, attnotnull, pg_get_expr(adbin, adrelid) as value
     from pg_attribute join pg_class on pg_class.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
     where relkind = 'r' and relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped order by 1, 2`,
    `select indexdef from pg_indexes where schemaname = 'public' order by indexdef`,
    `select conrelid::regclass::text as of, pg_get_constraintdef(oid) as says from pg_constraint
     where connamespace = 'public'::regnamespace order by 1, 2`,
    'select tablename, policyname, qual, with_check from pg_policies order by tablename',
  ];
  return Promise.all(queries.map((query) => server.query(query, url)));
}

/** A row in each table, so that no statement of a migration meets an empty one. */
async function fill(client: Client): Promise<void> {
  const { rows } = await client.query(
    `select relname as name, string_agg(attname, ', ' order by attnum) as columns,
       string_agg(case when atttypid = 'text'::regtype then quote_literal(1) else '1' end, ', ' order by attnum) as values
     from pg_attribute join pg_class on pg_class.oid = attrelid
     where relkind = 'r' and relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
       and relname not like 'schema%' group by relname`,
  );
  const inserts = rows.map(
    ({ name, columns, values }) => `insert into "${name}" (${columns}) values (${values}) on conflict do nothing`,
  );
  // In whatever order: references are not looked at meanwhile.
  await client.query(['begin', 'set local session_replication_role = replica', ...inserts, 'commit'].join('; '));
}
