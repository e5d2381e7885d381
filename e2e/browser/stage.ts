import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { type DevServer, startDevServer } from './dev-server.ts';
import { type Integrator, integrator } from './integrator.ts';
import { person } from './person.ts';
import { type Witness, witness } from './witness.ts';

/** One step in vain, ms. No limit of the product, only the end of a test that hangs: a machine may be starved for long. */
const stepMsMax = 90_000;

/**
 * Scenes of one suite that play side by side, each in a room of its own: most of a scene is waiting. Begin all of them before the
 * first wait, or await them: the runner waits by itself only for those (`void t.test(…)`).
 */
export const scenesAtOnce = 3;

/** One browser profile of its own, with somebody in front of it. */
export interface Room {
  page: Page;
  person: ReturnType<typeof person>;
  witness: Witness;
}

interface Stage {
  server: DevServer;
  api: Integrator;
  baseUrl: string;
  /** Runs a scene in a fresh browser profile, which is closed after it. */
  inRoom(play: (room: Room) => Promise<void>, options?: RoomOptions): Promise<void>;
  close(): Promise<void>;
}

interface RoomOptions extends BrowserContextOptions {
  /** Called on each page that comes up. */
  look?: (page: Page) => Promise<void>;
}

/** The real server and one real browser. `close` leaves nothing behind, however far it got. */
export async function openStage(executablePath: string): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tijori-e2e-'));
  const forget = () => rmSync(dataDir, { recursive: true, force: true });
  const [server, browser] = await Promise.allSettled([startDevServer(dataDir), launchChromium(executablePath)]);
  const close = async () => {
    if (browser.status === 'fulfilled') await browser.value.close();
    if (server.status === 'fulfilled') await server.value.stop('SIGKILL');
    forget();
  };
  if (server.status === 'rejected' || browser.status === 'rejected') {
    await close();
    throw server.status === 'rejected' ? server.reason : (browser as PromiseRejectedResult).reason;
  }
  const baseUrl = server.value.credentials.base_url;
  return {
    server: server.value,
    api: integrator(server.value.credentials),
    baseUrl,
    async inRoom(play, { look, ...options } = {}) {
      const context = await browser.value.newContext({ acceptDownloads: true, ...options });
      context.setDefaultTimeout(stepMsMax);
      try {
        const seen = await witness(context);
        const page = await context.newPage();
        const lookAround = async (shown: Page) => {
          await seen.settled();
          await look?.(shown);
        };
        await play({ page, person: person(page, baseUrl, lookAround), witness: seen });
      } finally {
        await context.close();
      }
    },
    close,
  };
}

export type { Stage };
