import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A disk whose power can be cut: ext4 on a loop device. The cut is the file system's own shutdown call: from then on nothing
 * reaches the device any more, neither pages nor journal, as if the machine had gone. What was synced is on it, the rest never
 * comes (acceptance §0 no. 1). No torn sectors, and no disk that lies.
 */
export interface LoopDisk {
  /** Where it is mounted. */
  path: string;
  /** Cuts the power, in this very turn. Whoever has files open there gets I/O errors from now on. */
  cut(): void;
  /** Mounts what is left: the journal is replayed, as after a reboot. Whoever has files open there must be on their way out. */
  boot(): Promise<void>;
  /** Unmounts and removes everything. */
  remove(): void;
}

const bytes = 1024 * 1024 * 1024;
/** How long processes that were killed may take to let go of their files, ms. */
const releasedMsMax = 60_000;

/** Why no power can be cut on this machine; `undefined`: it can. */
export function whyNoLoopDisk(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has the shutdown call of ext4';
  if (process.getuid?.() !== 0) return 'mounting a file system needs root';
  for (const program of ['mkfs.ext4', 'xfs_io', 'mount', 'umount']) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) {
      return `${program} is not on this machine: apt install xfsprogs e2fsprogs mount`;
    }
  }
  if (!existsSync('/dev/loop-control')) return 'there are no loop devices';
  return undefined;
}

/** Makes one below `folder`, which has to lie on a disk with a gibibyte to spare. Throws where it cannot be mounted. */
export function loopDisk(folder: string): LoopDisk {
  const image = join(folder, 'disk.img');
  const path = join(folder, 'disk');
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const mount = () => run('mount', '-o', 'loop', image, path);
  const unmount = () => spawnSync('umount', [path]).status === 0;

  mkdirSync(path, { recursive: true });
  writeFileSync(image, '');
  truncateSync(image, bytes);
  run('mkfs.ext4', '-q', '-F', image);
  mount();
  const remove = () => {
    process.removeListener('exit', remove);
    if (!unmount()) spawnSync('umount', ['-l', path]);
    rmSync(image, { force: true });
  };
  // Whichever way this process ends short of kill -9, no mount stays behind.
  process.once('exit', remove);
  return {
    path,
    cut: () => void run('xfs_io', '-x', '-c', 'shutdown', path),
    async boot() {
      const deadline = performance.now() + releasedMsMax;
      while (!unmount()) {
        if (performance.now() > deadline) throw new Error(`${path} is still in use`);
        await wait(50);
      }
      mount();
    },
    remove,
  };
}
