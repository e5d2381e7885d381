import type { FastifyRequest } from 'fastify';
import { type Answer, page } from '../answer.ts';
import { doctypeName } from '../certificates/catalogue-data.ts';
import type { Deps } from '../deps.ts';
import { consentPage } from '../pages/consent.ts';
import { entityPage } from '../pages/entity.ts';
import type { Html } from '../pages/html.ts';
import { messagePage } from '../pages/message.ts';
import { otpPage } from '../pages/otp.ts';
import { signInPage } from '../pages/sign-in.ts';
import { faultText } from './faults.ts';
import { hasExpired, type Visit, withVisit } from './guard.ts';
import { missingDoctypes, offeredDocuments } from './rules.ts';

/** `GET /public/journey/{id}`: the page that is due. One address for all steps, so reload and back are harmless. */
export function showJourney(deps: Deps, request: FastifyRequest): Answer {
  return withVisit(deps, request, (visit) => {
    const { journey, origins } = visit;
    if (journey.step === 'answered') {
      const text = 'This request has been answered already. A link from the requester works only once.';
      return page(400, messagePage({ title: 'Already answered', text }));
    }
    if (journey.step === 'locked')
      return page(
        403,
        endedPage(visit, 'Too many wrong tries', 'Three one-time passwords were wrong, so this sign-in has ended.'),
        origins,
      );
    if (hasExpired(deps, journey))
      return page(400, endedPage(visit, 'Out of time', 'This request has waited too long and has ended.'), origins);
    return page(200, stepPage(deps, visit), origins);
  });
}

function endedPage(visit: Visit, title: string, text: string): Html {
  return messagePage({
    title,
    text,
    back: { journeyId: visit.journey.id, csrf: visit.csrf, requester: visit.client.name },
  });
}

function stepPage(deps: Deps, visit: Visit): Html {
  const { journey, client } = visit;
  const common = { journeyId: journey.id, csrf: visit.csrf, requester: client.name, fault: faultText(journey.fault) };
  const persona = deps.people.byMobile(journey.mobile ?? '');
  if (journey.step === 'sign_in' || !persona) {
    const isSignup = journey.request.flow === 'signup';
    return signInPage({ ...common, isSignup, typedMobile: journey.mobile ?? '', people: deps.people.all });
  }
  if (journey.step === 'otp') return otpPage({ ...common, mobile: persona.person.mobile, otp: journey.otp });
  const entity = persona.entities.find((candidate) => candidate.id === journey.entityId);
  if (journey.step === 'entity' || !entity) {
    return entityPage({ ...common, personName: persona.person.name, entities: persona.entities });
  }
  return consentPage({
    ...common,
    serviceName: journey.request.serviceName,
    purpose: journey.request.purpose,
    validTillMs: journey.request.consentValidTillS * 1000,
    person: persona.person,
    entity,
    documents: offeredDocuments(journey, entity),
    missing: missingDoctypes(journey, entity).map(doctypeName),
  });
}
