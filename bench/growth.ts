import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSdkSession, sdkSessionRequestEntity, sdkSessionStatus } from '@tijori/wire';
import { type Bar, keepFigures } from './figures.ts';
import { growDatabase } from './grown-database.ts';
import { type Load, median, runLoad } from './load.ts';
import { processorMs, type RunningGateway, residentMb, startGateway } from './servers.ts';

/**
 * `npm run bench:growth`: what a create and a status call cost on a database of 10,000 sessions and on one of 10 million
 * (`--sessions`), in turns, in processor time of the gateway and in requests a second; and how long either takes to start.
 * The large database has 10 GB and takes minutes to make.
 */

const { values: flags } = parseArgs({
  options: {
    sessions: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean' },
    plot: { type: 'boolean' },
  },
});
const sizes = [10_000, Number(flags.sessions)];
const rounds = Number(flags.rounds);
const secondsPerRound = 4;
/** Different sessions that the status load asks for in turns, from all over the table. */
const samples = 2_000;
/** To reach: the large one's cost over the small one's, and start-up. */
const costRatioMax = 1.3;
const readyMsMax = 2_000;

interface Grown {
  sessions: number;
  gateway: RunningGateway;
  loads: Record<'create' | 'status', Load>;
}
interface Cost {
  perSecond: number;
  microseconds: number;
}

const stack = new AsyncDisposableStack();
let isReached = true;
const ratios: Bar[] = [];
try {
  const grown: Grown[] = [];
  for (const sessions of sizes) grown.push(await start(sessions));
  for (const name of ['create', 'status'] as const) await measure(name, grown);
  for (const { sessions, gateway } of grown) {
    say({ what: 'ready', sessions, ms: gateway.readyMs, reached: gateway.readyMs < readyMsMax });
    say({ what: 'memory', sessions, mb: residentMb(gateway.process.pid ?? 0) ?? 0 });
  }
  if (flags.plot) keep(grown);
} finally {
  await stack.disposeAsync();
}
process.exitCode = isReached ? 0 : 1;

function keep(grown: readonly Grown[]): void {
  const bars = (value: (each: Grown) => number) =>
    grown.map((each): Bar => ({ label: `${each.sessions.toLocaleString('en')} sessions`, value: value(each) }));
  keepFigures({
    name: 'growth',
    title: 'Two databases of very different size',
    conditions: `${sizes.map((size) => size.toLocaleString('en')).join(' and ')} sessions; ${rounds} rounds of ${secondsPerRound} s in turns, medians.`,
    panels: [
      {
        title: 'Processor time of a call, large over small',
        unit: '',
        goal: { value: costRatioMax, is: 'at most' },
        bars: ratios,
      },
      {
        title: 'Start',
        unit: 's',
        goal: { value: readyMsMax / 1000, is: 'at most' },
        bars: bars(({ gateway }) => gateway.readyMs / 1000),
      },
      {
        title: 'Resident memory after the load',
        unit: 'MB',
        bars: bars(({ gateway }) => residentMb(gateway.process.pid ?? 0) ?? 0),
      },
    ],
  });
}

async function start(sessions: number): Promise<Grown> {
  const folder = await mkdtemp(join(tmpdir(), 'tijori-growth-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const beganMs = performance.now();
  const ids = await growDatabase(folder, sessions, samples);
  const { size } = await stat(join(folder, 'tijori.db'));
  say({ what: 'made', sessions, seconds: (performance.now() - beganMs) / 1000, mb: size / 1024 / 1024 });
  const gateway = await startGateway({ folder });
  stack.defer(() => gateway.stop());
  const answer = await fetch(`${gateway.baseUrl}/authenticate`, {
    method: 'POST',
    headers: { 'x-api-key': gateway.apiKey, 'x-api-secret': gateway.apiSecret },
  });
  const { data } = (await answer.json()) as { data: { access_token: string } };
  const headers = { authorization: data.access_token, 'x-api-key': gateway.apiKey };
  const create: Load = {
    method: createSdkSession.method,
    paths: [createSdkSession.path],
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] }),
  };
  const paths = ids.map((id) => sdkSessionStatus.path.replace('{session_id}', id));
  return { sessions, gateway, loads: { create, status: { method: sdkSessionStatus.method, paths, headers } } };
}

/** In turns, one unmeasured turn each first; medians of all rounds. */
async function measure(name: 'create' | 'status', grown: readonly Grown[]): Promise<void> {
  const costs = grown.map((): Cost[] => []);
  for (const each of grown) await costOf(each, name);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, each] of grown.entries()) costs[index]?.push(await costOf(each, name));
  }
  const medians = costs.map((each) => ({
    perSecond: median(each.map(({ perSecond }) => perSecond)),
    microseconds: median(each.map(({ microseconds }) => microseconds)),
  }));
  for (const [index, { sessions }] of grown.entries()) say({ what: name, sessions, ...medians[index] });
  const [small, large] = medians;
  const costRatio = (large?.microseconds ?? 0) / (small?.microseconds ?? 1);
  say({ what: `${name}: large over small`, costRatio, reached: costRatio <= costRatioMax });
  ratios.push({ label: name, value: costRatio });
}

async function costOf({ gateway, loads }: Grown, name: 'create' | 'status'): Promise<Cost> {
  const pid = gateway.process.pid ?? 0;
  const beforeMs = processorMs(pid) ?? 0;
  const { perSecond } = await runLoad(gateway.baseUrl, loads[name], secondsPerRound);
  const spentMs = (processorMs(pid) ?? 0) - beforeMs;
  return { perSecond, microseconds: (spentMs * 1000) / (perSecond * secondsPerRound) };
}

function say(figures: Record<string, string | number | boolean | undefined>): void {
  if (figures.reached === false) isReached = false;
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [
      key,
      typeof value === 'number' ? Math.round(value * 100) / 100 : value,
    ]),
  );
  if (flags.json) console.log(JSON.stringify(rounded));
  else
    console.log(
      Object.entries(rounded)
        .map(([key, value]) => (key === 'what' ? String(value).padEnd(24) : `${key} ${value}`))
        .join('  '),
    );
}
