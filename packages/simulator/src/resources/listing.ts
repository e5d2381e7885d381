import type { FastifyRequest } from 'fastify';
import { type Answer, json } from '../answer.ts';
import { catalogueOf, type Rendition } from '../certificates/catalogue.ts';
import type { Deps } from '../deps.ts';
import type { Document } from '../personas/persona.ts';
import { dateField, mimeField } from '../profile.ts';
import { type Access, withAccess } from './bearer.ts';

/** The documents that the person ticked, and no other. */
export function consentedDocuments({ entity, consent }: Access): Access['entity']['documents'] {
  return entity.documents.filter((document) => consent.documentUris.includes(document.uri));
}

/** In which renditions a document is served. */
export function offeredMimes({ effect }: Access, document: Document): readonly Rendition[] {
  const { mimes } = catalogueOf(document);
  return effect.pdfOnly ? mimes.filter((mime) => mime === 'application/pdf') : mimes;
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
        date: dateField(document.issuedOn, access.variants),
        mime: mimeField(offeredMimes(access, document), access.variants),
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
