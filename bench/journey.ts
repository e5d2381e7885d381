import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { oidcProviderJourney } from './journey-oidc-provider.ts';
import { simulatorJourney } from './journey-simulator.ts';
import { median } from './load.ts';
import { canPin, loadCore, type PinnedServer, pinLoad, serverCore, startPinned } from './pinned.ts';
import { type Visitor, visitorOf } from './visitor.ts';

type Journey = (visitor: Visitor, state: string) => Promise<void>;

interface Contestant {
  name: string;
  server: PinnedServer;
  journey: Journey;
  requests: number;
  rounds: Round[];
}

interface Round {
  perSecond: number;
  /** Which part of the time the server's process, and this one, was working. */
  serverBusy: number;
  loadBusy: number;
  p99Ms: number;
}

const { values: flags } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'boolean' } } });
const rounds = flags.quick ? 3 : 5;
const secondsPerRound = flags.quick ? 2 : 6;
/** Visitors at a time, each with one connection and one request under way. */
const visitors = 8;
const target = 150;

pinLoad();
const started: PinnedServer[] = [];
const start = async (file: string, ...told: string[]): Promise<PinnedServer> => {
  const server = await startPinned(file, ...told);
  started.push(server);
  return server;
};
const contestants: Contestant[] = [];
try {
  const file = await start('serve-simulator.ts', 'file');
  const memory = await start('serve-simulator.ts', 'memory');
  const theirs = await start('serve-oidc-provider.ts');
  contestants.push(
    { name: 'simulator, state in a file', server: file, journey: simulatorJourney, requests: 14, rounds: [] },
    { name: 'simulator, state in memory', server: memory, journey: simulatorJourney, requests: 14, rounds: [] },
    { name: 'oidc-provider, in memory', server: theirs, journey: oidcProviderJourney, requests: 10, rounds: [] },
  );
  for (const contestant of contestants) await run(contestant, flags.quick ? 1 : 3);
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) contestant.rounds.push(await run(contestant, secondsPerRound));
  }
} finally {
  await Promise.all(started.map((server) => server.stop()));
}
report();

/** Whole journeys, one after the other for each visitor; those under way at the end are finished and counted. */
async function run({ server, journey }: Contestant, seconds: number): Promise<Round> {
  const tookMs: number[] = [];
  const cpuMs = await server.cpuMs();
  const ownCpu = process.cpuUsage();
  const beganMs = performance.now();
  const visit = async (_: unknown, which: number): Promise<void> => {
    const visitor = visitorOf(server.origin);
    try {
      while (performance.now() - beganMs < seconds * 1000) {
        const sinceMs = performance.now();
        await journey(visitor, `${which}.${tookMs.length}`);
        tookMs.push(performance.now() - sinceMs);
      }
    } finally {
      visitor.close();
    }
  };
  await Promise.all(Array.from({ length: visitors }, visit));
  const elapsedMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(ownCpu);
  tookMs.sort((a, b) => a - b);
  return {
    perSecond: tookMs.length / (elapsedMs / 1000),
    serverBusy: ((await server.cpuMs()) - cpuMs) / elapsedMs,
    loadBusy: (user + system) / 1000 / elapsedMs,
    p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? 0,
  };
}

function report(): void {
  const baseline = median(contestants.at(-1)?.rounds.map(({ perSecond }) => perSecond) ?? []);
  const rows = contestants.map(({ name, requests, rounds: measured }) => {
    const of = (figure: keyof Round) => median(measured.map((round) => round[figure]));
    const perSecond = of('perSecond');
    const ours = name.startsWith('simulator');
    return {
      name,
      requests,
      value: rounded(perSecond, 1),
      unit: 'journeys/s',
      ratio: rounded(perSecond / baseline, 2),
      p99Ms: rounded(of('p99Ms'), 1),
      serverBusy: rounded(of('serverBusy'), 2),
      loadBusy: rounded(of('loadBusy'), 2),
      ...(ours && { target, ok: perSecond >= target }),
    };
  });
  process.exitCode = rows.every(({ ok }) => ok !== false) ? 0 : 1;
  if (flags.json) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  console.log(`${visitors} visitors; ${rounds} rounds of ${secondsPerRound} s in turns, medians.`);
  console.log(
    `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}); ${canPin ? `servers on core ${serverCore}, load on core ${loadCore}` : 'no taskset: nothing is pinned'}.\n`,
  );
  const columns = ['what', 'requests', 'journeys/s', 'ratio', 'p99 ms', 'server busy', 'load busy', 'target'];
  const cells = rows.map((row) => [
    row.name,
    row.requests,
    row.value,
    row.ratio,
    row.p99Ms,
    row.serverBusy,
    row.loadBusy,
    row.target === undefined ? '' : `${row.target} ${row.ok ? 'ok' : 'MISSED'}`,
  ]);
  for (const line of [columns, ...cells]) {
    console.log(line.map((cell, at) => (at === 0 ? String(cell).padEnd(28) : String(cell).padStart(12))).join(''));
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
