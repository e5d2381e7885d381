import type { Caller } from '../../domain/api-key.ts';
import type { Delivery, DeliveryAttempt } from '../../domain/delivery.ts';
import type { GatewayEvent } from '../../domain/event.ts';
import { openLog } from '../../outbox/answers.ts';
import { toTestPayload } from '../../outbox/payload.ts';
import { lastId } from '../../stores/events.ts';
import type { Deps } from '../deps.ts';
import { ownEvent } from '../events/list.ts';
import { ownEndpoint } from './endpoints.ts';

/** A delivery with its log, answers and all. */
export interface LoggedDelivery {
  delivery: Delivery;
  event: GatewayEvent;
  attempts: readonly DeliveryAttempt[];
}

/** A page of an endpoint's log, newest event first; `next` is where the following one begins. */
export async function listDeliveries(
  { stores, seal }: Deps,
  caller: Caller,
  endpointId: string,
  {
    state,
    cursor = lastId,
    limit,
  }: { state?: Delivery['state'] | undefined; cursor?: string | undefined; limit: number },
): Promise<{ deliveries: LoggedDelivery[]; next: string | null }> {
  const endpoint = await ownEndpoint({ stores }, caller, endpointId);
  const rows = await stores.webhookDeliveries.listPage(endpoint, { before: cursor, state, limit: limit + 1 });
  const page = rows.slice(0, limit).map((row) => ({ ...row, attempts: openLog(seal, endpoint, row.delivery) }));
  return { deliveries: page, next: rows.length > limit ? (page.at(-1)?.event.id ?? null) : null };
}

/** Where one of the caller's events went. */
export async function listEventDeliveries(deps: Deps, caller: Caller, eventId: string): Promise<LoggedDelivery[]> {
  const event = await ownEvent(deps, caller, eventId);
  const deliveries = await deps.stores.webhookDeliveries.ofEvent(caller, eventId);
  return deliveries.map((delivery) => ({ delivery, event, attempts: openLog(deps.seal, caller, delivery) }));
}

/** One attempt with a test event, at once and never again; nothing of it is kept. */
export async function sendTest(deps: Deps, caller: Caller, endpointId: string): Promise<DeliveryAttempt> {
  const endpoint = await ownEndpoint(deps, caller, endpointId);
  const atMs = deps.now();
  const message = { id: deps.newEventId(atMs), body: JSON.stringify(toTestPayload(endpoint, atMs)) };
  return deps.outbox.sendNow(endpoint, message);
}
