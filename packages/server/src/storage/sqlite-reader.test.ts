import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { groupedReader } from './sqlite-reader.ts';

test('a read after which SQLite has ended the transaction, as after an error of the disk, spoils none of the same turn', async (t) => {
  const connection = new DatabaseSync(':memory:');
  t.after(() => connection.close());
  const { get } = groupedReader(connection);
  const turn = () => [get('select 1 as found', []), get('rollback', []), get('select 2 as found', [])];
  const [first, , last] = await Promise.all(turn());
  assert.deepEqual([first?.found, last?.found], [1, 2]);
  assert.equal(connection.isTransaction, false);
  assert.equal((await Promise.all(turn())).length, 3, 'the next turn is as good');
});
