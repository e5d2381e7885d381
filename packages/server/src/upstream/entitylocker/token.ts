import * as oauth from 'oauth4webapi';
import { AppError } from '../../domain/app-error.ts';
import type { Grant } from '../upstream.ts';
import { readCallback } from './authorize.ts';
import { type Call, jsonObjectOf, jsonTypes, refused, unavailable } from './guards.ts';
import type { OauthClient } from './oauth-client.ts';
import { isLoopback, type ResolvedSettings } from './settings.ts';

export interface TokenDeps {
  settings: ResolvedSettings;
  oauthClient: OauthClient;
  call: Call;
  nowMs: () => number;
}

/** What the token call without OpenID says by default (entitylocker-upstream §1.3). */
const expiresInDefault = 3600;
const expiresInMax = 30 * 24 * 3600;

export interface RedeemInput {
  query: URLSearchParams;
  state: string;
  codeVerifier: string;
  redirectUri: string;
}

/** Redeems the code of a callback. One request, never repeated: an answer that is lost is lost (acceptance H4). */
export async function redeem(deps: TokenDeps, input: RedeemInput): Promise<Grant> {
  const { server, client, auth } = deps.oauthClient;
  const callback = readCallback(deps.oauthClient, input.query, input.state);
  if (callback.outcome === 'refused') {
    throw new AppError('upstream_refused', { detail: 'entitylocker callback: a refusal has no code to redeem' });
  }
  return tokenCall(deps, async (options) => {
    const { redirectUri, codeVerifier } = input;
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      auth,
      callback.parameters,
      redirectUri,
      codeVerifier,
      options,
    );
    return oauth.processAuthorizationCodeResponse(server, client, response);
  });
}

/**
 * A new access token, and with it a new refresh token; the old one is kept only if none comes back
 * (entitylocker-upstream §1.3). One request, never repeated: the refresh token rotates.
 */
export async function refresh(deps: TokenDeps, grant: Grant): Promise<Grant> {
  const { server, client, refreshAuth } = deps.oauthClient;
  const { refreshToken } = grant;
  if (!refreshToken) throw refused('token', 'no refresh token', { status: 401, error: 'invalid_token' });
  const fresh = await tokenCall(deps, async (options) => {
    const response = await oauth.refreshTokenGrantRequest(server, client, refreshAuth, refreshToken, options);
    return oauth.processRefreshTokenResponse(server, client, response);
  });
  return { refreshToken, ...consentEndOf(grant), ...fresh };
}

function consentEndOf({ consentValidTillMs }: Grant): Pick<Grant, 'consentValidTillMs'> {
  return consentValidTillMs === undefined ? {} : { consentValidTillMs };
}

/** One exchange at the token endpoint, through our own guards. */
async function tokenCall(
  deps: TokenDeps,
  exchange: (options: oauth.TokenEndpointRequestOptions) => Promise<oauth.TokenEndpointResponse>,
): Promise<Grant> {
  let raw: Record<string, unknown> = {};
  const send = async (url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>): Promise<Response> => {
    const answer = await deps.call({
      name: 'token',
      method: 'POST',
      url,
      headers: init.headers,
      body: init.body,
      accept: jsonTypes,
      bodyBytesMax: deps.settings.jsonBytesMax,
    });
    raw = jsonObjectOf('token', answer);
    return Response.json(conforming(raw));
  };
  try {
    const token = await exchange({
      [oauth.customFetch]: send,
      [oauth.allowInsecureRequests]: isLoopback(new URL(deps.settings.baseUrl).hostname),
    });
    return toGrant(token, raw, deps.nowMs());
  } catch (error) {
    if (error instanceof AppError) throw error;
    // oauth4webapi's own errors hold the body: they stop here.
    throw refused('token', 'answer is not a token', { status: 200 });
  }
}

/** The members that we use, in the form of RFC 6749 §5.1: blank and null mean absent (entitylocker-upstream §7 no. 6). */
function conforming(raw: Record<string, unknown>): Record<string, unknown> {
  const present = (value: unknown) => value !== undefined && value !== null && value !== '';
  const wanted = ['access_token', 'token_type', 'expires_in', 'refresh_token'];
  return Object.fromEntries(wanted.filter((name) => present(raw[name])).map((name) => [name, raw[name]]));
}

function toGrant(token: oauth.TokenEndpointResponse, raw: Record<string, unknown>, nowMs: number): Grant {
  if (token.token_type !== 'bearer') throw refused('token', 'token is not a bearer', { status: 200 });
  for (const value of [token.access_token, token.refresh_token ?? 'absent']) {
    if (!/^[\x21-\x7e]{1,8192}$/.test(value)) throw unavailable('token', 'token is garbled');
  }
  const expiresIn = Math.min(token.expires_in ?? expiresInDefault, expiresInMax);
  const grant: Grant = {
    accessToken: token.access_token,
    accessTokenExpiresAtMs: nowMs + Math.floor(expiresIn * 1000),
  };
  if (token.refresh_token) grant.refreshToken = token.refresh_token;
  const consentValidTillMs = msOfUnixSeconds(raw.consent_valid_till);
  if (consentValidTillMs !== undefined) grant.consentValidTillMs = consentValidTillMs;
  const reference = textOf(raw.reference_key, /^[A-Za-z0-9_-]{1,128}$/);
  const scope = textOf(raw.scope, /^[\x21-\x7e][ -~]{0,499}$/);
  return { ...grant, ...(reference !== undefined && { reference }), ...(scope !== undefined && { scope }) };
}

/** Kept for the record only: what looks otherwise is left out. */
function textOf(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

/** Unix seconds as number or text (entitylocker-upstream §1.3). */
function msOfUnixSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\s*\d{1,11}\s*$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0 || seconds >= 1e11) return undefined;
  return Math.floor(seconds * 1000);
}
