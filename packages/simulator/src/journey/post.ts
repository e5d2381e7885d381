import type { FastifyRequest } from 'fastify';
import { type Answer, page, seeOther } from '../answer.ts';
import { returnTo } from '../clients.ts';
import type { Deps } from '../deps.ts';
import type { Journey, JourneyChange } from '../journeys.ts';
import { lifetimes } from '../lifetimes.ts';
import { type Form, field, fields } from '../oauth/form.ts';
import { messagePage } from '../pages/message.ts';
import type { Entity, Persona } from '../personas/persona.ts';
import { freshToken, sha256Hex } from '../secrets.ts';
import { journeyAddress, type Visit, withPost } from './guard.ts';
import { afterEntity, afterMobile, afterOtp, offeredDocuments } from './rules.ts';

export function postSignIn(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['sign_in'], ({ journey }, form) => {
    const typed = field(form, 'persona') ?? field(form, 'mobile') ?? '';
    return moveOn(deps, journey, afterMobile(typed, deps.people));
  });
}

export function postOtherNumber(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['otp'], ({ journey }) =>
    moveOn(deps, journey, { step: 'sign_in', mobile: undefined }),
  );
}

export function postOtp(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['otp'], ({ journey }, form) =>
    withPersona(deps, journey, (persona) =>
      moveOn(deps, journey, afterOtp(journey, field(form, 'otp') ?? '', persona)),
    ),
  );
}

export function postEntity(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['entity'], ({ journey }, form) =>
    withPersona(deps, journey, (persona) => moveOn(deps, journey, afterEntity(field(form, 'entity'), persona))),
  );
}

export function postConsent(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['consent'], (visit, form) => {
    const decision = field(form, 'decision');
    if (decision === 'deny') return refuse(deps, visit.journey, 'the person denied the request');
    if (decision !== 'allow') return badForm('Neither Allow nor Deny was chosen.');
    return withPersona(deps, visit.journey, (persona) => {
      const entity = persona.entities.find((candidate) => candidate.id === visit.journey.entityId);
      return entity
        ? allow(deps, visit, form, entity)
        : moveOn(deps, visit.journey, { step: 'entity', entityId: undefined });
    });
  });
}

/** The way out of any step, also of one that ended by itself. */
export function postDeny(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['sign_in', 'otp', 'entity', 'consent', 'locked'], ({ journey }) =>
    refuse(
      deps,
      journey,
      journey.step === 'locked' ? 'too many wrong one-time passwords' : 'the person cancelled the request',
    ),
  );
}

function moveOn(deps: Deps, journey: Journey, change: JourneyChange): Answer {
  // A lost race needs no word: the page that is due follows from the row.
  deps.journeys.move(journey, change);
  return seeOther(journeyAddress(journey));
}

/** Persona files may change between two starts; then the person signs in again. */
function withPersona(deps: Deps, journey: Journey, answer: (persona: Persona) => Answer): Answer {
  const persona = deps.people.byMobile(journey.mobile ?? '');
  return persona ? answer(persona) : moveOn(deps, journey, { step: 'sign_in', mobile: undefined });
}

/** `access_denied`, a description and the state (entitylocker-upstream §1.2, §9 no. 2). */
function refuse(deps: Deps, journey: Journey, description: string): Answer {
  if (!deps.journeys.move(journey, { step: 'answered' })) return seeOther(journeyAddress(journey));
  const { redirectUri, state } = journey.request;
  return seeOther(returnTo(redirectUri, { error: 'access_denied', error_description: description, state }));
}

/** The consent and its code come into being in the transaction that ends the journey. */
function allow(deps: Deps, { journey, client }: Visit, form: Form, entity: Entity): Answer {
  const ticked = new Set(fields(form, 'document'));
  const granted = offeredDocuments(journey, entity).filter((document) => ticked.has(document.uri));
  if (granted.length < ticked.size) return badForm('A document was chosen that is not on the page.');
  if (!deps.journeys.move(journey, { step: 'answered' })) return seeOther(journeyAddress(journey));
  const nowMs = deps.now();
  const { request } = journey;
  const consentId = freshToken(deps.random);
  deps.grants.insertConsent({
    id: consentId,
    clientId: client.clientId,
    mobile: journey.mobile ?? '',
    entityId: entity.id,
    documentUris: granted.map((document) => document.uri),
    scope: request.scope,
    purpose: request.purpose,
    serviceName: request.serviceName,
    newAccount: request.flow === 'signup',
    referenceKey: deps.random(16).toString('hex'),
    grantedAtMs: nowMs,
    validTillS: request.consentValidTillS,
  });
  const code = freshToken(deps.random);
  deps.grants.insertCode({
    hash: sha256Hex(code),
    consentId,
    redirectUri: request.redirectUri,
    challenge: request.challenge,
    expiresAtMs: nowMs + lifetimes.codeMs,
  });
  return seeOther(returnTo(request.redirectUri, { code, state: request.state }));
}

function badForm(text: string): Answer {
  return page(400, messagePage({ title: 'This form was not accepted', text: `${text} Nothing was changed.` }));
}
