import type { Journey, JourneyChange, Role } from '../journeys.ts';
import { identifiersOf } from '../personas/identifiers.ts';
import type { People } from '../personas/people.ts';
import type { Document, Entity, Persona } from '../personas/persona.ts';
import type { RefusalName } from '../scenarios/effect.ts';
import { changedEntity } from '../scenarios/entity-change.ts';
import { scenarioOfIdentifier, scenarioOfMobile } from '../scenarios/reserved.ts';
import { effectOf } from '../scenarios/table.ts';
import { sameSecret } from '../secrets.ts';
import type { JourneyFault } from './faults.ts';

/** Pure decisions: what a post changes in its journey. Storing it is the routes' business. */
type Change = JourneyChange & { fault?: JourneyFault | RefusalName };

const wrongTriesMax = 3;

export function afterMobile(journey: Journey, typed: string, people: People): Change {
  const mobile = typed.replace(/[\s-]/g, '');
  // What was typed goes back to the page, but not without end.
  if (!/^[0-9]{10}$/.test(mobile)) return { fault: 'mobile_malformed', mobile: typed.slice(0, 20) };
  const reserved = scenarioOfMobile(mobile);
  const scenario = reserved ?? journey.scenario;
  const effect = effectOf(scenario);
  if (effect.refuse === 'no_account') return { step: 'refused', fault: 'no_account', scenario };
  if (effect.stopAt === 'sign_in') return { scenario };
  // A reserved number stands for the first of the fictional people.
  const persona = people.byMobile(mobile) ?? (reserved && people.all[0]);
  if (!persona) return { fault: 'mobile_unknown', mobile };
  if (effect.signUp && journey.scenario !== scenario) return { step: 'sign_up', scenario };
  return { step: 'otp', mobile: persona.person.mobile, scenario };
}

export function afterSignUp(journey: Journey, kind: string, typed: string, people: People): Change {
  const identifier = typed.replace(/\s/g, '').toUpperCase();
  const reserved = scenarioOfIdentifier(identifier);
  // As a reserved number does, a reserved identifier stands for the first of the fictional entities.
  const entity = people.byIdentifier(identifier)?.entity ?? (reserved && people.all[0]?.entities[0]);
  if (!entity) return { fault: 'identifier_unknown' };
  if (kind !== '' && entity.kind !== kind) return { fault: 'kind_wrong' };
  const scenario = reserved ?? journey.scenario;
  if (effectOf(scenario).refuse === 'no_account') return { step: 'refused', fault: 'no_account', scenario };
  if (effectOf(scenario).stopAt === 'sign_in') return { scenario };
  return { step: 'link', entityId: entity.id, scenario };
}

export function afterLink(journey: Journey, typed: string, role: Role | undefined, people: People): Change {
  const held = people.entityById(journey.entityId ?? '');
  if (!held) return { step: 'sign_up', entityId: undefined };
  if (!role) return { fault: 'role_missing' };
  if (typed.replace(/[\s-]/g, '') !== held.person.mobile) return { fault: 'mobile_other' };
  return { step: 'otp', mobile: held.person.mobile, role };
}

export function afterOtp(journey: Journey, typed: string, persona: Persona): Change {
  const otp = typed.replace(/\s/g, '');
  if (!/^[0-9]{6}$/.test(otp)) return { fault: 'otp_malformed' };
  const { otpWrong: staged } = effectOf(journey.scenario);
  const isStaged = staged === 'every' || (staged === 'first' && journey.otpWrong === 0);
  if (isStaged || !sameSecret(otp, journey.otp)) {
    const otpWrong = journey.otpWrong + 1;
    if (otpWrong >= wrongTriesMax) return { step: 'locked', otpWrong };
    return { otpWrong, fault: otpWrong === wrongTriesMax - 1 ? 'otp_wrong_last' : 'otp_wrong' };
  }
  const isPinDue = persona.person.pin !== undefined && !journey.request.withoutPin;
  return isPinDue ? { step: 'pin' } : afterProof(journey, persona);
}

export function afterPin(journey: Journey, typed: string, persona: Persona): Change {
  return sameSecret(typed.trim(), persona.person.pin ?? '') ? afterProof(journey, persona) : { fault: 'pin_wrong' };
}

