import type { DocTypeName, ErrorCode } from '@tijori/wire';
import type { Document, HeldFile } from '../domain/document.ts';
import type { Db, Row, Statement, Value } from '../storage/db.ts';

export const documentColumns =
  'id, session_id, workspace_id, doc_type, position, uri, upstream_code, issuer_id, issuer, name, description, issued_on, mimes, state, blob, content_type, size_bytes, sha256, wrapped_key, fetched_at_ms, failure, last_failure, tries, kept_until_ms';

const linkedById = `select ${documentColumns}, (select documents_expire_at_ms from sessions where sessions.id = documents.session_id) as documents_expire_at_ms
  from documents where id = $1`;

export function documentsStore(db: Db) {
  const select = async (where: string, params: Value[]): Promise<Document[]> => {
    const rows = await db.all(`select ${documentColumns} from documents where ${where}`, params);
    return rows.map(documentFromRow);
  };
  return {
    async find(id: string): Promise<Document | undefined> {
      return (await select('id = $1', [id]))[0];
    },
    /** With the end of all documents of its session, ms; 0 where there is none. Whoever has a link has no workspace. */
    async findForLink(id: string): Promise<{ document: Document; documentsExpireAtMs: number } | undefined> {
      const row = await db.get(linkedById, [id]);
      return row && { document: documentFromRow(row), documentsExpireAtMs: Number(row.documents_expire_at_ms ?? 0) };
    },
    ofSession: (sessionId: string) => select('session_id = $1 order by position', [sessionId]),
    ofType: (sessionId: string, docType: DocTypeName) =>
      select('session_id = $1 and doc_type = $2 order by position', [sessionId, docType]),
    async isHeldBlob(blob: string): Promise<boolean> {
      return (await db.get('select 1 as held from documents where blob = $1', [blob])) !== undefined;
    },
    /** Its state and the file that it names, read at once; undefined for a document that is not known. */
    async fileOf(id: string): Promise<(Pick<Document, 'state'> & { blob: string | null }) | undefined> {
      const row = await db.get('select state, blob from documents where id = $1', [id]);
      if (!row) return undefined;
      return { state: row.state as Document['state'], blob: row.blob === null ? null : String(row.blob) };
    },
    /** A pending document is known but has no bytes yet. */
    insertion: (document: Document, position: number): Statement => ({
      sql: `insert into documents (${documentColumns}) values
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'pending', null, null, null, null, null, null, null, null, 0, null)`,
      params: [
        document.id,
        document.sessionId,
        document.workspaceId,
        document.docType,
        position,
        document.uri,
        document.upstreamCode,
        document.issuerId,
        document.issuer,
        document.name,
        document.description,
        document.issuedOn,
        JSON.stringify(document.mimes),
      ],
    }),
    /** Changes nothing, and conflicts for a document that does not hold this file any more. */
    stillHeld: (id: string, blob: string): Statement => ({
      sql: `update documents set blob = $1 where id = $2 and state = 'held' and blob = $1`,
      params: [blob, id],
      expectRows: 1,
    }),
    /**
     * Conflicts when somebody else was faster or the document was erased meanwhile. Bytes that are here stand above a
     * failure that another fetch has written: it was about those still to come.
     */
    holding: (id: string, held: HeldFile): Statement => ({
      sql: `update documents set state = 'held', blob = $1, content_type = $2, size_bytes = $3, sha256 = $4,
              wrapped_key = $5, fetched_at_ms = $6, kept_until_ms = $7, failure = null
            where id = $8 and state in ('pending', 'failed')`,
      params: [
        held.blob,
        held.contentType,
        held.sizeBytes,
        held.sha256,
        held.wrappedKey,
        held.fetchedAtMs,
        held.keptUntilMs,
        id,
      ],
      expectRows: 1,
    }),
  };
}

export function documentFromRow(row: Row): Document {
  const text = (name: string) => String(row[name]);
  return {
    id: text('id'),
    sessionId: text('session_id'),
    workspaceId: text('workspace_id'),
    docType: text('doc_type') as DocTypeName,
    uri: text('uri'),
    upstreamCode: text('upstream_code'),
    issuerId: text('issuer_id'),
    issuer: text('issuer'),
    name: text('name'),
    description: text('description'),
    issuedOn: row.issued_on === null ? null : text('issued_on'),
    mimes: JSON.parse(text('mimes')) as string[],
    state: text('state') as Document['state'],
    held: row.wrapped_key === null ? null : heldFrom(row),
    failure: row.failure === null ? null : (text('failure') as ErrorCode),
    lastFailure: row.last_failure === null ? null : (text('last_failure') as ErrorCode),
    tries: Number(row.tries),
  };
}

function heldFrom(row: Row): HeldFile {
  return {
    blob: String(row.blob),
    contentType: String(row.content_type),
    sizeBytes: Number(row.size_bytes),
    sha256: String(row.sha256),
    wrappedKey: String(row.wrapped_key),
    fetchedAtMs: Number(row.fetched_at_ms),
    keptUntilMs: row.kept_until_ms === null ? null : Number(row.kept_until_ms),
  };
}
