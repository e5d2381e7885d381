import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchFolder } from './scratch-folder.ts';
import { openTally } from './tally.ts';

test('a tally goes on where one of the same code and engine was broken off, findings included, and takes nothing of another', (t) => {
  const scratch = scratchFolder();
  t.after(scratch.remove);
  const path = join(scratch.path, 'tally.jsonl');
  const first = openTally({ commit: 'a', engine: 'sqlite' }, path);
  const finding = { kind: 'lost', text: 'gone' } as const;
  first.add(7, { rounds: 1, acknowledged: 30, readyMs: [900], findings: [finding] });
  first.add(8, { rounds: 1, acknowledged: 12, readyMs: [800] });
  openTally({ commit: 'b', engine: 'sqlite' }, path).add(9, { rounds: 1, acknowledged: 1_000 });
  openTally({ commit: 'a', engine: 'postgres' }, path).add(9, { rounds: 1, acknowledged: 1_000 });

  const second = openTally({ commit: 'a', engine: 'sqlite' }, path);
  assert.deepEqual([...second.seeds], [7, 8]);
  second.add(8, { sessions: 40 });
  const { rounds, acknowledged, sessions, readyMs, findings } = second.sum;
  assert.deepEqual(
    { rounds, acknowledged, sessions, readyMs, findings },
    { rounds: 2, acknowledged: 42, sessions: 40, readyMs: [900, 800], findings: [finding] },
  );
});
