import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { callerHeaders, createLoad, requestText } from './create-load.ts';
import { type Bar, keepFigures, type Panel } from './figures.ts';
import { watchHealth } from './health.ts';
import { runLoad } from './load.ts';
import { runOpenLoop } from './open-loop.ts';
import { canPin, pinLoad, serverCore } from './pinned.ts';
import { startGateway } from './servers.ts';

/**
 * `npm run bench:overload`: sessions are asked for by the clock (open loop) at 1, 2 and 5 times what `tijori start` can do,
 * which is measured first, and by how long after a flood it is itself again. The server runs on one core and the load on the
 * other (Linux), so that the load does not take from the server what it is measured by.
 */

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, plot: { type: 'boolean' } },
});
const seconds = flags.quick ? 4 : 10;
/** To reach (acceptance §5): goodput as share of the capacity, and p99 of what is served. */
const targets = new Map([
  [2, 0.9],
  [5, 0.8],
]);
const p99MsMax = 250;
const healthMsMax = 100;
/** How long after a flood all must be as before, s. */
const recoverySeconds = 5;

const gateway = await startGateway();
if (canPin) spawnSync('taskset', ['-acp', String(serverCore), String(gateway.process.pid)], { stdio: 'ignore' });
pinLoad();
let isReached = true;
const say = (name: string, figures: Record<string, number>, reached?: boolean) => {
  isReached &&= reached !== false;
  const verdict = reached === undefined ? '' : reached ? '  ok' : '  MISSED';
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, Math.round(value * 100) / 100]),
  );
  if (flags.json) console.log(JSON.stringify({ name, ...rounded, reached }));
  else {
    const words = Object.entries(rounded).map(([key, value]) => `${key} ${value}`);
    console.log(`${name.padEnd(22)}${words.join('  ')}${verdict}`);
  }
};

try {
  const load = createLoad(await callerHeaders(gateway));
  await runLoad(gateway.baseUrl, load, 3);
  const capacity = (await runLoad(gateway.baseUrl, load, seconds)).perSecond;
  say('capacity', { perSecond: capacity });

  const request = requestText(gateway.baseUrl, load);
  const run = (perSecond: number, forSeconds = seconds) =>
    runOpenLoop({ baseUrl: gateway.baseUrl, request, perSecond, seconds: forSeconds });
  const before = await run(capacity / 2);
  say('0.5 ×', { good: before.goodPerSecond, p50Ms: before.p50Ms, p99Ms: before.p99Ms, wrong: before.wrong });
  const seen = new Map<number, Seen>();
  for (const factor of [1, 2, 5]) {
    const health = watchHealth(gateway.baseUrl);
    const flood = await run(Math.round(capacity * factor));
    const healthMs = await health.stop();
    const goodput = flood.goodPerSecond / capacity;
    const reached =
      goodput >= (targets.get(factor) ?? 0) &&
      (factor !== 2 || flood.p99Ms <= p99MsMax) &&
      flood.refused === flood.refusedRightly &&
      flood.wrong === 0 &&
      healthMs < healthMsMax;
    const { p50Ms, p99Ms, refused, unanswered, wrong } = flood;
    say(
      `${factor} ×`,
      { goodput, p50Ms, p99Ms, refused, unanswered, wrong, healthMs },
      factor === 1 ? undefined : reached,
    );
    seen.set(factor, { goodput, p99Ms, healthMs });
    await wait(recoverySeconds * 1000);
    const after = await run(capacity / 2, Math.min(3, seconds));
    const isNormal = after.refused === 0 && after.p99Ms <= 2 * Math.max(before.p99Ms, 10);
    say(`  5 s later, 0.5 ×`, { good: after.goodPerSecond, p99Ms: after.p99Ms, refused: after.refused }, isNormal);
  }
  if (flags.plot) keep(capacity, seen);
} finally {
  await gateway.stop();
}
process.exitCode = isReached ? 0 : 1;

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
  const goodput = [...targets].map(([factor, value]): Panel => {
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
      `By the clock, whether answered or not, over 4,000 connections; capacity ${Math.round(capacity)} creates a second; ${seconds} s each` +
      `${canPin ? '; server on one core, load on the other' : ''}.`,
    panels: [
      ...goodput,
      {
        title: 'p99 of what is served',
        unit: 'ms',
        goal: { value: p99MsMax, is: 'at most' },
        bars: factors.map((factor) => bar('p99Ms', factor, factor !== 2)),
      },
      {
        title: 'p99 of /health/live',
        unit: 'ms',
        goal: { value: healthMsMax, is: 'at most' },
        bars: factors.map((factor) => bar('healthMs', factor)),
      },
    ],
  });
}
