import { Client } from 'pg';
import { compareSchema, type SchemaState } from './migrate.ts';

/** How long connecting may take, ms. */
const connectMsMax = 5_000;

export interface PostgresLook {
  version: string;
  /** Settings on which durability rests and that are off. */
  off: string[];
  schema: SchemaState;
  /** Newest entry of the audit, ms since the epoch. */
  newestMs: number;
  /** Ids that each of the other questions was answered with; none where the schema is not this version's. */
  ids: string[][];
}

/** Looks at a database, asks it other `questions` for ids, and changes nothing. Rejects when it cannot be reached. */
export async function lookAtPostgres(url: string, questions: readonly string[] = []): Promise<PostgresLook> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectMsMax });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('begin read only');
    await client.query(`set local tijori.workspace = '*'`);
    const { rows: settings } = await client.query(
      `select name from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'`,
    );
    const { rows: versions } = await client.query('show server_version');
    const made = await client.query(`select to_regclass('schema_migrations') is not null as made`);
    const isMade = made.rows[0].made === true;
    const applied = isMade
      ? (await client.query('select number, name from schema_migrations order by number')).rows
      : [];
    const newest = isMade ? (await client.query('select max(at_ms) as at from audit_entries')).rows : [];
    const schema = compareSchema(applied);
    const ids: string[][] = [];
    const isOurs = isMade && schema.waiting.length === 0 && schema.unknown.length === 0;
    for (const question of isOurs ? questions : []) {
      ids.push((await client.query(question)).rows.map(({ id }) => String(id)));
    }
    return {
      version: String(versions[0].server_version),
      off: settings.map(({ name }) => String(name)),
      schema,
      ids,
      newestMs: Number(newest[0]?.at ?? 0),
    };
  } finally {
    await client.end();
  }
}
