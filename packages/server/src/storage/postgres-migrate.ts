import { Client, escapeIdentifier } from 'pg';
import { type Migration, readMigrations, refuseUnknown } from './migrate.ts';
import { buildWalls } from './postgres-walls.ts';

/** How long a node waits while another one migrates, ms. */
const migrationWaitMsMax = 10 * 60_000;
/** How long the connection for it may take, ms. */
const connectMsMax = 10_000;
/** SQLSTATEs of two nodes that make the same table at once: one of them was faster, and the table is there. */
const madeMeanwhile = new Set(['42P07', '42710', '23505']);

interface MigrateOptions {
  nowMs: number;
  /** A role that shall read and write the rows, where it does not own the tables. */
  grantTo?: string;
  migrations?: readonly Migration[];
}

/**
 * Brings the schema up to date, on a connection of its own. Any number of nodes may try at once: a row that each locks
 * lets one through at a time (a row and not an advisory lock, which distributed engines and poolers do not have).
 * Each file is one transaction with the row that records it.
 */
export async function migratePostgres(
  url: string,
  { nowMs, grantTo, migrations = readMigrations() }: MigrateOptions,
): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: 'tijori migrate',
    connectionTimeoutMillis: connectMsMax,
  });
  // A connection that breaks rejects what is under way; without a listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`set lock_timeout = ${migrationWaitMsMax}`);
    await makeLedger(client);
    for (let done = false; !done; ) done = await nextStep(client, nowMs, migrations);
    if (grantTo !== undefined) await grant(client, grantTo);
  } finally {
    await client.end();
  }
}

/** The rows, and nothing about the tables themselves: so the role cannot take the walls down. */
async function grant(client: Client, role: string): Promise<void> {
  const to = escapeIdentifier(role);
  const { rows } = await client.query('select current_schema() as schema');
  const schema = escapeIdentifier(String(rows[0].schema));
  await client.query(`grant select, insert, update, delete on all tables in schema ${schema} to ${to}`);
  await client.query(`revoke insert, update, delete on schema_migrations, schema_lock from ${to}`);
}

async function makeLedger(client: Client): Promise<void> {
  const made = await client.query(
    `select to_regclass('schema_lock') is not null and to_regclass('schema_migrations') is not null as made`,
  );
  if (made.rows[0].made) return;
  for (const sql of [
    'create table if not exists schema_migrations (number integer primary key, name text not null, applied_at_ms bigint not null)',
    'create table if not exists schema_lock (id integer primary key)',
    'insert into schema_lock values (1) on conflict do nothing',
  ]) {
    await client.query(sql).catch((error: { code?: string }) => {
      if (!madeMeanwhile.has(error.code ?? '')) throw error;
    });
  }
}

/** One migration that is missing, or at the end the walls. Resolves to whether everything is done. */
async function nextStep(client: Client, nowMs: number, migrations: readonly Migration[]): Promise<boolean> {
  await client.query('begin');
  try {
    await client.query('select id from schema_lock for update');
    const { rows } = await client.query('select number, name from schema_migrations order by number');
    refuseUnknown(rows, migrations);
    const missing = migrations.find(({ number }) => !rows.some((row) => row.number === number));
    if (missing) {
      // Its own statements see every workspace, also once there are walls.
      await client.query(`set local tijori.workspace = '*'`);
      await client.query(missing.sql);
      await client.query('insert into schema_migrations values ($1, $2, $3)', [missing.number, missing.name, nowMs]);
    } else {
      await buildWalls(client);
    }
    await client.query('commit');
    return missing === undefined;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
