import type { EventType } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { eventIdFrom, type GatewayEvent } from '../../domain/event.ts';
import { lastId } from '../../stores/events.ts';
import type { Deps } from '../deps.ts';

/** Time between two looks of somebody who waits, ms. */
const lookEveryMs = 100;

export interface EventQuery {
  type?: EventType | undefined;
  fromMs?: number | undefined;
  toMs?: number | undefined;
  order: 'oldest' | 'newest';
  /** Id of the last event of the page before. */
  cursor?: string | undefined;
  limit: number;
}

/** A page of the caller's events; `next` is where the following one begins. */
async function listEvents(
  { stores }: Pick<Deps, 'stores'>,
  caller: Caller,
  { type, fromMs = 0, toMs, order, cursor, limit }: EventQuery,
): Promise<{ events: GatewayEvent[]; next: string }> {
  const from = eventIdFrom(fromMs);
  const to = toMs === undefined ? lastId : eventIdFrom(toMs);
  const oldest = order === 'oldest';
  const after = oldest && cursor !== undefined && cursor > from ? cursor : from;
  const before = !oldest && cursor !== undefined && cursor < to ? cursor : to;
  const page = await stores.events[oldest ? 'listPage' : 'listBack'](caller, { after, before, limit });
  return {
    events: type === undefined ? page : page.filter((event) => event.type === type),
    next: page.at(-1)?.id ?? (oldest ? after : before),
  };
}

/** As `listEvents`, but an empty page waits up to `waitMs` for the next event, or until `left` says that nobody waits any more. */
export async function awaitEvents(
  deps: Pick<Deps, 'stores' | 'background'>,
  caller: Caller,
  query: EventQuery,
  { waitMs, left }: { waitMs: number; left: AbortSignal },
): Promise<{ events: GatewayEvent[]; next: string }> {
  const untilMs = performance.now() + waitMs;
  let found = await listEvents(deps, caller, query);
  while (found.events.length === 0 && performance.now() < untilMs && !left.aborted && !deps.background.stopping) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    found = await listEvents(deps, caller, { ...query, cursor: found.next });
  }
  return found;
}

/** The caller's own event, or `event_not_found`. */
export async function ownEvent({ stores }: Pick<Deps, 'stores'>, caller: Caller, id: string): Promise<GatewayEvent> {
  const event = await stores.events.find(caller, id);
  if (!event) throw new AppError('event_not_found');
  return event;
}
