/**
 * `npm run crash -- --rounds N`: kills a gateway under load, again and again on one data folder, and holds what it
 * finds against what was acknowledged. Exit code 1 on any loss. It proves atomicity and recovery, not power loss.
 * `--engine postgres` does the same to `tijori start` on a PostgreSQL of its own.
 *
 * Thousands of rounds: a new folder after every `--rounds-per-folder`, since each round looks at the whole of it; two lanes side by
 * side, since a start keeps one core busy; and `--tally FILE`, with which a run goes on where one of the same commit was broken off.
 */
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Place, steadyPort } from '../e2e/crash/gateway-process.ts';
import { type CrashSummary, type RoundReport, runCrashLoop } from '../e2e/crash/loop.ts';
import { seededRandom } from '../e2e/crash/random.ts';
import { scratchFolder } from '../e2e/crash/scratch-folder.ts';
import { selfTest } from '../e2e/crash/self-test.ts';
import { openTally, type TallyKeeper } from '../e2e/crash/tally.ts';
import { onProductionPlace } from '../e2e/faults/production-run.ts';

const usage =
  'npm run crash -- [--rounds 50] [--seed N] [--seconds-of-load 0.4] [--engine sqlite|postgres]\n' +
  '                 [--rounds-per-folder 250] [--lanes 1] [--tally FILE] | --self-test';
/** Promised by issue 2 and acceptance G1. */
const readyMsPromised = 2_000;
/** Findings that are printed of one round; one fault tends to show in many places. */
const shownMax = 5;
/** Apart enough that no two folders of a run have the same. */
const seedStep = 7_919;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'seconds-of-load': { type: 'string', default: '0.4' },
    engine: { type: 'string', default: 'sqlite' },
    'rounds-per-folder': { type: 'string', default: '250' },
    lanes: { type: 'string', default: '1' },
    tally: { type: 'string' },
    'self-test': { type: 'boolean', default: false },
  },
});
const { engine, tally: tallyPath } = values;
const [rounds, seed, roundsPerFolder, lanes] = [
  Number(values.rounds),
  Number(values.seed),
  Number(values['rounds-per-folder']),
  Number(values.lanes),
];
const loadMsMax = Number(values['seconds-of-load']) * 1000;
const isKnown = ['sqlite', 'postgres'].includes(engine);
const areCounts = [rounds, roundsPerFolder, lanes].every((count) => Number.isInteger(count) && count > 0);
if (!(isKnown && areCounts && Number.isInteger(seed) && loadMsMax > 0)) {
  print(usage);
  process.exit(2);
}
// `exit` listeners remove the folder and kill the child; a signal alone would run none.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

await (values['self-test'] ? proveItCanFail() : run());

