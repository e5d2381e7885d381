import type { FastifyRequest } from 'fastify';
import { type Answer, page } from '../answer.ts';
import { doctypeName } from '../certificates/catalogue-data.ts';
import type { Deps } from '../deps.ts';
import type { Journey } from '../journeys.ts';
import { consentPage } from '../pages/consent.ts';
import { entityPage } from '../pages/entity.ts';
import type { FormTarget } from '../pages/form.ts';
import type { Html } from '../pages/html.ts';
import { messagePage } from '../pages/message.ts';
import { otpPage } from '../pages/otp.ts';
import { signInPage } from '../pages/sign-in.ts';
import { approvalPage, identifierPage, linkPage, pinPage, signUpPage } from '../pages/sign-up.ts';
import type { Persona } from '../personas/persona.ts';
import { refusalOf } from '../scenarios/refusals.ts';
import { faultText } from './faults.ts';
import { hasExpired, type Visit, withVisit } from './guard.ts';
import { shorterLives } from './lives.ts';
import { playOutcome } from './post.ts';
import { entityOf, grantedDocuments, missingDoctypes, offeredDocuments, wantedIdentifier } from './rules.ts';

/** `GET /public/journey/{id}`: the page that is due. One address for all steps, so reload and back are harmless. */
export function showJourney(deps: Deps, request: FastifyRequest): Answer {
  const { x_simulator_scenario: outcome } = request.query as { x_simulator_scenario?: unknown };
  return withVisit(deps, request, (visit) => {
    const { journey, origins } = visit;
    const refusal = refusalOf(journey.fault);
    if (journey.step === 'answered') {
      const text = 'This request has been answered already. A link from the requester works only once.';
      return page(400, messagePage({ title: 'Already answered', text }));
    }
    if (typeof outcome === 'string') return playOutcome(deps, journey, outcome);
    if (journey.step === 'locked')
      return page(
        403,
        endedPage(visit, 'Too many wrong tries', 'Three one-time passwords were wrong, so this sign-in has ended.'),
        origins,
      );
    if (journey.step === 'refused' && refusal) return page(403, endedPage(visit, refusal.title, refusal.text), origins);
    if (hasExpired(deps, journey))
      return page(400, endedPage(visit, 'Out of time', 'This request has waited too long and has ended.'), origins);
    return page(200, stepPage(deps, visit), origins);
  });
}

function endedPage({ journey, csrf, client }: Visit, title: string, text: string): Html {
  return messagePage({
    title,
    text,
    back: { journeyId: journey.id, csrf, scenario: journey.scenario, requester: client.name },
    hasBar: journey.step === 'locked' || journey.step === 'refused',
  });
}

interface Common extends FormTarget {
  requester: string;
  fault: string | undefined;
}

function stepPage(deps: Deps, { journey, client, csrf }: Visit): Html {
  const common: Common = {
    journeyId: journey.id,
    csrf,
    scenario: journey.scenario,
    requester: client.name,
    fault: faultText(journey.fault),
  };
  const { people } = deps;
  if (journey.step === 'sign_up') {
    return signUpPage({ ...common, entities: people.all.flatMap((persona) => persona.entities) });
  }
  const held = people.entityById(journey.entityId ?? '');
  if (journey.step === 'link' && held) return linkPage({ ...common, held });
  const persona = people.byMobile(journey.mobile ?? '');
  if (journey.step === 'sign_in' || !persona) {
    return signInPage({ ...common, typedMobile: journey.mobile ?? '', people: people.all });
  }
  return personPage(deps, journey, persona, common);
}

function personPage(deps: Deps, journey: Journey, persona: Persona, common: Common): Html {
  const { person } = persona;
  if (journey.step === 'otp') return otpPage({ ...common, mobile: person.mobile, otp: journey.otp });
  if (journey.step === 'pin' && person.pin !== undefined) return pinPage({ ...common, pin: person.pin });
  const entity = entityOf(journey, persona);
  if (journey.step === 'entity' || !entity) {
    return entityPage({ ...common, personName: person.name, entities: persona.entities });
  }
  if (journey.step === 'identifier')
    return identifierPage({ ...common, entity, wanted: wantedIdentifier(journey, entity) });
  if (journey.step === 'approval') return approvalPage({ ...common, entity });
  const { request } = journey;
  const documents = offeredDocuments(journey, entity);
  return consentPage({
    ...common,
    serviceName: request.serviceName,
    purpose: request.purpose,
    validTillMs: request.consentValidTillS * 1000,
    lives: shorterLives(Math.floor(deps.now() / 1000), request.consentValidTillS),
    person,
    entity,
    documents,
    tickedFirst: grantedDocuments(journey, documents).length,
    missing: missingDoctypes(journey, entity).map(doctypeName),
  });
}
