import { setTimeout as wait } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { type Migration, readMigrations, refuseUnknown } from './migrate.ts';
import { isTransient, sqlState } from './postgres-errors.ts';
import { buildWalls } from './postgres-walls.ts';

/** How long a node waits while another one migrates, or for tables that somebody uses, ms. */
const migrationWaitMsMax = 10 * 60_000;
/**
 * How long one try waits for such a table, ms. Everybody else who wants it waits behind: much less than the 5 s after which
 * the statements of a gateway give up.
 */
const tableWaitMsMax = 1_000;
/** Between two tries, when others have the table, ms. */
const betweenTriesMs = 2_000;
/** How long the connection for it may take, ms. */
const connectMsMax = 10_000;
/** SQLSTATEs of two nodes that make the same table at once: one of them was faster, and the table is there. */
const madeMeanwhile = new Set(['42P07', '42710', '23505']);
/** SQLSTATE of a lock that did not come in time. */
const lockNotAvailable = '55P03';

interface MigrateOptions {
  nowMs: number;
  /** A role that shall read and write the rows, where it does not own the tables. */
  grantTo?: string;
  migrations?: readonly Migration[];
  /** Told once when a table is in use for so long that it is tried again. */
  onWait?: (text: string) => void;
}

/**
 * Brings the schema up to date, on a connection of its own. Any number of nodes may try at once: a row that each locks
 * lets one through at a time (a row and not an advisory lock, which distributed engines and poolers do not have).
 * Each file is one transaction with the row that records it. What it asks of the session holds for the transaction: the
 * session may be a pooler's.
 */
export async function migratePostgres(
  url: string,
  { migrations = readMigrations(), onWait = () => {}, ...rest }: MigrateOptions,
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
    await makeLedger(client);
    await patiently(async () => {
      while (!(await nextStep(client, { ...rest, migrations })));
    }, onWait);
  } finally {
    await client.end();
  }
}

/** Tries again while somebody uses the tables: a backup, a report, writes that wait for each other. */
async function patiently(work: () => Promise<void>, onWait: (text: string) => void): Promise<void> {
  const deadline = performance.now() + migrationWaitMsMax;
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (sqlState(error) !== lockNotAvailable && !isTransient(error)) throw error;
      if (performance.now() > deadline) {
        throw new Error('a table to migrate was in use for ten minutes, by a backup or by another node that migrates', {
          cause: error,
        });
      }
      if (tries === 1) onWait('A migration waits for a table that somebody uses, a backup perhaps; it is tried again.');
      await wait(betweenTriesMs);
    }
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
  ]) {
    await client.query(sql).catch((error: { code?: string }) => {
      if (!madeMeanwhile.has(error.code ?? '')) throw error;
    });
  }
}

interface StepOptions {
  nowMs: number;
  grantTo?: string;
  migrations: readonly Migration[];
}

/** One migration that is missing, or at the end the walls and who may read and write. Resolves to whether everything is done. */
async function nextStep(client: Client, { nowMs, grantTo, migrations }: StepOptions): Promise<boolean> {
  // Whoever has waited for another node must see what that one did.
  await client.query('begin isolation level read committed');
  try {
    await client.query(`set local statement_timeout = 0; set local lock_timeout = ${migrationWaitMsMax}`);
    // A node may have ended before it made the row.
    await client.query('insert into schema_lock values (1) on conflict do nothing');
    await client.query('select id from schema_lock for update');
    await client.query(`set local lock_timeout = ${tableWaitMsMax}`);
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
      if (grantTo !== undefined) await grant(client, grantTo);
    }
    await client.query('commit');
    return missing === undefined;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
