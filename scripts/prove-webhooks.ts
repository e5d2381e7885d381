/**
 * `npm run prove:webhooks -- --rounds N`: kills a gateway with SIGKILL while it delivers events, N times at random moments on one data folder, and
 * holds what a receiver got against what was committed. Exit code 1 if anything was lost, sent without being committed, badly signed, or
 * told twice in different words. `--self-test` runs a gateway that loses some on purpose, and fails unless that is noticed.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { steadyPort } from '../e2e/crash/gateway-process.ts';
import { seededRandom } from '../e2e/crash/random.ts';
import { scratchFolder } from '../e2e/crash/scratch-folder.ts';
import { type KillSummary, runKillLoop } from '../e2e/webhooks/kill-loop.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'seconds-of-load': { type: 'string', default: '0.5' },
    'self-test': { type: 'boolean', default: false },
  },
});
const [seed, loadMsMax] = [Number(values.seed), Number(values['seconds-of-load']) * 1000];
const rounds = values['self-test'] ? 2 : Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds > 0 && Number.isInteger(seed) && loadMsMax >= 100)) {
  print('npm run prove:webhooks -- [--rounds 200] [--seed N] [--seconds-of-load 0.5] | --self-test');
  process.exit(2);
}
// `exit` listeners remove the folder and kill the child; a signal alone would run none.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

print(`seed ${seed}, ${rounds} kills`);
const scratch = scratchFolder();
const place = {
  dataDir: join(scratch.path, 'data'),
  port: await steadyPort(seededRandom(seed)),
  fault: values['self-test'] ? new URL('../e2e/webhooks/faults/lose-deliveries.ts', import.meta.url).href : undefined,
};
const startedAtMs = performance.now();
const summary = await runKillLoop({
  place,
  rounds,
  seed,
  loadMsMax,
  onRound: ({ round, killedAtMs, acknowledged, received }) =>
    print(
      `${round}/${rounds}  killed after ${Math.round(killedAtMs)} ms, ${acknowledged} acknowledged, ${received} events have come`,
    ),
});
scratch.remove();
conclude(summary);

function conclude({ acknowledged, committed, lost, uncommitted, duplicates, faults }: KillSummary): void {
  for (const fault of faults.slice(0, 5)) print(`    ${fault}`);
  print(`
${rounds} kills while delivering, ${Math.round((performance.now() - startedAtMs) / 1000)} s (seed ${seed}).
Acknowledged sessions: ${acknowledged}. Committed events: ${committed}.
Lost: ${lost}. Sent and not committed: ${uncommitted}. Badly signed, or told in other words: ${faults.length}.
Came more than once, with the same id and body: ${duplicates}.`);
  // A run in which nothing was made proves nothing.
  const isClean = acknowledged > 0 && committed > 0 && lost + uncommitted + faults.length === 0;
  if (values['self-test']) print(lost > 0 ? 'self-test: noticed' : 'self-test: NOT SEEN');
  process.exitCode = (values['self-test'] ? lost > 0 : isClean) ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
