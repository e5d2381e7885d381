import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { steadyPort } from './gateway-process.ts';
import type { Ledger } from './ledger.ts';
import { runCrashLoop } from './loop.ts';
import { seededRandom } from './random.ts';
import { scratchFolder } from './scratch-folder.ts';
import { selfTest } from './self-test.ts';

/** Two seconds are promised (issue 2) and `npm run crash` counts them; here the rest of the suite may be in the way. */
const readyMsMax = 60_000;

test('kill -9 under load', async (t) => {
  const seed = Date.now() % 1_000_000;
  const scratch = scratchFolder();
  t.after(scratch.remove);
  const place = { dataDir: join(scratch.path, 'data'), port: await steadyPort(seededRandom(seed)) };
  // The self-test needs a journey to damage, and a busy machine may have none after 300 ms.
  const until = ({ facts }: Ledger) => [...facts.values()].some(({ files }) => files.size > 0);
  const run = await runCrashLoop({ place, rounds: 3, seed, loadMsMax: 300, until });

  await t.test('three kills lose nothing that was acknowledged', () => {
    assert.deepEqual(run.findings, [], `seed ${seed}`);
    assert.ok(run.ledger.facts.size > 10, `only ${run.ledger.facts.size} sessions: a run without load proves nothing`);
    assert.ok(Math.max(...run.readyMs) < readyMsMax);
    t.diagnostic(`ready again after ${run.readyMs.map((ms) => Math.round(ms)).join(', ')} ms`);
  });

  await t.test('and the loop notices every kind of loss that it claims to see', async () => {
    const proofs = await selfTest(place, run, seed);
    assert.deepEqual(
      proofs.filter(({ noticed }) => !noticed),
      [],
      `seed ${seed}`,
    );
  });
});