async function run(): Promise<void> {
  const keeper = openTally({ commit: commitOfTree(), engine }, tallyPath);
  const before = keeper.sum.rounds;
  print(`seed ${seed}, ${rounds} rounds on ${engine}${before > 0 ? `, ${before} of them done before` : ''}`);
  const startedAtMs = performance.now();
  let left = rounds - before;
  let folderSeed = seed;
  const lane = async () => {
    while (left > 0) {
      const count = Math.min(left, roundsPerFolder);
      left -= count;
      while (keeper.seeds.has(folderSeed)) folderSeed += seedStep;
      const own = folderSeed;
      folderSeed += seedStep;
      await onOneFolder(keeper, own, count);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  conclude(keeper, performance.now() - startedAtMs);
}

/** As git names it: rounds of other code prove nothing about this one. Without a tally nobody needs to know. */
function commitOfTree(): string {
  if (tallyPath === undefined) return '';
  const git = (...words: string[]) => execFileSync('git', words, { encoding: 'utf8' }).trim();
  if (git('status', '--porcelain', '--untracked-files=no') !== '') {
    print('--tally adds up rounds of one commit: commit what is changed first');
    process.exit(2);
  }
  return git('rev-parse', 'HEAD');
}

async function onOneFolder(keeper: TallyKeeper, own: number, count: number): Promise<void> {
  const told = { acknowledged: 0, startsKilled: 0, askedAgain: 0, starts: 0, findings: 0 };
  const onRound = (report: RoundReport) => {
    const { acknowledged, startsKilled, askedAgain, readyMs, findings } = report;
    keeper.add(own, {
      rounds: 1,
      acknowledged,
      startsKilled,
      askedAgain,
      readyMs: readyMs === null ? [] : [readyMs],
      findings,
    });
    told.acknowledged += acknowledged;
    told.startsKilled += startsKilled;
    told.askedAgain += askedAgain;
    told.starts += readyMs === null ? 0 : 1;
    told.findings += findings.length;
    tellRound(report, keeper.sum.rounds);
  };
  const loop = (place: Place) => runCrashLoop({ place, rounds: count, seed: own, loadMsMax, onRound });
  const summary = await (engine === 'postgres'
    ? onProductionPlace({ seed: own }, ({ place }) => loop(place))
    : onNewFolder(own, loop));
  // What its last start came to, and what can only be counted at the end.
  keeper.add(own, {
    acknowledged: summary.ledger.acknowledged - told.acknowledged,
    startsKilled: summary.killedDuringStart - told.startsKilled,
    askedAgain: summary.askedAgain - told.askedAgain,
    readyMs: summary.readyMs.slice(told.starts),
    findings: summary.findings.slice(told.findings),
    sessions: summary.ledger.facts.size,
    files: filesOf(summary),
    interrupted: summary.interrupted,
  });
}

function filesOf({ ledger }: CrashSummary): number {
  return [...ledger.facts.values()].flatMap((fact) => [...fact.files.values()].flat()).length;
}

async function proveItCanFail(): Promise<void> {
  const proofs = await onNewFolder(seed, async (place) => {
    const healthy = await runCrashLoop({ place, rounds: 1, seed, loadMsMax });
    return selfTest(place, healthy, seed);
  });
  for (const { name, noticed } of proofs) print(`${noticed ? 'noticed   ' : 'NOT SEEN  '}${name}`);
  const missed = proofs.filter(({ noticed }) => !noticed).length;
  print(`self-test: ${proofs.length} checks, ${missed} missed (seed ${seed})`);
  process.exitCode = missed === 0 ? 0 : 1;
}

async function onNewFolder<T>(own: number, work: (place: Place) => Promise<T>): Promise<T> {
  const scratch = scratchFolder();
  try {
    return await work({ dataDir: join(scratch.path, 'data'), port: await steadyPort(seededRandom(own)) });
  } finally {
    scratch.remove();
  }
}

function tellRound(
  { killedAtMs, acknowledged, readyMs, askedAgain, findings, logged }: RoundReport,
  done: number,
): void {
  const ready = readyMs === null ? '' : `, ready in ${Math.round(readyMs)} ms, asked again for ${askedAgain}`;
  print(`${done}/${rounds}  killed after ${Math.round(killedAtMs)} ms, ${acknowledged} acknowledged${ready}`);
  for (const { kind, text } of findings.slice(0, shownMax)) print(`    ${kind}: ${text}`);
  if (findings.length > shownMax) print(`    … and ${findings.length - shownMax} more`);
  for (const line of logged) print(`    log: ${line}`);
}

function conclude({ sum, seeds }: TallyKeeper, ranMs: number): void {
  const { findings, readyMs, files } = sum;
  const count = (...kinds: string[]) => findings.filter(({ kind }) => kinds.includes(kind)).length;
  const sorted = readyMs.toSorted((a, b) => a - b);
  const median = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  const slow = readyMs.filter((ms) => ms >= readyMsPromised).length;
  for (const { kind, text } of findings.slice(-shownMax)) print(`${kind}: ${text}`);
  print(`
${sum.rounds} rounds of kill -9 under load on ${engine}, this run ${Math.round(ranMs / 1000)} s (${seeds.size} folders, seeds ${[...seeds].join(', ')}); ${sum.startsKilled} more kills hit a start.
Acknowledged: ${sum.acknowledged} facts about ${sum.sessions} sessions, ${files} downloaded files among them. Asked for again: ${sum.askedAgain} times.
Lost: ${count('lost')}. Half change sets: ${count('half')}. Database faults: ${count('corrupt')}. Vault faults: ${count('vault')}. Wrong answers: ${count('served')}.
Journeys interrupted by a kill: ${sum.interrupted}; those that were not lost, and whose session did not come of age meanwhile, came to their end.
Ready again after a kill: median ${median} ms, longest ${Math.round(sorted.at(-1) ?? 0)} ms; ${slow} of ${readyMs.length} took ${readyMsPromised} ms or more
(load average of the machine now ${loadavg()[0]?.toFixed(1)}, this run included).
This proves atomicity and recovery, not power loss: the kernel outlives a killed process and still writes what it wrote.`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
