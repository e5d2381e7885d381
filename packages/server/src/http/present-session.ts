import { type SdkSession, sdkSessionEntity } from '@tijori/wire';
import type { Session } from '../domain/session.ts';

/** A session in the vendor's shape (sandbox-api §1.3). */
export function toWireSdkSession(session: Session): SdkSession {
  return {
    '@entity': sdkSessionEntity,
    id: session.id,
    status: session.status,
    created_at: session.createdAtMs,
    ...(session.updatedAtMs === null ? {} : { updated_at: session.updatedAtMs }),
    ...(session.status === 'succeeded' ? { documents_consented: [...session.documentsConsented] } : {}),
  };
}
