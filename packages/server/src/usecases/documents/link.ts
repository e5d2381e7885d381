import { type Document, documentVersion, type HeldFile } from '../../domain/document.ts';

/** Path of a download link, as it is signed. */
export function linkPath(documentId: string): string {
  return `/vault/documents/${documentId}`;
}

/** File name endings by content type. */
const endings: Record<string, string> = { 'application/pdf': 'pdf', 'application/xml': 'xml' };

/** What a download link is for. All of it is signed and comes from the row, at signing as well as at checking. */
export function linkSubject(document: Document, held: HeldFile) {
  return {
    workspaceId: document.workspaceId,
    documentId: document.id,
    version: documentVersion,
    contentType: held.contentType,
    filename: `${document.docType}.${endings[held.contentType] ?? 'bin'}`,
  };
}
