/**
 * A PostgreSQL that is stopped, killed, frozen or used up under load (acceptance G7). Every request that creates has an
 * `Idempotency-Key` and is sent until it is answered with 200, as a client of ours does, so that in the end there must be one
 * session for each key, whatever became of the commits that nobody knew the outcome of.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createWebhookEndpoint } from '@tijori/wire';
import type { TestPostgres } from '../../packages/server/src/testing/postgres.ts';
import { findProgram } from '../../scripts/needs.ts';
import { create, type Integrator, integratorOf, status } from '../crash/api.ts';
import { askAgain } from '../crash/ask-again.ts';
import { inspectAtRest } from '../crash/at-rest.ts';
import { Connection } from '../crash/connection.ts';
import { type GatewayProcess, type Place, startGateway } from '../crash/gateway-process.ts';
import { Ledger } from '../crash/ledger.ts';
import { allDocTypes, textOf, walkJourney } from '../crash/load.ts';
import { Person } from '../crash/person.ts';
import { type CreatedByKey, createByKey } from './create-by-key.ts';
import { type DatabaseTrouble, databaseTroubles } from './database-troubles.ts';
import { onProductionPlace } from './production-run.ts';

export interface DatabaseReport {
  trouble: string;
  /** Answers by status, from before it began until everything was well again. */
  creates: Record<string, number>;
  reads: Record<string, number>;
  /** Keys whose first try had no 200, and how many of these turned out to have been carried out. */
  unknown: number;
  carriedOut: number;
  /** From when the server was well again to the first session that was made, and to a health of `ok`, ms. */
  createsAgainMs: number;
  healthyAgainMs: number;
  /** What was lost, doubled, left half, or answered as it must not be. */
  faults: readonly string[];
}

interface Run {
  place: Place;
  postgres: TestPostgres;
  databaseUrl: string;
  gateway: GatewayProcess;
  integrator: Integrator;
  random: () => number;
  ledger: Ledger;
  /** By key, over all troubles. */
  made: Map<string, string>;
  /** Sessions that were made without a key. */
  others: number;
}

const clients = { creators: 8, readers: 4, people: 2 };
/** Connections that an ordinary role can have; few, so that they can all be taken. */
const settings = { max_connections: '23' };
/** Load before the trouble begins, and after it is over, ms. */
const aroundMs = 1_000;
const settledMsMax = 60_000;
const pauseMs = 50;

/** All of them in turn, with one gateway, which nobody restarts. */
export async function troubleTheDatabase(
  seed: number,
  onReport: (report: DatabaseReport) => void,
): Promise<{ sessions: number; files: number }> {
  return onProductionPlace({ seed, settings }, async ({ place, postgres, databaseUrl, random }) => {
    const gateway = await startGateway(place);
    try {
      const connection = new Connection();
      const integrator = await integratorOf(gateway, connection);
      await addEndpoint(connection, integrator);
      connection.close();
      const run: Run = {
        ...{ place, postgres, databaseUrl, gateway, integrator, random },
        ledger: new Ledger(),
        made: new Map(),
        others: 0,
      };
      run.ledger.open(1);
      for (const trouble of databaseTroubles) onReport(await meet(run, trouble));
      const code = await gateway.stop();
      if (code !== 0) throw new Error(`the gateway ended with code ${code}`);
      const files = [...run.ledger.facts.values()].reduce((sum, fact) => sum + fact.files.size, 0);
      return { sessions: run.ledger.facts.size, files };
    } finally {
      await gateway.kill();
    }
  });
}

/**
 * It hears of all that happens, so that deliveries meet every trouble, too. Nobody is at its address: production calls no receiver on this
 * machine, and an attempt that fails is noted and made again like any other.
 */
async function addEndpoint(connection: Connection, { baseUrl, headers }: Integrator): Promise<void> {
  const body = JSON.stringify({ url: 'https://receiver.invalid/hooks' });
  const answer = await connection.ask('POST', `${baseUrl}${createWebhookEndpoint.path}`, { headers, body });
  if (answer.status !== createWebhookEndpoint.status) throw new Error(`no endpoint: ${answer.body}`);
}

