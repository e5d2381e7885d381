import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createSdkSession, sdkSessionRequestEntity, sdkSessionStatus } from '@tijori/wire';
import { freePort } from '../packages/server/src/cli/dev-folder.ts';
import { openPostgres } from '../packages/server/src/storage/postgres.ts';
import { openStores } from '../packages/server/src/stores/index.ts';
import { startPostgres } from '../packages/server/src/testing/postgres.ts';
import { createKey } from '../packages/server/src/usecases/keys/create.ts';
import { findProgram } from '../scripts/needs.ts';
import { type Goal, keepFigures, type Panel } from './figures.ts';
import { connections, type Load, type Measured, median, runLoad, sender } from './load.ts';
import { benchSettings, processorMs, startBare, tijoriWords } from './servers.ts';

/**
 * `npm run bench:postgres`: `tijori start` on a PostgreSQL of its own (a disk, durable settings) beside the bare route, in
 * turns. With `--nodes 2` one gateway process and two of them, beside one bare process and two, all in turns of the same run:
 * what a create costs the gateway's processors with a second process beside it, and what the second one brings.
 */

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    plot: { type: 'boolean' },
    nodes: { type: 'string', default: '1' },
  },
});
const rounds = flags.quick ? 3 : 5;
const secondsPerRound = flags.quick ? 2 : 6;
const nodes = Number(flags.nodes);
const statusSessions = 200;

/** Requests a second, of the bare route's with as many processes. */
const ratioMin = 0.4;
/** Processor time of the gateway per request with several processes, of that with one. */
const costRatioMax = 1.15;
/** What the other processes bring, of what they bring to the bare route. */
const gainRatioMin = 0.9;

const initdb = findProgram('initdb');
if (!initdb) throw new Error('npm run bench:postgres needs PostgreSQL: apt install postgresql');
const stack = new AsyncDisposableStack();
try {
  await run(initdb);
} finally {
  await stack.disposeAsync();
}

interface Server {
  baseUrl: string;
  pid: number;
}

async function run(program: string): Promise<void> {
  const postgres = await startPostgres(program, { shared_buffers: '256MB', max_wal_size: '4GB' }, tmpdir());
  stack.defer(() => postgres.remove());
  const url = await postgres.newDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'tijori-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const db = await openPostgres({ url, now: Date.now });
  const deps = { stores: openStores(db), now: Date.now };
  const key = await createKey(deps, { mode: 'test', workspaceName: 'Bench (fictional)', origins: [] });
  await db.close();
  const environment = { ...process.env, ...benchSettings(folder, 0), DATABASE_URL: url };
  const gateways = await Promise.all(Array.from({ length: nodes }, () => startNode(environment, folder)));
  const bares = await Promise.all(Array.from({ length: nodes }, () => startBare()));
  for (const bare of bares) stack.defer(() => bare.stop());

  const [{ baseUrl: first }] = gateways as [Server];
  const answer = async (path: string, init: RequestInit) =>
    (await fetch(`${first}${path}`, init)).json() as Promise<{ data: { access_token: string; id: string } }>;
  const secret = { 'x-api-key': key.apiKey, 'x-api-secret': key.apiSecret };
  const token = await answer('/authenticate', { method: 'POST', headers: secret });
  const headers = { authorization: token.data.access_token, 'x-api-key': key.apiKey };
  const create: Load = {
    method: createSdkSession.method,
    paths: [createSdkSession.path],
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      '@entity': sdkSessionRequestEntity,
      flow: 'signin',
      doc_types: ['company_master_details', 'gstn_details', 'udhyam_certificate'],
    }),
  };
  const made = await Promise.all(
    Array.from({ length: statusSessions }, () =>
      answer(createSdkSession.path, { method: 'POST', headers: create.headers, body: create.body ?? '' }),
    ),
  );
  const paths = made.map(({ data }) => sdkSessionStatus.path.replace('{session_id}', data.id));
  const status: Load = { method: sdkSessionStatus.method, paths, headers };
  const answers = { create: made[0], status: await answer(paths[0] ?? '', { headers }) };
  await Promise.all(bares.map((bare) => bare.answerWith(answers)));
  const bareServers = bares.map(({ baseUrl, pid = 0 }) => ({ baseUrl, pid }));
  const rows = [await measure('create', create), await measure('status', status)].flat();
  process.exitCode = report(rows) ? 0 : 1;

  async function measure(name: string, load: Load): Promise<Row[]> {
    // Until all are compiled as far as they will be: the way through the database's client takes longest.
    await loadAll(gateways, load, 2 * secondsPerRound);
    await loadAll(bareServers, load, secondsPerRound);
    const sizes = [...new Set([1, nodes])].map((size) => ({ size, ours: [] as Loaded[], theirs: [] as Loaded[] }));
    for (let round = 0; round < rounds; round += 1) {
      for (const { size, ours, theirs } of sizes) {
        ours.push(await loadAll(gateways.slice(0, size), load, secondsPerRound));
        theirs.push(await loadAll(bareServers.slice(0, size), load, secondsPerRound));
      }
    }
    return sizes.map(({ size, ours, theirs }) => ({
      name,
      processes: size,
      perSecond: median(ours.map(({ perSecond }) => perSecond)),
      bare: median(theirs.map(({ perSecond }) => perSecond)),
      p99Ms: median(ours.map(({ p99Ms }) => p99Ms)),
      processorUs: median(ours.map(({ processorUs }) => processorUs)),
    }));
  }
}

