import type { AddressInfo } from 'node:net';
import { type Clock, TijoriClient, type TijoriClientOptions } from '../../packages/client/src/index.ts';
import { startTestGateway } from '../../packages/server/src/testing/gateway.ts';
import { startFaultProxy } from './fault-proxy.ts';

/** A gateway on a real socket, a fault proxy in front of it, and clients that speak to it through the proxy. */
export async function startStage() {
  const proxy = await startFaultProxy();
  const gateway = await startTestGateway({ baseUrl: proxy.origin });
  await gateway.listen();
  proxy.passOnTo(gateway.app.server.address() as AddressInfo);
  return {
    proxy,
    gateway,
    /** A client with a key of its own, and how long it slept between attempts. */
    async newClient(options: Partial<TijoriClientOptions> = {}) {
      const { apiKey, apiSecret } = await gateway.newKey();
      const { clock, sleptMs } = quickClock();
      const client = new TijoriClient({ baseUrl: proxy.origin, apiKey, apiSecret, clock, ...options });
      return { client, apiKey, apiSecret, sleptMs };
    },
    async close() {
      await gateway.close();
      await proxy.close();
    },
  };
}
export type Stage = Awaited<ReturnType<typeof startStage>>;

/** A clock on which a sleep takes no time, but is remembered; chance is the middle of everything. */
export function quickClock(): { clock: Clock; sleptMs: number[] } {
  const sleptMs: number[] = [];
  let aheadMs = 0;
  return {
    sleptMs,
    clock: {
      now: () => Date.now() + aheadMs,
      random: () => 0.5,
      async sleep(ms, signal) {
        signal?.throwIfAborted();
        sleptMs.push(ms);
        aheadMs += ms;
      },
    },
  };
}

/** The error with which a promise rejects. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}
