import type { FastifyRequest } from 'fastify';
import { type Answer, fault, json } from '../answer.ts';
import type { Deps } from '../deps.ts';
import type { Upload } from '../personas/persona.ts';
import { derivedUuid } from '../secrets.ts';
import { type Access, withAccess } from './bearer.ts';

/** `GET /oauth2/1/entity/files`, with or without a folder: what the entity put there itself (entitylocker-upstream §2.5). */
export function uploaded(deps: Deps, request: FastifyRequest): Answer {
  return withAccess(deps, request, 'files.issueddocs', (access) => {
    const { folderId } = request.params as { folderId?: string };
    const { uploads } = access.entity;
    if (folderId === undefined) return listing(access, '/', undefined);
    const folder = uploads.find((upload) => upload.mime === undefined && idOf(access, upload.name) === folderId);
    return folder ? listing(access, `/${folder.name}`, folder) : fault(404, 'invalid_id', 'there is no such folder');
  });
}

function listing(access: Access, directory: string, folder: Upload | undefined): Answer {
  const held = access.entity.uploads.filter((upload) => upload.folder === folder?.name);
  return json(200, { directory, items: held.map((upload) => item(access, upload)) });
}

function item(access: Access, { name, folder, mime, bytes, uploadedOn }: Upload) {
  return {
    id: idOf(access, name),
    name,
    type: mime === undefined ? 'dir' : 'file',
    size: bytes === undefined ? '' : String(bytes),
    date: `${uploadedOn}T00:00:00+05:30`,
    parent: folder === undefined ? '' : idOf(access, folder),
    mime: mime ?? '',
    // Only issued documents can be downloaded with what this requester may do.
    uri: '',
    description: '',
    issuer: '',
  };
}

function idOf({ entity }: Access, name: string): string {
  return derivedUuid('upload', `${entity.id}:${name}`);
}
