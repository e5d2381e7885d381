import type { FastifyRequest } from 'fastify';
import { type Answer, fault } from '../answer.ts';
import type { Deps } from '../deps.ts';
import { sameSecret } from '../secrets.ts';
import { type Access, withAccess } from './bearer.ts';
import { bodyHmac } from './download.ts';

export const uploadPath = '/public/oauth2/1/file/upload';
export const uploadBytesMax = 10 * 1024 * 1024;

/** What a type has to begin with. */
const beginnings: Record<string, Buffer> = {
  'application/pdf': Buffer.from('%PDF-'),
  'image/png': Buffer.from([0x89, 0x50, 0x4e, 0x47]),
  'image/jpeg': Buffer.from([0xff, 0xd8, 0xff]),
  'image/jpg': Buffer.from([0xff, 0xd8, 0xff]),
};

/**
 * `POST /oauth2/1/file/upload` (entitylocker-upstream §2.7). Refuses every upload, each for its documented reason; one
 * without a fault is refused for its scope, because no requester here is registered for uploading.
 */
export function upload(deps: Deps, request: FastifyRequest): Answer {
  return withAccess(deps, request, 'files.issueddocs', (access) => {
    const error = uploadFault(access, request);
    if (error !== undefined) return fault(400, error, `the upload was refused: ${error}`);
    return fault(403, 'insufficient_scope', 'no requester here may upload', {
      'www-authenticate': 'Bearer error="insufficient_scope"',
    });
  });
}

/** The first of the documented errors that fits. */
function uploadFault({ client }: Access, { headers, body }: FastifyRequest): string | undefined {
  const { path, hmac } = headers;
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (typeof path !== 'string' || path === '') return 'path_missing';
  if (type === undefined || type === '') return 'contenttype_missing';
  if (typeof hmac !== 'string' || hmac === '') return 'hmac_missing';
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  if (name === '') return 'filename_missing';
  if (folders.some((folder) => folder === '..' || folder === '.')) return 'invalid_path';
  if (/[\\:*?<>|'^~]/.test(name)) return 'invalid_filename';
  if (!/\.(jpe?g|png|pdf)$/i.test(name)) return 'invalid_filetype';
  const beginning = Object.hasOwn(beginnings, type) ? beginnings[type] : undefined;
  if (!beginning) return 'invalid_filetype';
  if (bytes.length === 0) return 'file_data_missing';
  if (bytes.length > uploadBytesMax) return 'invalid_filesize';
  if (!sameSecret(hmac, bodyHmac(client.clientSecret, bytes))) return 'hmac_mismatch';
  return bytes.subarray(0, beginning.length).equals(beginning) ? undefined : 'mimetype_mismatch';
}
