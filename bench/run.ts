import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createSdkSession, sdkSessionRequestEntity, sdkSessionStatus } from '@tijori/wire';
import { type Bar, keepFigures, type Panel } from './figures.ts';
import { connections, type Load, type Measured, median, runLoad, sender } from './load.ts';
import { type BareServer, type RunningGateway, residentMb, startBare, startGateway } from './servers.ts';

/** One figure. `ratio` is value over baseline, both medians of the same run. */
interface Row {
  name: string;
  value: number;
  unit: string;
  baseline?: number;
  ratio?: number;
  target?: number;
  ok?: boolean;
}

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, plot: { type: 'boolean' } },
});
const rounds = flags.quick ? 3 : 5;
const secondsPerRound = flags.quick ? 2 : 6;
/** Different sessions that the status load asks for in turns. */
const statusSessions = 200;

const targets = { createRatio: 0.6, statusRatio: 0.7, p99Ms: 30, residentMb: 200 };

const rows: Row[] = [];
const gateway = await startGateway();
const bare = await startBare();
const durable = await startBare('durable');
try {
  const { create, status } = await prepare(gateway, [bare, durable]);
  await measure('create', create, { target: targets.createRatio, floor: durable });
  await measure('status', status, { target: targets.statusRatio });
  const memory = gateway.process.pid ? residentMb(gateway.process.pid) : null;
  if (memory !== null) {
    rows.push({
      name: 'memory',
      value: memory,
      unit: 'MB',
      target: targets.residentMb,
      ok: memory < targets.residentMb,
    });
  }
} finally {
  await Promise.all([gateway.stop(), bare.stop(), durable.stop()]);
}
report();
if (flags.plot) keep();
process.exitCode = rows.every(({ ok }) => ok !== false) ? 0 : 1;

/** The two loads, and bare servers that answer the very bytes that the gateway does. */
async function prepare({ baseUrl, apiKey, apiSecret }: RunningGateway, baselines: readonly BareServer[]) {
  const answer = async (path: string, init: RequestInit) =>
    (await fetch(`${baseUrl}${path}`, init)).json() as Promise<Answer>;
  interface Answer {
    data: { access_token: string; id: string };
  }
  const token = await answer('/authenticate', {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'x-api-secret': apiSecret },
  });
  const headers = { authorization: token.data.access_token, 'x-api-key': apiKey };
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
  const created = await Promise.all(
    Array.from({ length: statusSessions }, () =>
      answer(createSdkSession.path, { method: 'POST', headers: create.headers, body: create.body ?? '' }),
    ),
  );
  const paths = created.map(({ data }) => sdkSessionStatus.path.replace('{session_id}', data.id));
  const status: Load = { method: sdkSessionStatus.method, paths, headers };
  const answers = { create: created[0], status: await answer(paths[0] ?? '', { headers }) };
  await Promise.all(baselines.map((each) => each.answerWith(answers)));
  return { create, status };
}

/**
 * Gateway and baseline in turns, one unmeasured turn each first; medians of all rounds. `floor` does no more than keep the same
 * rows, and is measured in the same turns: what is between it and the baseline, no gateway can save.
 */
async function measure(
  name: string,
  load: Load,
  { target, floor }: { target: number; floor?: BareServer },
): Promise<void> {
  const [ours, theirs, least]: [Measured[], Measured[], Measured[]] = [[], [], []];
  const turns = [
    { baseUrl: gateway.baseUrl, measured: ours },
    ...(floor ? [{ baseUrl: floor.baseUrl, measured: least }] : []),
    { baseUrl: bare.baseUrl, measured: theirs },
  ];
  for (const { baseUrl } of turns) await runLoad(baseUrl, load, flags.quick ? 1 : 3);
  for (let round = 0; round < rounds; round += 1) {
    for (const { baseUrl, measured } of turns) measured.push(await runLoad(baseUrl, load, secondsPerRound));
  }
  const value = median(ours.map(({ perSecond }) => perSecond));
  const baseline = median(theirs.map(({ perSecond }) => perSecond));
  const ratio = value / baseline;
  rows.push({ name, value, unit: 'requests/s', baseline, ratio, target, ok: ratio >= target });
  if (floor) {
    const rate = median(least.map(({ perSecond }) => perSecond));
    rows.push({ name: 'rows alone', value: rate, unit: 'requests/s', baseline, ratio: rate / baseline });
  }
  const p99 = median(ours.map(({ p99Ms }) => p99Ms));
  const bareP99 = median(theirs.map(({ p99Ms }) => p99Ms));
  rows.push({
    name: `${name} p99`,
    value: p99,
    unit: 'ms',
    baseline: bareP99,
    ratio: p99 / Math.max(bareP99, 1),
    target: targets.p99Ms,
    ok: p99 < targets.p99Ms,
  });
}

function keep(): void {
  const judged = rows.filter(({ target }) => target !== undefined);
  const panels = judged.map(({ name, value, unit, baseline, ratio, target = 0 }): Panel => {
    if (unit === 'requests/s') {
      const bars: Bar[] = [{ label: 'gateway', value: ratio ?? 0 }];
      const floor = name === 'create' && rows.find((row) => row.name === 'rows alone');
      if (floor) bars.push({ label: 'rows alone', value: floor.ratio ?? 0, isBaseline: true });
      return {
        title: `${name}, rate over that of the bare route`,
        unit: '',
        goal: { value: target, is: 'at least' },
        bars,
      };
    }
    const bars: Bar[] = [{ label: 'gateway', value }];
    if (baseline !== undefined) bars.push({ label: 'bare route', value: baseline, isBaseline: true });
    return { title: name, unit, goal: { value: target, is: 'at most' }, bars };
  });
  keepFigures({
    name: 'calls',
    title: 'Create and status beside one bare Fastify route',
    conditions: `${connections} connections; ${rounds} rounds of ${secondsPerRound} s in turns, medians; cores shared with the load (${sender}).`,
    panels,
  });
}

function report(): void {
  const round2 = (value: number) => Math.round(value * 100) / 100;
  for (const row of rows) {
    for (const key of ['value', 'baseline', 'ratio'] as const) {
      const value = row[key];
      if (value !== undefined) row[key] = round2(value);
    }
  }
  if (flags.json) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  const cores = cpus();
  console.log(`${connections} connections; ${rounds} rounds of ${secondsPerRound} s in turns, medians.`);
  console.log(
    `Node ${process.version}, ${cores.length} cores (${cores[0]?.model ?? 'unknown'}), shared with the load (${sender}).\n`,
  );
  console.log(
    `${'what'.padEnd(12)}${'gateway'.padStart(10)}${'bare'.padStart(10)}${'ratio'.padStart(8)}  unit        target`,
  );
  for (const { name, value, unit, baseline, ratio, target, ok } of rows) {
    const cell = (number: number | undefined, width: number) =>
      (number === undefined ? '' : String(number)).padStart(width);
    const goal = target === undefined ? '' : `${target} ${ok ? 'ok' : 'MISSED'}`;
    console.log(
      `${name.padEnd(12)}${cell(value, 10)}${cell(baseline, 10)}${cell(ratio, 8)}  ${unit.padEnd(12)}${goal}`,
    );
  }
}
