/**
 * `npm run crash -- --rounds N`: kills a gateway under load, again and again on one data folder, and holds what it
 * finds against what was acknowledged. Exit code 1 on any loss. It proves atomicity and recovery, not power loss.
 * `--engine postgres` does the same to `tijori start` on a PostgreSQL of its own.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Place, steadyPort } from '../e2e/crash/gateway-process.ts';
import { type CrashSummary, type RoundReport, runCrashLoop } from '../e2e/crash/loop.ts';
import { seededRandom } from '../e2e/crash/random.ts';
import { scratchFolder } from '../e2e/crash/scratch-folder.ts';
import { selfTest } from '../e2e/crash/self-test.ts';
import { onProductionPlace } from '../e2e/faults/production-run.ts';

const usage = `npm run crash -- [--rounds 50] [--seed N] [--seconds-of-load 0.4] [--engine sqlite|postgres] | --self-test`;
/** Promised by issue 2 and acceptance G1. */
const readyMsPromised = 2_000;
/** Findings that are printed of one round; one fault tends to show in many places. */
const shownMax = 5;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'seconds-of-load': { type: 'string', default: '0.4' },
    engine: { type: 'string', default: 'sqlite' },
    'self-test': { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
const loadMsMax = Number(values['seconds-of-load']) * 1000;
const isKnown = ['sqlite', 'postgres'].includes(values.engine);
if (!(isKnown && Number.isInteger(rounds) && rounds > 0 && Number.isInteger(seed) && loadMsMax > 0)) {
  print(usage);
  process.exit(2);
}
// `exit` listeners remove the folder and kill the child; a signal alone would run none.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

await (values['self-test'] ? proveItCanFail() : run());

async function run(): Promise<void> {
  print(`seed ${seed}, ${rounds} rounds on ${values.engine}`);
  const startedAtMs = performance.now();
  const loop = (place: Place) => runCrashLoop({ place, rounds, seed, loadMsMax, onRound });
  const summary = await (values.engine === 'postgres'
    ? onProductionPlace({ seed }, ({ place }) => loop(place))
    : onNewFolder(loop));
  conclude(summary, performance.now() - startedAtMs);
}

async function proveItCanFail(): Promise<void> {
  const proofs = await onNewFolder(async (place) => {
    const healthy = await runCrashLoop({ place, rounds: 1, seed, loadMsMax });
    return selfTest(place, healthy, seed);
  });
  for (const { name, noticed } of proofs) print(`${noticed ? 'noticed   ' : 'NOT SEEN  '}${name}`);
  const missed = proofs.filter(({ noticed }) => !noticed).length;
  print(`self-test: ${proofs.length} checks, ${missed} missed (seed ${seed})`);
  process.exitCode = missed === 0 ? 0 : 1;
}

async function onNewFolder<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const scratch = scratchFolder();
  try {
    return await work({ dataDir: join(scratch.path, 'data'), port: await steadyPort(seededRandom(seed)) });
  } finally {
    scratch.remove();
  }
}

function onRound({ round, killedAtMs, acknowledged, readyMs, askedAgain, findings, logged }: RoundReport): void {
  const ready = readyMs === null ? '' : `, ready in ${Math.round(readyMs)} ms, asked again for ${askedAgain}`;
  print(`${round}/${rounds}  killed after ${Math.round(killedAtMs)} ms, ${acknowledged} acknowledged${ready}`);
  for (const { kind, text } of findings.slice(0, shownMax)) print(`    ${kind}: ${text}`);
  if (findings.length > shownMax) print(`    … and ${findings.length - shownMax} more`);
  for (const line of logged) print(`    log: ${line}`);
}

function conclude(summary: CrashSummary, ranMs: number): void {
  const { ledger, findings, readyMs, askedAgain, killedDuringStart, interrupted } = summary;
  const count = (...kinds: string[]) => findings.filter(({ kind }) => kinds.includes(kind)).length;
  const sorted = readyMs.toSorted((a, b) => a - b);
  const median = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  const slow = readyMs.filter((ms) => ms >= readyMsPromised).length;
  const files = [...ledger.facts.values()].flatMap((fact) => [...fact.files.values()].flat()).length;
  for (const { kind, text } of findings.slice(-shownMax)) print(`${kind}: ${text}`);
  print(`
${rounds} rounds of kill -9 under load on ${values.engine} in ${Math.round(ranMs / 1000)} s (seed ${seed}); ${killedDuringStart} more kills hit a start.
Acknowledged: ${ledger.acknowledged} facts about ${ledger.facts.size} sessions, ${files} downloaded files among them. Asked for again: ${askedAgain} times.
Lost: ${count('lost')}. Half change sets: ${count('half')}. Database faults: ${count('corrupt')}. Vault faults: ${count('vault')}. Wrong answers: ${count('served')}.
Journeys interrupted by a kill: ${interrupted}; those not lost came to their end.
Ready again after a kill: median ${median} ms, longest ${Math.round(sorted.at(-1) ?? 0)} ms; ${slow} of ${readyMs.length} took ${readyMsPromised} ms or more
(load average of the machine now ${loadavg()[0]?.toFixed(1)}, this run included).
This proves atomicity and recovery, not power loss: the kernel outlives a killed process and still writes what it wrote.`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
