import { tokenSource } from './access-token.ts';
import { type Answer, errorOf, isRecord, isSuccess } from './answer-error.ts';
import { operations } from './contract.ts';
import { exchange } from './exchange.ts';
import type { Settings } from './options.ts';
import { retryDelay } from './retry.ts';
import { TijoriError } from './tijori-error.ts';
import type { Answers } from './types.ts';

/** What every call takes besides its own arguments. */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** How long one attempt may take, ms; the client's own if left out. */
  timeoutMs?: number | undefined;
}

/** What calls take that make something. */
export interface CreateOptions extends CallOptions {
  /**
   * 1 to 255 visible characters that name this one thing. With the same key, a server answers once and repeats the
   * answer for 24 hours. Left out, the client makes one for each call; give your own to survive a crash of your server.
   * The vendor's host knows no such key and is sent none.
   */
  idempotencyKey?: string | undefined;
  /** With a test key: which outcome the simulator shall play, by its name in `docs/scenarios.md`. Tijori only. */
  scenario?: string | undefined;
}

interface Input {
  /** Values of the address's blanks, in order. */
  path?: readonly string[];
  query?: object;
  body?: object;
}

type Name = keyof Answers & keyof typeof operations;

/** An operation as the generated table has it. */
interface Operation {
  method: string;
  path: string;
  enveloped: boolean;
  idempotent: boolean;
  entity: string | null;
}

/** What `TijoriClient.request` takes. */
export interface RawRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the first slash on, without a query: `/test/sessions/<id>/actions`. */
  path: string;
  /** Values that are undefined are left out. */
  query?: object | undefined;
  /** Sent as JSON. */
  body?: object | undefined;
}

/** Sends what the table has no operation for. Answers are given as they are. */
export type SendRaw = (request: RawRequest, options?: CallOptions) => Promise<object>;

/** Calls an operation by name: the way of every request but a download. */
export type Call = <Operation extends Name>(
  name: Operation,
  input?: Input,
  options?: CreateOptions,
) => Promise<{ data: Answers[Operation]; headers: Headers }>;

/** The ways of a call: by the name of an operation, and raw. Both share one token. */
export function createCall(settings: Settings): { call: Call; sendRaw: SendRaw } {
  const tokens = tokenSource(() => authenticate(settings), settings.clock);
  const send = async (name: string, operation: Operation, input: Input, options: CreateOptions) => {
    const { signal } = options;
    const { method, idempotent } = operation;
    const key = idempotent && !settings.isVendor ? (options.idempotencyKey ?? crypto.randomUUID()) : undefined;
    const request = { url: addressOf(settings, operation, input), ...contentOf(operation, input, key, options) };
    // A repeated POST would make a second thing, unless its key tells the server that it is the first once more.
    const mayRepeat = method === 'GET' || key !== undefined;
    let renewed = false;
    for (let attempt = 1, failures = 0; ; attempt += 1) {
      const token = await tokens.get(signal);
      const headers = { ...request.headers, authorization: token, 'x-api-key': settings.apiKey };
      try {
        const answer = await exchange(settings, { operation: name, attempt, method, ...request, headers }, options);
        return { data: dataOf(operation, answer, settings), headers: answer.headers };
      } catch (error) {
        if (!renewed && wantsNewToken(error, settings)) {
          renewed = true;
          tokens.drop(token);
          continue;
        }
        failures += 1;
        const delayMs = mayRepeat ? retryDelay(error, failures, settings) : null;
        if (delayMs === null) throw error;
        await settings.clock.sleep(delayMs, signal);
      }
    }
  };
  return {
    call: async (name, input = {}, options = {}) => {
      const { data, headers } = await send(name, operations[name], input, options);
      return { data: data as Answers[typeof name], headers };
    },
    sendRaw: async ({ method, path, query = {}, body }, options = {}) => {
      const operation = { method, path: rawPath(path), enveloped: false, idempotent: false, entity: null };
      return (await send('request', operation, { query, ...(body && { body }) }, options)).data;
    },
  };
}

/** A path of ours: nothing that would lead to another host, or up and out. */
function rawPath(path: string): string {
  // A parser of addresses reads `%2e` as a dot, too (URL Standard §4.1, double-dot URL path segment).
  const plain = path.replaceAll(/%2e/gi, '.');
  if (/^\/(?!\/)[\w\-.~%/]*$/.test(path) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(plain)) return path;
  throw new TypeError('path must begin with one slash, and hold no query and no dots that lead up.');
}

/** Fetches a token. Repeated like a GET: it makes nothing but the token. */
async function authenticate(settings: Settings): Promise<string> {
  const url = addressOf(settings, operations.authenticate, {});
  const headers = { accept: 'application/json', 'x-api-key': settings.apiKey, 'x-api-secret': settings.apiSecret };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const sent = { operation: 'authenticate', attempt, method: 'POST', url, headers };
      const data = dataOf(
        operations.authenticate,
        await exchange(settings, sent, {}),
        settings,
      ) as Answers['authenticate'];
      return String(data.access_token);
    } catch (error) {
      const delayMs = retryDelay(error, attempt, settings);
      if (delayMs === null) throw error;
      await settings.clock.sleep(delayMs);
    }
  }
}

/** The answers that a new token may cure; the vendor also says so of a stale one by the third (sandbox-api §2.2). */
function wantsNewToken(error: unknown, { isVendor }: Settings): boolean {
  if (!(error instanceof TijoriError) || error.status !== 403) return false;
  const codes = ['invalid_access_token', 'access_token_expired', ...(isVendor ? ['insufficient_privilege'] : [])];
  return codes.includes(error.code);
}

function addressOf({ baseUrl }: Settings, operation: Operation, { path = [], query = {} }: Input): string {
  const values = [...path];
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, blank: string) => segment(blank, values.shift()));
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString();
  return `${baseUrl}${filled}${search ? `?${search}` : ''}`;
}

/** One part of an address. Dots alone would lead to another one, whatever their encoding. */
function segment(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..') {
    throw new TypeError(`${name} must be a string that names something.`);
  }
  return encodeURIComponent(value);
}

function contentOf({ entity }: Operation, { body }: Input, key: string | undefined, { scenario }: CreateOptions) {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body) headers['content-type'] = 'application/json';
  if (key !== undefined) headers['idempotency-key'] = visible('idempotencyKey', key);
  if (scenario !== undefined) headers['x-tijori-scenario'] = visible('scenario', scenario);
  return { headers, body: body && JSON.stringify(entity === null ? body : { '@entity': entity, ...body }) };
}

/** A header's value; `fetch` would fail on any other as if there were no network. */
function visible(name: string, value: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(value)) return value;
  throw new TypeError(`${name} must be 1 to 255 visible characters, without spaces.`);
}

/** What the caller gets of an answer: the envelope's `data`, or the whole of our own API's. */
function dataOf(operation: Operation, answer: Answer, { clock }: Settings): object {
  const { status, headers, body } = answer;
  if (!isSuccess(status)) throw errorOf(answer, clock.now());
  const data = operation.enveloped && isRecord(body) ? body.data : body;
  if (isRecord(data)) return data;
  throw new TijoriError('Something answered that is not this API: check baseUrl', {
    code: 'unexpected_answer',
    status,
    transactionId: headers.get('x-transaction-id'),
  });
}
