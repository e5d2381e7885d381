import type { FastifyRequest } from 'fastify';
import { type Answer, page, seeOther } from '../answer.ts';
import { returnTo } from '../clients.ts';
import type { Deps } from '../deps.ts';
import { type Journey, type JourneyChange, openSteps, roles } from '../journeys.ts';
import { lifetimes } from '../lifetimes.ts';
import { unknownScenario } from '../oauth/authorization-request.ts';
import { type Form, field, fields } from '../oauth/form.ts';
import { messagePage } from '../pages/message.ts';
import type { Entity, Persona } from '../personas/persona.ts';
import { refusalOf } from '../scenarios/refusals.ts';
import { effectOf, isScenarioName } from '../scenarios/table.ts';
import { freshToken, sha256Hex } from '../secrets.ts';
import { journeyAddress, type Visit, withPost } from './guard.ts';
import { shorterLives } from './lives.ts';
import {
  afterEntity,
  afterIdentifier,
  afterLink,
  afterMobile,
  afterOtp,
  afterOutcome,
  afterPin,
  afterSignUp,
  entityOf,
  grantedDocuments,
  offeredDocuments,
} from './rules.ts';

const toSignIn: JourneyChange = { step: 'sign_in', mobile: undefined, entityId: undefined, role: undefined };

export function postSignIn(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['sign_in'], ({ journey }, form) => {
    if (staysAt(journey)) return endsHere();
    const typed = field(form, 'persona') ?? field(form, 'mobile') ?? '';
    return moveOn(deps, journey, afterMobile(journey, typed, deps.people));
  });
}

export function postSignUp(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['sign_up'], ({ journey }, form) => {
    if (staysAt(journey)) return endsHere();
    const [kind, identifier] = [field(form, 'kind') ?? '', field(form, 'identifier') ?? ''];
    return moveOn(deps, journey, afterSignUp(journey, kind, identifier, deps.people));
  });
}

export function postLink(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['link'], ({ journey }, form) => {
    const role = roles.find((known) => known === field(form, 'role'));
    return moveOn(deps, journey, afterLink(journey, field(form, 'mobile') ?? '', role, deps.people));
  });
}

/** From sign-in to sign-up and back. */
export function postOtherWay(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['sign_in', 'sign_up', 'link'], ({ journey }) =>
    moveOn(deps, journey, {
      step: journey.step === 'sign_in' ? 'sign_up' : 'sign_in',
      mobile: undefined,
      entityId: undefined,
      role: undefined,
    }),
  );
}

export function postOtherNumber(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['otp'], ({ journey }) => moveOn(deps, journey, toSignIn));
}

export function postOtp(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['otp'], ({ journey }, form) => {
    if (staysAt(journey)) return endsHere();
    return withPersona(deps, journey, (persona) =>
      moveOn(deps, journey, afterOtp(journey, field(form, 'otp') ?? '', persona)),
    );
  });
}

export function postPin(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['pin'], ({ journey }, form) =>
    withPersona(deps, journey, (persona) =>
      moveOn(deps, journey, afterPin(journey, field(form, 'pin') ?? '', persona)),
    ),
  );
}

export function postIdentifier(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['identifier'], ({ journey }, form) =>
    withEntity(deps, journey, (entity) =>
      moveOn(deps, journey, afterIdentifier(journey, field(form, 'identifier') ?? '', entity)),
    ),
  );
}

/** The button that stands for the director who agrees. */
export function postApproval(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['approval'], ({ journey }) => moveOn(deps, journey, { step: 'consent' }));
}

export function postEntity(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['entity'], ({ journey }, form) =>
    withPersona(deps, journey, (persona) =>
      moveOn(deps, journey, afterEntity(journey, field(form, 'entity'), persona)),
    ),
  );
}

export function postConsent(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, ['consent'], (visit, form) => {
    if (staysAt(visit.journey)) return endsHere();
    const decision = field(form, 'decision');
    if (decision !== 'allow' && decision !== 'deny') return badForm('Neither Allow nor Deny was chosen.');
    if (decision === 'deny' || effectOf(visit.journey.scenario).decision === 'deny')
      return refuse(deps, visit.journey, 'the person denied the request');
    return withEntity(deps, visit.journey, (entity) => allow(deps, visit, form, entity));
  });
}

