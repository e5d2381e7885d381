import type { Deps } from '../usecases/deps.ts';
import type { JourneySession } from '../usecases/journey/view.ts';

/** What the hosted page shows of a session now. */
export async function pageView(deps: Deps, view: JourneySession) {
  const { id, status, documentsExpireAtMs } = view.session;
  return {
    ...view,
    address: `${deps.baseUrl}/consent/${view.session.id}`,
    documents: status === 'succeeded' ? await deps.stores.documents.ofSession(id) : [],
    erased: documentsExpireAtMs !== null && deps.now() >= documentsExpireAtMs,
    retentionMinutes: Math.round(deps.limits.retentionMs / 60_000),
  };
}
