import type { ConsentReceipt } from '@tijori/wire';
import type { ConsentParties } from './consent-record.ts';
import type { ConsentSummary } from './consent-summary.ts';
import type { Mode } from './session.ts';

/** Which shape a receipt has: the standard whose field names it takes, and our own count. */
const schemaVersion = 'ISO/IEC TS 27560:2023; tijori 1';

const iso = (ms: number) => new Date(ms).toISOString();

interface ReceiptFacts {
  receiptId: string;
  sessionId: string;
  mode: Mode;
  summary: ConsentSummary;
  /** Null after a redaction. */
  parties: ConsentParties | null;
  /** Where a person withdraws: the page, not their own link. */
  withdrawalUrl: string;
  issuedAtMs: number;
}

/** The receipt of a consent that was given. The same for everybody: no copy holds the person's withdrawal code. */
export function receiptOf(facts: ReceiptFacts): ConsentReceipt {
  const { summary, parties } = facts;
  const { asked, authorized } = summary;
  return {
    schema_version: schemaVersion,
    receipt_id: facts.receiptId,
    record_id: facts.sessionId,
    issued_at: iso(facts.issuedAtMs),
    mode: facts.mode,
    pii_principal_id: parties?.person.id ?? null,
    pii_principal_name: parties?.person.name ?? null,
    entity_id: parties?.entity.id ?? null,
    entity_name: parties?.entity.name ?? null,
    privacy_notice: asked.notice && { version: asked.notice.version, sha256: asked.notice.hash },
    language: asked.notice?.language ?? null,
    collection_method: 'EntityLocker, OAuth 2.0 authorization code with PKCE',
    collection_reference: authorized?.upstream.reference ?? null,
    collection_scope: authorized?.upstream.scope ?? null,
    purposes: purposesOf(facts),
    party_identification: [
      { party_id: asked.requester.workspace, party_name: asked.requester.name, party_role: 'pii_controller' },
      { party_id: 'entitylocker', party_name: 'EntityLocker', party_role: 'pii_source' },
    ],
    events: eventsOf(summary),
  };
}

/** One for each document type: what it is for stands beside what it is. */
function purposesOf({ summary, withdrawalUrl }: ReceiptFacts): ConsentReceipt['purposes'] {
  const { asked, granted } = summary;
  return (granted?.documents ?? []).map((document) => ({
    purpose: document.purpose,
    lawful_basis: 'consent',
    pii_information: [{ pii_type: document.type }],
    pii_controllers: [asked.requester.workspace],
    granted: document.granted,
    // ISO 8601 duration: how long our copy is there for the requester.
    retention_period: `PT${asked.retentionMinutes}M`,
    withdrawal_method: withdrawalUrl,
  }));
}

function eventsOf({ asked, granted, endedUpstreamAtMs, ended, erased }: ConsentSummary): ConsentReceipt['events'] {
  const by = { person: 'pii_principal', integrator: 'pii_controller', system: 'system' } as const;
  const events: ConsentReceipt['events'] = [
    {
      event_time: iso(asked.atMs),
      event_type: 'consent_requested',
      event_state: 'requested',
      entity_id: 'pii_controller',
    },
  ];
  if (granted) {
    const given = { event_type: 'consent_given', event_state: 'given', entity_id: 'pii_principal' } as const;
    events.push({ event_time: iso(granted.atMs), ...given, valid_until: iso(granted.validUntilMs) });
  }
  if (endedUpstreamAtMs !== null) {
    const over = { event_type: 'consent_ended_upstream', event_state: 'given', entity_id: 'pii_source' } as const;
    events.push({ event_time: iso(endedUpstreamAtMs), ...over });
  }
  if (ended) {
    const { atMs, reason } = ended;
    events.push({
      event_time: iso(atMs),
      event_type: `consent_${reason}`,
      event_state: reason,
      entity_id: by[ended.by],
    });
  }
  for (const { atMs, reason } of erased) {
    const event_state = ended && atMs >= ended.atMs ? ended.reason : 'given';
    events.push({ event_time: iso(atMs), event_type: 'data_erased', event_state, entity_id: 'system', reason });
  }
  // Stable: what stands in the order of a consent's life stays so within one millisecond.
  return events.sort((left, right) => Date.parse(left.event_time) - Date.parse(right.event_time));
}