/** The way out of any step, also of one that ended by itself. */
export function postDeny(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, openSteps, ({ journey }) => refuse(deps, journey, wayOut(journey)));
}

function wayOut({ step, fault }: Journey): string {
  if (step === 'locked') return 'too many wrong one-time passwords';
  const refusal = step === 'refused' && refusalOf(fault);
  return refusal ? refusal.description : 'the person cancelled the request';
}

/** The test bar: from here on the journey plays what was chosen. */
export function postOutcome(deps: Deps, request: FastifyRequest): Answer {
  return withPost(deps, request, openSteps, ({ journey }, form) =>
    playOutcome(deps, journey, field(form, 'scenario') ?? ''),
  );
}

/** Also by one parameter of the page's address. */
export function playOutcome(deps: Deps, journey: Journey, name: string): Answer {
  if (!isScenarioName(name)) return badForm(unknownScenario);
  if (effectOf(name).decision === 'deny') {
    return refuse(deps, { ...journey, scenario: name }, 'the person denied the request');
  }
  return moveOn(deps, journey, afterOutcome(journey, name));
}

function moveOn(deps: Deps, journey: Journey, change: JourneyChange): Answer {
  // A lost race needs no word: the page that is due follows from the row.
  deps.journeys.move(journey, change);
  return seeOther(journeyAddress(journey));
}

/** Persona files may change between two starts; then the person signs in again. */
function withPersona(deps: Deps, journey: Journey, answer: (persona: Persona) => Answer): Answer {
  const persona = deps.people.byMobile(journey.mobile ?? '');
  return persona ? answer(persona) : moveOn(deps, journey, toSignIn);
}

function withEntity(deps: Deps, journey: Journey, answer: (entity: Entity) => Answer): Answer {
  return withPersona(deps, journey, (persona) => {
    const entity = entityOf(journey, persona);
    return entity ? answer(entity) : moveOn(deps, journey, { step: 'entity', entityId: undefined });
  });
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
  const validTillS = shortened(deps, journey, field(form, 'valid_for') ?? '');
  if (validTillS === undefined) return badForm('The end of the consent is not one of those on the page.');
  if (!deps.journeys.move(journey, { step: 'answered' })) return seeOther(journeyAddress(journey));
  const nowMs = deps.now();
  const { request } = journey;
  const consentId = freshToken(deps.random);
  deps.grants.insertConsent({
    id: consentId,
    clientId: client.clientId,
    mobile: journey.mobile ?? '',
    entityId: entity.id,
    documentUris: grantedDocuments(journey, granted).map((document) => document.uri),
    scope: request.scope,
    purpose: request.purpose,
    serviceName: request.serviceName,
    newAccount: journey.role !== undefined,
    referenceKey: deps.random(16).toString('hex'),
    grantedAtMs: nowMs,
    validTillS,
    scenario: journey.scenario,
    workspace: journey.workspace,
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

/** The person may only shorten what was asked for; undefined when it is not one of the offered ends. */
function shortened(deps: Deps, { request }: Journey, chosen: string): number | undefined {
  if (chosen === '') return request.consentValidTillS;
  const nowS = Math.floor(deps.now() / 1000);
  return shorterLives(nowS, request.consentValidTillS).find(({ seconds }) => String(seconds) === chosen)?.endS;
}

/** Whether the outcome that is played leaves the person on this page. */
function staysAt({ scenario, step }: Journey): boolean {
  const { stopAt } = effectOf(scenario);
  return stopAt === step || (stopAt === 'sign_in' && step === 'sign_up');
}

function endsHere(): Answer {
  const text =
    'Whoever plays this outcome leaves at this page. Nothing was changed: close it, or go back and choose another outcome.';
  return page(409, messagePage({ title: 'This outcome ends here', text }));
}

function badForm(text: string): Answer {
  return page(400, messagePage({ title: 'This form was not accepted', text: `${text} Nothing was changed.` }));
}
