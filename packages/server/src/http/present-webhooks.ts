import type {
  V1Event,
  DeliveryAttempt as WireAttempt,
  WebhookDelivery as WireDelivery,
  WebhookEndpoint as WireEndpoint,
} from '@tijori/wire';
import type { DeliveryAttempt } from '../domain/delivery.ts';
import type { GatewayEvent } from '../domain/event.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import { toPayload } from '../outbox/payload.ts';
import type { LoggedDelivery } from '../usecases/webhooks/deliveries.ts';

/** An endpoint, without its secret. */
export function toWireEndpoint(endpoint: WebhookEndpoint, nowMs: number): WireEndpoint {
  const { secretOverlapUntilMs } = endpoint;
  return {
    id: endpoint.id,
    mode: endpoint.mode,
    url: endpoint.url,
    events: endpoint.events === null ? null : [...endpoint.events],
    description: endpoint.description,
    vendor_signature: endpoint.vendorSignature,
    enabled: endpoint.enabled,
    disabled_reason: endpoint.disabledReason,
    failing_since: endpoint.failingSinceMs,
    secret_overlap_until: secretOverlapUntilMs !== null && nowMs < secretOverlapUntilMs ? secretOverlapUntilMs : null,
    created_at: endpoint.createdAtMs,
  };
}

export function toWireEvent(event: GatewayEvent): V1Event {
  const { type, timestamp, data } = toPayload(event);
  return { id: event.id, type, timestamp, data: { ...data } };
}

export function toWireDelivery({ delivery, event, attempts }: LoggedDelivery): WireDelivery {
  return {
    endpoint_id: delivery.endpointId,
    event_id: event.id,
    type: event.type,
    state: delivery.state,
    attempt_count: delivery.attempts,
    next_attempt_at: delivery.state === 'pending' ? delivery.nextAtMs : null,
    attempts: attempts.map(toWireAttempt),
  };
}

export function toWireAttempt({ atMs, durationMs, status, failure, answer }: DeliveryAttempt): WireAttempt {
  return { at: atMs, duration_ms: durationMs, status, failure, answer };
}
