/**
 * `npm run prove:stop -- --rounds N`: stops a gateway with SIGTERM under keep-alive load, N times, and finds out what became of
 * every request. Exit code 1 if one that was accepted got no answer, if an exit code is not 0, or if a stop took over 10 s.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { steadyPort } from '../e2e/crash/gateway-process.ts';
import { seededRandom } from '../e2e/crash/random.ts';
import { scratchFolder } from '../e2e/crash/scratch-folder.ts';
import { runStopLoop, type StopRound } from '../e2e/stop/stop-loop.ts';

/** Promised by acceptance I4. */
const stopMsPromised = 10_000;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'seconds-of-load': { type: 'string', default: '0.5' },
  },
});
const [rounds, seed, loadMsMax] = [
  Number(values.rounds),
  Number(values.seed),
  Number(values['seconds-of-load']) * 1000,
];
if (!(Number.isInteger(rounds) && rounds > 0 && Number.isInteger(seed) && loadMsMax >= 100)) {
  print('npm run prove:stop -- [--rounds 100] [--seed N] [--seconds-of-load 0.5]');
  process.exit(2);
}
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

print(`seed ${seed}, ${rounds} stops`);
const scratch = scratchFolder();
const place = { dataDir: join(scratch.path, 'data'), port: await steadyPort(seededRandom(seed)) };
const startedAtMs = performance.now();
const done = await runStopLoop({ place, rounds, seed, loadMsMax, onRound });
scratch.remove();
conclude(done, performance.now() - startedAtMs);

function onRound({ round, answered, refused, unanswered, failed, wrong, exitCode, stoppedMs }: StopRound): void {
  const odd = `${failed > 0 ? `, ${failed} ACCEPTED AND FAILED` : ''}${wrong > 0 ? `, ${wrong} wrong answers` : ''}`;
  print(
    `${round}/${rounds}  ${answered} answered, ${refused} refused, ${unanswered} never taken${odd}; exit ${exitCode} after ${Math.round(stoppedMs)} ms`,
  );
}

function conclude(all: readonly StopRound[], ranMs: number): void {
  const sum = (name: 'answered' | 'refused' | 'unanswered' | 'failed' | 'wrong') =>
    all.reduce((total, round) => total + round[name], 0);
  const longest = Math.max(...all.map(({ stoppedMs }) => stoppedMs));
  const badExits = all.filter(({ exitCode }) => exitCode !== 0).length;
  print(`
${all.length} stops under load in ${Math.round(ranMs / 1000)} s (seed ${seed}).
Answered: ${sum('answered')}. Refused with 503: ${sum('refused')}. Never taken (the connection was closed as they were sent): ${sum('unanswered') - sum('failed')}.
Accepted and failed: ${sum('failed')}. Wrong answers: ${sum('wrong')}. Exit codes other than 0: ${badExits}. Longest stop: ${Math.round(longest)} ms.`);
  process.exitCode = sum('failed') + sum('wrong') + badExits === 0 && longest <= stopMsPromised ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
