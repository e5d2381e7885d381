/**
 * The power cut loop (acceptance G2, G3): the loop of kill -9, but what ends each round is a cut of the disk's power, so that
 * nothing survives of what was written and not synced.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../../packages/server/src/testing/postgres.ts';
import { findProgram } from '../../scripts/needs.ts';
import { type Place, steadyPort } from '../crash/gateway-process.ts';
import type { Ledger } from '../crash/ledger.ts';
import { type CrashSummary, type Power, type RoundReport, runCrashLoop } from '../crash/loop.ts';
import { productionPlace } from '../crash/production-place.ts';
import { seededRandom } from '../crash/random.ts';
import { scratchFolder } from '../crash/scratch-folder.ts';
import { type LoopDisk, loopDisk } from './loop-disk.ts';

export type Engine = 'sqlite' | 'postgres';

interface CutPlan {
  engine: Engine;
  rounds: number;
  seed: number;
  loadMsMax: number;
  /** A module of `faults/`. */
  fault?: string;
  /** Settings of the PostgreSQL other than its own. */
  settings?: Record<string, string>;
  until?: (ledger: Ledger) => boolean;
  onRound?: (round: RoundReport) => void;
}

/** Runs all rounds on one disk, which wears on. */
export async function cutPower(plan: CutPlan): Promise<CrashSummary> {
  const { rounds, seed, loadMsMax, fault, until, onRound } = plan;
  const opened = new AsyncDisposableStack();
  try {
    const scratch = scratchFolder();
    // PostgreSQL does not run as root, and has to get through to its folder.
    chmodSync(scratch.path, 0o711);
    opened.defer(() => scratch.remove());
    const disk = loopDisk(scratch.path);
    opened.defer(() => disk.remove());
    const { place, power } = await sitesOf[plan.engine](disk, plan, opened);
    return await runCrashLoop({
      place: { ...place, fault },
      rounds,
      seed,
      loadMsMax,
      power,
      leaveDead: fault !== undefined,
      ...(until ? { until } : {}),
      ...(onRound ? { onRound } : {}),
    });
  } finally {
    await opened.disposeAsync();
  }
}

const sitesOf = { sqlite: onSqlite, postgres: onPostgres };

interface Site {
  place: Place;
  power: Power;
}

async function onSqlite(disk: LoopDisk, { seed }: CutPlan): Promise<Site> {
  return { place: { dataDir: join(disk.path, 'data'), port: await steadyPort(seededRandom(seed)) }, power: disk };
}

/** Database and vault on the disk whose power is cut; the simulator, which proves nothing, stays in memory. */
async function onPostgres(
  disk: LoopDisk,
  { seed, settings = {} }: CutPlan,
  opened: AsyncDisposableStack,
): Promise<Site> {
  const initdb = findProgram('initdb');
  if (!initdb) throw new Error('initdb is not on this machine: apt install postgresql');
  const postgres = await startPostgres(initdb, settings, disk.path);
  opened.defer(() => postgres.end('kill'));
  const site = await productionPlace(postgres, {
    dataDir: join(disk.path, 'data'),
    port: await steadyPort(seededRandom(seed)),
    logPath: `${disk.path}.log`,
  });
  opened.defer(site.close);
  // The folder was made without syncs, as for all tests. What is on trial begins with the load.
  execFileSync('sync', ['-f', disk.path]);
  return {
    place: site.place,
    power: {
      cut: disk.cut,
      async boot() {
        // Its processes see that their first one has gone, and go too.
        await postgres.end('kill');
        await disk.boot();
        await postgres.start();
      },
    },
  };
}

/** Servers that only a power cut gives away. A loop that does not see them lose proves nothing. */
const controls = [
  {
    engine: 'sqlite',
    settings: {},
    name: 'SQLite with synchronous=NORMAL',
    fault: new URL('./faults/normal-sync.ts', import.meta.url),
    kinds: ['lost'],
    until: () => true,
  },
  {
    engine: 'sqlite',
    settings: {},
    name: 'a vault that does not sync its files',
    fault: new URL('./faults/no-file-sync.ts', import.meta.url),
    kinds: ['vault'],
    // Documents come at the end of a journey: without one there is nothing to lose.
    until: (ledger: Ledger) => [...ledger.facts.values()].some(({ files }) => files.size > 0),
  },
  {
    engine: 'postgres',
    settings: { synchronous_commit: 'off' },
    name: 'PostgreSQL with synchronous_commit=off',
    fault: new URL('./faults/asynchronous-commit.ts', import.meta.url),
    kinds: ['lost'],
    until: () => true,
  },
] as const;

/** What a control came to. */
export interface Control {
  name: string;
  /** Cuts until it lost, or all that were tried. */
  cuts: number;
  /** Findings of its last cut. */
  lost: number;
}

/** Cuts each control's power until it loses something, `cutsMax` times at most, each time on a new disk. */
export async function runControls(
  engines: readonly Engine[],
  { seed, loadMsMax, cutsMax }: { seed: number; loadMsMax: number; cutsMax: number },
): Promise<Control[]> {
  const done: Control[] = [];
  for (const { engine, settings, name, fault, kinds, until } of controls) {
    if (!engines.includes(engine)) continue;
    const control: Control = { name, cuts: 0, lost: 0 };
    while (control.lost === 0 && control.cuts < cutsMax) {
      control.cuts += 1;
      const { findings } = await cutPower({
        engine,
        settings,
        rounds: 1,
        seed: seed + control.cuts,
        loadMsMax,
        fault: fileURLToPath(fault),
        until,
      });
      control.lost = findings.filter(({ kind }) => (kinds as readonly string[]).includes(kind)).length;
    }
    done.push(control);
  }
  return done;
}
