import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findCapacity } from './capacity.ts';
import { callerHeaders, createLoad, requestText } from './create-load.ts';
import { type Bar, keepFigures, type Panel } from './figures.ts';
import { watchHealth } from './health.ts';
import { runLoad } from './load.ts';
import { lateMsMax, openLines } from './open-loop.ts';
import { canPin, pinLoad, serverCore } from './pinned.ts';
import { processorMs, startGateway } from './servers.ts';

/**
 * `npm run bench:overload`: sessions are asked for by the clock (open loop) at 1, 2 and 5 times what `tijori start` can do,
 * which is searched for first, and by how long after a flood it is itself again. The server, with all its threads, runs on one core and the load on the
 * other (Linux), so that the load does not take from the server what it is measured by. Exit code 1: something is missed; 3: so it is, but the load
 * could not keep up with the clock, so that nothing is known.
 */

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, plot: { type: 'boolean' } },
});
const seconds = flags.quick ? 4 : 10;
/** To reach (acceptance §5): goodput as share of the capacity, p99 of what is served, and p99 of `/health/live`, ms. */
const targets = new Map([
  [2, { goodput: 0.9, p99Ms: 250, healthMs: 100 }],
  [5, { goodput: 0.8, p99Ms: Number.POSITIVE_INFINITY, healthMs: 100 }],
]);
/** How long after a flood all must be as before, s. */
const recoverySeconds = 5;
/** … and how much longer it may take then, of at least this, ms. */
const recoveredRatioMax = 2;
const quietMsMin = 10;

const gateway = await startGateway();
const pid = gateway.process.pid ?? 0;
if (canPin) spawnSync('taskset', ['-acp', String(serverCore), String(pid)], { stdio: 'ignore' });
pinLoad();
let isReached = true;
let isLate = false;
const say = (name: string, figures: Record<string, number>, reached?: boolean) => {
  isReached &&= reached !== false;
  const verdict = reached === undefined ? '' : reached ? '  ok' : '  MISSED';
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, Math.round(value * 100) / 100]),
  );
  if (flags.json) console.log(JSON.stringify({ name, ...rounded, reached }));
  else {
    const words = Object.entries(rounded).map(([key, value]) => `${key} ${value}`);
    console.log(`${name.padEnd(20)}${words.join('  ')}${verdict}`);
  }
};

try {
  const load = createLoad(await callerHeaders(gateway));
  const closed = (await runLoad(gateway.baseUrl, load, 3)).perSecond;
  const lines = await openLines({ baseUrl: gateway.baseUrl, request: requestText(gateway.baseUrl, load) });
  const run = async (perSecond: number, forSeconds = seconds) => {
    const beganMs = processorMs(pid);
    const flood = await lines.run(Math.round(perSecond), forSeconds);
    isLate ||= flood.lateP99Ms > lateMsMax;
    return { ...flood, cpuMs: (processorMs(pid) ?? 0) - (beganMs ?? 0) };
  };
  const capacity = await findCapacity(lines, closed, flags.quick ? 2 : 4);
  say('capacity', { perSecond: capacity, closedLoopOf64: closed });
  const before = await run(capacity / 2);
  say('0.5 ×', { good: before.goodPerSecond, p50Ms: before.p50Ms, p99Ms: before.p99Ms, wrong: before.wrong });
  const seen = new Map<number, Seen>();
  for (const factor of [1, 2, 5]) {
    await lines.refresh();
    const health = await watchHealth(gateway.baseUrl);
    const flood = await run(capacity * factor);
    const healthMs = await health.stop();
    const goodput = flood.goodPerSecond / capacity;
    const { p50Ms, p99Ms, refused, refusedP99Ms, unsent, unanswered, wrong, lateP99Ms } = flood;
    const target = targets.get(factor);
    const reached =
      target &&
      goodput >= target.goodput &&
      p99Ms <= target.p99Ms &&
      healthMs < target.healthMs &&
      refused === flood.refusedRightly &&
      unanswered === 0 &&
      wrong === 0;
    const figures = { goodput, p50Ms, p99Ms, healthMs, refused, refusedP99Ms, unsent, unanswered, wrong, lateP99Ms };
    say(`${factor} ×`, { ...figures, busy: flood.cpuMs / (seconds * 1000) }, reached);
    seen.set(factor, { goodput, p99Ms, healthMs });
    await wait(recoverySeconds * 1000);
    const after = await run(capacity / 2, Math.min(3, seconds));
    const isNormal =
      after.refused === 0 && after.p99Ms <= recoveredRatioMax * Math.max(before.p99Ms, quietMsMin) && after.wrong === 0;
    const { goodPerSecond: good, p99Ms: afterMs, refused: afterRefused, wrong: afterWrong } = after;
    say('  5 s later, 0.5 ×', { good, p99Ms: afterMs, refused: afterRefused, wrong: afterWrong }, isNormal);
  }
  lines.close();
  if (isLate) console.error(`The load itself was later than ${lateMsMax} ms in one of a hundred requests.`);
  // What is reached although the load was late would be reached by one in time as well.
  if (isLate && !isReached) console.error('NOT MEASURED: what is missed may be owed to that.');
  else if (flags.plot) keep(capacity, seen);
} finally {
  await gateway.stop();
}
process.exitCode = isReached ? 0 : isLate ? 3 : 1;

interface Seen {
  goodput: number;
  p99Ms: number;
  healthMs: number;
}

function keep(capacity: number, seen: ReadonlyMap<number, Seen>): void {
  const bar = (figure: keyof Seen, factor: number, isBaseline = false): Bar => {
    const label = `${factor} × the capacity`;
    return { label, value: seen.get(factor)?.[figure] ?? 0, ...(isBaseline && { isBaseline }) };
  };
  const goodput = [...targets].map(([factor, { goodput: value }]): Panel => {
    const compared = [bar('goodput', factor), bar('goodput', 1, true)];
    return {
      title: 'Served within a second, over the capacity',
      unit: '',
      goal: { value, is: 'at least' },
      bars: compared,
    };
  });
  const factors = [...seen.keys()];
  keepFigures({
    name: 'overload',
    title: 'More sessions asked for than can be made',
    conditions:
      `By the clock, whether answered or not, over 4,000 connections; capacity ${capacity} creates a second (the highest rate that is served with a p99 of 100 ms); ${seconds} s each` +
      `${canPin ? '; server on one core, load on the other' : ''}.`,
    panels: [
      ...goodput,
      {
        title: 'p99 of what is served',
        unit: 'ms',
        goal: { value: targets.get(2)?.p99Ms ?? 0, is: 'at most' },
        bars: factors.map((factor) => bar('p99Ms', factor, factor !== 2)),
      },
      {
        title: 'p99 of /health/live',
        unit: 'ms',
        goal: { value: targets.get(2)?.healthMs ?? 0, is: 'at most' },
        bars: factors.map((factor) => bar('healthMs', factor)),
      },
    ],
  });
}
