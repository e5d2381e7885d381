import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import { needs } from '../../../../scripts/needs.ts';
import { postgresOfTests } from '../testing/engines.ts';
import type { Statement } from './db.ts';
import { type Lane, openConnections } from './postgres-connections.ts';
import { postgresWriter } from './postgres-writer.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

/** One connection, of which the tests know everything. */
async function oneConnection(t: TestContext) {
  const url = await postgres.newMigrated(t);
  if (url === undefined) return undefined;
  const connections = openConnections({ url, connectionsMax: 1, statementMsMax: 10_000 });
  t.after(() => connections.close());
  return connections;
}

const command = (text: string, ...params: string[]) => ({ text, params });
const rollback = command('rollback');

/** The texts that the server keeps prepared for this connection, in order of their preparation. */
async function preparedOn(lane: Lane): Promise<unknown[]> {
  const [rows = []] = await lane.run([command('select statement from pg_prepared_statements order by prepare_time')]);
  return rows.map(({ statement }) => statement);
}

describe('the statements that a connection keeps prepared', () => {
  it('do not grow with the compare-and-sets that it loses', async (t) => {
    const connections = await oneConnection(t);
    if (!connections) return;
    const writer = postgresWriter(connections);
    const lose = (): Statement[] => [
      { sql: "insert into turns (name, holder, until_ms) values ('mine', $1, 1)", params: ['me'] },
      { sql: 'update turns set holder = $1 where name = $2', params: ['me', 'theirs'], expectRows: 1 },
      { sql: 'delete from turns where holder = $1', params: ['nobody'] },
    ];
    assert.equal(await writer.commit(lose()), 'conflict');
    const before = await connections.use(preparedOn);
    for (let times = 0; times < 30; times += 1) assert.equal(await writer.commit(lose()), 'conflict');
    assert.deepEqual(await connections.use(preparedOn), before);
    // Which is why they are kept at all: what failed in its run is not taken in anew the next time.
    assert.equal(before.filter((text) => String(text).includes('update turns')).length, 1);
  });

  it('do not grow with batches that fail in whichever way, and run all the same when their time has come', async (t) => {
    const connections = await oneConnection(t);
    if (!connections) return;
    await connections.use(async (lane) => {
      const learn = { learn: true };
      const begin = command('begin');
      const missing = command("insert into later values ('made')");
      const number = (text: string) => command('select $1::bigint as number', text);
      const last = command('select 3 as last');
      for (let times = 0; times < 10; times += 1) {
        await assert.rejects(lane.run([begin, missing, last], learn), { code: '42P01' });
        await lane.run([rollback]);
        await assert.rejects(lane.run([begin, number('none'), number('1'), last], learn), { code: '22P02' });
        await lane.run([rollback]);
      }
      await lane.run([command('create table later (name text)')]);
      const rows = await lane.run([begin, missing, number('1'), number('2'), last, command('commit')], learn);
      assert.deepEqual(rows, [[], [], [{ number: 1 }], [{ number: 2 }], [{ last: 3 }], []]);
      const prepared = await preparedOn(lane);
      assert.deepEqual(prepared.toSorted(), [...new Set(prepared)].toSorted(), 'none is there twice');
      assert.equal(prepared.length, 5);
    });
  });
});
