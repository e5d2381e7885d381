import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { migrate, readMigrations, schemaState } from './migrate.ts';
import { openSqlite } from './sqlite.ts';
import { openForWriting } from './sqlite-connection.ts';
import { databaseFaults } from './sqlite-snapshot.ts';

const migrations = readMigrations();
const newest = migrations.length;

describe('migrations', () => {
  it('from every earlier schema, with rows in each table: nothing is lost, and the schema is that of a new database', () => {
    const fresh = new DatabaseSync(':memory:');
    migrate(fresh, 1, migrations);
    for (let from = 1; from < newest; from += 1) {
      const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
      migrate(database, 1, migrations.slice(0, from));
      fill(database);
      const before = rowsOf(database, columnsOf(database));
      const columns = columnsOf(database);
      migrate(database, 2, migrations);
      assert.deepEqual(rowsOf(database, columns), before, `from ${from}`);
      assert.deepEqual(schemaOf(database), schemaOf(fresh), `from ${from}`);
      assert.deepEqual(databaseFaults(database), []);
    }
  });

  it('killed between any two statements: the next start finds all of a migration or nothing of it, and ends as it should', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tijori-migrations-'));
    const path = join(folder, 'tijori.db');
    const dead = join(folder, 'dead.db');
    const fresh = new DatabaseSync(':memory:');
    migrate(fresh, 1, migrations);
    let cuts = 0;
    try {
      for (let from = 1; from < newest; from += 1) {
        for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name, { force: true });
        const database = openForWriting(path);
        migrate(database, 1, migrations.slice(0, from));
        fill(database);
        const columns = columnsOf(database);
        const before = rowsOf(database, columns);
        // What a kill leaves is what the files hold in that moment.
        database.function('cut', () => {
          for (const ending of ['', '-wal']) copyFileSync(`${path}${ending}`, `${dead}${ending}`);
          rmSync(`${dead}-shm`, { force: true });
          const found = openForWriting(dead);
          assert.deepEqual(rowsOf(found, columns), before);
          assert.equal(schemaState(found).applied, from);
          migrate(found, 3, migrations);
          assert.deepEqual(schemaOf(found), schemaOf(fresh));
          found.close();
          cuts += 1;
          return null;
        });
        const next = migrations[from];
        assert.ok(next);
        migrate(database, 2, [...migrations.slice(0, from), { ...next, sql: withCuts(next.sql) }]);
        database.close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.ok(cuts > newest, `only ${cuts} cuts`);
  });

  it('under load: no write of a gateway fails while another process migrates', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tijori-migrations-'));
    const path = join(folder, 'tijori.db');
    const db = await openSqlite({ path, now: () => 1 });
    try {
      let isOver = false;
      let written = 0;
      const client = async (name: number) => {
        for (let count = 0; !isOver; count += 1) {
          await db.commit([
            {
              sql: 'insert into workspaces (id, name, created_at_ms) values ($1, $1, 1)',
              params: [`${name}-${count}`],
            },
          ]);
          written += 1;
        }
      };
      const load = Promise.all([0, 1, 2, 3].map(client));
      const other = openForWriting(path);
      const later = {
        number: newest + 1,
        name: 'later',
        sql: 'alter table workspaces add column later text; create table later (id text primary key);',
      };
      while (written < 50) await new Promise((resolve) => setTimeout(resolve, 1));
      migrate(other, 2, [...migrations, later]);
      const atMigration = written;
      while (written < atMigration + 50) await new Promise((resolve) => setTimeout(resolve, 1));
      isOver = true;
      await load;
      assert.equal(other.prepare('select count(*) as n from workspaces').get()?.n, written);
      other.close();
    } finally {
      await db.close();
      rmSync(folder, { recursive: true });
    }
  });
});

/** Calls `cut()` after each statement of a file; none of ours has a semicolon inside. */
function withCuts(sql: string): string {
  const statements = sql
    .replace(/--[^\n]*/g, '')
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return statements.map((each) => `${each};\nselect cut();`).join('\n');
}

function tablesOf(database: DatabaseSync): string[] {
  const rows = database
    .prepare(`select name from sqlite_schema where type = 'table' and name <> 'schema_migrations'`)
    .all();
  return rows.map(({ name }) => String(name));
}

type Columns = Record<string, string[]>;

function columnsOf(database: DatabaseSync): Columns {
  const columns = (table: string) =>
    database
      .prepare(`pragma table_info("${table}")`)
      .all()
      .map(({ name }) => String(name));
  return Object.fromEntries(tablesOf(database).map((table) => [table, columns(table)]));
}

function rowsOf(database: DatabaseSync, columns: Columns): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns).map(([table, names]) => [
      table,
      JSON.stringify(database.prepare(`select ${names.join(', ')} from "${table}" order by ${names.join(', ')}`).all()),
    ]),
  );
}

function schemaOf(database: DatabaseSync): unknown {
  const named = database.prepare('select type, name, tbl_name from sqlite_schema order by type, name').all();
  return named.map((row) => [
    { ...row },
    row.type === 'table'
      ? database.prepare(`pragma table_xinfo("${row.name}")`).all()
      : database.prepare(`pragma index_xinfo("${row.name}")`).all(),
  ]);
}

/** Three rows in every table, each column with a value of its type; what names another table names a row of it. */
function fill(database: DatabaseSync): void {
  for (const table of tablesOf(database)) {
    const parents = new Map(
      database
        .prepare(`pragma foreign_key_list("${table}")`)
        .all()
        .map((row) => [String(row.from), String(row.table)]),
    );
    const columns = database.prepare(`pragma table_info("${table}")`).all();
    for (let index = 1; index <= 3; index += 1) {
      const values = columns.map(({ name, type }) =>
        String(type) === 'text' ? `${parents.get(String(name)) ?? table}-${index}` : index,
      );
      const marks = columns.map(() => '?').join(', ');
      database.prepare(`insert into "${table}" values (${marks})`).run(...values);
    }
  }
}
