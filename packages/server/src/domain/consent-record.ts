import type { DocTypeName } from '@tijori/wire';

/** Who brings about the end of a consent. */
export type ConsentEnder = 'person' | 'integrator' | 'system';

/** Why a consent is over. */
export type ConsentEndReason = 'withdrawn' | 'expired';

/** A document type of a consent record, and what it is used for; null where the requester gave no purpose. */
export interface RecordedDocument {
  type: DocTypeName;
  purpose: string | null;
}

/** What stood before the person when they went on to EntityLocker. */
export interface AskedFacts {
  /** By whom: the workspace and its registered name at that moment. */
  requester: { workspace: string; name: string };
  /** The text that was shown: language, version of its template, SHA-256 of its words; null where no page of ours was shown. */
  notice: { language: string; version: string; hash: string } | null;
  documents: RecordedDocument[];
  /** Until when consent was asked for, ms since the epoch. */
  validUntilMs: number;
  retentionMinutes: number;
}

/** The person came back from the trip, and EntityLocker gave tokens for it. */
export interface AuthorizedFacts {
  /** What EntityLocker names the transaction and what it granted, where it says so. */
  upstream: { reference: string | null; scope: string | null };
}

/** What was found to be granted. */
export interface GrantedFacts {
  documents: (RecordedDocument & { granted: boolean; files: number })[];
  validUntilMs: number;
}

export interface EndedFacts {
  reason: ConsentEndReason;
  by: ConsentEnder;
}

/** Proof of erasure: which files there were, and that their keys were destroyed at this moment. */
export interface ErasedFacts {
  reason: 'retention' | 'redaction' | ConsentEndReason;
  /** SHA-256 of files that were held, null of those that never came. */
  documents: { id: string; type: DocTypeName; sha256: string | null }[];
}

/** EntityLocker said that the consent is over before what was consented to had been fetched. */
export interface EndedUpstreamFacts {
  /** Document types that were still to come. */
  missing: DocTypeName[];
}

/**
 * One line of a consent record, in the order of a consent's life. `asked` and `authorized` belong to one trip to
 * EntityLocker, of which a session can have several.
 */
export type ConsentEntry = { atMs: number } & (
  | { kind: 'asked'; trip: string; facts: AskedFacts }
  | { kind: 'authorized'; trip: string; facts: AuthorizedFacts }
  | { kind: 'granted'; facts: GrantedFacts }
  | { kind: 'ended_upstream'; facts: EndedUpstreamFacts }
  | { kind: 'ended'; facts: EndedFacts }
  | { kind: 'erased'; facts: ErasedFacts }
);

/** Who consented for whom, as EntityLocker told it. Kept sealed. */
export interface ConsentParties {
  person: { id: string | null; name: string | null };
  entity: { id: string | null; name: string | null };
}

/** The kinds in the order of a consent's life: entries of one moment stand in it. */
export const consentEntryKinds = ['asked', 'authorized', 'granted', 'ended_upstream', 'ended', 'erased'] as const;
