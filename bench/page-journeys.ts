import type { Browser, Page } from 'playwright-core';
import type { DevServer } from '../e2e/browser/dev-server.ts';
import { person } from '../e2e/browser/person.ts';
import { hears, newSession, openLocker } from '../e2e/browser/sdk-page.ts';
import type { Shop } from '../e2e/browser/shop.ts';
import { type BareWay, bareOwner, pathOf } from './bare-journey.ts';
import { type ScriptTime, scriptTime, scriptTraceCategories, type TraceEvent } from './script-time.ts';

/** How much slower the processor is made. */
export const slowdown = 4;

/** Slows the processor down for a page's process, and for the process of each frame in it before anything runs there. */
export async function slowed(page: Page): Promise<Page> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  devtools.on('Target.attachedToTarget', ({ sessionId }) => {
    const orders = [
      { id: 1, method: 'Emulation.setCPUThrottlingRate', params: { rate: slowdown } },
      { id: 2, method: 'Runtime.runIfWaitingForDebugger' },
    ];
    // A frame may be gone by then.
    for (const order of orders) {
      void devtools
        .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify(order) })
        .catch(() => undefined);
    }
  });
  await devtools.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: false });
  return page;
}

export interface Journey {
  /** From the press of the page's button until the request can be read in the dialog, ms. */
  readyMs: number;
  /** How long whose script ran, ms of a processor. */
  scripts: Map<string, ScriptTime>;
  traceEvents: readonly TraceEvent[];
}

type Walk = (page: Page) => Promise<number>;

/** One way from a page's button to its end, traced, each in a context of its own, so that every process is new. */
async function traced(
  browser: Browser,
  url: string,
  ownerOf: Parameters<typeof scriptTime>[1],
  walk: Walk,
): Promise<Journey> {
  const context = await browser.newContext();
  try {
    const page = await slowed(await context.newPage());
    await browser.startTracing(page, { categories: ['-*', ...scriptTraceCategories] });
    await page.goto(url);
    const readyMs = await walk(page);
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    return { readyMs, scripts: scriptTime(traceEvents, ownerOf), traceEvents };
  } finally {
    await context.close();
  }
}

/** The path of the shop's page for it, with its own listener and nothing else that it would have to answer for. */
export const shopPath = '/shop';

/** A shop's page as the README has it: a button, a handle, a listener. */
export function shopPage(script: string, options: { apiKey: string; baseUrl: string }): string {
  return `<!doctype html><meta charset="utf-8"><title>Example shop (fictional)</title><link rel="icon" href="data:,">
<button id="open0">Add your business</button>
<script src="${script}"></script>
<script>
window.heard = [];
const locker = createEntityLocker(${JSON.stringify(options)});
locker.on('*', (event) => heard.push(event));
document.querySelector('#open0').onclick = () => void locker.open(new URLSearchParams(location.search).get('session'));
locker.resume();
</script>`;
}

/** A whole journey with the SDK: dialog, frame, window, EntityLocker, end. */
export async function ourJourney(browser: Browser, server: DevServer, shop: Shop): Promise<Journey> {
  const stage = { server, baseUrl: server.credentials.base_url };
  const ownerOf = (url: string) => {
    // The page's own lines do nothing but call the SDK.
    if (url === `${stage.baseUrl}/kyc/entitylocker/sdk.js` || url.startsWith(shop.origin)) return 'SDK';
    if (url.startsWith(`${stage.baseUrl}/assets/frame/`)) return 'frame';
    return url.startsWith(`${stage.baseUrl}/consent/`) && (url.includes('/frame') ? 'frame' : 'windows');
  };
  const url = `${shop.origin}${shopPath}?session=${await newSession(stage)}`;
  return traced(browser, url, ownerOf, async (page) => {
    await page.evaluate(
      `addEventListener('click', ({ timeStamp }) => locker.on('ready', () => { window.readyMs = performance.now() - timeStamp; }), true)`,
    );
    await page.locator('#open0').click();
    await (await openLocker(page, stage)).answer('Allow');
    await hears(page, 'closed');
    return page.evaluate<number>('readyMs');
  });
}

/** The same without the SDK: the person is led to the hosted page and from there, all in one tab. */
export async function hostedJourney(browser: Browser, server: DevServer): Promise<Journey> {
  const stage = { server, baseUrl: server.credentials.base_url };
  const ownerOf = (url: string) => url.startsWith(stage.baseUrl) && 'windows';
  return traced(browser, `${stage.baseUrl}/consent/${await newSession(stage)}`, ownerOf, async (page) => {
    const somebody = person(page, stage.baseUrl);
    await somebody.signIn();
    await somebody.answer('Allow');
    return 0;
  });
}

/** The same without anything but what a browser has to do for it. */
export function bareJourney(browser: Browser, shop: Shop, way: BareWay): Promise<Journey> {
  return traced(browser, `${shop.origin}${pathOf(way)}`, bareOwner, async (page) => {
    await page.getByRole('button', { name: 'Open' }).click();
    if (way === 'in frame') await page.locator('iframe').contentFrame().locator('button').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    return 0;
  });
}
