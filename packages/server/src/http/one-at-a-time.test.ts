import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { oneAtATime } from './one-at-a-time.ts';

test('works of one name run one after the other, whatever becomes of them, and those of another beside them', async () => {
  const run = oneAtATime();
  const told: string[] = [];
  const work = (word: string) => async () => {
    told.push(`${word} begins`);
    await turn();
    told.push(`${word} ends`);
    if (word === 'bad') throw new Error(word);
    return word;
  };
  const works = [run('a', work('bad')), run('a', work('good')), run('b', work('other'))];
  const ends = await Promise.allSettled(works);
  const ofOne = told.filter((line) => !line.startsWith('other'));
  assert.deepEqual(ofOne, ['bad begins', 'bad ends', 'good begins', 'good ends']);
  assert.equal(told[1], 'other begins');
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  );
});
