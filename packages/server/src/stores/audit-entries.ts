import type { Statement } from '../storage/db.ts';

/** Who did it: the integrator's key, the person in the browser, or our own clockwork. */
export type AuditActor = 'integrator' | 'person' | 'system';

export interface AuditEntry {
  workspaceId: string;
  sessionId: string;
  atMs: number;
  actor: AuditActor;
  /** `session.created`, `document.erased` … */
  action: string;
  /** Short machine words only: never a token, a code or personal data. */
  detail?: string;
}

export function auditEntriesStore() {
  return {
    insertion: (entry: AuditEntry): Statement => ({
      sql: 'insert into audit_entries (workspace_id, session_id, at_ms, actor, action, detail) values ($1, $2, $3, $4, $5, $6)',
      params: [entry.workspaceId, entry.sessionId, entry.atMs, entry.actor, entry.action, entry.detail ?? null],
    }),
  };
}
