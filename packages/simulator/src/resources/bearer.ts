import type { FastifyRequest } from 'fastify';
import { type Answer, fault } from '../answer.ts';
import type { SimulatorClient } from '../clients.ts';
import type { Deps } from '../deps.ts';
import type { Consent } from '../grants.ts';
import type { Entity, Person, Variants } from '../personas/persona.ts';
import type { Effect } from '../scenarios/effect.ts';
import { changedEntity } from '../scenarios/entity-change.ts';
import { effectOf } from '../scenarios/table.ts';
import { sha256Hex } from '../secrets.ts';

/** What a live access token opens. */
export interface Access {
  client: SimulatorClient;
  consent: Consent;
  person: Person;
  /** As the scenario of the consent has it. */
  entity: Entity;
  effect: Effect;
  variants: Variants;
}

/**
 * Runs `answer` for a live token with the scope, else answers 401 or 403 (entitylocker-upstream §2.6, §9 no. 11).
 * Only the header counts; the old `?access_token=` does not (§2).
 */
export function withAccess<T extends Answer | Promise<Answer>>(
  deps: Deps,
  request: FastifyRequest,
  scope: string,
  answer: (access: Access) => T,
): Answer | T {
  const access = accessOf(deps, request.headers.authorization);
  if (!access) {
    const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };
    return fault(401, 'invalid_token', 'the access token is missing, unknown, expired or revoked', challenge);
  }
  if (!access.consent.scope.split(' ').includes(scope)) {
    const challenge = { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
    return fault(403, 'insufficient_scope', `this needs the scope ${scope}`, challenge);
  }
  return answer(access);
}

function accessOf(deps: Deps, header: string | undefined): Access | undefined {
  const value = /^Bearer +([0-9a-f]{40})$/i.exec(header ?? '')?.[1];
  if (value === undefined) return undefined;
  const token = deps.grants.token(sha256Hex(value));
  if (token?.kind !== 'access' || token.standing !== 'live' || deps.now() >= token.expiresAtMs) return undefined;
  // No token outlives its consent: `expiresAtMs` is never later than the consent's end.
  const consent = deps.grants.consent(token.consentId);
  if (!consent) return undefined;
  const client = deps.clients.byId(consent.clientId);
  const found = deps.people.entityById(consent.entityId);
  if (!client || found?.person.mobile !== consent.mobile) return undefined;
  const effect = effectOf(consent.scenario);
  const variants = { ...deps.profile.variants, ...found.variants };
  const entity = withStanding(changedEntity(found.entity, effect.entity), variants);
  return { client, consent, person: found.person, entity, effect, variants };
}

/** Many real certificates say nothing about their standing (entitylocker-upstream §4.1). */
function withStanding(entity: Entity, { status }: Variants): Entity {
  if (status === 'usual') return entity;
  return { ...entity, documents: entity.documents.map((document) => ({ ...document, standing: '' })) };
}
