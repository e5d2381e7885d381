import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
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
import { connections, type Load, type Measured, median, runLoad } from './load.ts';
import { startBare } from './servers.ts';

/**
 * `npm run bench:postgres`: `tijori start` on a PostgreSQL of its own (a disk, durable settings) beside the bare route, in
 * turns. With `--nodes 2` there is a second gateway process, and the load goes to both.
 */

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, nodes: { type: 'string', default: '1' } },
});
const rounds = flags.quick ? 3 : 5;
const secondsPerRound = flags.quick ? 2 : 6;
const targetRatio = 0.4;
const statusSessions = 200;

const initdb = findProgram('initdb');
if (!initdb) throw new Error('npm run bench:postgres needs PostgreSQL: apt install postgresql');
const stack = new AsyncDisposableStack();
try {
  await run(initdb);
} finally {
  await stack.disposeAsync();
}

async function run(program: string): Promise<void> {
  const postgres = await startPostgres(program, { shared_buffers: '256MB', max_wal_size: '4GB' }, tmpdir());
  stack.defer(() => postgres.remove());
  const url = await postgres.newDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'tijori-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const bare = await startBare();
  stack.defer(() => bare.stop());
  const db = await openPostgres({ url, now: Date.now });
  const deps = { stores: openStores(db), now: Date.now };
  const key = await createKey(deps, { mode: 'test', workspaceName: 'Bench (fictional)', origins: [] });
  await db.close();
  const environment = environmentOf(url, folder);
  const nodes = await Promise.all(Array.from({ length: Number(flags.nodes) }, () => startNode(environment)));

  const [first = ''] = nodes;
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
  await bare.answerWith({ create: made[0], status: await answer(paths[0] ?? '', { headers }) });
  const rows = [await measure('create', create), await measure('status', status)];
  report(rows);
  process.exitCode = rows.every(({ ratio }) => ratio >= targetRatio) ? 0 : 1;

  async function measure(name: string, load: Load) {
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    const both = async (seconds: number) => {
      const parts = await Promise.all(nodes.map((node) => runLoad(node, load, seconds)));
      return {
        perSecond: parts.reduce((sum, part) => sum + part.perSecond, 0),
        p99Ms: Math.max(...parts.map((part) => part.p99Ms)),
      };
    };
    // Until both are compiled as far as they will be: the way through the database's client takes longest.
    await both(2 * secondsPerRound);
    await runLoad(bare.baseUrl, load, secondsPerRound);
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await both(secondsPerRound));
      theirs.push(await runLoad(bare.baseUrl, load, secondsPerRound));
    }
    const value = median(ours.map(({ perSecond }) => perSecond));
    const baseline = median(theirs.map(({ perSecond }) => perSecond));
    return { name, value, baseline, ratio: value / baseline, p99: median(ours.map(({ p99Ms }) => p99Ms)) };
  }
}

interface Row {
  name: string;
  value: number;
  baseline: number;
  ratio: number;
  p99: number;
}

function environmentOf(databaseUrl: string, dataDir: string): NodeJS.ProcessEnv {
  const key = () => randomBytes(32).toString('base64');
  return {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    TIJORI_DATA: dataDir,
    TIJORI_MASTER_KEY: key(),
    TIJORI_TOKEN_KEY: key(),
    TIJORI_LINK_KEY: key(),
    // Nothing consents here, so nobody listens there.
    TIJORI_TEST_UPSTREAM_URL: 'http://127.0.0.1:9/public',
    TIJORI_TEST_CLIENT_ID: 'BENCH',
    TIJORI_TEST_CLIENT_SECRET: randomBytes(20).toString('hex'),
    TIJORI_RATE_TEST: '1000000',
  };
}

async function startNode(environment: NodeJS.ProcessEnv): Promise<string> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(
    process.execPath,
    ['--max-semi-space-size=8', 'packages/server/bin/tijori.js', 'start'],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...environment, TIJORI_BASE_URL: baseUrl, TIJORI_LISTEN: `127.0.0.1:${port}` },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
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
  return baseUrl;
}

function report(rows: readonly Row[]): void {
  if (flags.json) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  console.log(`${flags.nodes} gateway process(es) on PostgreSQL, ${connections} connections each; medians in turns.`);
  console.log(`Node ${process.version}, ${cpus().length} cores, shared with the database and the load.\n`);
  for (const { name, value, baseline, ratio, p99 } of rows) {
    const cells = [name.padEnd(8), Math.round(value), Math.round(baseline), ratio.toFixed(2), `p99 ${p99} ms`];
    console.log(`${cells.join('  ')}  ${ratio >= targetRatio ? 'ok' : 'MISSED'} (${targetRatio})`);
  }
}
