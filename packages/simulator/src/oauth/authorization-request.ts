import type { Clients, SimulatorClient } from '../clients.ts';
import { lifetimes } from '../lifetimes.ts';
import { isScenarioName, type ScenarioName, scenarioNames } from '../scenarios/table.ts';

/** A checked authorization request, as the journey keeps it (entitylocker-upstream §1.1). */
export interface AuthorizationRequest {
  redirectUri: string;
  state: string;
  challenge: string;
  flow: 'signin' | 'signup';
  acr: string[];
  purpose?: string;
  serviceName?: string;
  /** Empty: every issued document may be listed. */
  docTypes: string[];
  scope: string;
  consentValidTillS: number;
  /** `pla=Y`: no security PIN is asked for. */
  withoutPin: boolean;
}

/** What no real locker knows: parameters of the simulator's own, all beginning with `x_simulator_`. */
export interface Invented {
  scenario: ScenarioName | undefined;
  workspace: string | undefined;
}

export type ReadRequest =
  | { outcome: 'accepted'; client: SimulatorClient; request: AuthorizationRequest; invented: Invented }
  /** There is no place that can be trusted with a redirect, so the person sees a page (RFC 6749 §4.1.2.1). */
  | { outcome: 'page'; reason: string }
  | { outcome: 'redirect'; redirectUri: string; state: string | undefined; error: string; description: string };

/** A fault that may be told to the client by redirect. */
class RequestFault extends Error {
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

/** Invented and labelled so (entitylocker-upstream §9 no. 5): the real scope names for entities are not public. */
const registeredScope = ['userdetails', 'entitydetails', 'files.issueddocs'];

/** Entity values and the personal locker's (entitylocker-upstream §1.1). */
const acrValues = ['cin', 'pan', 'udyam', 'aadhaar', 'driving_licence'];

/** Reads the query of `authorize`. Strict: what the real locker is not known to accept is refused. */
export function readAuthorizationRequest(query: URLSearchParams, clients: Clients, nowMs: number): ReadRequest {
  const client = clients.byId(single(query, 'client_id') ?? '');
  if (!client)
    return { outcome: 'page', reason: 'The requester is not registered here: its client_id is missing or unknown.' };
  const redirectUri = single(query, 'redirect_uri');
  if (redirectUri === undefined || !client.redirectUris.includes(redirectUri)) {
    return {
      outcome: 'page',
      reason: 'The address to return to (redirect_uri) is not one that the requester registered.',
    };
  }
  const invented = readInvented(query);
  if (typeof invented === 'string') return { outcome: 'page', reason: invented };
  const state = single(query, 'state');
  const sendableState = state !== undefined && isState(state) ? state : undefined;
  try {
    return { outcome: 'accepted', client, request: readChecked(query, redirectUri, nowMs), invented };
  } catch (error) {
    if (!(error instanceof RequestFault)) throw error;
    return { outcome: 'redirect', redirectUri, state: sendableState, error: error.code, description: error.message };
  }
}

function readChecked(query: URLSearchParams, redirectUri: string, nowMs: number): AuthorizationRequest {
  for (const name of new Set(query.keys())) {
    // RFC 6749 §3.1: parameters must not be included more than once.
    if (query.getAll(name).length > 1) throw new RequestFault('invalid_request', 'a parameter is there more than once');
  }
  const state = query.get('state') ?? '';
  if (!isState(state)) throw new RequestFault('invalid_request', 'state is missing, too long or not visible ASCII');
  const responseType = query.get('response_type');
  if (responseType === null) throw new RequestFault('invalid_request', 'response_type is missing');
  if (responseType !== 'code') throw new RequestFault('unsupported_response_type', 'response_type must be code');
  const purpose = readLabel(query, 'purpose');
  const serviceName = readLabel(query, 'service_name');
  return {
    redirectUri,
    state,
    challenge: readChallenge(query),
    flow: readFlow(query),
    acr: readAcr(query),
    ...(purpose !== undefined && { purpose }),
    ...(serviceName !== undefined && { serviceName }),
    docTypes: readDocTypes(query),
    scope: readScope(query),
    consentValidTillS: readConsentValidTill(query, nowMs),
    withoutPin: query.get('pla') === 'Y',
  };
}

/** The parameters, or why they cannot be used. A page says so, because a gateway would take a redirect for an outcome. */
function readInvented(query: URLSearchParams): Invented | string {
  const scenario = query.get('x_simulator_scenario') ?? undefined;
  if (scenario !== undefined && !isScenarioName(scenario)) return unknownScenario;
  const workspace = query.get('x_simulator_workspace') ?? undefined;
  if (workspace !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(workspace)) {
    return 'x_simulator_workspace takes 1 to 64 letters, digits, hyphens and underscores.';
  }
  return { scenario, workspace };
}

export const unknownScenario = `There is no such scenario (x_simulator_scenario). The names are: ${scenarioNames.join(', ')}.`;

/** One value, or undefined when it is missing or there more than once. */
function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

/** RFC 6749 appendix A.5: visible ASCII and space. The length only keeps the answer's address usable. */
function isState(state: string): boolean {
  return /^[\x20-\x7e]{1,4096}$/.test(state);
}

function readChallenge(query: URLSearchParams): string {
  // entitylocker-upstream §9 no. 14: without PKCE a strict simulator refuses.
  if (query.get('code_challenge_method') !== 'S256') {
    throw new RequestFault('invalid_request', 'code_challenge_method must be S256');
  }
  const challenge = query.get('code_challenge') ?? '';
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    throw new RequestFault('invalid_request', 'code_challenge must be 43 characters of base64url without padding');
  }
  return challenge;
}