interface Loaded extends Measured {
  /** Processor time of all these servers together for a request, µs. */
  processorUs: number;
}

/** The same load on each of them, at once. */
async function loadAll(servers: readonly Server[], load: Load, seconds: number): Promise<Loaded> {
  const spent = () => servers.reduce((sum, { pid }) => sum + (processorMs(pid) ?? Number.NaN), 0);
  const beforeMs = spent();
  const parts = await Promise.all(servers.map(({ baseUrl }) => runLoad(baseUrl, load, seconds)));
  const spentMs = spent() - beforeMs;
  const perSecond = parts.reduce((sum, part) => sum + part.perSecond, 0);
  const p99Ms = Math.max(...parts.map((part) => part.p99Ms));
  return { perSecond, p99Ms, processorUs: (spentMs * 1000) / (perSecond * seconds) };
}

interface Row {
  name: string;
  processes: number;
  perSecond: number;
  /** The bare route's requests a second, with as many processes. */
  bare: number;
  p99Ms: number;
  processorUs: number;
}

async function startNode(environment: NodeJS.ProcessEnv, folder: string): Promise<Server> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const log = openSync(join(folder, `${port}.log`), 'a', 0o600);
  const child: ChildProcess = spawn(process.execPath, tijoriWords('start'), {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...environment, TIJORI_BASE_URL: baseUrl, TIJORI_LISTEN: `127.0.0.1:${port}` },
    stdio: ['ignore', log, 'inherit'],
  });
  closeSync(log);
  stack.defer(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  });
  for (let ready = false; !ready; await wait(50)) {
    if (child.exitCode !== null) throw new Error('a gateway did not start');
    ready = await fetch(`${baseUrl}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
  return { baseUrl, pid: child.pid ?? 0 };
}

interface Judged {
  what: string;
  ratio: number;
  goal: Goal;
  reached: boolean;
}

/** Prints it, and draws it if asked; whether all was reached. */
function report(rows: readonly Row[]): boolean {
  const judged = rows.flatMap((row) => judge(row, rows));
  if (flags.json) console.log(JSON.stringify({ rows, judged }));
  else print(rows, judged);
  if (flags.plot) keep(rows, judged);
  return judged.every(({ reached }) => reached);
}

function judge(row: Row, rows: readonly Row[]): Judged[] {
  const { name, processes, perSecond, bare } = row;
  const what = `${name}, ${processes} process${processes === 1 ? '' : 'es'}`;
  const figures = [atLeast(ratioMin, what, perSecond / bare)];
  const one = rows.find((other) => other.name === name && other.processes === 1);
  if (!one || processes === 1) return figures;
  const cost = row.processorUs / one.processorUs;
  const goal = { value: costRatioMax, is: 'at most' } as const;
  const gain = perSecond / one.perSecond / (bare / one.bare);
  return [
    ...figures,
    { what: `${what}: processor time of one`, ratio: cost, goal, reached: cost <= goal.value },
    atLeast(gainRatioMin, `${what}: gain of the bare route's`, gain),
  ];
}

function atLeast(value: number, what: string, ratio: number): Judged {
  return { what, ratio, goal: { value, is: 'at least' }, reached: ratio >= value };
}

function keep(rows: readonly Row[], judged: readonly Judged[]): void {
  const panels = judged.map(
    ({ what, ratio, goal }): Panel => ({ title: what, unit: '', goal, bars: [{ label: 'ratio', value: ratio }] }),
  );
  const bars = rows.map(({ name, processes, processorUs }) => ({ label: `${name}, ${processes}`, value: processorUs }));
  keepFigures({
    name: 'postgres',
    title: 'Create and status on PostgreSQL beside one bare Fastify route',
    conditions: `${connections} connections to each process; ${rounds} rounds of ${secondsPerRound} s in turns, medians; cores shared with the database and the load (${sender}).`,
    panels: [...panels, { title: 'Processor time of the gateways for one request', unit: 'µs', bars }],
  });
}

function print(rows: readonly Row[], judged: readonly Judged[]): void {
  console.log(`\`tijori start\` on PostgreSQL, ${connections} connections to each process; medians in turns.`);
  console.log(`Node ${process.version}, ${cpus().length} cores, shared with the database and the load (${sender}).\n`);
  for (const { name, processes, perSecond, bare, p99Ms, processorUs } of rows) {
    console.log(
      `${name.padEnd(8)} ${processes}  ${Math.round(perSecond)}/s, bare ${Math.round(bare)}/s, p99 ${p99Ms} ms, ${Math.round(processorUs)} µs of the gateway's processors`,
    );
  }
  console.log();
  for (const { what, ratio, goal, reached } of judged) {
    const toReach = `${goal.is === 'at least' ? '≥' : '≤'} ${goal.value}`;
    console.log(`${what.padEnd(46)} ${ratio.toFixed(2)}  ${toReach}  ${reached ? 'ok' : 'MISSED'}`);
  }
}
