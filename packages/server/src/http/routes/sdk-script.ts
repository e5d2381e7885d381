import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { sdkScript } from '../../pages/scripts.ts';
import { scriptSender } from '../script-sender.ts';

/** The vendor's path on our host, so that a page changes the host and nothing else (sandbox-api §4.1). */
const path = '/kyc/entitylocker/sdk.js';
/** A new release reaches every page within this, seconds; after it the browser asks whether there is another. */
const maxAgeSeconds = 300;

/** The script of integrators' pages. Anybody may read it; it holds nothing but our address. */
export function sdkScriptRoute(app: FastifyInstance, baseUrl: string): void {
  const text = sdkScript(baseUrl);
  const send = scriptSender(text);
  const etag = `"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
  app.get(path, async (request, reply) => {
    reply
      .header('cache-control', `public, max-age=${maxAgeSeconds}`)
      .header('etag', etag)
      .header('access-control-allow-origin', '*')
      .header('cross-origin-resource-policy', 'cross-origin');
    if (request.headers['if-none-match'] === etag) {
      return reply.code(304).header('vary', 'accept-encoding').header('x-content-type-options', 'nosniff').send();
    }
    return send(request, reply);
  });
}
