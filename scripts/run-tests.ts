/**
 * `npm test`: every test, in four processes side by side, and one closing line for all. Within a process all tests share it: one for
 * each file would take minutes. The browser's tests wait for Chromium most of the time, those of command line, client and crashes for the
 * programs that they start, those over HTTP for the disk, so that none fills a core, and the four take about as long. `npm test -- FILE…`
 * runs only these files, in one process.
 *
 * Four processes on two slow cores starve some test now and then past a deadline that the product itself has. So a few files that
 * failed are tried again, each alone, and both tries are told: what passes alone was starved, what fails alone is broken.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import {
  closingText,
  colourVariable,
  headingText,
  isHeading,
  outsideHeading,
  readClosingText,
  type Tally,
} from './closing-line.ts';

const root = join(import.meta.dirname, '..');
const everything = ['packages/*/src/**/*.test.ts', 'e2e/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'];
const browsers = ['e2e/browser/**/*.test.ts'];
const startedPrograms = ['e2e/cli/**/*.test.ts', 'e2e/client/**/*.test.ts', 'e2e/crash/**/*.test.ts'];
const overHttp = ['packages/server/src/http/**/*.test.ts'];

/** Where more files than this have failed, the change is to blame and not the machine: nothing is tried again. */
const secondTriesMax = 4;

/** A process whose closing line is there has no more to say; one that does not end by itself is ended after so long, ms. */
const endMsMax = 3_000;

/** How the tests of one process ended. */
interface LaneEnd extends Tally {
  /** Files with a failure; empty, too, where the process failed as a whole: died, or ended badly after good tests. */
  failedFiles: string[];
  /** What was told after the last file: failures, skips, what was left open. */
  findings: string[];
}

interface Stage {
  cwd: string;
  tell: (line: string) => void;
  endMs: number;
}

/** Runs files in one process. Its line for each file is told at once; its findings wait, so that those of two lanes do not mix. */
function runLane(files: readonly string[], { cwd, tell, endMs }: Stage): Promise<LaneEnd> {
  const reporter = new URL('./closing-line.ts', import.meta.url).href;
  const args = ['--test', '--test-isolation=none', '--test-force-exit', `--test-reporter=${reporter}`, ...files];
  // The runner marks its children; left in, the mark would make this one believe that it is such a child.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = process.stdout.isTTY ? { ...inherited, [colourVariable]: '1' } : inherited;
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const findings: string[] = [];
  const failedFiles: string[] = [];
  let tally: Tally | undefined;
  let ending: NodeJS.Timeout | undefined;
  let wasEnded = false;
  const end = () => {
    wasEnded = child.kill('SIGKILL');
    tell(`the process of ${files[0]} … had told all and did not end; it was ended`);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    tally = readClosingText(line);
    clearTimeout(ending);
    if (tally) ending = setTimeout(end, endMs);
    const [, failedFile] = findings.length === 0 ? (/^✖ (\S+) /.exec(stripVTControlCharacters(line)) ?? []) : [];
    if (failedFile) failedFiles.push(failedFile);
    if (findings.length > 0 || isHeading(line)) findings.push(line);
    else if (!tally && line !== '') tell(line);
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(ending);
      if (!tally) findings.push(`the tests of ${files[0]} … ended without a closing line (${signal ?? code})`);
      else if (findings.length > 0) findings.pop();
      const { passed, failed, skipped } = tally ?? { passed: 0, failed: 1, skipped: 0 };
      const isOfFiles = tally !== undefined && failed > 0 && !findings.some((line) => line.includes(outsideHeading));
      const ofFiles = isOfFiles ? failedFiles : [];
      const endedBadly = failed === 0 && code !== 0 && !wasEnded;
      resolve({ passed, failed: endedBadly ? 1 : failed, skipped, findings, failedFiles: ofFiles });
    });
  });
}

/** Tries each failed file once more, alone, and counts what passes now as passed. */
async function tryAgain(end: LaneEnd, stage: Stage): Promise<LaneEnd> {
  let stillFailed = 0;
  for (const file of end.failedFiles) {
    const alone = await runLane([file], stage);
    stillFailed += alone.failed;
    for (const line of alone.findings) stage.tell(line);
  }
  // A file that failed in a hook may count more tests the second time.
  const failed = Math.min(stillFailed, end.failed);
  return { ...end, passed: end.passed + end.failed - failed, failed };
}

/**
 * Runs lanes side by side: true if nothing failed, or only what passed alone. A lane without files has nothing to prove and is left
 * out, and the only file of a single lane was alone already.
 */
export async function runTests(
  lanes: readonly (readonly string[])[],
  cwd = root,
  tell = console.log,
  endMs = endMsMax,
): Promise<boolean> {
  const stage = { cwd, tell, endMs };
  const filled = lanes.filter((files) => files.length > 0);
  let ends = await Promise.all(filled.map((files) => runLane(files, stage)));
  for (const line of ends.flatMap(({ findings }) => ['', ...findings])) tell(line);
  const failedFiles = ends.flatMap(({ failedFiles }) => failedFiles);
  const wereAlone = filled.flat().length === 1;
  if (!wereAlone && failedFiles.length > 0 && failedFiles.length <= secondTriesMax) {
    tell(headingText('red', `failed beside others, tried again alone: ${failedFiles.join(', ')}`));
    const again: LaneEnd[] = [];
    for (const end of ends) again.push(await tryAgain(end, stage));
    ends = again;
  }
  const sum = (name: keyof Tally) => ends.reduce((total, end) => total + end[name], 0);
  const isGood = sum('failed') === 0 && sum('passed') > 0;
  tell(closingText({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }));
  return isGood;
}

if (import.meta.main) {
  const named = process.argv.slice(2);
  const find = (patterns: string[], except: string[] = []) => globSync(patterns, { cwd: root, exclude: except }).sort();
  const apart = [browsers, overHttp, startedPrograms];
  const lanes = [...apart.map((patterns) => find(patterns)), find(everything, apart.flat())];
  const isGood = await runTests(named.length > 0 ? [named] : lanes, named.length > 0 ? process.cwd() : root);
  process.exitCode = isGood ? 0 : 1;
}
