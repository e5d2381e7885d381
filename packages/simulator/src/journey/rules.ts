import type { Journey, JourneyChange } from '../journeys.ts';
import type { People } from '../personas/people.ts';
import type { Document, Entity, Persona } from '../personas/persona.ts';
import { sameSecret } from '../secrets.ts';
import type { JourneyFault } from './faults.ts';

/** Pure decisions: what a post changes in its journey. Storing it is the routes' business. */
type Change = JourneyChange & { fault?: JourneyFault };

const wrongTriesMax = 3;

export function afterMobile(typed: string, people: People): Change {
  const mobile = typed.replace(/[\s-]/g, '');
  // What was typed goes back to the page, but not without end.
  if (!/^[0-9]{10}$/.test(mobile)) return { fault: 'mobile_malformed', mobile: typed.slice(0, 20) };
  if (!people.byMobile(mobile)) return { fault: 'mobile_unknown', mobile };
  return { step: 'otp', mobile };
}

export function afterOtp(journey: Journey, typed: string, persona: Persona): Change {
  const otp = typed.replace(/\s/g, '');
  if (!/^[0-9]{6}$/.test(otp)) return { fault: 'otp_malformed' };
  if (!sameSecret(otp, journey.otp)) {
    const otpWrong = journey.otpWrong + 1;
    if (otpWrong >= wrongTriesMax) return { step: 'locked', otpWrong };
    return { otpWrong, fault: otpWrong === wrongTriesMax - 1 ? 'otp_wrong_last' : 'otp_wrong' };
  }
  const [first, ...others] = persona.entities;
  return first && others.length === 0 ? { step: 'consent', entityId: first.id } : { step: 'entity' };
}

export function afterEntity(chosen: string | undefined, persona: Persona): Change {
  const entity = persona.entities.find((candidate) => candidate.id === chosen);
  return entity ? { step: 'consent', entityId: entity.id } : { fault: 'entity_missing' };
}

/** What the consent page lists: `req_doctype` narrows it (entitylocker-upstream §1.1). */
export function offeredDocuments(journey: Journey, entity: Entity): Document[] {
  const asked = journey.request.docTypes;
  return entity.documents.filter((document) => asked.length === 0 || asked.includes(document.doctype));
}

export function missingDoctypes(journey: Journey, entity: Entity): string[] {
  const owned: string[] = entity.documents.map((document) => document.doctype);
  return journey.request.docTypes.filter((code) => !owned.includes(code));
}
