import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { signedHeaders, signingKey } from '../../outbox/sign.ts';

/** The gateway takes no longer for one delivery, ms. */
export const answerMsMax = 15_000;

/** What came back; status null: nothing did. */
export interface Answer {
  status: number | null;
  durationMs: number;
  /** Why nothing came back. */
  failure?: string;
}

/** One delivery as it goes out. Whatever is not named is as the gateway would do it. */
export interface Delivery {
  /** The very bytes of the body. */
  body: string;
  id?: string;
  /** How far its timestamp is from now, seconds; below zero: in the past. */
  skewSeconds?: number;
  /** Which secrets sign; the receiver's if left out. */
  secrets?: readonly string[];
  /** What is signed instead of the body and the id that are sent. */
  signedAs?: { body?: string; id?: string };
  /** Headers at the last moment; undefined takes one away. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** Sends the body in two parts with this pause between them, ms. */
  pauseMs?: number;
}

/** The receiver under test. */
export interface Receiver {
  secret: string;
  send(delivery: Delivery): Promise<Answer>;
}

export function newEventId(): string {
  return `evt_${randomUUID().replaceAll('-', '')}`;
}

export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Sends to an address that its owner named, so any will do. Redirects are not followed, as in a real delivery. */
export function openReceiver({
  url,
  secret,
  signal,
}: {
  url: string;
  secret: string;
  signal: AbortSignal;
}): Receiver & {
  close(): Promise<void>;
} {
  const agent = new Agent({ headersTimeout: answerMsMax, bodyTimeout: answerMsMax, connect: { timeout: answerMsMax } });
  return {
    secret,
    async send(delivery) {
      const began = performance.now();
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          headers: headersOf(delivery, secret),
          body: bodyOf(delivery),
          signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
        });
        await answer.body.dump();
        return { status: answer.statusCode, durationMs: performance.now() - began };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const durationMs = performance.now() - began;
        return { status: null, durationMs, failure: failureOf(error, durationMs) };
      }
    },
    close: () => agent.close(),
  };
}

function headersOf({ body, id = newEventId(), skewSeconds = 0, secrets, signedAs, headers }: Delivery, secret: string) {
  const timestampSeconds = Math.floor(Date.now() / 1000) + skewSeconds;
  const signed = signedHeaders(
    { id: signedAs?.id ?? id, timestampSeconds, body: signedAs?.body ?? body },
    (secrets ?? [secret]).map(signingKey),
  );
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Tijori-Webhooks/1',
    ...signed,
    'webhook-id': id,
    ...headers,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function bodyOf({ body, pauseMs }: Delivery): string | Readable {
  if (pauseMs === undefined) return body;
  const bytes = Buffer.from(body);
  const half = Math.floor(bytes.length / 2);
  const parts = async function* () {
    yield bytes.subarray(0, half);
    await wait(pauseMs);
    yield bytes.subarray(half);
  };
  return Readable.from(parts());
}

function failureOf(error: unknown, durationMs: number): string {
  if (durationMs >= answerMsMax - 50) return `no answer within ${answerMsMax / 1000} s`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  return code === '' ? 'the connection failed' : `the connection failed (${code})`;
}
