import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from './connection.ts';

/** A gateway as a user runs it, in a process of its own, on a folder and port that outlive it. */
export interface GatewayProcess {
  pid: number;
  /** Null while it lives, and when a signal ended it. */
  exitCode(): number | null;
  baseUrl: string;
  apiKey: string;
  apiSecret: string;
  /** From spawn to the first 200 of `/health/ready`. */
  readyMs: number;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export interface Place {
  dataDir: string;
  port: number;
  /** A module of `faults/` that makes the server wrong on purpose. */
  fault?: string | undefined;
  /** A program, with its arguments, that runs the server with something around it. */
  around?: readonly string[];
  /** Variables beside those that this process has. */
  environment?: Readonly<Record<string, string>>;
  /** `tijori start` on a PostgreSQL instead of `tijori dev` on a file. */
  production?: Production;
}

export interface Production {
  environment: Readonly<Record<string, string>>;
  apiKey: string;
  apiSecret: string;
  /** Where its standard output goes. */
  logPath: string;
  /** Reads the database as one whom no rule binds. */
  query(sql: string): Promise<Record<string, unknown>[]>;
}

/** Where the server writes its log. */
export function logPath({ dataDir, production }: Place): string {
  return production?.logPath ?? join(dataDir, 'tijori.log');
}

/** Only a start that hangs: how soon one should be ready is for who asks. */
const readyMsMax = 300_000;
const pollMs = 5;

export async function startGateway(place: Place): Promise<GatewayProcess> {
  const spawnedAtMs = performance.now();
  const child = spawnGateway(place);
  const baseUrl = `http://127.0.0.1:${place.port}`;
  const probe = new Connection();
  try {
    while (!(await isReady(probe, baseUrl))) {
      if (child.isGone()) throw new Error(`the gateway ended while starting: ${child.lastWords()}`);
      if (performance.now() - spawnedAtMs > readyMsMax) throw new Error('the gateway did not become ready');
      await sleep(pollMs);
    }
    const readyMs = performance.now() - spawnedAtMs;
    return {
      baseUrl,
      pid: child.pid,
      exitCode: child.exitCode,
      ...credentialsOf(place),
      readyMs,
      kill: () => child.end('SIGKILL').then(() => {}),
      stop: () => child.end('SIGTERM'),
    };
  } catch (error) {
    await child.end('SIGKILL');
    throw error;
  } finally {
    probe.close();
  }
}

/** Starts a gateway only to kill it after a while, ready or not: recovery must bear a crash too. */
export async function killDuringStart(place: Place, afterMs: number): Promise<void> {
  const child = spawnGateway(place);
  await sleep(afterMs);
  await child.end('SIGKILL');
}

function credentialsOf({ dataDir, production }: Place): { apiKey: string; apiSecret: string } {
  if (production) return { apiKey: production.apiKey, apiSecret: production.apiSecret };
  const credentials = JSON.parse(readFileSync(join(dataDir, 'dev-credentials.json'), 'utf8'));
  return { apiKey: String(credentials.api_key), apiSecret: String(credentials.api_secret) };
}

function spawnGateway(place: Place) {
  const { dataDir, port, fault, production, around = [] } = place;
  const main = fileURLToPath(new URL('../../packages/server/bin/tijori.js', import.meta.url));
  const preload = fault ? ['--import', fault] : [];
  const command = production ? ['start'] : ['dev', '--port', String(port), '--data', dataDir];
  const [program = '', ...args] = [...around, process.execPath, ...preload, main, ...command];
  const log = production ? openSync(production.logPath, 'a') : undefined;
  const child = spawn(program, args, {
    stdio: ['ignore', log ?? 'ignore', 'pipe'],
    env: {
      ...(production ? { PATH: process.env.PATH, ...production.environment } : process.env),
      ...place.environment,
    },
  });
  if (log !== undefined) closeSync(log);
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-2_000);
  });
  // Whatever ends us takes the child along.
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  child.once('exit', () => process.removeListener('exit', killNow));
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  return {
    isGone,
    lastWords: () => words.trim(),
    pid: child.pid ?? 0,
    exitCode: () => child.exitCode,
    async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
      if (!isGone()) {
        const exited = once(child, 'exit');
        child.kill(signal);
        await exited;
      }
      return child.exitCode;
    },
  };
}

async function isReady(probe: Connection, baseUrl: string): Promise<boolean> {
  return probe.ask('GET', `${baseUrl}/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Below the ports that systems hand out by themselves, so that nobody takes it while the server is down. */
const lowestPort = 20_000;
const portsTried = 10_000;

export async function steadyPort(random: () => number): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = lowestPort + Math.floor(random() * portsTried);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error('no free port on 127.0.0.1');
}
