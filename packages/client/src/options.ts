import { type Clock, systemClock } from './clock.ts';
import type { Hooks } from './hooks.ts';
import { readWhole } from './read-whole.ts';

/** As much of `fetch` as the client uses; `globalThis.fetch` fits. It must heed `init.signal`, on which every time-out hangs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What `new TijoriClient` takes. */
export interface TijoriClientOptions {
  /**
   * Where the API is: your Tijori, or the vendor's own host.
   *
   * @example 'http://127.0.0.1:8080'
   */
  baseUrl: string;
  /** `key_test_…` or `key_live_…`. */
  apiKey: string;
  /** `secret_test_…` or `secret_live_…`. Belongs on a server, never in a page. */
  apiSecret: string;
  /** Sends the requests; `globalThis.fetch` if left out. */
  fetch?: Fetch | undefined;
  /** Watch each request and answer. They see no secret. */
  hooks?: Hooks | undefined;
  /** How long one attempt may take, ms; 30,000 if left out. Of a download: how long it may stand still. */
  timeoutMs?: number | undefined;
  /** How often a call that is safe to repeat is repeated; 2 if left out, 0 for never, at most 10. */
  retries?: number | undefined;
  /** Time and chance, for tests. */
  clock?: Clock | undefined;
}

/** The options, checked and filled up. */
export interface Settings {
  /** Without a slash at its end. */
  baseUrl: string;
  /** Whether it is the vendor's own host, which knows nothing of what is ours. */
  isVendor: boolean;
  apiKey: string;
  apiSecret: string;
  fetch: Fetch;
  hooks: Hooks;
  timeoutMs: number;
  retries: number;
  clock: Clock;
}

const known = ['baseUrl', 'apiKey', 'apiSecret', 'fetch', 'hooks', 'timeoutMs', 'retries', 'clock'];

/** The longest that a timer can wait, ms. */
export const timerMsMax = 2 ** 31 - 1;
const retriesMax = 10;

/** Checks the options at once, so that a mistake shows where it was made. No message repeats a key or a secret. */
export function readOptions(options: TijoriClientOptions): Settings {
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger) throw new TypeError(`TijoriClient has no option '${stranger}'. It takes: ${known.join(', ')}.`);
  const baseUrl = readBaseUrl(options.baseUrl);
  const { fetch, hooks = {}, clock = systemClock, timeoutMs = 30_000, retries = 2 } = options;
  if (fetch !== undefined && typeof fetch !== 'function') throw new TypeError('fetch must be a function.');
  return {
    baseUrl: baseUrl.href.replace(/\/+$/, ''),
    isVendor: /(?:^|\.)sandbox\.co\.in$/.test(baseUrl.hostname),
    apiKey: readCredential('apiKey', options.apiKey, 'key'),
    apiSecret: readCredential('apiSecret', options.apiSecret, 'secret'),
    // Looked up at each call, and called without a `this`: some platforms refuse any other.
    fetch: fetch ?? ((url, init) => globalThis.fetch(url, init)),
    hooks,
    timeoutMs: readWhole('timeoutMs', timeoutMs, 1, timerMsMax),
    retries: readWhole('retries', retries, 0, retriesMax),
    clock,
  };
}

function readBaseUrl(text: unknown): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new TypeError("baseUrl must be an address like 'https://tijori.example' or 'http://127.0.0.1:8080'.");
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError('baseUrl must have no user name, query or fragment.');
  }
  return url;
}

/** Visible ASCII and nothing else: `fetch` would put any other into the message of its error. */
function readCredential(name: string, value: unknown, prefix: 'key' | 'secret'): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new TypeError(`${name} must be a string of visible characters, without spaces or line ends.`);
  }
  if (value.startsWith(prefix === 'key' ? 'secret_' : 'key_')) {
    throw new TypeError(`${name} begins like the other one: apiKey is key_…, apiSecret is secret_….`);
  }
  return value;
}
