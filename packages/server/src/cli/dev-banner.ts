import { authenticate, createSdkSession, sdkSessionRequestEntity } from '@tijori/wire';
import type { DevCredentials } from './dev-folder.ts';

/** What `tijori dev` prints: everything to go on with, ready to paste. */
export function devBanner(credentials: DevCredentials, paths: { credentials: string; log: string }): string {
  const { base_url: baseUrl, api_key: apiKey, api_secret: apiSecret } = credentials;
  return `
Tijori is ready, for development only: fictional businesses, specimen documents, this machine alone.

  Demo         ${baseUrl}/demo
  API docs     ${baseUrl}/docs
  API key      ${apiKey}
  API secret   ${apiSecret}
  In a file    ${paths.credentials}
  Log          ${paths.log}

Paste this to create a session, then open ${baseUrl}/consent/<id> with the id that it answers:

  TOKEN=$(curl -s -X POST ${baseUrl}${authenticate.path} \\
    -H 'x-api-key: ${apiKey}' \\
    -H 'x-api-secret: ${apiSecret}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

  curl -X POST ${baseUrl}${createSdkSession.path} \\
    -H "Authorization: $TOKEN" \\
    -H 'x-api-key: ${apiKey}' \\
    -H 'Content-Type: application/json' \\
    -d '{"@entity":"${sdkSessionRequestEntity}","flow":"signin","doc_types":["company_master_details","gstn_details","udhyam_certificate"]}'

Rate limits are lifted here; "tijori start" allows a test key 25 calls a minute and a live key 500, unless set otherwise.
Press Ctrl+C to stop.
`;
}
