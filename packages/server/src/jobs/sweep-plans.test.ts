import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Db, Statement } from '../storage/db.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { toPositional } from '../storage/sqlite-dialect.ts';
import { openStores } from '../stores/index.ts';
import { integrator, people, walk } from '../testing/api.ts';
import { startTestGateway } from '../testing/gateway.ts';
import { startClockwork } from './clockwork.ts';

/** Tables that have a row for each workspace, endpoint, node or key, and not for each session; and steps from one endpoint to the next. */
const smallTables = [
  ...['workspaces', 'webhook_endpoints', 'webhook_leases', 'audit_trees', 'audit_batches', 'settings', 'turns'],
  ...['trust_items', 'evidence_keys', 'known', 'waiting'],
];

test('no step of the clockwork reads through a whole table that grows', async () => {
  const gateway = await startTestGateway();
  const now = () => gateway.clock.nowMs;
  const api = integrator(gateway, await gateway.newKey());
  const [consented, open] = [await api.newSession(), await api.newSession()];
  await walk(gateway, consented, { mobile: people.ravi });
  await gateway.deps.background.idle();
  gateway.clock.nowMs += 2 * 3_600_000;

  const path = join(gateway.config.dataDir, 'tijori.db');
  const db = await openSqlite({ path, now });
  const statements = new Map<string, Statement>();
  const note = (sql: string, params: Statement['params']) => statements.set(sql, { sql, params });
  const noting: Db = {
    ...db,
    all(sql, params) {
      note(sql, params);
      return db.all(sql, params);
    },
    get(sql, params) {
      note(sql, params);
      return db.get(sql, params);
    },
    commit(changes) {
      for (const { sql, params } of changes) note(sql, params);
      return db.commit(changes);
    },
  };
  const clockwork = startClockwork({ ...gateway.deps, stores: openStores(noting) });
  while (!hasChained(statements)) await wait(5);
  await clockwork.stop();
  await db.close();
  assert.equal((await gateway.deps.stores.sessions.find(open))?.status, 'expired');
  const documents = await gateway.deps.stores.documents.ofSession(consented);
  assert.ok(documents.length > 0 && documents.every(({ state }) => state === 'erased'));

  const reading = new DatabaseSync(path, { readOnly: true });
  const scans: string[] = [];
  for (const { sql, params } of statements.values()) {
    const { sql: text, order } = toPositional(sql);
    const plan = reading.prepare(`explain query plan ${text}`).all(...order.map((index) => params[index] ?? null));
    for (const { detail } of plan) {
      const [, table] = /^SCAN (\w+)$/.exec(String(detail)) ?? [];
      if (table && !smallTables.includes(table)) scans.push(`${detail}: ${sql}`);
    }
  }
  reading.close();
  await gateway.close();
  assert.ok(statements.size > 30, `only ${statements.size} statements`);
  assert.deepEqual(scans, []);
});

function hasChained(statements: ReadonlyMap<string, Statement>): boolean {
  return [...statements.keys()].some((sql) => sql.includes('insert into audit_heads'));
}
