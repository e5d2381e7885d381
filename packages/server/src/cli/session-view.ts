import type { V1Session } from '@tijori/client-source';
import { momentText } from './output.ts';
import type { Style } from './screen.ts';
import type { Column } from './table.ts';

const statusStyles: Readonly<Record<string, Style>> = {
  succeeded: 'green',
  failed: 'red',
  expired: 'yellow',
  authorized: 'cyan',
  initialized: 'cyan',
};

/** The colour of a status. */
function statusStyle(status: string): Style {
  return statusStyles[status] ?? 'reset';
}

/** Sessions as a table. */
export const sessionColumns: readonly Column<V1Session>[] = [
  { title: 'SESSION', text: ({ id }) => id },
  { title: 'STATUS', text: ({ status }) => status, style: ({ status }) => statusStyle(status) },
  { title: 'REASON', text: ({ status_reason: reason }) => reason ?? '-' },
  { title: 'CREATED', text: ({ created_at: at }) => momentText(at), mayShrink: true },
  { title: 'REFERENCE', text: ({ reference }) => reference ?? '-', mayShrink: true },
  { title: 'DOCUMENTS', text: ({ documents }) => documents.map(({ type }) => type).join(' '), mayShrink: true },
];

/** One session, field by field. */
export function sessionFields(session: V1Session): (readonly [string, string])[] {
  const documents = session.documents.map(({ type, consented }) => (consented ? `${type} (consented)` : type));
  const reason = session.status_reason === null ? '' : ` (${session.status_reason})`;
  return [
    ['Session', session.id],
    ['Status', `${session.status}${reason}`],
    ['Documents', documents.join(', ')],
    ['Reference', session.reference ?? '-'],
    ['Created', momentText(session.created_at)],
    ['Expires', momentText(session.expires_at)],
    ['Kept until', momentText(session.documents_expire_at)],
    ['Page', session.url],
  ];
}
