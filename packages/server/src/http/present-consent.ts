import type { ConsentRecord as WireConsentRecord } from '@tijori/wire';
import type { ConsentRecord } from '../usecases/consent/record.ts';

/** The consent record in our own shape: what is absent is `null`. */
export function toWireConsent({ session, summary, notice }: ConsentRecord): WireConsentRecord {
  const { asked, authorized, granted, ended, erased } = summary;
  return {
    session_id: session.id,
    status: granted ? (session.consentEndReason ?? 'given') : 'asked',
    requester: asked.requester.name,
    asked_at: asked.atMs,
    trips: summary.trips,
    notice: asked.notice &&
      notice && { language: notice.language, version: asked.notice.version, sha256: notice.hash, text: notice.text },
    documents: (
      granted?.documents ?? asked.documents.map((document) => ({ ...document, granted: false, files: 0 }))
    ).map(({ type, purpose, granted, files }) => ({ type, purpose, granted, files })),
    upstream: authorized && { service: 'EntityLocker', ...authorized.upstream },
    granted_at: granted?.atMs ?? null,
    valid_until: granted?.validUntilMs ?? asked.validUntilMs,
    retention_minutes: asked.retentionMinutes,
    ended_upstream_at: summary.endedUpstreamAtMs,
    ended: ended && { at: ended.atMs, reason: ended.reason, by: ended.by },
    erased: erased.map(({ atMs, reason, documents }) => ({ at: atMs, reason, files: documents })),
  };
}
