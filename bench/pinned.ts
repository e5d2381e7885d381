import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own that runs on one core. */
export interface PinnedServer {
  origin: string;
  /** Processor time that it has used, in ms. */
  cpuMs(): Promise<number>;
  /** Tells it something more. */
  tell(word: number): void;
  stop(): Promise<void>;
}

/** The core of the servers, and the one of the load. */
export const serverCore = 0;
export const loadCore = 1;

/** Without `taskset` (Linux) a process runs where it likes; a Node process then still does its work in one thread. */
export const canPin =
  spawnSync('taskset', ['-c', String(serverCore), process.execPath, '--version'], { stdio: 'ignore' }).status === 0;

/** Keeps the load off the servers' core, where there is another. */
export function pinLoad(): void {
  if (canPin) spawnSync('taskset', ['-acp', String(loadCore), String(process.pid)], { stdio: 'ignore' });
}

/** Starts a file that calls `serveParent`, with what it is to be told. */
export async function startPinned(file: string, ...told: readonly string[]): Promise<PinnedServer> {
  const node = [process.execPath, '--max-semi-space-size=8', fileURLToPath(new URL(file, import.meta.url)), ...told];
  const [command = '', ...words] = canPin ? ['taskset', '-c', String(serverCore), ...node] : node;
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${code}`)));
  const [origin] = (await Promise.race([once(child, 'message'), failed])) as [string];
  failed.catch(() => {});
  return {
    origin,
    cpuMs: async () => {
      child.send('cpu');
      return ((await once(child, 'message')) as [number])[0];
    },
    tell: (word) => child.send(word),
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}

/** In the started process: tells where it serves, answers the question for its time, and closes with its parent. */
export function serveParent(origin: string, close: () => Promise<void>): void {
  process.on('message', (word) => {
    if (word !== 'cpu') return;
    const { user, system } = process.cpuUsage();
    process.send?.((user + system) / 1000);
  });
  process.on('disconnect', () => {
    close().finally(() => process.exit());
  });
  process.send?.(origin);
}
