import type { Caller } from '../../domain/api-key.ts';
import type { Session } from '../../domain/session.ts';
import type { AuditEntry } from '../../stores/audit-entries.ts';
import type { Deps } from '../deps.ts';
import { ownSession } from './status.ts';

/** Most entries that a timeline shows; an integrator that changes its metadata all the time can make more. */
const entriesMax = 500;

/** The caller's own session and what happened to it, oldest first. */
export async function sessionTimeline(
  deps: Pick<Deps, 'stores' | 'now'>,
  caller: Caller,
  id: string,
): Promise<{ session: Session; timeline: AuditEntry[] }> {
  const session = await ownSession(deps, caller, id);
  return { session, timeline: await deps.stores.audit.ofSession(session, entriesMax) };
}
