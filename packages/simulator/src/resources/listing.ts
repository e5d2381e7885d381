import type { FastifyRequest } from 'fastify';
import { type Answer, fault, json } from '../answer.ts';
import { catalogueOf } from '../certificates/catalogue.ts';
import type { Deps } from '../deps.ts';
import { type Access, withAccess } from './bearer.ts';

/** The documents that the person ticked, and no other. */
export function consentedDocuments({ entity, consent }: Access): Access['entity']['documents'] {
  return entity.documents.filter((document) => consent.documentUris.includes(document.uri));
}

/** `GET /oauth2/2/entity/files/issued` (entitylocker-upstream §2.4). */
export function issued(deps: Deps, request: FastifyRequest): Answer {
  return withAccess(deps, request, 'files.issueddocs', (access) => {
    const items = consentedDocuments(access).map((document) => {
      const entry = catalogueOf(document);
      return {
        name: entry.name,
        type: 'file',
        size: '',
        parent: '',
        date: deps.profile.date(document.issuedOn),
        mime: deps.profile.mime(entry.mimes),
        uri: document.uri,
        doctype: document.doctype,
        description: entry.name,
        issuerid: entry.issuerId,
        issuer: entry.issuer,
      };
    });
    return json(200, { items, resource: '' });
  });
}

/** `GET /oauth2/1/entity/files`, with or without a folder: nobody here has uploaded anything (§2.5). */
export function uploaded(deps: Deps, request: FastifyRequest): Answer {
  return withAccess(deps, request, 'files.issueddocs', () => {
    const { folderId } = request.params as { folderId?: string };
    if (folderId !== undefined) return fault(404, 'invalid_id', 'there is no such folder');
    return json(200, { directory: '/', items: [] });
  });
}
