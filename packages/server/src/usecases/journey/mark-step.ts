import type { Session } from '../../domain/session.ts';
import type { Statement } from '../../storage/db.ts';
import type { Deps } from '../deps.ts';

/**
 * How far a person got, for whoever asks where people stop: the page was seen, they left for EntityLocker, they came back,
 * they saw the end. Once each in a session's timeline, with no more than language and outcome.
 */
export type PageStep = 'page.viewed' | 'page.left' | 'page.returned' | 'page.ended';

interface Mark {
  action: PageStep;
  detail: string;
  atMs: number;
}

/** A step for the commit of something else that happens with it. */
export function stepMark({ stores }: Pick<Deps, 'stores'>, session: Session, mark: Mark): Statement {
  return stores.audit.onceInsertion(session, { ...mark, actor: 'person' });
}

/**
 * A step that is only seen: written down behind the answer. Nobody waits for it, a fault costs the entry alone, and a step
 * that is in the timeline already costs a read, however often somebody comes.
 */
export function markStep(deps: Deps, session: Session, mark: Mark): void {
  const { stores, background, log } = deps;
  if (background.stopping) return;
  const write = async () => {
    if (await stores.audit.has(session, mark.action)) return;
    await stores.commit([stepMark(deps, session, mark)]);
  };
  background.begin(
    write().catch((error: unknown) =>
      log.warn({ session: session.id, detail: mark.action, cause: String(error) }, 'a step was not written down'),
    ),
  );
}
