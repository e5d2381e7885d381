/**
 * I/O errors under load (acceptance G4): libfiu makes the next call of a kind fail, once or at random, in a running gateway.
 * Whatever it acknowledged before or after that must be there at the next start.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logPath, steadyPort } from '../crash/gateway-process.ts';
import { runCrashLoop } from '../crash/loop.ts';
import { seededRandom } from '../crash/random.ts';
import { scratchFolder } from '../crash/scratch-folder.ts';

/** errno(3) */
const [eio, enospc] = [5, 28];

interface Kind {
  name: string;
  /** A command of `fiu-ctrl`. */
  command: string;
  /** The kernel may have dropped what it could not write, so a gateway that goes on would lie. */
  mustEnd: boolean;
}

export const kinds: readonly Kind[] = [
  { name: 'EIO at every sync from now on', command: `enable name=posix/io/sync/*,failinfo=${eio}`, mustEnd: true },
  { name: 'EIO at the next write', command: `enable name=posix/io/rw/pwrite,onetime,failinfo=${eio}`, mustEnd: true },
  {
    name: 'ENOSPC at 5 % of writes',
    command: `enable_random name=posix/io/rw/pwrite,probability=0.05,failinfo=${enospc}`,
    mustEnd: false,
  },
  {
    name: 'EIO at 5 % of reads',
    command: `enable_random name=posix/io/rw/pread,probability=0.05,failinfo=${eio}`,
    mustEnd: false,
  },
  {
    name: 'EIO at 5 % of renames',
    command: `enable_random name=posix/io/dir/rename,probability=0.05,failinfo=${eio}`,
    mustEnd: false,
  },
];

export interface IoErrorsReport {
  kind: Kind;
  rounds: number;
  acknowledged: number;
  /** Rounds in which the process ended by itself. */
  ended: number;
  /** … and in which what failed was a write of the pretend EntityLocker, which `tijori dev` has in the same process: it answers 530. */
  elsewhere: number;
  /** Findings but answers of 5xx. */
  findings: readonly string[];
}

const lastsMs = 1_500;

export function whyNoFiu(): string | undefined {
  const there = spawnSync('sh', ['-c', 'command -v fiu-run && command -v fiu-ctrl']).status === 0;
  return there ? undefined : 'fiu-run is not on this machine: apt install fiu-utils';
}

export async function meetIoErrors(
  kind: Kind,
  { rounds, seed }: { rounds: number; seed: number },
): Promise<IoErrorsReport> {
  const scratch = scratchFolder();
  const control = join(scratch.path, 'fiu');
  const dataDir = join(scratch.path, 'data');
  let ended = 0;
  let elsewhere = 0;
  let refusalsBefore = 0;
  const trouble = {
    lastsMs,
    begin(pid: number) {
      const done = spawnSync('fiu-ctrl', ['-f', control, '-c', kind.command, String(pid)]);
      if (done.status !== 0) throw new Error(`fiu-ctrl: ${done.stderr}`);
    },
    over(exitCode: number | null) {
      const refusals = readFileSync(logPath({ dataDir, port: 0 }), 'utf8').split('status 530').length - 1;
      if (exitCode !== null) ended += 1;
      else if (refusals > refusalsBefore) elsewhere += 1;
      refusalsBefore = refusals;
    },
  };
  try {
    const place = {
      dataDir,
      port: await steadyPort(seededRandom(seed)),
      around: ['fiu-run', '-x', '-f', control],
    };
    const { ledger, findings } = await runCrashLoop({ place, rounds, seed, loadMsMax: 400, trouble });
    const texts = findings.map(({ kind: what, text }) => `${what}: ${text}`);
    return { kind, rounds, acknowledged: ledger.acknowledged, ended, elsewhere, findings: texts };
  } finally {
    scratch.remove();
  }
}
