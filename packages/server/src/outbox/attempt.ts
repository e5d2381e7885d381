import { answerBytesKept } from '@tijori/wire';
import type { DeliveryAttempt } from '../domain/delivery.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Egress, EgressAnswer } from '../egress/egress.ts';
import { EgressFailure } from '../egress/failure.ts';
import { type SigningKey, signedHeaders, vendorSignature } from './sign.ts';

/** Time for an attempt with everything that it sends and reads, ms (Standard Webhooks: 15–30 s). */
const attemptMsMax = 15_000;
/** Most of an answer that is read, bytes. */
const answerBytesMax = 64 * 1024;

/** What is sent: a body and the id of what it tells. */
export interface Message {
  id: string;
  body: string;
}

export interface Attempted {
  attempt: DeliveryAttempt;
  delivered: boolean;
  /** The endpoint says that it is gone for good. */
  gone: boolean;
  /** `Retry-After` as it came. */
  retryAfter: string | undefined;
}

/** How an attempt can be wrong on purpose. */
export interface Disturbance {
  /** How far back its timestamp lies, seconds; the signature is right all the same. */
  ageSeconds?: number;
  /** A signature that fits nothing. */
  badSignature?: boolean;
}

interface Sending {
  egress: Egress;
  now: () => number;
  /** What a test wants to go wrong; left out: nothing. */
  disturbance?: Disturbance;
}

/** Sends a message once. Never rejects: whatever goes wrong is an attempt that failed. Only 2xx is success. */
export async function attemptDelivery(
  { egress, now, disturbance = {} }: Sending,
  endpoint: Pick<WebhookEndpoint, 'url' | 'vendorSignature'>,
  keys: readonly SigningKey[],
  { id, body }: Message,
): Promise<Attempted> {
  const atMs = now();
  const began = performance.now();
  const told = (status: number | null, failure: DeliveryAttempt['failure'], answer: string): DeliveryAttempt => ({
    atMs,
    durationMs: Math.round(performance.now() - began),
    status,
    failure,
    answer,
  });
  const [newest] = keys;
  try {
    const answer = await egress.request({
      method: 'POST',
      url: endpoint.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Tijori-Webhooks/1',
        ...signedHeaders({ id, timestampSeconds: Math.floor(atMs / 1000) - (disturbance.ageSeconds ?? 0), body }, keys),
        ...(endpoint.vendorSignature && newest ? { 'x-sandbox-signature': vendorSignature(body, newest) } : {}),
        ...(disturbance.badSignature ? badSignatures : {}),
      },
      body,
      deadlineMs: attemptMsMax,
      bytesMax: answerBytesMax,
      excess: 'cut',
    });
    const { status, headers } = answer;
    return {
      attempt: told(status, null, beginning(answer)),
      delivered: status >= 200 && status < 300,
      gone: status === 410,
      retryAfter: headers['retry-after'],
    };
  } catch (error) {
    const failure = error instanceof EgressFailure ? error.code : 'connection_failed';
    return { attempt: told(null, failure, ''), delivered: false, gone: false, retryAfter: undefined };
  }
}

/** Of the right form, and of nothing. */
const badSignatures = { 'webhook-signature': `v1,${Buffer.alloc(32, 1).toString('base64')}` };

/** As text that any database and terminal takes: no control characters but line ends and tabs. */
function beginning({ body }: EgressAnswer): string {
  const text = body.subarray(0, answerBytesKept).toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd');
}
