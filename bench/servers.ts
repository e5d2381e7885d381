import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The gateway as a user runs it (`tijori dev`), in a process of its own, with what is needed to call it. */
export interface RunningGateway {
  baseUrl: string;
  apiKey: string;
  apiSecret: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

const readyMsMax = 20_000;
const repository = fileURLToPath(new URL('..', import.meta.url));

/** What `npm start` gives to Node, flags included: the very thing that users run is measured. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const words = scripts.start.split(' ');
  return words.slice(words.indexOf('node') + 1);
}

export async function startGateway(): Promise<RunningGateway> {
  const dir = await mkdtemp(join(tmpdir(), 'tijori-bench-'));
  const child = spawn(process.execPath, [...startArguments(), '--port', '0', '--data', dir], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const path = join(dir, 'dev-credentials.json');
  const credentials = await until(() => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined));
  await until(async () => (await fetch(`${credentials.base_url}/health/ready`)).ok || undefined);
  return {
    baseUrl: credentials.base_url,
    apiKey: credentials.api_key,
    apiSecret: credentials.api_secret,
    process: child,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true });
    },
  };
}

export interface BareServer {
  baseUrl: string;
  pid: number | undefined;
  answerWith(answers: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

export async function startBare(): Promise<BareServer> {
  const child = fork(new URL('./bare-route.ts', import.meta.url).pathname);
  const [baseUrl] = (await once(child, 'message')) as [string];
  return {
    baseUrl,
    pid: child.pid,
    async answerWith(answers) {
      child.send(answers);
      await once(child, 'message');
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

/** Resident memory of a process in MB, or null where the system does not tell. */
export function residentMb(pid: number): number | null {
  try {
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib ? Number(kib) / 1024 : null;
  } catch {
    return null;
  }
}

async function until<Found>(look: () => Promise<Found | undefined> | Found | undefined): Promise<Found> {
  const deadline = Date.now() + readyMsMax;
  for (;;) {
    const found = await Promise.resolve()
      .then(look)
      .catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('the gateway did not become ready');
    await sleep(20);
  }
}
