import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeTurns } from './take-turns.ts';

const list = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
const read = ({ after, limit }: { after: string; limit: number }) =>
  list.filter(({ id }) => id > after).slice(0, limit);

test('every item has its turn although none ever leaves the list, and then it begins anew', () => {
  const turns = takeTurns(2);
  const rounds = Array.from({ length: 4 }, () => turns.next(read(turns.page())).map(({ id }) => id));
  assert.deepEqual(rounds, [['a', 'b'], ['c', 'd'], ['e'], ['a', 'b']]);
});
