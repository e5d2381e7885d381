import type { EgressFailureCode } from '@tijori/wire';

/** One attempt to bring an event to an endpoint. */
export interface DeliveryAttempt {
  atMs: number;
  durationMs: number;
  /** Status of the answer; null if there was none. */
  status: number | null;
  /** Why there was none; null if there was. */
  failure: EgressFailureCode | null;
  /** The beginning of the answer's body as text. It may hold personal data. */
  answer: string;
}

/** An attempt as it is kept: answers stand apart, sealed. */
export type LoggedAttempt = Omit<DeliveryAttempt, 'answer'>;

/** An event on its way to an endpoint. */
export interface Delivery {
  endpointId: string;
  eventId: string;
  /** `pending`: there will be an attempt. `failed`: there will be none, unless somebody orders it. */
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** The attempts before the last order to send it again: from there its schedule counts. */
  attemptsBefore: number;
  nextAtMs: number;
  /** Oldest first, and no more than `attemptsKept`. */
  log: readonly LoggedAttempt[];
  /** The answers to the attempts of the log, as one sealed list; null where all are empty. */
  sealedAnswers: string | null;
}

/** What the sealed answers of a delivery belong to. */
export function answersLabel(workspaceId: string, { endpointId, eventId }: Pick<Delivery, 'endpointId' | 'eventId'>) {
  return { workspaceId, kind: 'webhook-answers', objectId: `${endpointId} ${eventId}`, version: 1 };
}

/** Waits before each attempt, ms: the first is made at once, and there are no more than these. */
export const deliveryWaitsMs = [
  0,
  5_000,
  5 * 60_000,
  30 * 60_000,
  2 * 3_600_000,
  5 * 3_600_000,
  10 * 3_600_000,
  10 * 3_600_000,
] as const;

/** Each wait can be longer by this share, so that what failed together does not come back together. */
export const jitterShare = 0.2;
/** Longest wait that an endpoint may ask for, ms. */
export const retryAfterMsMax = 24 * 3_600_000;

/**
 * When the next attempt is due after one that failed; null: that was the last. `askedMs` is what the endpoint asked for with
 * `Retry-After`, from now: it can make a wait longer, never shorter.
 */
export function nextAttemptAt(
  { attempts, attemptsBefore }: Pick<Delivery, 'attempts' | 'attemptsBefore'>,
  { nowMs, random, askedMs }: { nowMs: number; random: number; askedMs: number | undefined },
): number | null {
  const waitMs = deliveryWaitsMs[attempts - attemptsBefore];
  if (waitMs === undefined) return null;
  const jittered = Math.round(waitMs * (1 + jitterShare * random));
  return nowMs + Math.max(jittered, Math.min(askedMs ?? 0, retryAfterMsMax));
}

/** `Retry-After` as ms from now: seconds or a date (RFC 9110 §10.2.3); undefined for what is neither, or lies behind. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Z][a-z]{2},? /.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) || atMs <= nowMs ? undefined : atMs - nowMs;
}
