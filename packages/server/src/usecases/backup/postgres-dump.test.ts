import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { needs } from '../../../../../scripts/needs.ts';
import { integrator, walk } from '../../testing/api.ts';
import { postgresOfTests } from '../../testing/engines.ts';
import { startTestGateway } from '../../testing/gateway.ts';
import type { TestPostgres } from '../../testing/postgres.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

/** The commands of docs/operations.md, as an operator copies them, by what they begin with. */
async function documented(): Promise<{ dump: string; count: string; restore: string }> {
  const page = await readFile(new URL('../../../../../docs/operations.md', import.meta.url), 'utf8');
  const lines = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.split('\n'));
  const line = (pattern: RegExp) => {
    const found = lines.filter((each) => pattern.test(each));
    assert.equal(found.length, 1, `one command like ${pattern}`);
    return found[0] ?? '';
  };
  return { dump: line(/pg_dump/), count: line(/^pg_restore --data-only/), restore: line(/^pg_restore .*--dbname/) };
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs lines of a shell in a folder of their own, with the programs beside `pg_dump` on PATH. */
async function operator(t: TestContext, pgDump: string) {
  const cwd = await mkdtemp(join(tmpdir(), 'tijori-dump-'));
  t.after(() => rm(cwd, { recursive: true }));
  const PATH = [dirname(pgDump), process.env.PATH].join(delimiter);
  return (line: string, env: Record<string, string>) =>
    new Promise<Ended>((resolve) => {
      execFile('sh', ['-c', line], { cwd, env: { ...process.env, PATH, ...env } }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
}

/** Every row as the superuser sees it, by table; and which tables have a wall. */
async function contents(server: TestPostgres, url: string) {
  const tables = await server.query(
    `select relname as name, relrowsecurity as walled from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname`,
    url,
  );
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const found = await server.query(`select t::text as row from ${name} t order by 1`, url);
    rows[String(name)] = found.map(({ row }) => String(row));
  }
  const walled = tables.filter(({ walled }) => walled).map(({ name }) => String(name));
  return { rows, walled, filled: walled.filter((name) => rows[name]?.length) };
}

test('the documented dump of a PostgreSQL has every row behind the walls, and a gateway goes on with what was restored', async (t) => {
  const pgDump = needs(t, 'pg_dump');
  const server = await postgres.server(t);
  const url = await postgres.newMigrated(t);
  if (!pgDump || !server || !url) return;
  const gateway = await startTestGateway({ database: { url, connectionsMax: 4 } });
  t.after(() => gateway.close());
  const key = await gateway.newKey();
  const api = integrator(gateway, key);
  const id = await api.newSession();
  await walk(gateway, id);
  await gateway.deps.background.idle();
  const run = await operator(t, pgDump);
  const { dump, count, restore } = await documented();

  const taken = await run(dump, { DATABASE_URL: url });
  assert.deepEqual([taken.code, taken.stderr], [0, '']);
  const before = await contents(server, url);
  assert.ok(before.filled.length > 8, before.filled.join(' '));
  assert.equal(Number((await run(count, {})).stdout), before.rows.audit_entries?.length);

  const to = (await postgres.newDatabase(t)) ?? '';
  const restored = await run(restore, { NEW_DATABASE_URL: to });
  assert.deepEqual([restored.code, restored.stderr], [0, '']);
  const after = await contents(server, to);
  assert.deepEqual(after, before);
  const seen = await server.asApplication('select count(*) from sessions', to);
  assert.deepEqual(seen, [{ count: '0' }], 'the wall stands again, in front of the owner, too');

  const { config, clock } = gateway;
  const second = await startTestGateway(
    { ...config, database: { url: to, connectionsMax: 4 } },
    { now: () => clock.nowMs },
  );
  t.after(() => second.close());
  const [link = ''] = await integrator(second, key).links(id, 'gstn_details');
  assert.equal((await second.app.inject({ method: 'GET', url: link })).statusCode, 200);
});

test('a dump without the setting is refused or empty, as the documents say', async (t) => {
  const pgDump = needs(t, 'pg_dump');
  const url = await postgres.newMigrated(t);
  if (!pgDump || !url) return;
  const gateway = await startTestGateway({ database: { url, connectionsMax: 4 } });
  t.after(() => gateway.close());
  await integrator(gateway, await gateway.newKey()).newSession();
  const run = await operator(t, pgDump);
  const { dump, count } = await documented();

  const plain = dump.replace(/^PGOPTIONS=\S+ \S+ /, '');
  assert.match(plain, /^pg_dump --enable-row-security/);
  const refused = await run(plain.replace('--enable-row-security ', ''), { DATABASE_URL: url });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /query would be affected by row-level security policy/);
  assert.equal((await run(plain, { DATABASE_URL: url })).code, 0);
  assert.equal(Number((await run(count, {})).stdout), 0);
});
