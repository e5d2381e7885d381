/**
 * `npm run bench:rivals`: what somebody would start instead to have an answer of this API (Prism, Mockoon, MSW, json-server, and WireMock where there
 * is Java), beside `tijori start` on SQLite: the same create over the same connections, in turns. None of the others checks the token, and none but
 * json-server keeps anything. Their packages are installed into a folder for temporary files at the first run.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../packages/server/src/cli/dev-folder.ts';
import { callerHeaders, createLoad } from './create-load.ts';
import { keepFigures } from './figures.ts';
import { connections, type Load, type Measured, median, runLoad, sender } from './load.ts';
import { isRunnable, type Rival, type RunningRival, rivals, startRival } from './rival-servers.ts';
import { benchSettings, residentMb, startGateway } from './servers.ts';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, plot: { type: 'boolean' }, only: { type: 'string', multiple: true } },
});
const rounds = flags.quick ? 2 : 5;
const seconds = flags.quick ? 3 : 6;
/** To reach: our requests a second over those of the fastest of them. */
const ratioMin = 3;

interface Contender extends RunningRival {
  name: string;
  measured: Measured[];
  idleMb: number;
  loadedMb: number;
}

const stack = new AsyncDisposableStack();
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  await stack.disposeAsync();
}

async function run(): Promise<boolean> {
  const { contender: ours, load } = await startOurs();
  const contenders = [ours];
  for (const rival of rivals) {
    if (flags.only && !flags.only.includes(rival.name)) continue;
    if (!isRunnable(rival)) {
      console.log(`NOT MEASURED: ${rival.name}, because there is no ${rival.needs} on this machine`);
      continue;
    }
    const running = await startRival(rival, await freePort(), (baseUrl) => answersRightly(baseUrl, load, rival));
    stack.defer(() => running.stop());
    console.log(`${rival.name} (${rival.packages.join(', ')}): ${rival.how}`);
    contenders.push({ ...running, name: rival.name, measured: [], idleMb: running.residentMb(), loadedMb: 0 });
  }
  for (const { baseUrl } of contenders) await runLoad(baseUrl, load, seconds);
  for (let round = 0; round < rounds; round += 1) {
    for (const each of contenders) {
      each.measured.push(await runLoad(each.baseUrl, load, seconds));
      each.loadedMb = Math.max(each.loadedMb, each.residentMb());
    }
  }
  return report(contenders);
}

/** `tijori start` twice on one folder: the first makes key and token, the second is timed as the others are, by its first create. */
async function startOurs(): Promise<{ contender: Contender; load: Load }> {
  const folder = await mkdtemp(join(tmpdir(), 'tijori-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const settings = benchSettings(folder, await freePort());
  const first = await startGateway({ folder, settings });
  const load = createLoad(await callerHeaders(first));
  await first.stop();
  const second = await startGateway({ folder, settings });
  stack.defer(() => second.stop());
  if (!(await answersRightly(second.baseUrl, load))) throw new Error('our own answer is not right');
  const pid = second.process.pid ?? 0;
  const contender: Contender = {
    name: 'Tijori',
    baseUrl: second.baseUrl,
    readyMs: second.readyMs,
    measured: [],
    residentMb: () => residentMb(pid) ?? 0,
    idleMb: residentMb(pid) ?? 0,
    loadedMb: 0,
    stop: () => second.stop(),
  };
  return { contender, load };
}

/** A create with status 200 and a new session in it, as the contract has it; or with the form of one. */
async function answersRightly(
  baseUrl: string,
  { method, paths, headers, body }: Load,
  { inventsValues = false }: Pick<Rival, 'inventsValues'> = {},
): Promise<boolean> {
  const answer = await fetch(`${baseUrl}${paths[0]}`, { method, headers, body: body ?? '' });
  if (answer.status !== 200) return false;
  const {
    code,
    transaction_id: transactionId,
    data,
  } = (await answer.json()) as {
    code: unknown;
    transaction_id: unknown;
    data?: { id?: unknown; status?: unknown; created_at?: unknown };
  };
  const { id, status, created_at: createdAt } = data ?? {};
  const texts = [transactionId, id, status].every((value) => typeof value === 'string');
  const hasForm = texts && typeof code === 'number' && typeof createdAt === 'number';
  return hasForm && (inventsValues || (code === 200 && id !== '' && status === 'created'));
}

function report(contenders: readonly Contender[]): boolean {
  const rows = contenders.map(({ name, measured, readyMs, idleMb, loadedMb }) => ({
    name,
    perSecond: median(measured.map((each) => each.perSecond)),
    p99Ms: median(measured.map((each) => each.p99Ms)),
    readyMs,
    idleMb,
    loadedMb,
  }));
  console.log(`\n${connections} connections; ${rounds} rounds of ${seconds} s in turns, medians.`);
  for (const { name, perSecond, p99Ms, readyMs, idleMb, loadedMb } of rows) {
    const figures = [
      `${Math.round(perSecond)}/s`,
      `p99 ${Math.round(p99Ms)} ms`,
      `${Math.round(idleMb)} → ${Math.round(loadedMb)} MB`,
    ];
    console.log(`${name.padEnd(12)}${[...figures, `start ${(readyMs / 1000).toFixed(2)} s`].join('  ')}`);
  }
  const [ours, ...others] = rows;
  const [fastest] = others.toSorted((left, right) => right.perSecond - left.perSecond);
  const ratio = (ours?.perSecond ?? 0) / (fastest?.perSecond ?? Number.POSITIVE_INFINITY);
  const isReached = ratio >= ratioMin;
  console.log(
    `\n${ratio.toFixed(2)} × the fastest of them, ${fastest?.name}. To reach: ${ratioMin} ${isReached ? 'ok' : 'MISSED'}`,
  );
  if (!flags.plot) return isReached;
  const bars = (value: (row: (typeof rows)[number]) => number) =>
    rows.map((row, index) => ({ label: row.name, value: value(row), ...(index > 0 && { isBaseline: true }) }));
  keepFigures({
    name: 'rivals',
    title: 'One create, answered by Tijori and by mock servers',
    conditions: `${connections} connections; ${rounds} rounds of ${seconds} s in turns, medians; cores shared with the load (${sender}). The others check no token, and none but json-server keeps what it is sent.`,
    panels: [
      {
        title: 'Create',
        unit: 'requests/s',
        goal: { value: ratioMin * (fastest?.perSecond ?? 0), is: 'at least' },
        bars: bars(({ perSecond }) => perSecond),
      },
      { title: 'p99', unit: 'ms', bars: bars(({ p99Ms }) => p99Ms) },
      { title: 'Resident memory after the load', unit: 'MB', bars: bars(({ loadedMb }) => loadedMb) },
      { title: 'From start to the first right answer', unit: 's', bars: bars((row) => row.readyMs / 1000) },
    ],
  });
  return isReached;
}
