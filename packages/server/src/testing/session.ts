import type { Session } from '../domain/session.ts';

/** A session as `sessions/create` makes it, with what a test changes about it. For tests only. */
export function sessionWith(change: Partial<Session> = {}): Session {
  return {
    id: '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60',
    workspaceId: '0d5e2f5c-5f0b-4f0e-8a3c-2b1a09f8e7d6',
    mode: 'test',
    family: 'sdk',
    flow: 'signin',
    docTypes: ['company_master_details', 'gstn_details'],
    status: 'created',
    statusReason: null,
    createdAtMs: 0,
    updatedAtMs: null,
    expiresAtMs: 1,
    documentsConsented: [],
    documentsExpireAtMs: null,
    scenario: null,
    resets: 0,
    exchangeFailures: 0,
    returnUrl: null,
    consentExpiresAtMs: null,
    reference: null,
    metadata: null,
    purposes: {},
    locale: null,
    expectedEntity: null,
    consentValidUntilMs: null,
    consentEndedAtMs: null,
    consentEndReason: null,
    followUpOf: null,
    redactedAtMs: null,
    ...change,
  };
}
