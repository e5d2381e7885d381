import { setTimeout as wait } from 'node:timers/promises';
import { type TijoriClient, TijoriError } from '@tijori/client-source';
import type { ListEventsQuery, V1Event } from '@tijori/wire';
import { screenOf } from './screen.ts';

/** How long the gateway holds a question to which there is no answer yet, seconds. */
const waitSeconds = 20;
const pageMax = 200;
const pauseMsMax = 5_000;

interface EventPage {
  data: V1Event[];
  next_cursor: string;
}

type Filter = { [Key in keyof ListEventsQuery]?: ListEventsQuery[Key] | string | undefined };

function page(client: TijoriClient, query: Filter, signal: AbortSignal): Promise<EventPage> {
  return client.request<EventPage>({ method: 'GET', path: '/v1/events', query }, { signal });
}

/** Events that happened, at most `limit`. */
export async function readEvents(
  client: TijoriClient,
  filter: Filter,
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<V1Event[]> {
  const events: V1Event[] = [];
  let cursor: string | undefined;
  while (events.length < limit) {
    const { data, next_cursor: next } = await page(client, { ...filter, cursor, limit: pageMax }, signal);
    events.push(...data);
    // A filtered page may be empty before the end; the same cursor again is the end.
    if (next === cursor || (data.length === 0 && filter.type === undefined)) break;
    cursor = next;
  }
  return events.slice(0, limit);
}

/**
 * Events from now on, as they happen; `onReady` says when "now" is. Waits out a gateway that is away and goes on where it was, so a restart loses none. Ends at the
 * signal; rejects where waiting would not help, as with a wrong key.
 */
export async function* followEvents(
  client: TijoriClient,
  { types, signal, onReady }: { types: readonly string[] | undefined; signal: AbortSignal; onReady: () => void },
): AsyncGenerator<V1Event> {
  const screen = screenOf(process.stderr);
  const tell = (text: string) => screen.write(`${screen.paint('yellow', 'tijori:')} ${text}\n`);
  let cursor: string | undefined;
  let isAway = false;
  let pauseMs = 500;
  for (let isFirst = true; !signal.aborted; ) {
    try {
      // The first question finds where "now" is.
      const query: Filter = isFirst ? { order: 'newest', limit: 1 } : { cursor, limit: pageMax, wait: waitSeconds };
      const { data, next_cursor: next } = await page(client, query, signal);
      if (isAway) tell('The gateway is there again.');
      isAway = false;
      pauseMs = 500;
      cursor = isFirst ? data[0]?.id : next;
      if (!isFirst) for (const event of data) if (types === undefined || types.includes(event.type)) yield event;
      if (isFirst) onReady();
      isFirst = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof TijoriError) || !error.retryable) throw error;
      if (!isAway) tell(`The gateway does not answer (${error.code}). Trying again until it does.`);
      isAway = true;
      await wait(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(pauseMsMax, pauseMs * 2);
    }
  }
}

/** Id of the newest event; undefined where there is none yet. */
export async function newestEventId(client: TijoriClient, signal: AbortSignal): Promise<string | undefined> {
  const { data } = await page(client, { order: 'newest', limit: 1 }, signal);
  return data[0]?.id;
}

/** Events after one, as they happen, until the signal. */
export async function* eventsAfter(
  client: TijoriClient,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<V1Event> {
  for (let cursor = after; !signal.aborted; ) {
    const found = await page(client, { cursor, limit: pageMax, wait: waitSeconds }, signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (found === null) return;
    yield* found.data;
    cursor = found.next_cursor;
  }
}
