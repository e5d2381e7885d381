import { type ApiSession, apiSessionEntity, type SdkSession, sdkSessionEntity } from '@tijori/wire';
import type { SessionStanding } from '../domain/session.ts';

/** A session in the vendor's shape (sandbox-api §1.3). */
export function toWireSdkSession(session: SessionStanding): SdkSession {
  return {
    '@entity': sdkSessionEntity,
    id: session.id,
    status: session.status,
    created_at: session.createdAtMs,
    ...(session.updatedAtMs === null ? {} : { updated_at: session.updatedAtMs }),
    ...(session.status === 'succeeded' ? { documents_consented: [...session.documentsConsented] } : {}),
  };
}

/** A session in the shape of the redirect flow, which shows nothing between `created` and an end (sandbox-api §1.6, §3). */
export function toWireApiSession(session: SessionStanding): ApiSession {
  const { status } = session;
  const ended = status === 'succeeded' || status === 'failed' || status === 'expired';
  const shown = ended ? toWireSdkSession(session) : toWireSdkSession({ ...session, updatedAtMs: null });
  return { ...shown, '@entity': apiSessionEntity, status: ended ? status : 'created' };
}
