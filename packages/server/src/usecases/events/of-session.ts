import { eventIdFrom, idsAheadMs } from '../../domain/event.ts';
import type { Session } from '../../domain/session.ts';
import type { Stores } from '../../stores/index.ts';

/** Moments of a timeline that are looked at together. */
const momentsPerPage = 100;

/**
 * Ids of all events of a session that are still kept, in order. No index has them by session, which would cost every event; but each was
 * written together with a line of the session's timeline, so that they are found by its moments, a hundred at a time. Those whose ids tell
 * another moment are noted in the session.
 */
export async function eventIdsOfSession(
  { audit, events }: Pick<Stores, 'audit' | 'events'>,
  session: Session,
): Promise<string[]> {
  const found = new Set<string>(await events.strayIdsOfSession(session));
  let afterMs = -1;
  for (;;) {
    const moments = await audit.momentsOfSession(session, { afterMs, limit: momentsPerPage });
    for (const id of await events.idsOfSession(session, stretchesOf(moments))) found.add(id);
    const last = moments.at(-1);
    if (last === undefined || moments.length < momentsPerPage) return [...found].sort();
    afterMs = last;
  }
}

/** What can hold the events of these moments; moments close to each other share one. */
function stretchesOf(moments: readonly number[]): { after: string; before: string }[] {
  const stretches: { fromMs: number; untilMs: number }[] = [];
  for (const atMs of moments) {
    const last = stretches.at(-1);
    if (last && atMs <= last.untilMs) last.untilMs = atMs + idsAheadMs;
    else stretches.push({ fromMs: atMs, untilMs: atMs + idsAheadMs });
  }
  return stretches.map(({ fromMs, untilMs }) => ({ after: eventIdFrom(fromMs), before: eventIdFrom(untilMs) }));
}