/** A server that commits without a sync, behind the gateway's back: killed, it must lose, or this proves nothing. */
export async function loseOnPurpose(seed: number, triesMax: number): Promise<{ tries: number; lost: number }> {
  const fault = new URL('../power/faults/asynchronous-commit.ts', import.meta.url).pathname;
  const unsafe = { ...settings, synchronous_commit: 'off' };
  const killed = databaseTroubles.find(({ name }) => name.startsWith('killed'));
  if (!killed) throw new Error('there is no kill among the troubles');
  for (let tries = 1; tries <= triesMax; tries += 1) {
    const lost = await onProductionPlace({ seed: seed + tries, settings: unsafe }, async (site) => {
      const gateway = await startGateway({ ...site.place, fault });
      try {
        const connection = new Connection();
        const integrator = await integratorOf(gateway, connection);
        connection.close();
        const run: Run = { ...site, gateway, integrator, ledger: new Ledger(), made: new Map(), others: 0 };
        run.ledger.open(1);
        const { faults } = await meet(run, killed);
        return faults.filter((text) => text.startsWith('lost')).length;
      } finally {
        await gateway.kill();
      }
    });
    if (lost > 0) return { tries, lost };
  }
  return { tries: triesMax, lost: 0 };
}

async function meet(run: Run, trouble: DatabaseTrouble): Promise<DatabaseReport> {
  const { place, postgres, databaseUrl, gateway, ledger, integrator } = run;
  const faults: string[] = [];
  const reads: Record<string, number> = {};
  const created: CreatedByKey = { answers: {}, unknown: 0, carriedOut: 0, faults };
  let isOver = false;
  const client = async (work: (connection: Connection, count: number) => Promise<void>) => {
    const connection = new Connection();
    for (let count = 0; !isOver; count += 1) {
      await work(connection, count).catch((error: unknown) => faults.push(textOf(error)));
    }
    connection.close();
  };
  const creator = (name: number) => (connection: Connection, count: number) =>
    createByKey(connection, integrator, { key: keyOf(trouble, `${name}-${count}`), created, pauseMs }).then(
      ({ key, id, createdAtMs }) => {
        run.made.set(key, id);
        ledger.created(id, createdAtMs);
      },
    );
  const load = Promise.all([
    ...Array.from({ length: clients.creators }, (_, name) => client(creator(name))),
    ...Array.from({ length: clients.readers }, () => client((connection) => readOne(run, connection, reads))),
    ...Array.from({ length: clients.people }, () => walkThrough(run, faults)),
  ]);
  await sleep(aroundMs);
  await trouble.happen(postgres, databaseUrl);
  const wellAtMs = performance.now();
  const [createsAgainMs, healthyAgainMs] = await Promise.all([
    firstCreate(run, trouble, wellAtMs),
    firstHealth(gateway, wellAtMs),
  ]);
  await sleep(aroundMs);
  isOver = true;
  await load;
  if (gateway.exitCode() !== null) faults.push('the gateway ended by itself');
  const found = [...(await inspectAtRest(place, ledger.facts.values())), ...(await askAgain(integrator, lately(run)))];
  faults.push(
    ...found.map(({ kind, text }) => `${kind}: ${text}`),
    ...(await doubled(run)),
    ...(await undelivered(run)),
  );
  const { answers: creates, unknown, carriedOut } = created;
  return { trouble: trouble.name, creates, reads, unknown, carriedOut, createsAgainMs, healthyAgainMs, faults };
}

function keyOf({ name }: DatabaseTrouble, which: string): string {
  return `${name.replaceAll(/[^a-z]+/gi, '-')}-${which}`;
}

/** As many as can be asked for in a moment, those with documents among them. */
function lately({ ledger: { facts } }: Run) {
  const all = [...facts.values()];
  return [...all.filter(({ files }) => files.size > 0), ...all.slice(-200)];
}

/** One session for each key, and no other. */
async function doubled({ postgres, databaseUrl, made, others }: Run): Promise<string[]> {
  const [row] = await postgres.query('select count(*) as count from sessions', databaseUrl);
  const wanted = made.size + others;
  const isSo = Number(row?.count) === wanted && new Set(made.values()).size === made.size;
  return isSo ? [] : [`doubled: ${row?.count} sessions of ${wanted} requests`];
}

