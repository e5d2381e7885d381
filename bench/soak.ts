/**
 * `npm run bench:soak` (`-- --minutes 10`): `tijori start` under a mixed load at a third of what it can do: sessions made and asked for, whole consent
 * journeys at the simulator, documents downloaded. Afterwards: how fast memory grows, how large the write-ahead log became, how late the event
 * loop was. Exit code 1 if one of them is over its bound, or an answer was wrong; 3 if none is, but the run was too short or too noisy to tell whether memory grows.
 */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { docTypes, sdkSessionStatus } from '@tijori/wire';
import { create, digestBehind, download, type Integrator, status } from '../e2e/crash/api.ts';
import { Connection } from '../e2e/crash/connection.ts';
import { Person } from '../e2e/crash/person.ts';
import { seededRandom } from '../e2e/crash/random.ts';
import { pretendUpstream } from '../e2e/production.ts';
import { freePort } from '../packages/server/src/cli/dev-folder.ts';
import { callerHeaders, createLoad } from './create-load.ts';
import { keepFigures } from './figures.ts';
import { runLoad } from './load.ts';
import { benchSettings, type RunningGateway, startGateway } from './servers.ts';
import { slopeOf } from './slope.ts';
import type { Vitals } from './watched-process.ts';

const { values: flags } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, plot: { type: 'boolean' } },
});
const minutes = Number(flags.minutes);
/** Until caches are full and code is compiled nothing can be said about growth. */
const warmUpShare = 0.3;
/** Of the capacity, by creates and status calls; journeys and downloads come on top. */
const loadShare = 0.3;
const journeysPerSecond = 2;
/** How often the load makes way for a look at the memory: what is under way would make each look another. */
const stretchSeconds = Math.max(5, Math.min(30, Math.round((minutes * 60) / 20)));
/** After it has made way: the last documents come in, the log is folded, connections close. */
const settledMs = 1_500;
/** To reach. */
const bounds = { slopeMbPerHour: 1, walMb: 64, loopDelayMs: 50 };

const stack = new AsyncDisposableStack();
try {
  process.exitCode = await run();
} finally {
  await stack.disposeAsync();
}

/** Resolves to the exit code. */
async function run(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tijori-soak-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const gateway = await startWatched(folder);
  const headers = await callerHeaders(gateway);
  const creates = createLoad(headers);
  await runLoad(gateway.baseUrl, creates, 2);
  const { perSecond: capacity } = await runLoad(gateway.baseUrl, creates, 5);

  const integrator: Integrator = { baseUrl: gateway.baseUrl, headers: creates.headers };
  const people = openPeople(integrator);
  const call = await openCalls(gateway, headers, Math.round(capacity * loadShare));
  const log = watchLog(join(folder, 'tijori.db-wal'));
  const vitals: Seen['vitals'] = [];
  let calls = 0;
  let isWarm = false;
  gateway.process.send('begin');
  const minute = () => (performance.now() - log.beganMs) / 60_000;
  while (minute() < minutes) {
    const [made] = await Promise.all([call(stretchSeconds), people.walk(stretchSeconds * 1000)]);
    calls += made;
    await wait(settledMs);
    gateway.process.send('vitals');
    const [told] = (await once(gateway.process, 'message')) as [Vitals];
    vitals.push({ ...told, minute: minute() });
    if (isWarm || minute() < warmUpShare * minutes) continue;
    isWarm = true;
    gateway.process.send('begin');
  }
  console.log(
    `${minutes} minutes; ${Math.round(capacity * loadShare)} calls a second of about ${Math.round(capacity)} possible creates; ` +
      `${calls} calls, ${people.counts.journeys} journeys, ${people.counts.downloads} downloads`,
  );
  return report({ vitals, walMb: log.end() }, capacity);
}

