import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type TapLine, tapVariable } from './tap.ts';

const repository = join(import.meta.dirname, '../..');
const startMsMax = 240_000;

/** As `<data>/dev-credentials.json` has them. */
export interface Credentials {
  base_url: string;
  api_key: string;
  api_secret: string;
}

/** The real `tijori dev`, in a process of its own. */
export interface DevServer {
  credentials: Credentials;
  dataDir: string;
  /** Ends the process: how it ended, as `[code, signal]`. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<[number | null, NodeJS.Signals | null]>;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  /** What the server side called so far, see tap.ts. */
  calls(): TapLine[];
}

export async function startDevServer(dataDir: string): Promise<DevServer> {
  const tapPath = join(dataDir, 'tap.jsonl');
  let child = await ready(launch(dataDir, '0', tapPath), dataDir);
  const credentials = readCredentials(dataDir);
  return {
    credentials,
    dataDir,
    async stop(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill(signal);
        await gone;
      }
      return [child.exitCode, child.signalCode];
    },
    async start() {
      child = await ready(launch(dataDir, new URL(credentials.base_url).port, tapPath), dataDir);
    },
    calls: () =>
      readFileSync(tapPath, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as TapLine),
  };
}

function launch(dataDir: string, port: string, tapPath: string): ChildProcess {
  const main = join(repository, 'packages/server/bin/tijori.js');
  const tap = join(import.meta.dirname, 'tap.ts');
  const child = spawn(process.execPath, ['--import', tap, main, 'dev', '--port', port, '--data', dataDir], {
    cwd: repository,
    env: { ...process.env, [tapVariable]: tapPath },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Also when the runner ends in the middle of a test, nothing stays behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

async function ready(child: ChildProcess, dataDir: string): Promise<ChildProcess> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const until = Date.now() + startMsMax;
  while (Date.now() < until && child.exitCode === null) {
    if (existsSync(join(dataDir, 'dev-credentials.json')) && (await isReady(readCredentials(dataDir).base_url))) {
      return child;
    }
    await pause(20);
  }
  child.kill('SIGKILL');
  throw new Error(`tijori dev was not ready (exit code ${child.exitCode}): ${said}`);
}

async function isReady(baseUrl: string): Promise<boolean> {
  const response = await fetch(`${baseUrl}/health/ready`, { headers: { connection: 'close' } }).catch(() => undefined);
  return response?.status === 200;
}

function readCredentials(dataDir: string): Credentials {
  return JSON.parse(readFileSync(join(dataDir, 'dev-credentials.json'), 'utf8')) as Credentials;
}
