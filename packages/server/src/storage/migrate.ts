import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

export interface Migration {
  number: number;
  name: string;
  sql: string;
}

const migrationsFolder = new URL('./migrations/', import.meta.url);
const fileName = /^(\d{4})-([a-z0-9-]+)\.sql$/;

/** The numbered SQL files in order; a gap or a doubled number is a mistake of ours and is refused. */
export function readMigrations(folder: URL = migrationsFolder): Migration[] {
  const found = readdirSync(folder)
    .sort()
    .map((file) => {
      const [, number, name] = fileName.exec(file) ?? [];
      if (!number || !name) throw new Error(`${file} is not named NNNN-name.sql`);
      return { number: Number(number), name, sql: readFileSync(new URL(file, folder), 'utf8') };
    });
  found.forEach((migration, index) => {
    if (migration.number !== index + 1) throw new Error(`migration ${index + 1} is missing or doubled`);
  });
  return found;
}

export interface SchemaState {
  /** Number of the last migration that was applied; 0 for none. */
  applied: number;
  /** Names of those that this version would apply, in order. */
  waiting: string[];
  /** Names of those that this version does not know. */
  unknown: string[];
}

/** Where a database stands, read and nothing else. */
export function schemaState(connection: DatabaseSync): SchemaState {
  const isThere = connection.prepare(`select 1 from sqlite_schema where name = 'schema_migrations'`).get();
  return compareSchema(
    isThere ? connection.prepare('select number, name from schema_migrations order by number').all() : [],
  );
}

/** The rows of `schema_migrations` against what this version knows. */
export function compareSchema(
  rows: readonly Record<string, unknown>[],
  migrations: readonly Migration[] = readMigrations(),
): SchemaState {
  const names = rows.map(({ number, name }) => fullName(Number(number), String(name)));
  const known = migrations.map(({ number, name }) => fullName(number, name));
  return {
    applied: Number(rows.at(-1)?.number ?? 0),
    waiting: known.filter((name) => !names.includes(name)),
    unknown: names.filter((name) => !known.includes(name)),
  };
}

function fullName(number: number, name: string): string {
  return `${String(number).padStart(4, '0')}-${name}`;
}

/**
 * Brings the schema up to date: each file in one transaction with the row that records it, so that a crash between any
 * two leaves a state from which the next start goes on. A database that a newer Tijori has migrated is refused untouched.
 */
export function migrate(connection: DatabaseSync, nowMs: number, migrations: Migration[] = readMigrations()): void {
  connection.exec(
    'create table if not exists schema_migrations (number integer primary key, name text not null, applied_at_ms bigint not null)',
  );
  const applied = new Map(
    connection
      .prepare('select number, name from schema_migrations')
      .all()
      .map((row) => [Number(row.number), String(row.name)]),
  );
  refuseUnknown(
    [...applied].map(([number, name]) => ({ number, name })),
    migrations,
  );
  for (const migration of migrations) {
    if (!applied.has(migration.number)) apply(connection, migration, nowMs);
  }
}

/** Throws for a database that a newer Tijori has migrated. */
export function refuseUnknown(
  applied: readonly { number: number; name: string }[],
  migrations: readonly Migration[],
): void {
  for (const { number, name } of applied) {
    if (migrations[number - 1]?.name === name) continue;
    throw new Error(
      `the database has migration ${number} "${name}", which this version does not know. Use a newer one.`,
    );
  }
}

/** `/* sqlite: … *\/` is a comment for other engines. */
function forSqlite(sql: string): string {
  return sql.replace(/\/\*\s*sqlite:(.*?)\*\//gs, '$1');
}

function apply(connection: DatabaseSync, { number, name, sql }: Migration, nowMs: number): void {
  connection.exec('begin immediate');
  try {
    // Another process may have been faster while we waited for the lock.
    const done = connection.prepare('select 1 from schema_migrations where number = ?').get(number);
    if (!done) {
      connection.exec(forSqlite(sql));
      connection.prepare('insert into schema_migrations values (?, ?, ?)').run(number, name, nowMs);
    }
    connection.exec('commit');
  } catch (error) {
    if (connection.isTransaction) connection.exec('rollback');
    throw error;
  }
}