/** `tijori start` with a simulator behind it, and with what tells how it fares. */
async function startWatched(folder: string): Promise<RunningGateway & { process: { send(word: string): void } }> {
  const settings = benchSettings(folder, await freePort());
  const upstream = await pretendUpstream(settings.TIJORI_BASE_URL ?? '');
  stack.defer(() => upstream.close());
  const watcher = fileURLToPath(new URL('./watched-process.ts', import.meta.url));
  const gateway = await startGateway({
    folder,
    settings: { ...settings, ...upstream.environment },
    nodeWords: ['--expose-gc', '--import', watcher],
  });
  stack.defer(() => gateway.stop());
  return gateway as RunningGateway & { process: { send(word: string): void } };
}

/** Creates and status calls in equal parts by the clock, for some seconds at a time; resolves to how many. Any answer but 200 ends the run. */
async function openCalls(
  gateway: RunningGateway,
  headers: Record<string, string>,
  perSecond: number,
): Promise<(seconds: number) => Promise<number>> {
  const creates = createLoad(headers);
  const made = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const answer = await fetch(`${gateway.baseUrl}${creates.paths[0]}`, { ...creates, body: creates.body ?? '' });
      return ((await answer.json()) as { data: { id: string } }).data.id;
    }),
  );
  const statuses = {
    method: 'GET',
    headers,
    paths: made.map((id) => sdkSessionStatus.path.replace('{session_id}', id)),
  } as const;
  const rates = { connections: 16, perSecond: perSecond / 2 };
  return async (seconds) => {
    const runs = await Promise.all([creates, statuses].map((load) => runLoad(gateway.baseUrl, load, seconds, rates)));
    return runs.reduce((sum, run) => sum + Math.round(run.perSecond * seconds), 0);
  };
}

/** Whole journeys, a few at a time, each with its documents downloaded, and once more right after. */
function openPeople(integrator: Integrator) {
  const random = seededRandom(20261126);
  const counts = { journeys: 0, downloads: 0 };
  const walkers = 4;
  const one = async (connection: Connection) => {
    const session = await create(
      connection,
      integrator,
      docTypes.map(({ name }) => name),
    );
    await new Person(`${integrator.baseUrl}/consent/${session.id}`, random).walk(connection, () => {});
    const { status: state, documents_consented: consented = [] } = await status(connection, integrator, session.id);
    if (state !== 'succeeded') throw new Error(`a journey ended as ${state}`);
    for (const docType of consented) {
      for (const { url, sha256 } of await download(connection, integrator, session.id, docType)) {
        if ((await digestBehind(connection, url)) !== sha256) throw new Error('a document changed');
        counts.downloads += 2;
      }
    }
    counts.journeys += 1;
  };
  const walker = async (untilMs: number) => {
    while (performance.now() < untilMs) {
      const nextMs = performance.now() + (walkers / journeysPerSecond) * 1000;
      // A connection that waits for the next one may be closed in the moment in which it is used.
      const connection = new Connection();
      await one(connection).finally(() => connection.close());
      await wait(Math.max(0, nextMs - performance.now()));
    }
  };
  return {
    counts,
    async walk(forMs: number): Promise<void> {
      const untilMs = performance.now() + forMs;
      await Promise.all(Array.from({ length: walkers }, () => walker(untilMs)));
    },
  };
}

interface Seen {
  vitals: (Vitals & { minute: number })[];
  walMb: readonly (readonly [minute: number, mb: number])[];
}

/** Looks twice a second how large the log is. */
function watchLog(path: string) {
  const beganMs = performance.now();
  const walMb: [number, number][] = [];
  const timer = setInterval(() => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    walMb.push([(performance.now() - beganMs) / 60_000, size / 1024 / 1024]);
  }, 500);
  return {
    beganMs,
    end() {
      clearInterval(timer);
      return walMb;
    },
  };
}

