/**
 * `npm run bench:page`: how soon the consent page can be read, and how much script a whole journey runs, in Chromium with the
 * processor slowed down four times; beside a bare page of one line, in turns, which says what the machine itself costs at that
 * minute. Limits on a quiet machine: 300 ms and 50 ms (docs/performance.md).
 */
import type { CDPSession, Page } from 'playwright-core';
import { newSession } from '../e2e/browser/sdk-page.ts';
import { openStage, type Stage } from '../e2e/browser/stage.ts';
import { findProgram } from '../scripts/needs.ts';

const bare = 'bare page';
const slowdown = 4;
const loads = 5;
const limits = { paintMs: 300, scriptMs: 50 };

const median = (values: number[]) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

async function slowed(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return session;
}

/** Script that ran in this page's process so far, ms. */
async function scriptMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0) * 1_000;
}

/** First contentful paint of a load without anything in the cache, ms since the navigation began. */
async function firstPaint(stage: Stage, path: string): Promise<number> {
  let paint = 0;
  await stage.inRoom(async ({ page }) => {
    await slowed(page);
    await page.route('**/bare', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><h1>Bare</h1>' }),
    );
    await page.goto(`${stage.baseUrl}${path}`);
    paint = await page.evaluate<number>(
      `new Promise((take) => new PerformanceObserver((list) => {
        const found = list.getEntriesByName('first-contentful-paint')[0];
        if (found) take(found.startTime);
      }).observe({ type: 'paint', buffered: true }))`,
    );
  });
  return paint;
}

/** From the request over EntityLocker to the last page, on the hosted page; what the simulator runs is left out. */
async function journeyScript(stage: Stage): Promise<number> {
  const id = await newSession(stage);
  let sum = 0;
  await stage.inRoom(async ({ page, person }) => {
    const session = await slowed(page);
    await page.goto(`${stage.baseUrl}/consent/${id}`);
    sum += await scriptMs(session);
    await person.signIn();
    const before = await scriptMs(session);
    await person.answer('Allow');
    sum += (await scriptMs(session)) - before;
  });
  return sum;
}

const executablePath = findProgram('chromium');
if (!executablePath) throw new Error('npm run bench:page needs Chromium: apt install chromium');
const stage = await openStage(executablePath);
try {
  const id = await newSession(stage);
  const paths = {
    [bare]: '/bare',
    'consent page, English': `/consent/${id}?lang=en-IN`,
    'consent page, Tamil, with a seed': `/consent/${id}?lang=ta-IN&seed=3d6838`,
  };
  await firstPaint(stage, paths['consent page, English']);
  let isGood = true;
  const paints = new Map<string, number[]>(Object.keys(paths).map((name) => [name, []]));
  for (let load = 0; load < loads; load += 1) {
    for (const [name, path] of Object.entries(paths)) paints.get(name)?.push(await firstPaint(stage, path));
  }
  const bareMs = median(paints.get(bare) ?? []);
  for (const [name, values] of paints) {
    const middle = median(values);
    isGood &&= middle < limits.paintMs;
    const ratio = (middle / bareMs).toFixed(2);
    console.log(
      `first contentful paint, ${name}: ${middle.toFixed(0)} ms, ${ratio} of the bare page (median of ${loads})`,
    );
  }
  const scripts: number[] = [];
  for (let journey = 0; journey < 3; journey += 1) scripts.push(await journeyScript(stage));
  isGood &&= median(scripts) < limits.scriptMs;
  console.log(`script of a whole journey on the hosted page: ${median(scripts).toFixed(1)} ms (of 3)`);
  if (!isGood) process.exitCode = 1;
} finally {
  await stage.close();
}
