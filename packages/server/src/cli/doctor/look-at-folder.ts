import { existsSync, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDataDirTaken, unfinishedRestore } from '../../storage/data-lock.ts';
import { openForWriting } from '../../storage/sqlite-connection.ts';
import { type Finding, fault, messageOf, ok, warning } from './finding.ts';

const mib = 1024 * 1024;
/** Free space below which it is time to act, and below which writes are about to fail, bytes. */
const freeBytesWanted = 1024 * mib;
const freeBytesMin = 64 * mib;
/** One commit that takes longer than this makes every request slow, ms. */
const commitMsMax = 50;
/** Commits that are timed. */
const commits = 20;

/** `statfs` magic numbers of file systems that forget, or whose locks and syncs are not to be relied on (statfs(2)). */
const unsafeFileSystems: Readonly<Record<number, string>> = {
  16914836: 'tmpfs, which is memory and forgets',
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB2',
};

/** Files that nobody but their owner may read. */
const privateFiles = ['tijori.db', 'tijori.db-wal', 'dev-secrets.json', 'dev-credentials.json'];

export function lookAtFolder(dataDir: string): Finding[] {
  return [...modes(dataDir), space(dataDir), durability(dataDir), owner(dataDir)];
}

function modes(dataDir: string): Finding[] {
  if (process.platform === 'win32') return [];
  const open = ['.', 'vault', ...privateFiles].filter((name) => {
    const stats = statSync(join(dataDir, name), { throwIfNoEntry: false });
    return stats !== undefined && (stats.mode & 0o077) !== 0;
  });
  // A file is as private as the folder around it; the folder itself is what counts.
  if (!open.includes('.')) return [ok('file modes', 'Only the owner can enter the data folder.')];
  return [
    fault(
      'file modes',
      `Others can enter ${[dataDir, ...open.slice(1)].join(', ')}: chmod 700 the folder, 600 the files in it.`,
    ),
  ];
}

function space(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  const text = `${Math.round(free / mib)} MiB free.`;
  if (free < freeBytesMin) return fault('free space', `${text} Writes are about to fail: make room.`);
  return free < freeBytesWanted
    ? warning('free space', `${text} Make room before it runs out.`)
    : ok('free space', text);
}

/** Opens a database of its own beside the real one, exactly as the gateway would, and times commits. */
function durability(dataDir: string): Finding {
  const unsafe = unsafeFileSystems[statfsSync(dataDir).type];
  if (unsafe) return fault('durability', `The data folder is on ${unsafe}. Put it on a local disk.`);
  const scratch = mkdtempSync(join(dataDir, 'doctor-'));
  try {
    const connection = openForWriting(join(scratch, 'scratch.db'));
    connection.exec('create table scratch (id integer primary key)');
    const insert = connection.prepare('insert into scratch default values');
    const times = Array.from({ length: commits }, () => {
      const startedAtMs = performance.now();
      insert.run();
      return performance.now() - startedAtMs;
    }).sort((a, b) => a - b);
    connection.close();
    const median = times[commits / 2] ?? 0;
    const text = `WAL with synchronous FULL works here; one commit takes ${median.toFixed(1)} ms.`;
    return median > commitMsMax
      ? warning('durability', `${text} That is slow: look at the disk.`)
      : ok('durability', text);
  } catch (error) {
    return fault('durability', messageOf(error));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function owner(dataDir: string): Finding {
  if (existsSync(join(dataDir, unfinishedRestore))) {
    return fault('data folder', 'A restore into it was interrupted: empty the folder and restore again.');
  }
  const who = isDataDirTaken(dataDir) ? 'A' : 'No';
  return ok('data folder', `${who} gateway is running on it.`);
}
