import { joinBytes } from '../join-bytes.ts';
import { readWhole } from '../read-whole.ts';
import type { WebhookEvent } from '../types.ts';
import { headerOf, type WebhookHeaders } from './headers.ts';
import { bytesOf, type RawBody } from './raw-body.ts';
import { keysOf, vendorKeysOf, type WebhookSecrets } from './secrets.ts';
import { signedBytes } from './signed-bytes.ts';
import { WebhookError } from './webhook-error.ts';

/** What `verify` takes besides its arguments. */
export interface VerifyOptions {
  /** Now, ms since the epoch; the machine's clock if left out. */
  now?: (() => number) | undefined;
  /** How far the time of signing may be from now, either way, seconds; 300 if left out. */
  toleranceSeconds?: number | undefined;
}

/** How far the time of signing may be from now if nothing is said, seconds (Standard Webhooks leaves it open; its libraries take this). */
export const toleranceSecondsDefault = 300;
/** A day: a longer tolerance would be none. */
export const toleranceSecondsMax = 86_400;
/** Most signatures of one delivery that are looked at. A rotation needs two, several in a day up to eight. */
const signaturesMax = 16;
/** Base64 of 32 bytes, as it is written in one way only. */
const signaturePattern = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * The event of a delivery, once its signature (Standard Webhooks) and its time are found right. Signatures are compared by Web Crypto, in a
 * time that tells nothing. Deliveries come at least once and in no order: act on an `id` once, and leave what a higher `data.sequence` of the
 * same session has told already.
 *
 * Errors: a `WebhookError` for a delivery that is to be refused; a TypeError for a secret that is none and for a body that was parsed, which
 * are mistakes of the receiver.
 *
 * @param rawBody The body as it came, byte for byte.
 * @param secrets The endpoint's secret; while it is rotated, both.
 * @example
 * const event = await verify(await request.text(), request.headers, process.env.WEBHOOK_SECRET);
 * if (event.type === 'entitylocker.session.succeeded') await release(event.data.session_id);
 */
export async function verify(
  rawBody: RawBody,
  headers: WebhookHeaders,
  secrets: WebhookSecrets,
  options: VerifyOptions = {},
): Promise<WebhookEvent> {
  const body = bytesOf(rawBody);
  const keys = await keysOf(secrets);
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature').split(' ');
  judgeTime(timestamp, options);
  const ofThisVersion = signatures.filter((each) => each.startsWith('v1,')).map((each) => each.slice(3));
  if (!(await isSigned(signedBytes(id, timestamp, body), ofThisVersion, keys))) throw wrongSignature();
  return eventOf(id, parsed(body));
}

/**
 * The parsed body of a delivery that is signed as the vendor does: `x-sandbox-signature`, base64 of an HMAC-SHA256 of the raw body with the
 * whole secret as it is written. Nothing in it says when it was signed: who has seen one delivery can send it again, for ever. So take
 * `verify` where you can, and remember what you have seen where you cannot. Errors as those of `verify`.
 *
 * @example const { data } = await verifyVendorSignature(rawBody, request.headers, secret);
 */
export async function verifyVendorSignature(
  rawBody: RawBody,
  headers: WebhookHeaders,
  secrets: WebhookSecrets,
): Promise<unknown> {
  const body = bytesOf(rawBody);
  const keys = await vendorKeysOf(secrets);
  const signature = headerOf(headers, 'x-sandbox-signature');
  if (!(await isSigned(joinBytes([body]), [signature], keys))) throw wrongSignature();
  return parsed(body);
}

function judgeTime(timestamp: string, { now = Date.now, toleranceSeconds = toleranceSecondsDefault }: VerifyOptions) {
  readWhole('toleranceSeconds', toleranceSeconds, 1, toleranceSecondsMax);
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookError('missing_header', 'The header webhook-timestamp is no number of seconds since the epoch.');
  }
  const aheadSeconds = Number(timestamp) - Math.floor(now() / 1000);
  if (aheadSeconds < -toleranceSeconds) {
    throw new WebhookError('stale_timestamp', `It was signed more than ${toleranceSeconds} s ago, by this clock.`);
  }
  if (aheadSeconds > toleranceSeconds) {
    throw new WebhookError('future_timestamp', `It was signed more than ${toleranceSeconds} s ahead of this clock.`);
  }
}

async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  signatures: readonly string[],
  keys: readonly CryptoKey[],
): Promise<boolean> {
  const candidates = signatures.filter((each) => signaturePattern.test(each)).slice(0, signaturesMax);
  const bytes = candidates.map((each) => Uint8Array.from(atob(each), (letter) => letter.charCodeAt(0)));
  const verdicts = await Promise.all(
    keys.flatMap((key) => bytes.map((signature) => crypto.subtle.verify('HMAC', key, signature, signed))),
  );
  return verdicts.includes(true);
}

function wrongSignature(): WebhookError {
  return new WebhookError('wrong_signature', 'No signature fits: another secret, or not the body as it was sent.');
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw notAnEvent();
  }
}

/** The parts that every event has. What stands in `data` is the gateway's word: its schema is docs/events.schema.json. */
function eventOf(id: string, payload: unknown): WebhookEvent {
  const { type, timestamp, data } = isRecord(payload) ? payload : {};
  if (typeof type !== 'string' || typeof timestamp !== 'string' || !isRecord(data)) throw notAnEvent();
  return { id, type, timestamp, data } as unknown as WebhookEvent;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notAnEvent(): WebhookError {
  return new WebhookError('not_an_event', 'The signature is right, but the body is no event.');
}
