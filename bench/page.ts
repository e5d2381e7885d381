/**
 * `npm run bench:page`: how soon the consent page can be read, and how much script of ours a whole journey runs, in Chromium with
 * the processor slowed down four times. The browser is open already, as a person's is; a bare page of one line, in turns with ours,
 * says what the machine itself costs at that minute. Limits on a quiet machine: 300 ms and 50 ms (docs/performance.md).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../e2e/browser/chromium.ts';
import { type DevServer, startDevServer } from '../e2e/browser/dev-server.ts';
import { hears, newSession, openLocker } from '../e2e/browser/sdk-page.ts';
import { openShop, ownPage, type Shop } from '../e2e/browser/shop.ts';
import { findProgram } from '../scripts/needs.ts';
import { scriptTime, scriptTraceCategories, type TraceEvent } from './script-time.ts';

const bare = 'bare page of one line';
const slowdown = 4;
const loads = 15;
const journeys = 5;
const limits = { paintMs: 300, scriptMs: 50 };

const at = (values: readonly number[], part: number) =>
  [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;

async function slowed(page: Page): Promise<Page> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return page;
}

/** First contentful paint, ms since the navigation began. */
async function firstPaint(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return page.evaluate<number>(
    `new Promise((take) => new PerformanceObserver((list) => {
      const found = list.getEntriesByName('first-contentful-paint')[0];
      if (found) take(found.startTime);
    }).observe({ type: 'paint', buffered: true }))`,
  );
}

type Paints = Map<string, number[]>;

/** Each page in turn, as often as it takes. */
async function inTurns(
  urls: Readonly<Record<string, string>>,
  load: (url: string) => Promise<number>,
): Promise<Paints> {
  const paints: Paints = new Map(Object.keys(urls).map((name) => [name, []]));
  for (let turn = 0; turn < loads; turn += 1) {
    for (const [name, url] of Object.entries(urls)) paints.get(name)?.push(await load(url));
  }
  return paints;
}

function tellPaints(where: string, paints: Paints): boolean {
  const base = at(paints.get(bare) ?? [], 0.5);
  let isGood = true;
  for (const [name, values] of paints) {
    const [median, p95] = [at(values, 0.5), at(values, 0.95)];
    isGood &&= name === bare || median < limits.paintMs;
    console.log(
      `first contentful paint, ${where}, ${name}: ${median.toFixed(0)} ms (p95 ${p95.toFixed(0)}), ${(median / base).toFixed(2)} of the bare page`,
    );
  }
  return isGood;
}

async function paintsOf(context: BrowserContext, urls: Readonly<Record<string, string>>): Promise<boolean> {
  const anew = await inTurns(urls, async (url) => {
    const page = await slowed(await context.newPage());
    try {
      return await firstPaint(page, url);
    } finally {
      await page.close();
    }
  });
  const tab = await slowed(await context.newPage());
  const again = await inTurns(urls, (url) => firstPaint(tab, url));
  await tab.close();
  const isGood = [tellPaints('in a process of its own', anew), tellPaints('in a tab that was here before', again)];
  return isGood.every((each) => each);
}

/** A whole journey with the SDK: dialog, frame, window, EntityLocker, end. How long whose script ran, ms. */
async function journeyScript(browser: Browser, server: DevServer, shop: Shop): Promise<Map<string, number>> {
  const stage = { server, baseUrl: server.credentials.base_url };
  const context = await browser.newContext();
  try {
    const page = await slowed(await context.newPage());
    await browser.startTracing(page, { categories: ['-*', ...scriptTraceCategories] });
    await page.goto(`${shop.origin}/?session=${await newSession(stage)}`);
    await page.locator('#open0').click();
    await page.locator('iframe').waitFor();
    for (const frame of page.frames().slice(1)) {
      const devtools = await context.newCDPSession(frame);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    }
    await (await openLocker(page, stage)).answer('Allow');
    await hears(page, 'closed', 20_000);
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    return scriptTime(traceEvents, (url) => {
      if (url === `${stage.baseUrl}/kyc/entitylocker/sdk.js`) return 'SDK';
      return url.startsWith(`${stage.baseUrl}/consent/`) && (url.includes('/frame') ? 'frame' : 'windows');
    });
  } finally {
    await context.close();
  }
}

async function tellScripts(browser: Browser, server: DevServer, shop: Shop): Promise<boolean> {
  const runs: Map<string, number>[] = [];
  for (let run = 0; run < journeys; run += 1) runs.push(await journeyScript(browser, server, shop));
  const medianOf = (owner: string) =>
    at(
      runs.map((run) => run.get(owner) ?? 0),
      0.5,
    );
  const sums = runs.map((run) => [...run.values()].reduce((sum, ms) => sum + ms, 0));
  const parts = ['SDK', 'frame', 'windows'].map((owner) => `${owner} ${medianOf(owner).toFixed(1)}`).join(', ');
  console.log(`script of a whole journey: ${at(sums, 0.5).toFixed(1)} ms (median of ${journeys}; ${parts})`);
  return at(sums, 0.5) < limits.scriptMs;
}

const executablePath = findProgram('chromium');
if (!executablePath) throw new Error('npm run bench:page needs Chromium: apt install chromium');
const dataDir = mkdtempSync(join(tmpdir(), 'tijori-page-'));
const server = await startDevServer(dataDir);
const { base_url: baseUrl, api_key: apiKey } = server.credentials;
const script = `${baseUrl}/kyc/entitylocker/sdk.js`;
const browser = await launchChromium(executablePath);
const shop = await openShop({
  '/': { html: ownPage(script, { apiKey, baseUrl }) },
  '/bare': { html: '<!doctype html><title>Bare</title><link rel="icon" href="data:,"><h1>Bare</h1>' },
});
try {
  const id = await newSession({ server, baseUrl });
  const context = await browser.newContext();
  const isGood = [
    await paintsOf(context, {
      [bare]: `${shop.origin}/bare`,
      'consent page, English': `${baseUrl}/consent/${id}?lang=en-IN`,
      'consent page, Tamil, with a seed': `${baseUrl}/consent/${id}?lang=ta-IN&seed=3d6838`,
    }),
    await tellScripts(browser, server, shop),
  ];
  if (!isGood.every((each) => each)) process.exitCode = 1;
} finally {
  await browser.close();
  shop.close();
  await server.stop('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
}
