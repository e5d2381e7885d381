import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from './connection.ts';

/** `tijori dev` as a user runs it, in a process of its own, on a folder and port that outlive it. */
export interface GatewayProcess {
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
}

/** Only a start that hangs: how soon one should be ready is for who asks. */
const readyMsMax = 120_000;
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
    const credentials = JSON.parse(readFileSync(join(place.dataDir, 'dev-credentials.json'), 'utf8'));
    return {
      baseUrl,
      apiKey: String(credentials.api_key),
      apiSecret: String(credentials.api_secret),
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

function spawnGateway({ dataDir, port, fault }: Place) {
  const main = fileURLToPath(new URL('../../packages/server/bin/tijori.js', import.meta.url));
  const preload = fault ? ['--import', fault] : [];
  const child = spawn(process.execPath, [...preload, main, 'dev', '--port', String(port), '--data', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
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
