import type { FastifyRequest } from 'fastify';
import type { Grants } from '../grants.ts';
import type { Journeys } from '../journeys.ts';
import { field, formOf } from '../oauth/form.ts';
import type { Point } from '../scenario.ts';
import { sha256Hex } from '../secrets.ts';
import { isScenarioName, type ScenarioName } from './table.ts';

/** Whose request this is, as far as can be told before it is answered. Not a check of any right. */
export interface Subject {
  clientId: string | undefined;
  workspace: string | undefined;
  scenario: ScenarioName | undefined;
  consentId: string | undefined;
}

interface Sources {
  grants: Grants;
  journeys: Journeys;
}

const nobody: Subject = { clientId: undefined, workspace: undefined, scenario: undefined, consentId: undefined };

export function subjectOf({ grants, journeys }: Sources, point: Point, request: FastifyRequest): Subject {
  if (point === 'authorize') return ofQuery(new URL(request.url, 'http://simulator.invalid').searchParams);
  const { id } = request.params as { id?: string };
  if (id !== undefined) {
    const journey = journeys.byId(id);
    return journey ? { ...journey, consentId: undefined } : nobody;
  }
  const consentId = consentIdOf(grants, request);
  const consent = consentId === undefined ? undefined : grants.consent(consentId);
  return consent ? { ...consent, consentId } : nobody;
}

function ofQuery(query: URLSearchParams): Subject {
  const scenario = query.get('x_simulator_scenario') ?? '';
  return {
    clientId: query.get('client_id') ?? undefined,
    workspace: query.get('x_simulator_workspace') ?? undefined,
    scenario: isScenarioName(scenario) ? scenario : undefined,
    consentId: undefined,
  };
}

function consentIdOf(grants: Grants, request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +([0-9a-f]{40})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return grants.token(sha256Hex(bearer))?.consentId;
  const form = formOf(request.body);
  const code = field(form, 'code');
  if (code !== undefined) return grants.code(sha256Hex(code))?.consentId;
  const token = field(form, 'refresh_token') ?? field(form, 'token');
  return token === undefined ? undefined : grants.token(sha256Hex(token))?.consentId;
}
