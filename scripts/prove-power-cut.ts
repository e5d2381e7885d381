/**
 * `npm run prove:power-cut -- --rounds N`: cuts the power of a gateway's disk under load, again and again, and holds what
 * comes back against what was acknowledged; then the same to servers that do not sync, which have to lose. Exit code 1 on a
 * loss, or on a control that lost nothing; 3 where no power can be cut, which is said loudly.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { CrashSummary, RoundReport } from '../e2e/crash/loop.ts';
import { type Control, cutPower, type Engine, runControls } from '../e2e/power/cut-loop.ts';
import { whyNoLoopDisk } from '../e2e/power/loop-disk.ts';
import { findProgram } from './needs.ts';

const usage =
  'npm run prove:power-cut -- [--rounds 60] [--seed N] [--seconds-of-load 0.4] [--controls-max 30] [--engine sqlite|postgres|both]';
/** Findings that are printed of one round; one fault tends to show in many places. */
const shownMax = 5;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'seconds-of-load': { type: 'string', default: '0.4' },
    'controls-max': { type: 'string', default: '30' },
    engine: { type: 'string', default: 'both' },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
const loadMsMax = Number(values['seconds-of-load']) * 1000;
const controlsMax = Number(values['controls-max']);
const engines = (values.engine === 'both' ? ['sqlite', 'postgres'] : [values.engine]) as Engine[];
const enginesKnown = engines.every((each) => ['sqlite', 'postgres'].includes(each));
if (
  !(
    enginesKnown &&
    Number.isInteger(rounds) &&
    rounds > 0 &&
    Number.isInteger(seed) &&
    loadMsMax > 0 &&
    controlsMax > 0
  )
) {
  print(usage);
  process.exit(2);
}
// `exit` listeners unmount the disk and kill the child; a signal alone would run none.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const missing =
  whyNoLoopDisk() ??
  (engines.includes('postgres') && !findProgram('initdb')
    ? 'initdb is not on this machine: apt install postgresql'
    : undefined);
if (missing) {
  print(`
********************************************************************************
  POWER CUTS WERE NOT RUN: ${missing}.
  Nothing is proven here about power loss. Run this as root on Linux with loop devices.
********************************************************************************`);
  process.exit(3);
}

print(`seed ${seed}, ${rounds} cuts of each: ${engines.join(', ')}`);
process.exitCode = 0;
for (const engine of engines) {
  const startedAtMs = performance.now();
  const summary = await cutPower({ engine, rounds, seed, loadMsMax, onRound });
  conclude(engine, summary, performance.now() - startedAtMs);
}
concludeControls(await runControls(engines, { seed, loadMsMax, cutsMax: controlsMax }));

function onRound({ round, killedAtMs, acknowledged, readyMs, askedAgain, findings, logged }: RoundReport): void {
  const ready = readyMs === null ? '' : `, ready in ${Math.round(readyMs)} ms, asked again for ${askedAgain}`;
  print(`${round}/${rounds}  cut after ${Math.round(killedAtMs)} ms, ${acknowledged} acknowledged${ready}`);
  for (const { kind, text } of findings.slice(0, shownMax)) print(`    ${kind}: ${text}`);
  if (findings.length > shownMax) print(`    … and ${findings.length - shownMax} more`);
  for (const line of logged) print(`    log: ${line}`);
}

function conclude(engine: Engine, { ledger, findings, readyMs, askedAgain }: CrashSummary, ranMs: number): void {
  const files = [...ledger.facts.values()].flatMap((fact) => [...fact.files.values()].flat()).length;
  const sorted = readyMs.toSorted((a, b) => a - b);
  const median = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  // A stop that takes longer than it may, say, is a fault, but no loss.
  const served = findings.filter(({ kind }) => kind === 'served').length;
  print(`
${engine}: ${rounds} power cuts under load in ${Math.round(ranMs / 1000)} s (seed ${seed}).
Acknowledged: ${ledger.acknowledged} facts about ${ledger.facts.size} sessions, ${files} downloaded files among them. Asked for again: ${askedAgain} times.
Lost or damaged: ${findings.length - served}. Wrong answers, or stops that did not end well: ${served}.${findings
    .slice(-shownMax)
    .map(({ kind, text }) => `\n    ${kind}: ${text}`)
    .join('')}
Ready again: median ${median} ms, longest ${Math.round(sorted.at(-1) ?? 0)} ms (load average of the machine now ${loadavg()[0]?.toFixed(1)}, this run included).`);
  if (findings.length > 0) process.exitCode = 1;
}

function concludeControls(done: readonly Control[]): void {
  print('Controls, which must lose:');
  for (const { name, cuts, lost } of done) {
    print(`  ${lost > 0 ? 'lost' : 'LOST NOTHING'}: ${name}: ${lost} findings at cut ${cuts}`);
  }
  if (done.some(({ lost }) => lost === 0)) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
