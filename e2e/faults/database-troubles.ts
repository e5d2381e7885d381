/** What can happen to a PostgreSQL server while a gateway works on it (acceptance G7), each from its beginning to its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Ending, TestPostgres } from '../../packages/server/src/testing/postgres.ts';

export interface DatabaseTrouble {
  name: string;
  /** Resolves when the server is as it should be again. */
  happen(postgres: TestPostgres, databaseUrl: string): Promise<void>;
}

/** How long a stopped server stays away, ms. */
const awayMs = 2_000;
const terminatingMs = 3_000;
const usedUpMs = 6_000;
const takers = 6;
/** Longer than a statement waits for a row or a table (5 s). */
const lockedS = 7;
/** Longer than the gateway waits for any answer of the server (15 s). */
const frozenMs = 20_000;

export const databaseTroubles: readonly DatabaseTrouble[] = [
  {
    name: 'stopped smart, which waits for the gateway, then fast',
    async happen(postgres) {
      postgres.tell('smart');
      await sleep(awayMs);
      await stopped('fast', postgres);
    },
  },
  { name: 'stopped fast', happen: (postgres) => stopped('fast', postgres) },
  { name: 'stopped immediate', happen: (postgres) => stopped('immediate', postgres) },
  { name: 'killed with SIGKILL', happen: (postgres) => stopped('kill', postgres) },
  { name: 'every connection terminated, ten times a second', happen: terminated },
  { name: 'all connections used up by others', happen: usedUp },
  {
    name: 'the table of sessions locked by another',
    async happen(postgres, url) {
      await postgres.query(`begin; lock table sessions; select pg_sleep(${lockedS}); commit`, url);
    },
  },
  { name: 'frozen, every process of it', happen: frozen },
];

async function stopped(how: Ending, postgres: TestPostgres): Promise<void> {
  await postgres.end(how);
  await sleep(awayMs);
  await postgres.start();
}

const terminate = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tijori'`;

async function terminated(postgres: TestPostgres): Promise<void> {
  for (const until = performance.now() + terminatingMs; performance.now() < until; await sleep(100)) {
    await postgres.query(terminate);
  }
}

/** Takes every connection that an ordinary role can have, whenever one is free, and keeps them; the gateway loses its own again and again. */
async function usedUp(postgres: TestPostgres, url: string): Promise<void> {
  const taken: Client[] = [];
  const until = performance.now() + usedUpMs;
  const take = async () => {
    while (performance.now() < until) {
      const client = new Client({ connectionString: url, application_name: 'somebody else' });
      client.on('error', () => {});
      await client.connect().then(
        () => taken.push(client),
        () => sleep(1),
      );
    }
  };
  const taking = Promise.all(Array.from({ length: takers }, take));
  // Connections that are just being refused can fill the places that are kept for the superuser, too: then it tries again.
  for (; performance.now() < until; await sleep(500)) await postgres.query(terminate).catch(() => []);
  await taking;
  await Promise.all(taken.map((client) => client.end()));
}

async function frozen(postgres: TestPostgres): Promise<void> {
  const rows = await postgres.query('select pid from pg_stat_activity where pid <> pg_backend_pid()');
  const pids = [postgres.pid(), ...rows.map(({ pid }) => Number(pid))];
  const all = (signal: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of pids) signalIfThere(pid, signal);
  };
  all('SIGSTOP');
  try {
    await sleep(frozenMs);
  } finally {
    all('SIGCONT');
  }
}

/** A connection may have ended since it was listed. */
function signalIfThere(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
