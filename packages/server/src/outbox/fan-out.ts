import { endpointsIn } from '../domain/webhook-endpoint.ts';
import type { Stores } from '../stores/index.ts';
import type { Pace } from './pace.ts';

/** Events of an audience that are queued in one commit, and while callers fill the process. */
const eventsAtOnce = 500;
const eventsWhenSlow = 128;

/**
 * Makes the deliveries of events that are committed: right after their commit, many at a time, so that whoever waits for the commit does not wait
 * for them, too. While callers fill the process, for an audience only when one of its endpoints has nothing left to send, since the rest
 * would only wait in another table.
 */
export function openFanOut(
  { stores, pace }: { stores: Stores; pace: Pace },
  hasNothing: (endpointId: string) => boolean,
): () => Promise<boolean> {
  const { audiences, stretch, queueing } = stores.webhookQueues;
  /** Resolves to whether there was anything to queue. */
  return async () => {
    const waiting = await audiences();
    const now = pace.isSlow ? waiting.filter((audience) => endpointsIn(audience).some(hasNothing)) : waiting;
    await Promise.all(
      now.map(async (audience) => {
        const last = await stretch(audience, pace.isSlow ? eventsWhenSlow : eventsAtOnce);
        if (last !== undefined) await stores.commit(queueing(audience, last));
      }),
    );
    return now.length > 0;
  };
}
