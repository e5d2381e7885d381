/**
 * Error codes that the papers or integrators name (entitylocker-upstream §1.2, §1.3, §2, §7). Only these may stand
 * in a detail or a session: any other text comes from outside and could hold anything.
 */
const codes: ReadonlySet<string> = new Set([
  'access_denied',
  'insufficient_scope',
  'invalid_client',
  'invalid_client_id',
  'invalid_grant',
  'invalid_grant_type',
  'invalid_id',
  'invalid_redirect_uri',
  'invalid_request',
  'invalid_scope',
  'invalid_token',
  'invalid_uri',
  'partner_service_unresponsive',
  'repository_service_configerror',
  'repository_service_exception',
  'repository_service_inactive',
  'repository_service_resperror',
  'repository_service_unpublished',
  'repository_service_unresponsive',
  'server_error',
  'temporarily_unavailable',
  'token_revoked',
  'too_many_requests',
  'unauthorized_client',
  'unexpected_error',
  'unsupported_grant_type',
  'unsupported_response_type',
  'uri_missing',
  'user_consent_not_given',
  'user_loggedout',
]);

export function isPublishedError(code: string): boolean {
  return codes.has(code);
}

/** The `error` of a JSON body, if it is a published one. */
export function publishedError(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  return typeof body.error === 'string' && isPublishedError(body.error) ? body.error : undefined;
}
