/**
 * `npm run bench:page`: how soon the consent page can be read, how soon a frame of it after the press of a button, and how much script of
 * ours a whole journey runs, in Chromium with the processor slowed down four times. The browser is open already, as a person's is; a
 * bare page of one line, in turns with ours, of the same site and with the same opener policy (so that both get a new process, or both
 * none), says what machine and browser cost at that minute. Limits on a quiet machine: 300 ms and 50 ms (docs/performance.md).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../e2e/browser/chromium.ts';
import { type DevServer, startDevServer } from '../e2e/browser/dev-server.ts';
import { newSession } from '../e2e/browser/sdk-page.ts';
import { openShop, type Shop, type ShopPage } from '../e2e/browser/shop.ts';
import { findProgram } from '../scripts/needs.ts';
import { barePages, bareWays } from './bare-journey.ts';
import { bareJourney, hostedJourney, type Journey, ourJourney, shopPage, shopPath, slowed } from './page-journeys.ts';
import type { ScriptTime } from './script-time.ts';

const bare = 'bare page of one line';
const loads = 15;
const journeys = 5;
const limits = { paintMs: 300, scriptMs: 50 };

const at = (values: readonly number[], part: number) =>
  [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;

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
  tellPaints('in a process that this navigation starts', anew);
  return tellPaints('in a tab that is on the gateway already', again);
}

/** What is measured of script, each in turn with the others: ours, and the least that a browser charges for such a way. */
async function tellJourneys(browser: Browser, server: DevServer, shop: Shop): Promise<boolean> {
  const ways: Record<string, () => Promise<Journey>> = {
    'of a whole journey': () => ourJourney(browser, server, shop),
    'of a journey by the hosted page alone': () => hostedJourney(browser, server),
    ...Object.fromEntries(bareWays.map((way) => [`of a bare dialog, ${way}`, () => bareJourney(browser, shop, way)])),
  };
  const runs = new Map<string, Journey[]>(Object.keys(ways).map((name) => [name, []]));
  for (let turn = 0; turn < journeys; turn += 1) {
    for (const [name, walk] of Object.entries(ways)) runs.get(name)?.push(await walk());
  }
  const [[, ours] = []] = runs;
  console.log(
    `from the button to a request that can be read in the dialog: ${at(ours?.map((run) => run.readyMs) ?? [], 0.5).toFixed(0)} ms`,
  );
  const sums = [...runs].map(([name, each]) => tellScript(name, each));
  return (sums[0] ?? 0) < limits.scriptMs;
}

function tellScript(name: string, runs: readonly Journey[]): number {
  const medianOf = (value: (run: Journey) => number) => at(runs.map(value), 0.5);
  const sumOf = (part: keyof ScriptTime) =>
    medianOf(({ scripts }) => [...scripts.values()].reduce((total, time) => total + time[part], 0));
  const parts = ['SDK', 'frame', 'windows'].map(
    (owner) => `${owner} ${medianOf(({ scripts }) => scripts.get(owner)?.ms ?? 0).toFixed(1)}`,
  );
  const ms = sumOf('ms');
  console.log(
    `script ${name}: ${ms.toFixed(1)} ms (median of ${runs.length}; ${parts.join(', ')}); with what the browser does in its calls, as DevTools counts: ${sumOf('withCallsMs').toFixed(1)} ms`,
  );
  return ms;
}

const executablePath = findProgram('chromium');
if (!executablePath) throw new Error('npm run bench:page needs Chromium: apt install chromium-headless-shell');
const dataDir = mkdtempSync(join(tmpdir(), 'tijori-page-'));
const server = await startDevServer(dataDir);
const { base_url: baseUrl, api_key: apiKey } = server.credentials;
const script = `${baseUrl}/kyc/entitylocker/sdk.js`;
const browser = await launchChromium(executablePath);
const pages: Record<string, ShopPage> = {
  [shopPath]: { html: shopPage(script, { apiKey, baseUrl }) },
  '/bare': {
    html: '<!doctype html><title>Bare</title><link rel="icon" href="data:,"><h1>Bare</h1>',
    headers: { 'cross-origin-opener-policy': 'same-origin' },
  },
};
const shop = await openShop(pages);
const gatewaysSite = shop.origin.replace('localhost', '127.0.0.1');
Object.assign(pages, barePages(shop.origin, gatewaysSite));
try {
  const id = await newSession({ server, baseUrl });
  const context = await browser.newContext();
  const isGood = [
    await paintsOf(context, {
      [bare]: `${gatewaysSite}/bare`,
      'consent page, English': `${baseUrl}/consent/${id}?lang=en-IN`,
      'consent page, Tamil, with a seed': `${baseUrl}/consent/${id}?lang=ta-IN&seed=3d6838`,
    }),
    await tellJourneys(browser, server, shop),
  ];
  if (!isGood.every((each) => each)) process.exitCode = 1;
} finally {
  await browser.close();
  shop.close();
  await server.stop('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
}