/** The person is who they say. Who signed up has named the entity already. */
function afterProof(journey: Journey, persona: Persona): Change {
  const [first, ...others] = persona.entities;
  const named = journey.role && persona.entities.find((candidate) => candidate.id === journey.entityId);
  const entity = named ?? (others.length === 0 ? first : undefined);
  return entity ? withEntity(journey, entity) : { step: 'entity', entityId: undefined };
}

export function afterEntity(journey: Journey, chosen: string | undefined, persona: Persona): Change {
  const entity = persona.entities.find((candidate) => candidate.id === chosen);
  return entity ? withEntity(journey, entity) : { fault: 'entity_missing' };
}

function withEntity(journey: Journey, entity: Entity): Change {
  const { refuse } = effectOf(journey.scenario);
  const wanted = wantedIdentifier(journey, entity);
  const refusal =
    refuse ?? (wanted.length > 0 && !wanted.some(({ value }) => value !== undefined) && 'entity_not_verified');
  if (refusal) return { step: 'refused', fault: refusal, entityId: entity.id };
  if (wanted.length > 0) return { step: 'identifier', entityId: entity.id };
  // A director binds the company alone; for anybody else a director has to agree.
  return { step: journey.role === 'authorised_person' ? 'approval' : 'consent', entityId: entity.id };
}

export function afterIdentifier(journey: Journey, typed: string, entity: Entity): Change {
  const given = typed.trim().toUpperCase();
  const isRight = wantedIdentifier(journey, entity).some(({ value }) => value === given);
  return isRight
    ? { step: journey.role === 'authorised_person' ? 'approval' : 'consent' }
    : { fault: 'identifier_wrong' };
}

/**
 * The identifiers that `acr` demands and the entity is not verified by, with their values. Empty: nothing to ask. The
 * values for natural persons (`aadhaar`, `driving_licence`) say nothing about an entity.
 */
export function wantedIdentifier(
  { request }: Journey,
  entity: Entity,
): { name: Entity['verifiedBy']; value: string | undefined }[] {
  const demanded = (['cin', 'pan', 'udyam'] as const).filter((name) => request.acr.includes(name));
  if (demanded.includes(entity.verifiedBy)) return [];
  return demanded.map((name) => ({ name, value: identifiersOf(entity)[name] }));
}

/** The entity as the journey's scenario has it. */
export function entityOf(journey: Journey, persona: Persona): Entity | undefined {
  const entity = persona.entities.find((candidate) => candidate.id === journey.entityId);
  return entity && changedEntity(entity, effectOf(journey.scenario).entity);
}

/** What the consent page lists: `req_doctype` narrows it (entitylocker-upstream §1.1). */
export function offeredDocuments(journey: Journey, entity: Entity): Document[] {
  const asked = journey.request.docTypes;
  return entity.documents.filter((document) => asked.length === 0 || asked.includes(document.doctype));
}

/** What of the ticked documents is granted: a scenario may want less. */
export function grantedDocuments(journey: Journey, ticked: readonly Document[]): readonly Document[] {
  const { decision } = effectOf(journey.scenario);
  if (decision === 'grant_none') return [];
  return decision === 'grant_first' ? ticked.slice(0, 1) : ticked;
}

export function missingDoctypes(journey: Journey, entity: Entity): string[] {
  const owned: string[] = entity.documents.map((document) => document.doctype);
  return journey.request.docTypes.filter((code) => !owned.includes(code));
}

/** What choosing an outcome in the test bar does at once; the rest happens on the way. */
export function afterOutcome(journey: Journey, scenario: Journey['scenario']): Change {
  const { refuse, otpWrong, signUp } = effectOf(scenario);
  const anew = { otpWrong: 0, mobile: undefined, entityId: undefined, role: undefined, scenario };
  if (refuse) return { step: 'refused', fault: refuse, scenario };
  if (otpWrong === 'every') return { step: 'locked', scenario };
  if (signUp) return { ...anew, step: 'sign_up' };
  const hasEnded = journey.step === 'locked' || journey.step === 'refused';
  return otpWrong === 'first' || hasEnded ? { ...anew, step: 'sign_in' } : { scenario };
}
