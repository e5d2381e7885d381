import type { EventPayload, TestPayload } from '@tijori/wire';
import type { GatewayEvent } from '../domain/event.ts';
import type { WebhookEndpoint } from '../domain/webhook-endpoint.ts';

/** The body of a delivery. Made of what never changes, so that every attempt sends the same bytes. */
export function toPayload(event: GatewayEvent): EventPayload {
  return { type: event.type, timestamp: new Date(event.atMs).toISOString(), data: toData(event) } as EventPayload;
}

/** The body of a test: nothing happened. */
export function toTestPayload({ id, mode }: Pick<WebhookEndpoint, 'id' | 'mode'>, atMs: number): TestPayload {
  return { type: 'endpoint.test', timestamp: new Date(atMs).toISOString(), data: { endpoint_id: id, mode } };
}

/** Which fields there are follows from the event: those about a session, those about an endpoint. */
function toData({ sessionId, mode, status, previousStatus, sequence, details }: GatewayEvent) {
  if (details.endpoint) return { endpoint_id: details.endpoint.id, mode, reason: details.endpoint.reason };
  return {
    session_id: sessionId,
    mode,
    status,
    previous_status: previousStatus,
    status_reason: details.statusReason ?? null,
    sequence,
    ...(details.document ? { document: { ...details.document } } : {}),
  };
}
