import type { Locale } from '@tijori/wire';
import type { FastifyRequest } from 'fastify';
import { isEnd, type Session } from '../domain/session.ts';
import type { Deps } from '../usecases/deps.ts';
import { markStep } from '../usecases/journey/mark-step.ts';
import type { JourneySession } from '../usecases/journey/view.ts';
import { isLookedAt } from './top-level.ts';

/** Counts how far people get: the request was seen in a language, or how it ended. */
export function noteView(deps: Deps, request: FastifyRequest, session: Session, locale: Locale): void {
  if (!isLookedAt(request)) return;
  const { status } = session;
  const atMs = deps.now();
  if (isEnd(status)) markStep(deps, session, { action: 'page.ended', detail: status, atMs });
  else if (status !== 'authorized') markStep(deps, session, { action: 'page.viewed', detail: locale, atMs });
}

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