function report({ vitals, walMb }: Seen, capacity: number): number {
  const mb = (bytes: number) => bytes / 1024 / 1024;
  const live = vitals.map(({ minute, liveBytes }) => [minute, mb(liveBytes)] as const);
  const resident = vitals.map(({ minute, residentBytes }) => [minute, mb(residentBytes)] as const);
  const warm = <Point extends readonly [number, number]>(points: readonly Point[]) =>
    points.filter(([at]) => at > warmUpShare * minutes);
  const slope = slopeOf(warm(live));
  const plain = vitals.map(({ minute, liveBytes, codeBytes }) => [minute, mb(liveBytes - codeBytes)] as const);
  const plainSlope = slopeOf(warm(plain));
  const residentSlope = slopeOf(warm(resident));
  const surely = slope.perHour + slope.perHourPlusMinus < bounds.slopeMbPerHour;
  const surelyNot = slope.perHour - slope.perHourPlusMinus > bounds.slopeMbPerHour;
  const walMost = Math.max(...walMb.map(([, size]) => size));
  const delay = vitals.at(-1)?.loopDelayP99Ms ?? 0;
  const handles = warm(vitals.map(({ minute, handles: count }) => [minute, count] as const)).map(([, count]) => count);
  const told = ({ perHour, perHourPlusMinus }: typeof slope) =>
    `${perHour.toFixed(2)} ± ${perHourPlusMinus.toFixed(2)} MB/h`;
  console.log(
    `memory in use  ${told(slope)} after a warm-up of ${(warmUpShare * minutes).toFixed(1)} minutes; to reach: < ${bounds.slopeMbPerHour}: ` +
      `${surely ? 'ok' : surelyNot ? 'MISSED' : 'a run of this length cannot tell'}`,
  );
  console.log(`without code   ${told(plainSlope)}: what V8 compiles meanwhile left out`);
  console.log(`resident       ${told(residentSlope)}, last ${Math.round(resident.at(-1)?.[1] ?? 0)} MB`);
  console.log(
    `write-ahead log  ${walMost.toFixed(1)} MB at its largest; to reach: < ${bounds.walMb} ${walMost < bounds.walMb ? 'ok' : 'MISSED'}`,
  );
  console.log(
    `event loop     late by ${delay.toFixed(1)} ms at most in 99 %; to reach: < ${bounds.loopDelayMs} ${delay < bounds.loopDelayMs ? 'ok' : 'MISSED'}`,
  );
  console.log(`handles        ${Math.min(...handles)} to ${Math.max(...handles)}`);
  if (flags.plot) {
    keepFigures({
      name: 'soak',
      title: `${minutes} minutes under a mixed load`,
      conditions:
        `${Math.round(capacity * loadShare)} creates and status calls a second, ${journeysPerSecond} journeys a second with their downloads. Memory in use grows by ${told(slope)} after ` +
        `a warm-up of ${(warmUpShare * minutes).toFixed(1)} minutes (95 % interval), without compiled code by ${told(plainSlope)}, resident memory by ${told(residentSlope)}.`,
      panels: [
        {
          title: 'Memory',
          unit: 'MB',
          timeUnit: 'min',
          lines: [
            { label: 'in use, between two stretches of load', points: live },
            { label: 'without compiled code', points: plain },
            { label: 'resident', points: resident },
          ],
        },
        {
          title: 'Write-ahead log',
          unit: 'MB',
          timeUnit: 'min',
          goal: { value: bounds.walMb, is: 'at most' },
          lines: [{ label: 'its file', points: walMb.filter((_, index) => index % 4 === 0) }],
        },
        {
          title: 'Event loop, p99 of how late it is',
          unit: 'ms',
          goal: { value: bounds.loopDelayMs, is: 'at most' },
          bars: [{ label: 'after the warm-up', value: delay }],
        },
      ],
    });
  }
  if (surelyNot || walMost >= bounds.walMb || delay >= bounds.loopDelayMs) return 1;
  return surely ? 0 : 3;
}