/** After the trouble attempts go on, and every event comes to be queued. */
async function undelivered(run: Run): Promise<string[]> {
  const { postgres, databaseUrl, integrator, ledger } = run;
  const number = async (what: string) => {
    const [row] = await postgres.query(`select ${what}`, databaseUrl);
    return Number(row?.number);
  };
  const attempts = () => number('coalesce(sum(attempts), 0) as number from webhook_deliveries');
  const unqueued = () =>
    number(
      'count(*) as number from events where not exists (select 1 from webhook_deliveries d where d.event_id = events.id)',
    );
  const before = await attempts();
  // What was refused twice waits for minutes, so there has to be something new.
  const connection = new Connection();
  const { id, created_at: createdAtMs } = await create(connection, integrator, allDocTypes);
  connection.close();
  run.others += 1;
  ledger.created(id, createdAtMs);
  const holds = async () => (await attempts()) > before && (await unqueued()) === 0;
  for (const until = performance.now() + settledMsMax; performance.now() < until; await sleep(250)) {
    if (await holds()) return [];
  }
  return [
    `lost: ${await unqueued()} events are queued for nobody, ${(await attempts()) - before} attempts since the trouble`,
  ];
}

/** A session that was acknowledged: its status, or a 503, and never that it is not there. */
async function readOne({ ledger, integrator, random }: Run, connection: Connection, reads: Record<string, number>) {
  const fact = ledger.pickRecent(random);
  if (!fact) return sleep(pauseMs);
  const path = `${integrator.baseUrl}/kyc/entitylocker-sdk/sessions/${fact.id}/status`;
  const answer = await connection.ask('GET', path, { headers: integrator.headers });
  reads[answer.status] = (reads[answer.status] ?? 0) + 1;
  if (answer.status !== 200 && answer.status !== 503) throw new Error(`status answered ${answer.status}`);
  if (answer.status === 503 && !answer.headers['retry-after']) throw new Error('a 503 says not when to come again');
  await sleep(answer.status === 200 ? 0 : pauseMs);
}

/** A person whose journey the trouble meets somewhere on its way: it must come to its end all the same. */
async function walkThrough(run: Run, faults: string[]): Promise<void> {
  const { ledger, integrator, random } = run;
  const connection = new Connection();
  const session = await create(connection, integrator, allDocTypes);
  run.others += 1;
  ledger.created(session.id, session.created_at);
  const { id, created_at: createdAtMs } = session;
  const journey = { id, createdAtMs, person: new Person(`${integrator.baseUrl}/consent/${session.id}`, random) };
  let last = '';
  await sleep(aroundMs * random());
  for (const until = performance.now() + settledMsMax; performance.now() < until; await sleep(500)) {
    try {
      await walkJourney({ ledger, integrator, journeys: new Set() }, connection, journey);
      connection.close();
      return;
    } catch (error) {
      last = textOf(error);
    }
  }
  connection.close();
  faults.push(`a journey did not come to its end: ${last}`);
}

async function firstCreate(
  { integrator, ledger, ...run }: Run,
  trouble: DatabaseTrouble,
  sinceMs: number,
): Promise<number> {
  const connection = new Connection();
  const created: CreatedByKey = { answers: {}, unknown: 0, carriedOut: 0, faults: [] };
  const { key, id, createdAtMs } = await createByKey(connection, integrator, {
    key: keyOf(trouble, 'first'),
    created,
    pauseMs: 10,
  });
  const tookMs = Math.round(performance.now() - sinceMs);
  run.made.set(key, id);
  ledger.created(id, createdAtMs);
  await status(connection, integrator, id);
  connection.close();
  return tookMs;
}

async function firstHealth({ baseUrl }: GatewayProcess, sinceMs: number): Promise<number> {
  const connection = new Connection();
  for (const until = performance.now() + settledMsMax; performance.now() < until; await sleep(10)) {
    const answer = await connection.ask('GET', `${baseUrl}/health/ready`);
    if (answer.status === 200 && JSON.parse(answer.body.toString()).status === 'ok') break;
  }
  connection.close();
  return Math.round(performance.now() - sinceMs);
}

export function whyNoPostgres(): string | undefined {
  return findProgram('initdb') ? undefined : 'initdb is not on this machine: apt install postgresql';
}
