import { attemptsKept, type EndpointDisabledReason } from '@tijori/wire';
import { type Delivery, nextAttemptAt, retryAfterMs } from '../domain/delivery.ts';
import { failingMsMax, type WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import type { Statement } from '../storage/db.ts';
import type { Stores } from '../stores/index.ts';
import type { Seal } from '../vault/seal.ts';
import { addAnswer } from './answers.ts';
import type { Attempted } from './attempt.ts';
import type { KnownEndpoints } from './known-endpoints.ts';

export interface Settling {
  stores: Stores;
  /** Seals answers. */
  seal: Seal;
  endpoints: KnownEndpoints;
  now: () => number;
  /** 0 to 1. */
  random: () => number;
  /** What the end of an endpoint tells, as statements for the same commit. */
  disabled: (endpoint: WebhookEndpoint, reason: EndpointDisabledReason) => readonly Statement[];
}

/**
 * Writes down an attempt and what follows: delivered, another attempt later, or none; and the end of an endpoint that is gone
 * or has failed for too long. What it says counts for the address that was called, and for none that it has got meanwhile.
 */
export async function settleAttempt(
  { stores, seal, endpoints, now, random, disabled }: Settling,
  called: WebhookEndpoint,
  before: Delivery,
  { attempt, delivered, gone: isToldGone, retryAfter }: Attempted,
): Promise<void> {
  // Another process may have moved it.
  if (isToldGone) await endpoints.refresh();
  const nowMs = now();
  const known = endpoints.find(called.id) ?? called;
  const hasMoved = known.url !== called.url;
  const gone = isToldGone && !hasMoved;
  const { answer, ...logged } = attempt;
  const after: Delivery = {
    ...before,
    attempts: before.attempts + 1,
    log: [...before.log, logged].slice(-attemptsKept),
    sealedAnswers: addAnswer(seal, called, before, answer),
  };
  const next =
    delivered || gone
      ? null
      : nextAttemptAt(after, { nowMs, random: random(), askedMs: retryAfterMs(retryAfter, nowMs) });
  after.state = delivered ? 'delivered' : next === null ? 'failed' : 'pending';
  after.nextAtMs = next ?? before.nextAtMs;
  const noted = stores.webhookDeliveries.attempt(before, after);
  if (hasMoved || (delivered && known.failingSinceMs === null)) {
    await stores.commit([noted]);
    return;
  }
  if (delivered) {
    await stores.commit([noted, stores.webhookEndpoints.recovery(called), endpoints.changed()]);
    await endpoints.refresh();
    return;
  }
  // At the end of an event and not at any failure: since the last one there may have been nothing to send for days.
  const reason = gone ? 'gone' : next === null && isFailingTooLong(known, nowMs) ? 'failing' : null;
  const first =
    known.failingSinceMs === null ? [stores.webhookEndpoints.firstFailure(called, nowMs), endpoints.changed()] : [];
  await stores.commit([noted, ...first]);
  if (reason !== null && known.enabled) {
    // On its own: of many attempts that end at once, one switches it off.
    await stores.commit([
      stores.webhookEndpoints.disabling(known, reason),
      endpoints.changed(),
      ...disabled(known, reason),
    ]);
  }
  if (first.length > 0 || reason !== null) await endpoints.refresh();
}

function isFailingTooLong({ failingSinceMs }: WebhookEndpoint, nowMs: number): boolean {
  return failingSinceMs !== null && nowMs - failingSinceMs >= failingMsMax;
}
