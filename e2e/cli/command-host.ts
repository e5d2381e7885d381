/**
 * Runs commands of `tijori`, one after the other, in one process, for tests that need many: a process for each costs a second on a slow
 * machine. What belongs to a process (signals, pipes, its own start) is tested with processes of their own (`tijori.ts`).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../packages/server/src/cli/run-cli.ts';
import type { Ended } from './tijori.ts';

export interface CommandHost {
  /** Runs `tijori …` to its end. */
  run(args: readonly string[]): Promise<Ended>;
  stop(): Promise<void>;
}

export function startCommandHost(): CommandHost {
  const child = fork(fileURLToPath(import.meta.url), [], {
    execArgv: [],
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const died = exited.then(([code]) => Promise.reject(new Error(`the process of commands ended with ${code}`)));
  died.catch(() => {});
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(args) {
      const ended = last.then(async () => {
        const told = once(child, 'message') as Promise<[Ended]>;
        child.send(args);
        return (await Promise.race([told, died]))[0];
      });
      last = ended.catch(() => {});
      return ended;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}

/** What a command does to end its process. */
class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

async function runHere(args: readonly string[]): Promise<Ended> {
  const told = { stdout: '', stderr: '' };
  const { stdout, stderr } = process;
  const writes = { stdout: stdout.write, stderr: stderr.write };
  const exit = process.exit;
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (text) => {
      told[name] += String(text);
      return true;
    };
  }
  process.exit = (code) => {
    throw new Exit(Number(code ?? process.exitCode ?? 0));
  };
  process.exitCode = undefined;
  try {
    await runCli([process.execPath, 'tijori', ...args]);
    return { code: Number(process.exitCode ?? 0), ...told };
  } catch (error) {
    if (error instanceof Exit) return { code: error.code, ...told };
    throw error;
  } finally {
    process.exit = exit;
    process.exitCode = undefined;
    for (const name of ['stdout', 'stderr'] as const) {
      process[name].write = writes[name];
      process[name].removeAllListeners('error');
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('message', (args: string[]) => {
    runHere(args).then((ended) => process.send?.(ended));
  });
}
