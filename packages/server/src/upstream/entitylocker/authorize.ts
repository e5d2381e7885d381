import * as oauth from 'oauth4webapi';
import { AppError } from '../../domain/app-error.ts';
import type { AuthorizationRequest, AuthorizationReturn, AuthorizationStart } from '../upstream.ts';
import type { OauthClient } from './oauth-client.ts';
import { isPublishedError } from './published-errors.ts';
import type { ResolvedSettings } from './settings.ts';

/** Letters, digits, space, underscore, at most 50 characters (entitylocker-upstream §1.1, §9 no. 13). */
export function consentPageText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_]+/g, ' ')
    .trim()
    .slice(0, 50)
    .trim();
}

/** The address of the consent page (entitylocker-upstream §1.1): PKCE with S256 always, no `scope`. */
export async function authorizationStart(
  settings: ResolvedSettings,
  codeVerifier: string,
  request: AuthorizationRequest,
): Promise<AuthorizationStart> {
  const url = new URL(settings.baseUrl + settings.paths.authorize);
  const query = url.searchParams;
  query.set('response_type', 'code');
  query.set('client_id', settings.clientId);
  query.set('redirect_uri', request.redirectUri);
  query.set('state', request.state);
  query.set('code_challenge', await oauth.calculatePKCECodeChallenge(codeVerifier));
  query.set('code_challenge_method', 'S256');
  // Seconds, and no 5:30 added for "IST" (entitylocker-upstream §7 no. 7).
  query.set('consent_valid_till', String(Math.floor(request.consentValidTillMs / 1000)));
  if (request.flow === 'signup') query.set('dl_flow', 'signup');
  const codes = [...new Set(request.docTypes.map((docType) => docType.upstreamCode))];
  if (codes.length > 0) query.set('req_doctype', codes.join(','));
  if (settings.sendPurpose) {
    const purpose = consentPageText(request.purpose);
    const serviceName = consentPageText(request.serviceName);
    if (purpose) query.set('purpose', purpose);
    if (serviceName) query.set('service_name', serviceName);
  }
  if (settings.sendScenario) {
    if (request.scenario !== undefined) query.set('x_simulator_scenario', request.scenario);
    if (request.workspaceId !== undefined) query.set('x_simulator_workspace', request.workspaceId);
  }
  // A space as %20 is read by every server; as + only by those that take the query for a form.
  url.search = query.toString().replaceAll('+', '%20');
  return { url: url.href, codeVerifier };
}

type Callback = { outcome: 'code'; code: string; parameters: URLSearchParams } | { outcome: 'refused'; error: string };

/**
 * Judges the callback: `state` equal and every parameter of the protocol at most once, on refusals too; then a code
 * or an error, and an error wins. Throws `upstream_refused` for anything else.
 */
export function readCallback(oauthClient: OauthClient, query: URLSearchParams, state: string): Callback {
  const answer = new URLSearchParams(query);
  for (const name of ['code', 'state', 'error', 'iss']) {
    if (answer.getAll(name).length > 1) throw callbackRefused(`${name} more than once`);
  }
  // EntityLocker documents no `iss` and there is one server only: an unknown spelling must not end every flow.
  answer.delete('iss');
  try {
    const parameters = oauth.validateAuthResponse(oauthClient.server, oauthClient.client, answer, state);
    const code = parameters.get('code') ?? '';
    if (!/^[\x21-\x7e]{1,2048}$/.test(code)) throw callbackRefused('no usable code');
    return { outcome: 'code', code, parameters };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof oauth.AuthorizationResponseError) {
      return { outcome: 'refused', error: isPublishedError(error.error) ? error.error : 'unrecognised_error' };
    }
    // oauth4webapi's own errors hold the parameters: they stop here.
    throw callbackRefused('not an answer to this request');
  }
}

/** The callback as the port gives it. */
export function authorizationReturn(
  oauthClient: OauthClient,
  query: URLSearchParams,
  state: string,
): AuthorizationReturn {
  const callback = readCallback(oauthClient, query, state);
  return callback.outcome === 'code' ? { outcome: 'code', code: callback.code } : callback;
}

function callbackRefused(what: string): AppError {
  return new AppError('upstream_refused', { detail: `entitylocker callback: ${what}` });
}
