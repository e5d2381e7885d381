import { performance } from 'node:perf_hooks';
import type { Agent, buildConnector } from 'undici';
import { ownAddresses } from './addresses.ts';
import { DestinationRefused, type DestinationRules, hostOf, readDestination } from './destination.ts';
import { exchange, type Timer } from './exchange.ts';
import { failureOf } from './failure.ts';
import { judgedAddresses, type Resolve } from './judged-addresses.ts';
import { openResolver } from './resolver.ts';

/** A call to an address that somebody else named. */
export interface EgressRequest {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** For everything: name, connection, answer and its body, ms. */
  deadlineMs: number;
  /** Most bytes of the answer's body that are read. */
  bytesMax: number;
  /** What to do with a longer body: keep its beginning, or reject with `answer_too_large`. */
  excess: 'cut' | 'refuse';
  /** Media types of which the answer must have one; left out: any. */
  contentTypes?: readonly string[];
}

export interface EgressAnswer {
  /** Whatever it is: redirects are answers and are never followed. */
  status: number;
  /** Names in lower case; a header that came twice has its values joined by `, `. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** The only way out to addresses that integrators name. */
export interface Egress {
  /**
   * Rejects with `DestinationRefused` for an address that must not be called as far as can be told now: its text, and every
   * address to which its name leads. A name that leads nowhere passes: each call looks again.
   */
  check(url: string): Promise<void>;
  /** Rejects with `EgressFailure`. */
  request(request: EgressRequest): Promise<EgressAnswer>;
  close(): Promise<void>;
}

export interface EgressOptions extends Pick<DestinationRules, 'allowLoopback' | 'ownOrigins'> {
  /** For tests: another resolver, another idea of what this machine's addresses are, other certificates, a faster clock for deadlines. */
  resolve?: Resolve;
  ownAddresses?: DestinationRules['ownAddresses'];
  tls?: buildConnector.BuildOptions;
  timer?: Timer;
}

/** How long a look at this machine's own addresses is believed, ms. */
const ownAddressesBelievedMs = 10_000;

/**
 * @example
 * const egress = openEgress({ allowLoopback: false, ownOrigins: [baseUrl] });
 * await egress.request({ method: 'GET', url, deadlineMs: 5_000, bytesMax: 65_536, excess: 'refuse', contentTypes: ['image/png'] });
 */
export function openEgress(options: EgressOptions): Egress {
  const resolve = options.resolve ?? openResolver();
  const timer: Timer = options.timer ?? ((over, ms) => setTimeout(over, ms).unref());
  const rules = { ...options, ownAddresses: options.ownAddresses ?? believed(ownAddresses, ownAddressesBelievedMs) };
  let agent: Promise<Agent> | undefined;
  const openAgent = async () => {
    // A hundred modules of undici, which the start need not wait for.
    const { guardedAgent } = await import('./guarded-agent.ts');
    return guardedAgent(resolve, rules, options.tls);
  };

  return {
    async check(text) {
      const host = hostOf(readDestination(text, rules));
      await judgedAddresses(host, resolve, rules).catch((error: unknown) => {
        if (error instanceof DestinationRefused) throw error;
      });
    },
    async request(request) {
      try {
        const url = readDestination(request.url, rules);
        agent ??= openAgent();
        return await exchange(await agent, url, request, timer);
      } catch (error) {
        throw failureOf(error);
      }
    },
    async close() {
      await (await agent)?.destroy();
    },
  };
}

/** Asks at most once in a while. */
function believed<Value>(ask: () => Value, forMs: number): () => Value {
  let known: { value: Value; atMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (!known || nowMs - known.atMs > forMs) known = { value: ask(), atMs: nowMs };
    return known.value;
  };
}
