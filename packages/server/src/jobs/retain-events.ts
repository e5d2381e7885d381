import { eventsKeptDays } from '@tijori/wire';
import { eventIdFrom } from '../domain/event.ts';
import type { Statement } from '../storage/db.ts';
import type { Page } from '../stores/page.ts';
import type { Deps } from '../usecases/deps.ts';
import { type Turns, takeTurns } from './take-turns.ts';

const dayMs = 24 * 3_600_000;
/** Most rows that one commit removes, so that nobody waits long for the writer. */
const batch = 500;
/** Most commits of one round for each of the two tables: 4,000 rows a second, more than a loaded gateway makes. */
const batchesMax = 40;
/** Owners of old rows that are looked up at once. */
const ownersAtOnce = 10;

/**
 * Removes events that are older than promised, their deliveries, and what is left of endpoints that are gone: in the order of
 * the primary keys and in pieces, and of each owner one piece before the next one's turn.
 */
export function eventRetention({ stores, now }: Pick<Deps, 'stores' | 'now'>): () => Promise<void> {
  const endpoints = takeTurns(ownersAtOnce);
  const workspaces = takeTurns(ownersAtOnce);
  return async () => {
    const before = eventIdFrom(now() - eventsKeptDays * dayMs);
    // Deliveries first: one without its event could never go out.
    await sweep(
      endpoints,
      (page) => stores.webhookDeliveries.outdated(before, page),
      ({ id, isGone }) => [stores.webhookDeliveries.removal(id, isGone ? undefined : before, batch)],
    );
    await sweep(
      workspaces,
      (page) => stores.events.outdated(before, page),
      ({ id }) => [stores.events.removal(id, 'test', before, batch), stores.events.removal(id, 'live', before, batch)],
    );
    await stores.commit([stores.webhookQueues.removal(now() - dayMs, batch)]);
  };

  async function sweep<Owner extends { id: string }>(
    turns: Turns,
    find: (page: Page) => Promise<Owner[]>,
    remove: (owner: Owner) => Statement[],
  ): Promise<void> {
    for (let left = batchesMax; left > 0; ) {
      const page = turns.page();
      const owners = turns.next(await find(page));
      if (owners.length === 0 && page.after === '') return;
      for (const owner of owners) await stores.commit(remove(owner));
      left -= Math.max(1, owners.length);
    }
  }
}
