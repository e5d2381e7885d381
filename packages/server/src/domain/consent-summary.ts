import type {
  AskedFacts,
  AuthorizedFacts,
  ConsentEntry,
  EndedFacts,
  ErasedFacts,
  GrantedFacts,
} from './consent-record.ts';

type At<Facts> = Facts & { atMs: number };

/** A consent record in one piece: the trip that led to the consent, or else the last one that was begun. */
export interface ConsentSummary {
  asked: At<AskedFacts> & { trip: string };
  /** How many trips to EntityLocker were begun. */
  trips: number;
  authorized: At<AuthorizedFacts> | null;
  granted: At<GrantedFacts> | null;
  /** EntityLocker said that the consent is over before everything was fetched. */
  endedUpstreamAtMs: number | null;
  ended: At<EndedFacts> | null;
  erased: At<ErasedFacts>[];
}

/** `undefined` for a session whose person never went on to EntityLocker. Entries are in the order in which they happened. */
export function summarizeConsent(entries: readonly ConsentEntry[]): ConsentSummary | undefined {
  const authorized = entries.findLast((entry) => entry.kind === 'authorized');
  const trips = entries.filter((entry) => entry.kind === 'asked');
  const asked = trips.findLast(({ trip }) => authorized === undefined || trip === authorized.trip);
  if (!asked) return undefined;
  const granted = entries.find((entry) => entry.kind === 'granted');
  const ended = entries.find((entry) => entry.kind === 'ended');
  const erased = entries.filter((entry) => entry.kind === 'erased');
  return {
    asked: { trip: asked.trip, atMs: asked.atMs, ...asked.facts },
    trips: trips.length,
    authorized: authorized ? { atMs: authorized.atMs, ...authorized.facts } : null,
    granted: granted ? { atMs: granted.atMs, ...granted.facts } : null,
    endedUpstreamAtMs: entries.find(({ kind }) => kind === 'ended_upstream')?.atMs ?? null,
    ended: ended ? { atMs: ended.atMs, ...ended.facts } : null,
    erased: erased.map(({ atMs, facts }) => ({ atMs, ...facts })),
  };
}
