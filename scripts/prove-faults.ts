/**
 * `npm run prove:faults`: a full disk, I/O errors, flipped bytes, a PostgreSQL in trouble, and a clock that jumps (acceptance G4, G5, G7
 * to G9). Prints what came of each; exit code 1 if anything acknowledged was lost or a promise was not kept, 3 where a part could not be
 * run, which is said loudly.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { steadyPort } from '../e2e/crash/gateway-process.ts';
import type { Ledger } from '../e2e/crash/ledger.ts';
import { runCrashLoop } from '../e2e/crash/loop.ts';
import { seededRandom } from '../e2e/crash/random.ts';
import { scratchFolder } from '../e2e/crash/scratch-folder.ts';
import { flipBytes } from '../e2e/faults/byte-flips.ts';
import { jumpInTime, whyNoFakeTime } from '../e2e/faults/clock.ts';
import { loseOnPurpose, troubleTheDatabase, whyNoPostgres } from '../e2e/faults/database.ts';
import { fillTheDisk } from '../e2e/faults/disk-full.ts';
import { kinds, meetIoErrors, whyNoFiu } from '../e2e/faults/io-errors.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'disk-full,io-errors,byte-flips,database,clock' },
    rounds: { type: 'string', default: '5' },
    flips: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
/** Tries of a control that has to lose. */
const controlsMax = 10;
const [rounds, flips, seed] = [Number(values.rounds), Number(values.flips), Number(values.seed)];
const only = values.only.split(',');
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
print(`seed ${seed}`);

if (only.includes('disk-full')) await diskFull();
if (only.includes('io-errors')) await ioErrors();
if (only.includes('byte-flips')) await byteFlips();
if (only.includes('database')) await databaseTrouble();
if (only.includes('clock')) await clockJumps();

async function diskFull(): Promise<void> {
  if (process.getuid?.() !== 0) return notRun('FULL DISK', 'mounting a small file system needs root');
  const report = await fillTheDisk(seed);
  print(`full disk: ${JSON.stringify(report)}`);
  const onlyThese = (tally: Record<string, number>, wanted: string[]) =>
    Object.keys(tally).every((each) => wanted.includes(each));
  judge(
    'writes are answered 507, or 200 while there is room',
    (report.writes['507'] ?? 0) > 0 && onlyThese(report.writes, ['200', '507']),
  );
  judge('reads go on', onlyThese(report.reads, ['200']) && (report.reads['200'] ?? 0) > 0);
  judge('health says degraded', report.health === '200 degraded');
  judge(
    'a gateway to which nobody writes lives on',
    report.quiet.every((code) => code === null),
  );
  judge('it can be stopped, and started again to read', report.stopped === 0 && report.restarted.join() === '200,507');
  judge('writes and health are back within 5 s', report.writesAgainMs <= 5_000 && report.healthyAgainMs <= 5_000);
  judge('nothing acknowledged is lost, nothing is damaged', report.faults.length === 0);
}

async function ioErrors(): Promise<void> {
  const missing = whyNoFiu();
  if (missing) return notRun('I/O ERRORS', missing);
  for (const kind of kinds) {
    const { acknowledged, ended, elsewhere, findings } = await meetIoErrors(kind, { rounds, seed });
    print(`${kind.name}: ${rounds} rounds, ${acknowledged} acknowledged, process ended by itself in ${ended}`);
    judge('nothing acknowledged is lost, nothing is damaged', findings.length === 0);
    for (const finding of findings.slice(0, 5)) print(`    ${finding}`);
    if (elsewhere > 0) print(`  in ${elsewhere} the write that failed was the pretend EntityLocker's`);
    if (kind.mustEnd) judge('the process takes no more writes and ends', ended > 0 && ended + elsewhere === rounds);
  }
}

async function byteFlips(): Promise<void> {
  const scratch = scratchFolder();
  const place = { dataDir: join(scratch.path, 'data'), port: await steadyPort(seededRandom(seed)) };
  const until = ({ facts }: Ledger) => [...facts.values()].filter(({ files }) => files.size > 0).length > 2;
  const { ledger } = await runCrashLoop({ place, rounds: 1, seed, loadMsMax: 3_000, until, leaveDead: true });
  const report = await flipBytes({
    dataDir: place.dataDir,
    scratch: scratch.path,
    random: seededRandom(seed),
    count: flips,
  });
  scratch.remove();
  print(`byte flips in what ${ledger.acknowledged} acknowledged facts left: ${JSON.stringify(report)}`);
  judge('every flip in a blob is found', report.blobs.unseen === 0);
  judge('every flip in a backup is found', report.backups.unseen === 0);
  judge('a flip in the log shortens it, and makes no row wrong', report.log.wrong === 0 && report.log.shorter > 0);
}

async function databaseTrouble(): Promise<void> {
  const missing = whyNoPostgres();
  if (missing) return notRun('POSTGRESQL IN TROUBLE', missing);
  const { sessions, files } = await troubleTheDatabase(seed, ({ faults, ...report }) => {
    print(`postgresql ${JSON.stringify(report)}`);
    judge('nothing is lost, doubled or half; creates and reads got 200, or 503 with Retry-After', faults.length === 0);
    for (const text of faults.slice(0, 5)) print(`    ${text}`);
    judge('made and healthy again within 5 s', report.createsAgainMs <= 5_000 && report.healthyAgainMs <= 5_000);
  });
  print(`in all ${sessions} sessions, ${files} with documents`);
  const { tries, lost } = await loseOnPurpose(seed, controlsMax);
  judge(`control: killed with synchronous_commit off it lost (${lost} findings at try ${tries})`, lost > 0);
}

async function clockJumps(): Promise<void> {
  const missing = whyNoFakeTime();
  if (missing) return notRun('A CLOCK THAT JUMPS', missing);
  for (const engine of ['sqlite', 'postgres'] as const) {
    if (engine === 'postgres' && whyNoPostgres()) {
      notRun('A CLOCK THAT JUMPS, POSTGRESQL', whyNoPostgres() ?? '');
      continue;
    }
    const { faults, ...report } = await jumpInTime(engine, seed);
    print(`clock, ${engine}: ${JSON.stringify(report)}`);
    judge(
      'whatever the clock says, all that is new works, what is over stays over, and nothing is lost',
      faults.length === 0,
    );
    for (const text of faults.slice(0, 5)) print(`    ${text}`);
  }
}

function judge(what: string, isSo: boolean): void {
  print(`  ${isSo ? 'held  ' : 'BROKEN'}  ${what}`);
  if (!isSo) process.exitCode = 1;
}

function notRun(what: string, why: string): void {
  print(`\n****************  ${what}: NOT RUN. ${why}.  Nothing is proven here about it.  ****************\n`);
  process.exitCode ??= 3;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
