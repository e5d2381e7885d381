import Type, { type Static } from 'typebox';
import type { ChainedEntry } from '../domain/audit-leaf.ts';

/** Longest word of an entry, characters; ours have under a hundred. */
const text = Type.String({ maxLength: 2_000 });

/** An audit entry as it stands in exports and evidence packs; times are ms since the epoch. */
export const auditLineFields = {
  workspace_id: text,
  session_id: text,
  session_created_at: Type.Integer({ minimum: 0 }),
  at: Type.Integer({ minimum: 0 }),
  actor: text,
  action: text,
  detail: Type.Union([Type.String(), Type.Null()]),
  batch: Type.Integer({ minimum: 1 }),
};
const Fields = Type.Object(auditLineFields);
export type AuditLine = Static<typeof Fields>;

export function toAuditLine(entry: ChainedEntry): AuditLine {
  return {
    workspace_id: entry.workspaceId,
    session_id: entry.sessionId,
    session_created_at: entry.sessionCreatedAtMs,
    at: entry.atMs,
    actor: entry.actor,
    action: entry.action,
    detail: entry.detail,
    batch: entry.batch,
  };
}

export function fromAuditLine(line: AuditLine): ChainedEntry {
  return {
    workspaceId: line.workspace_id,
    sessionId: line.session_id,
    sessionCreatedAtMs: line.session_created_at,
    atMs: line.at,
    actor: line.actor,
    action: line.action,
    detail: line.detail,
    batch: line.batch,
  };
}
