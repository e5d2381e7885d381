import { setTimeout as sleep } from 'node:timers/promises';
import type { EventType } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { eventIdFrom, type GatewayEvent, momentOfEventId } from '../../domain/event.ts';
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

/** A page whose newest event is as old as this has no event on its way into it any more, ms. */
const settledAgeMs = 10_000;

/** A page of events in the order of their ids, of which only some are asked for; `next` is where the following one begins. */
interface EventPage {
  events: GatewayEvent[];
  next: string;
}

/** A page of the caller's events, `upTo` an event of it at most. */
async function readPage(
  { stores }: Pick<Deps, 'stores'>,
  caller: Caller,
  { fromMs = 0, toMs, order, cursor, limit }: EventQuery,
  upTo?: GatewayEvent,
): Promise<{ page: GatewayEvent[]; next: string }> {
  const from = eventIdFrom(fromMs);
  const to = toMs === undefined ? lastId : eventIdFrom(toMs);
  const oldest = order === 'oldest';
  const after = oldest && cursor !== undefined && cursor > from ? cursor : from;
  const before = !oldest && cursor !== undefined && cursor < to ? cursor : to;
  // Nothing lies between an id and the same with a character more.
  const end = upTo ? `${upTo.id}0` : before;
  const page = await stores.events[oldest ? 'listPage' : 'listBack'](caller, { after, before: end, limit });
  return { page, next: page.at(-1)?.id ?? (oldest ? after : before) };
}

/**
 * A page of the caller's events. Whoever follows them goes on at the last one that they have seen, and would miss what is committed later
 * with a smaller id: of another node, whose clock is behind ours, or of a commit that takes longer. So a page that ends with a new event
 * is read once more after `eventsSettleMs`, up to that event: by then the others are there, too.
 */
async function listEvents(
  deps: Pick<Deps, 'stores' | 'now' | 'eventsSettleMs'>,
  caller: Caller,
  query: EventQuery,
): Promise<EventPage> {
  let found = await readPage(deps, caller, query);
  const last = found.page.at(-1);
  const isNew = last !== undefined && deps.now() - momentOfEventId(last.id) < settledAgeMs;
  if (isNew && query.order === 'oldest' && deps.eventsSettleMs > 0) {
    await sleep(deps.eventsSettleMs);
    found = await readPage(deps, caller, query, last);
  }
  const { page, next } = found;
  return { events: query.type === undefined ? page : page.filter(({ type }) => type === query.type), next };
}

/** As `listEvents`, but an empty page waits up to `waitMs` for the next event, or until `left` says that nobody waits any more. */
export async function awaitEvents(
  deps: Pick<Deps, 'stores' | 'background' | 'now' | 'eventsSettleMs'>,
  caller: Caller,
  query: EventQuery,
  { waitMs, left }: { waitMs: number; left: AbortSignal },
): Promise<EventPage> {
  const untilMs = performance.now() + waitMs;
  let found = await listEvents(deps, caller, query);
  while (found.events.length === 0 && performance.now() < untilMs && !left.aborted && !deps.background.stopping) {
    await sleep(lookEveryMs);
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
