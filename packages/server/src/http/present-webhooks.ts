import type { V1Event, WebhookEndpoint as WireEndpoint } from '@tijori/wire';
import type { GatewayEvent } from '../domain/event.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';
import { toPayload } from '../outbox/payload.ts';

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
