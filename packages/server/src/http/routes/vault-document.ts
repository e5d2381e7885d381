import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { linkPath } from '../../usecases/documents/link.ts';
import { openDocument } from '../../usecases/documents/open.ts';
import { letGo } from '../../vault/let-go.ts';

/** The file behind a pre-signed link: no key, no token, the signature in the query is all (sandbox-api §1.4). */
export function vaultDocumentRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { document_id: string } }>({
    method: 'GET',
    url: linkPath(':document_id'),
    handler: async (request, reply) => {
      const [path, rawQuery] = splitOnce(request.raw.url ?? '');
      const { link, sizeBytes, sha256, bytes } = await openDocument(deps, {
        method: request.method,
        path,
        documentId: request.params.document_id,
        rawQuery,
      });
      reply
        .type(link.contentType)
        .header('content-length', sizeBytes)
        .header('repr-digest', reprDigest(sha256))
        .header('content-disposition', `${link.disposition}; filename="${link.filename}"`)
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('x-robots-tag', 'noindex');
      if (Buffer.isBuffer(bytes)) {
        reply.raw.once('finish', () => letGo(bytes));
        return reply.send(bytes);
      }
      letGoWhenSent(reply.raw);
      return reply.send(bytes);
    },
  });
}

/** Each piece of this answer is let go once the system has taken it. One that fails is left to the collector: nobody knows how far it came. */
function letGoWhenSent(response: ServerResponse): void {
  const write = response.write.bind(response) as (piece: Buffer, sent: (error?: Error | null) => void) => boolean;
  response.write = (piece: Buffer) => write(piece, (error) => (error ? undefined : letGo(piece)));
}

/** RFC 9530 §3: what whoever downloads can hold the bytes against. */
function reprDigest(sha256Hex: string): string {
  return `sha-256=:${Buffer.from(sha256Hex, 'hex').toString('base64')}:`;
}

function splitOnce(url: string): [string, string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}
