import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../domain/app-error.ts';
import type { Db } from './db.ts';
import { compareSchema, type SchemaState } from './migrate.ts';
import { type Lane, openConnections } from './postgres-connections.ts';
import { migratePostgres } from './postgres-migrate.ts';
import { type PostgresRates, postgresRates } from './postgres-rates.ts';
import { postgresReader } from './postgres-reader.ts';
import { postgresWriter } from './postgres-writer.ts';

interface PostgresOptions {
  /** `postgresql://user:password@host:port/database?sslmode=…` */
  url: string;
  now: () => number;
  /** Most connections of this process. At least four: two write, one counts, the others read. */
  connectionsMax?: number;
  /** Who owns the tables, where the application's own role does not: migrations run as this one. */
  ownerUrl?: string;
  /** How long one statement may take, ms. */
  statementMsMax?: number;
  /** How long a server that does not answer is waited for at the start, ms. */
  startMsMax?: number;
  /** Told about a role that row-level security does not bind, and about a migration that has to wait. */
  onWarning?: (text: string) => void;
}

/** How long one statement may take before the server ends it, ms. */
const statementMsDefault = 10_000;
/** As long for whoever only reads, at their leisure. */
const readingMsMax = 60_000;
const startMsDefault = 20_000;
const startTryEveryMs = 200;
const connectionsDefault = 8;
/** Connections that write, and one that counts; the others read. */
const otherUse = 3;

/** Opens (and, if need be, migrates) a database on PostgreSQL 15 or newer. Any number of processes may have it open. */
export async function openPostgres({
  url,
  now,
  connectionsMax = connectionsDefault,
  ownerUrl,
  statementMsMax = statementMsDefault,
  startMsMax = startMsDefault,
  onWarning = () => {},
}: PostgresOptions): Promise<Db & { rates: PostgresRates }> {
  const connections = openConnections({ url, connectionsMax, statementMsMax, check: checkSession });
  try {
    const role = await patiently(() => connections.use(readRole), startMsMax);
    if (role.unbound) onWarning(`the database role is a superuser or bypasses row-level security: no second wall`);
    const grantTo = ownerUrl ? { grantTo: role.name } : {};
    await migratePostgres(ownerUrl ?? url, { nowMs: now(), onWait: onWarning, ...grantTo });
  } catch (error) {
    await connections.close();
    throw withAddress(error, url);
  }
  const writer = postgresWriter(connections);
  const reader = postgresReader(connections, connectionsMax - otherUse);
  const rates = postgresRates(connections, reader.all, now);
  return {
    all: reader.all,
    get: async (sql, params, workspaceId) => (await reader.all(sql, params, workspaceId))[0],
    commit: writer.commit,
    commitWaitMs: writer.commitWaitMs,
    rates,
    async close() {
      await Promise.all([writer.drain(), reader.drain(), rates.close()]);
      await connections.close();
    },
  };
}

/** For reading, beside the processes that write: nothing is migrated. */
export async function openPostgresForReading(
  { url, connectionsMax = connectionsDefault }: Pick<PostgresOptions, 'url' | 'connectionsMax'>,
  { refuseOther, refuseWrite }: { refuseOther: (schema: SchemaState) => void; refuseWrite: () => Promise<never> },
): Promise<Db> {
  const check = (lane: Lane) => checkSession(lane, { mayBeStandby: true });
  const connections = openConnections({ url, connectionsMax, statementMsMax: readingMsMax, check });
  const reader = postgresReader(connections, connectionsMax - otherUse);
  const close = async () => {
    await reader.drain();
    await connections.close();
  };
  try {
    refuseOther(compareSchema(await reader.all('select number, name from schema_migrations order by number', [])));
  } catch (error) {
    await close();
    throw withAddress(error, url);
  }
  return {
    all: reader.all,
    get: async (sql, params, workspaceId) => (await reader.all(sql, params, workspaceId))[0],
    commit: refuseWrite,
    commitWaitMs: () => 0,
    close,
  };
}

/** Tries again while the server does not answer: it may be starting, too. What it refuses is refused at once. */
async function patiently<Found>(work: () => Promise<Found>, msMax: number): Promise<Found> {
  const deadline = performance.now() + msMax;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof AppError && error.code === 'storage_unavailable';
      if (!mayPass || performance.now() > deadline) throw error;
      await wait(startTryEveryMs);
    }
  }
}

async function readRole(lane: Lane): Promise<{ name: string; unbound: boolean }> {
  const text = 'select rolname, rolsuper or rolbypassrls as unbound from pg_roles where rolname = current_user';
  const [[found = {}] = []] = await lane.run([{ text, params: [] }]);
  return { name: String(found.rolname), unbound: found.unbound === 1 };
}

/** Says which database it was, without the password in its address. */
function withAddress(error: unknown, url: string): Error {
  const { hostname, port, pathname } = new URL(url);
  const reason = error instanceof AppError ? error.detail : error instanceof Error ? error.message : 'unknown';
  return new Error(`The database ${hostname}${port ? `:${port}` : ''}${pathname} cannot be used: ${reason}`, {
    cause: error,
  });
}

/** `server_version_num` of PostgreSQL 15. */
const oldestVersion = 150_000;
/** What an acknowledged write rests on. With any of them off a power cut loses some (acceptance §0 no. 1). */
const durableSettings = ['fsync', 'full_page_writes', 'synchronous_commit'];

/**
 * Refuses a server that is too old or would lose what it acknowledged. Asked of every new connection. After a failover the
 * address may lead to a standby, which answers reads for ever with what it had then.
 */
async function checkSession(lane: Lane, { mayBeStandby = false } = {}): Promise<void> {
  const settings = [...durableSettings, 'server_version_num', 'server_encoding', 'in_hot_standby'];
  const text = `select version() as version, ${settings.map((each) => `current_setting('${each}', true) as ${each}`).join(', ')}`;
  const [[found = {}] = []] = await lane.run([{ text, params: [] }]);
  const off = durableSettings.filter((each) => found[each] === 'off');
  if (off.length > 0) {
    throw new Error(`PostgreSQL would lose acknowledged writes in a power cut: ${off.join(', ')} off. Switch it on.`);
  }
  // CockroachDB calls itself an old PostgreSQL.
  if (!String(found.version).includes('Cockroach') && Number(found.server_version_num) < oldestVersion) {
    throw new Error(`PostgreSQL 15 or newer is needed; this server says ${found.server_version_num}.`);
  }
  if (found.server_encoding !== 'UTF8') throw new Error('The database must be encoded in UTF8.');
  if (found.in_hot_standby === 'on' && !mayBeStandby) {
    throw new AppError('storage_unavailable', { detail: 'database: the server is a standby' });
  }
}