function readFlow(query: URLSearchParams): 'signin' | 'signup' {
  const flow = query.get('dl_flow') ?? 'signin';
  if (flow !== 'signin' && flow !== 'signup')
    throw new RequestFault('invalid_request', 'dl_flow must be signin or signup');
  return flow;
}

function readAcr(query: URLSearchParams): string[] {
  const values = (query.get('acr') ?? '').split(' ').filter((value) => value !== '');
  if (values.some((value) => !acrValues.includes(value.toLowerCase()))) {
    throw new RequestFault('invalid_request', 'acr has an unknown value');
  }
  return values.map((value) => value.toLowerCase());
}

/** Letters, digits, space and underscore, at most 50 (entitylocker-upstream §1.1, §9 no. 13). */
function readLabel(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^[A-Za-z0-9 _]{1,50}$/.test(value)) {
    throw new RequestFault('invalid_request', `${name} takes 1 to 50 letters, digits, spaces and underscores`);
  }
  return value;
}

function readDocTypes(query: URLSearchParams): string[] {
  const value = query.get('req_doctype');
  if (value === null) return [];
  const codes = value.split(',');
  if (codes.length > 50 || codes.some((code) => !/^[A-Z]{5}$/.test(code))) {
    throw new RequestFault('invalid_request', 'req_doctype must be a comma list of five-letter codes');
  }
  return [...new Set(codes)];
}

/** No scope is what real requests send: then the client's registration counts (entitylocker-upstream §1.1). */
function readScope(query: URLSearchParams): string {
  const asked = (query.get('scope') ?? '').split(' ').filter((name) => name !== '');
  if (asked.length === 0) return registeredScope.join(' ');
  if (asked.some((name) => !registeredScope.includes(name))) {
    throw new RequestFault('invalid_scope', 'scope has a name that the requester is not registered for');
  }
  return [...new Set(asked)].join(' ');
}

function readConsentValidTill(query: URLSearchParams, nowMs: number): number {
  const value = query.get('consent_valid_till');
  if (value === null) return Math.floor((nowMs + lifetimes.consentMs) / 1000);
  // Ten digits: milliseconds are the usual mistake and would mean the year 50000.
  if (!/^[0-9]{10}$/.test(value))
    throw new RequestFault('invalid_request', 'consent_valid_till must be in Unix seconds');
  if (Number(value) * 1000 <= nowMs) throw new RequestFault('invalid_request', 'consent_valid_till is in the past');
  return Number(value);
}
