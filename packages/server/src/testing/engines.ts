import type { TestContext } from 'node:test';
import type { Db } from '../storage/db.ts';
import { openPostgres } from '../storage/postgres.ts';
import { migratePostgres } from '../storage/postgres-migrate.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/** A database engine that a suite runs on. */
export interface TestEngine {
  name: string;
  /** An empty, migrated database that is closed with the test; `undefined`: the test is skipped. */
  open(t: TestContext, now?: () => number): Promise<Db | undefined>;
}

/** What tests run on unless they say otherwise. */
export const sqliteInMemory: TestEngine = {
  name: 'SQLite in memory',
  async open(t, now = () => 0) {
    const db = await openSqlite({ path: ':memory:', now });
    t.after(() => db.close());
    return db;
  },
};

/** The server of one test file: started by the first test that asks for it. */
export interface PostgresOfTests extends TestEngine {
  server(t: TestContext): Promise<TestPostgres | undefined>;
  /** The address of a new database, empty or migrated; `undefined`: the test is skipped. */
  newDatabase(t: TestContext): Promise<string | undefined>;
  newMigrated(t: TestContext): Promise<string | undefined>;
  remove(): Promise<void>;
}

/** `find` answers with the path of `initdb`, or skips the test: see scripts/needs.ts. Call `remove` after all tests. */
export function postgresOfTests(find: (t: TestContext) => string | undefined): PostgresOfTests {
  let starting: Promise<TestPostgres> | undefined;
  const server = async (t: TestContext) => {
    const initdb = find(t);
    if (!initdb) return undefined;
    starting ??= startPostgres(initdb);
    return starting;
  };
  const newDatabase = async (t: TestContext) => (await server(t))?.newDatabase();
  // Copying a migrated database is many times as fast as migrating an empty one.
  let templateMade: Promise<string> | undefined;
  const makeTemplate = async (from: TestPostgres) => {
    const url = await from.newDatabase();
    await migratePostgres(url, { nowMs: 0 });
    return url;
  };
  const newMigrated = async (t: TestContext) => {
    const from = await server(t);
    if (!from) return undefined;
    templateMade ??= makeTemplate(from);
    return from.newDatabase(await templateMade);
  };
  return {
    name: 'PostgreSQL',
    server,
    newDatabase,
    newMigrated,
    async open(t, now = () => 0) {
      const url = await newMigrated(t);
      if (url === undefined) return undefined;
      const db = await openPostgres({ url, now });
      t.after(() => db.close());
      return db;
    },
    async remove() {
      await (await starting)?.remove();
    },
  };
}
