import type { GetSessionResponse, V1Session } from '@tijori/wire';
import type { Session } from '../domain/session.ts';
import type { AuditEntry } from '../stores/audit-entries.ts';

/** A session in our own shape: nothing is left out, what is absent is `null`. */
export function toWireV1Session(session: Session, { baseUrl }: { baseUrl: string }): V1Session {
  const { expectedEntity } = session;
  return {
    id: session.id,
    mode: session.mode,
    family: session.family,
    flow: session.flow,
    status: session.status,
    status_reason: session.statusReason,
    documents: session.docTypes.map((type) => ({
      type,
      purpose: session.purposes[type] ?? null,
      consented: session.documentsConsented.includes(type),
    })),
    reference: session.reference,
    metadata: session.metadata === null ? null : { ...session.metadata },
    locale: session.locale,
    return_url: session.returnUrl,
    expected_entity: expectedEntity && { [expectedEntity.by]: expectedEntity.value },
    created_at: session.createdAtMs,
    updated_at: session.updatedAtMs,
    expires_at: session.expiresAtMs,
    documents_expire_at: session.documentsExpireAtMs,
    consent:
      session.consentValidUntilMs === null
        ? null
        : {
            status: session.consentEndReason ?? 'given',
            valid_until: session.consentValidUntilMs,
            ended_at: session.consentEndedAtMs,
          },
    follow_up_of: session.followUpOf,
    redacted_at: session.redactedAtMs,
    url: `${baseUrl}/consent/${session.id}`,
  };
}

export function toWireTimeline(entries: readonly AuditEntry[]): GetSessionResponse['timeline'] {
  return entries.map(({ atMs, actor, action, detail }) => ({ at: atMs, actor, action, detail: detail ?? null }));
}
