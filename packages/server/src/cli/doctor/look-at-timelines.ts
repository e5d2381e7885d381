import { type Finding, fault, ok } from './finding.ts';

/** Ids that are named; more would only scroll by. */
const shownMax = 3;

/** Entries of a session's timeline, written in the same commit as what they tell of. */
const entryOf = (session: string, action: string) =>
  `select 1 from audit_entries a where a.session_created_at_ms = ${session}.created_at_ms and a.session_id = ${session}.id
   and a.workspace_id = ${session}.workspace_id and a.action = ${action}`;

/** What rows say, and the timeline does not: ids, each query one kind. The same text on both engines. */
export const timelineQueries: readonly string[] = [
  `select s.id from sessions s where not exists (${entryOf('s', `'session.created'`)})
     or (s.status <> 'created' and not exists (${entryOf('s', `'session.' || s.status`)}))`,
  `select d.id from documents d left join sessions s on s.id = d.session_id
   where d.state = 'held' and (s.id is null or not exists (${entryOf('s', `'document.held'`)}
     and a.detail = d.doc_type || ' sha256:' || d.sha256))`,
];

/**
 * Holds what every session and held document says of itself against its timeline, which says it once more: SQLite has no checksums
 * of its pages, so that a disk which changes bytes by itself is noticed by nobody else.
 */
export function timelinesFinding([sessions = [], documents = []]: readonly (readonly string[])[]): Finding {
  const wrong = [...sessions, ...documents];
  if (wrong.length === 0) return ok('timelines', 'Every session and held document is what its timeline says.');
  const shown = `${wrong.slice(0, shownMax).join(', ')}${wrong.length > shownMax ? ', …' : ''}`;
  return fault(
    'timelines',
    `${sessions.length} sessions and ${documents.length} documents are not what their timelines say (${shown}). Restore a backup.`,
  );
}
