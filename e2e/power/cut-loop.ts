/**
 * The power cut loop (acceptance G2): the loop of kill -9, but what ends each round is a cut of the disk's power, so that
 * nothing survives of what was written and not synced.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { steadyPort } from '../crash/gateway-process.ts';
import type { Ledger } from '../crash/ledger.ts';
import { type CrashSummary, type RoundReport, runCrashLoop } from '../crash/loop.ts';
import { seededRandom } from '../crash/random.ts';
import { scratchFolder } from '../crash/scratch-folder.ts';
import { loopDisk } from './loop-disk.ts';

interface CutPlan {
  rounds: number;
  seed: number;
  loadMsMax: number;
  /** A module of `faults/`. */
  fault?: string;
  until?: (ledger: Ledger) => boolean;
  onRound?: (round: RoundReport) => void;
}

/** Runs all rounds on one disk, which wears on. */
export async function cutPower({ rounds, seed, loadMsMax, fault, until, onRound }: CutPlan): Promise<CrashSummary> {
  const scratch = scratchFolder();
  const disk = loopDisk(scratch.path);
  try {
    const place = { dataDir: join(disk.path, 'data'), port: await steadyPort(seededRandom(seed)), fault };
    const plan = {
      place,
      rounds,
      seed,
      loadMsMax,
      power: disk,
      leaveDead: fault !== undefined,
      ...(until ? { until } : {}),
    };
    return await runCrashLoop(onRound ? { ...plan, onRound } : plan);
  } finally {
    disk.remove();
    scratch.remove();
  }
}

/** Servers that only a power cut gives away. A loop that does not see them lose proves nothing. */
const controls = [
  {
    name: 'SQLite with synchronous=NORMAL',
    fault: new URL('./faults/normal-sync.ts', import.meta.url),
    kinds: ['lost'],
    until: () => true,
  },
  {
    name: 'a vault that does not sync its files',
    fault: new URL('./faults/no-file-sync.ts', import.meta.url),
    kinds: ['vault'],
    // Documents come at the end of a journey: without one there is nothing to lose.
    until: (ledger: Ledger) => [...ledger.facts.values()].some(({ files }) => files.size > 0),
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
export async function runControls(seed: number, loadMsMax: number, cutsMax: number): Promise<Control[]> {
  const done: Control[] = [];
  for (const { name, fault, kinds, until } of controls) {
    const control: Control = { name, cuts: 0, lost: 0 };
    while (control.lost === 0 && control.cuts < cutsMax) {
      control.cuts += 1;
      const { findings } = await cutPower({
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
