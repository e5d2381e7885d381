import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { sdkScript } from '../../pages/scripts.ts';

/** The vendor's path on our host, so that a page changes the host and nothing else (sandbox-api §4.1). */
const path = '/kyc/entitylocker/sdk.js';
/** A new release reaches every page within this, seconds; after it the browser asks whether there is another. */
const maxAgeSeconds = 300;

/** The script of integrators' pages. Anybody may read it; it holds nothing but our address. */
export function sdkScriptRoute(app: FastifyInstance, baseUrl: string): void {
  const text = sdkScript(baseUrl);
  const packed = gzipSync(text, { level: 9 });
  const etag = `"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
  app.get(path, async (request, reply) => {
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', `public, max-age=${maxAgeSeconds}`)
      .header('etag', etag)
      .header('vary', 'accept-encoding')
      .header('x-content-type-options', 'nosniff')
      .header('access-control-allow-origin', '*')
      .header('cross-origin-resource-policy', 'cross-origin');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\b)/.test(String(request.headers['accept-encoding'] ?? ''));
    return takesGzip ? reply.header('content-encoding', 'gzip').send(packed) : reply.send(text);
  });
}
