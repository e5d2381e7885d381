import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { needs } from '../../../../scripts/needs.ts';
import { postgresOfTests } from '../testing/engines.ts';
import type { Statement } from './db.ts';
import { openDatabaseForReading } from './open-for-reading.ts';
import { openPostgres } from './postgres.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

test('a server that has become a standby is as good as gone, until it is promoted; only what never writes may read there', async (t) => {
  const server = await postgres.server(t);
  const url = await postgres.newMigrated(t);
  if (!server || url === undefined) return;
  const now = () => 1_000;
  const db = await openPostgres({ url, now });
  t.after(() => db.close());
  const set = (value: string): Statement => ({
    sql: `insert into settings (name, value) values ('state', $1) on conflict (name) do update set value = $1`,
    params: [value],
  });
  const read = () => db.all(`select value from settings where name = 'state'`, []);
  await db.commit([set('old')]);
  await server.end();
  await server.startAsStandby();
  const gone = { code: 'storage_unavailable', detail: 'database: the server is a standby' };
  for (let times = 0; times < 3; times += 1) {
    await assert.rejects(read(), gone);
    await assert.rejects(db.commit([set('lost')]), gone);
    await assert.rejects(Promise.resolve(db.rates.take({ policy: 'default', key: 'key' }, 60_000)), gone);
  }
  await assert.rejects(openPostgres({ url, now, startMsMax: 1 }), /cannot be used: database: the server is a standby/);
  const reading = await openDatabaseForReading({ database: { url, connectionsMax: 4 }, dataDir: '' });
  assert.deepEqual(await reading.all(`select value from settings where name = 'state'`, []), [{ value: 'old' }]);
  await reading.close();
  await server.query('select pg_promote()');
  while ((await db.commit([set('new')]).catch(() => '')) !== 'committed') await wait(5);
  assert.deepEqual(await read(), [{ value: 'new' }]);
});
