import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The gateway in production (`tijori start`), in a process of its own, with what is needed to call it. */
export interface RunningGateway {
  baseUrl: string;
  apiKey: string;
  apiSecret: string;
  process: ChildProcess;
  /** From its start to the first 200 of `/health/ready`, ms. */
  readyMs: number;
  stop(): Promise<void>;
}

const readyMsMax = 120_000;
const repository = fileURLToPath(new URL('..', import.meta.url));

/** What `npm run tijori` gives to Node, flags included: the very thing that users run is measured. */
export function tijoriWords(...words: string[]): string[] {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    scripts: { tijori: string };
  };
  const script = scripts.tijori.split(' ');
  return [...script.slice(script.indexOf('node') + 1), ...words];
}

/** Of these, the flags. */
function nodeFlags(): string[] {
  return tijoriWords().filter((word) => word.startsWith('--'));
}

/** So many calls a minute that none is refused: each is counted and told where it stands all the same. */
const unreachableRate = '100000000';

/** The settings of a gateway under test, with keys of its own. No call of the loads goes upstream, so there is nothing at that address. */
export function benchSettings(dir: string, port: number): Record<string, string> {
  const secret = () => randomBytes(32).toString('base64');
  return {
    TIJORI_BASE_URL: `http://127.0.0.1:${port}`,
    TIJORI_LISTEN: `127.0.0.1:${port}`,
    TIJORI_DATA: dir,
    TIJORI_MASTER_KEY: secret(),
    TIJORI_TOKEN_KEY: secret(),
    TIJORI_LINK_KEY: secret(),
    TIJORI_TEST_UPSTREAM_URL: 'http://127.0.0.1:9/public',
    TIJORI_TEST_CLIENT_ID: 'BENCH00001',
    TIJORI_TEST_CLIENT_SECRET: secret(),
    TIJORI_RATE_TEST: unreachableRate,
  };
}

interface GatewayOptions {
  /** Where its data lies; left out: a folder of its own, removed at the end. */
  folder?: string;
  /** Left out: settings of its own. A folder that was filled before needs those that it was filled under. */
  settings?: Record<string, string>;
  /** Words for Node before the program's, such as a module to load first; with them the process can be talked to. */
  nodeWords?: readonly string[];
}

/** `tijori start` on an embedded database, with a test key of the default workspace. */
export async function startGateway({ folder, settings, nodeWords = [] }: GatewayOptions = {}): Promise<RunningGateway> {
  const dir = folder ?? (await mkdtemp(join(tmpdir(), 'tijori-bench-')));
  const chosen = settings ?? benchSettings(dir, await freePort());
  const baseUrl = chosen.TIJORI_BASE_URL ?? '';
  const env = { ...process.env, ...chosen };
  const beganMs = performance.now();
  const log = openSync(join(dir, 'tijori.log'), 'a', 0o600);
  const child = spawn(process.execPath, [...nodeWords, ...tijoriWords('start')], {
    cwd: repository,
    env,
    stdio: ['ignore', log, 'inherit', ...(nodeWords.length > 0 ? (['ipc'] as const) : [])],
  });
  closeSync(log);
  await until(async () => (await fetch(`${baseUrl}/health/ready`)).ok || undefined).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const readyMs = performance.now() - beganMs;
  const made = await promisify(execFile)(
    process.execPath,
    tijoriWords('keys', 'create', '--mode', 'test', '--data', dir, '--json'),
    { cwd: repository, env },
  );
  const key = JSON.parse(made.stdout) as { api_key: string; api_secret: string };
  return {
    baseUrl,
    apiKey: key.api_key,
    apiSecret: key.api_secret,
    process: child,
    readyMs,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      if (folder === undefined) await rm(dir, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface BareServer {
  baseUrl: string;
  pid: number | undefined;
  answerWith(answers: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

/** The bare route; `durable`: one that also keeps what a creation keeps, under the flags that the gateway has. */
export async function startBare(kind: 'bare' | 'durable' = 'bare'): Promise<BareServer> {
  const child =
    kind === 'bare'
      ? fork(new URL('./bare-route.ts', import.meta.url).pathname)
      : fork(new URL('./bare-durable-route.ts', import.meta.url).pathname, {
          execArgv: [...nodeFlags(), '--no-parallel-scavenge'],
        });
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

/** Processor time that a process has used so far, ms; null where the system does not tell. */
export function processorMs(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // utime and stime, in hundredths of a second (proc_pid_stat(5)).
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
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
