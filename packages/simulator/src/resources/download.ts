import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type Answer, fault } from '../answer.ts';
import type { Rendition } from '../certificates/catalogue.ts';
import type { Deps } from '../deps.ts';
import type { Document } from '../personas/persona.ts';
import { type Access, withAccess } from './bearer.ts';
import { consentedDocuments, offeredMimes } from './listing.ts';

/** The `hmac` header: Base64(HMAC-SHA256(client secret, exact body bytes)) (entitylocker-upstream §2.6). */
export function bodyHmac(clientSecret: string, body: Buffer): string {
  return createHmac('sha256', clientSecret).update(body).digest('base64');
}

/** `GET /oauth2/1/entity/file/{uri}` or `/file/uri?uri=`: which of the two is right is unsettled, both work (§9 no. 1). */
export function file(deps: Deps, request: FastifyRequest): Answer | Promise<Answer> {
  return download(deps, request, 'application/pdf');
}

/** `GET /oauth2/1/entity/xml/{uri}` or `/xml/uri?uri=`. Not every document has an XML (§2.6). */
export function xml(deps: Deps, request: FastifyRequest): Answer | Promise<Answer> {
  return download(deps, request, 'application/xml');
}

function download(deps: Deps, request: FastifyRequest, mime: Rendition): Answer | Promise<Answer> {
  return withAccess(deps, request, 'files.issueddocs', async (access) => {
    const uri = uriOf(request);
    if (uri === undefined || uri === '') return fault(400, 'uri_missing', 'the uri is missing');
    // The same answer for "not consented" and "does not exist", so that nothing leaks.
    const document = consentedDocuments(access).find((candidate) => candidate.uri === uri);
    const body = document && (await rendered(deps, access, document, mime));
    if (!body) return fault(404, 'invalid_uri', 'there is no such document');
    const hmac = bodyHmac(access.client.clientSecret, body);
    return { status: 200, headers: { 'content-type': mime, 'content-length': String(body.length), hmac }, body };
  });
}

async function rendered(
  { specimens }: Deps,
  access: Access,
  document: Document,
  mime: Rendition,
): Promise<Buffer | undefined> {
  if (!offeredMimes(access, document).includes(mime)) return undefined;
  const name = document.holder ?? access.entity.name;
  return specimens.get({ ...access.entity, name }, document, mime, access.effect.seal);
}

function uriOf(request: FastifyRequest): string | undefined {
  const { uri: segment } = request.params as { uri?: string };
  if (segment !== undefined) return segment;
  const { uri } = request.query as { uri?: unknown };
  return typeof uri === 'string' ? uri : undefined;
}
