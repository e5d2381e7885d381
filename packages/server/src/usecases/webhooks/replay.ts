import { type EventType, replayedEventsMax } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { eventIdFrom } from '../../domain/event.ts';
import { hears, type WebhookEndpoint } from '../../domain/webhook-endpoint.ts';
import type { Deps } from '../deps.ts';
import { ownEvent } from '../events/list.ts';
import { ownEndpoint } from './endpoints.ts';

/** Orders an event for one endpoint, or for all that hear of it. Resolves to how many deliveries that are. */
export async function resendEvent(
  deps: Deps,
  caller: Caller,
  { eventId, endpointId }: { eventId: string; endpointId: string | undefined },
): Promise<number> {
  const event = await ownEvent(deps, caller, eventId);
  const endpoints =
    endpointId === undefined
      ? (await deps.stores.webhookEndpoints.listOwn(caller)).filter((endpoint) => hears(endpoint, event.type))
      : [await enabledEndpoint(deps, caller, endpointId)];
  await order(
    deps,
    endpoints.map((endpoint) => [endpoint.id, eventId]),
  );
  return endpoints.length;
}

export interface ReplayOrder {
  fromMs: number;
  toMs: number;
  /** Of what the endpoint hears; left out: all of it. */
  events?: readonly EventType[] | undefined;
  includeDelivered: boolean;
  /** Id of the last event at which the call before has looked. */
  cursor?: string | undefined;
}

/**
 * Orders what an endpoint hears of in a stretch of time, in one commit, as far as one call looks. Resolves to how many deliveries that are,
 * and where the next call goes on.
 */
export async function replayEvents(
  deps: Deps,
  caller: Caller,
  endpointId: string,
  { fromMs, toMs, events, includeDelivered, cursor }: ReplayOrder,
): Promise<{ ordered: number; next: string | null }> {
  if (toMs <= fromMs)
    throw new AppError('invalid_request_body', { faults: [{ pointer: '/to', message: 'must be later than from' }] });
  const { stores } = deps;
  const endpoint = await enabledEndpoint(deps, caller, endpointId);
  const from = eventIdFrom(fromMs);
  const after = cursor !== undefined && cursor > from ? cursor : from;
  const looked = await stores.events.listPage(caller, { after, before: eventIdFrom(toMs), limit: replayedEventsMax });
  const [first, last] = [looked.at(0), looked.at(-1)];
  if (!first || !last) return { ordered: 0, next: null };
  const states = await stores.webhookDeliveries.states(endpoint, { first: first.id, last: last.id });
  const wanted = looked.filter(
    ({ id, type }) =>
      hears(endpoint, type) &&
      (events === undefined || events.includes(type)) &&
      (includeDelivered || states.get(id) !== 'delivered'),
  );
  await order(
    deps,
    wanted.map(({ id }) => [endpoint.id, id]),
  );
  return { ordered: wanted.length, next: looked.length === replayedEventsMax ? last.id : null };
}

async function enabledEndpoint(deps: Deps, caller: Caller, id: string): Promise<WebhookEndpoint> {
  const endpoint = await ownEndpoint(deps, caller, id);
  if (!endpoint.enabled) throw new AppError('webhook_endpoint_disabled');
  return endpoint;
}

async function order({ stores, outbox, now }: Deps, which: readonly [endpointId: string, eventId: string][]) {
  if (which.length === 0) return;
  const nowMs = now();
  await stores.commit(which.map(([endpointId, eventId]) => stores.webhookDeliveries.order(endpointId, eventId, nowMs)));
  outbox.expect();
}
