import type { FastifyRequest } from 'fastify';
import { type Answer, page, seeOther } from '../answer.ts';
import { returnTo } from '../clients.ts';
import type { Deps } from '../deps.ts';
import { browserCookie, browserKeyOf } from '../journey/browser.ts';
import { lifetimes } from '../lifetimes.ts';
import { messagePage } from '../pages/message.ts';
import { effectOf } from '../scenarios/table.ts';
import { freshKey, freshOtp, sha256Hex } from '../secrets.ts';
import { readAuthorizationRequest } from './authorization-request.ts';

/** `GET /oauth2/1/authorize`: keeps the request on our side and sends the browser to the first page. */
export function authorize(deps: Deps, request: FastifyRequest): Answer {
  const nowMs = deps.now();
  const query = new URL(request.url, 'http://simulator.invalid').searchParams;
  const read = readAuthorizationRequest(query, deps.clients, nowMs);
  if (read.outcome === 'page') {
    return page(400, messagePage({ title: 'This request cannot be answered', text: read.reason }));
  }
  if (read.outcome === 'redirect') {
    const { redirectUri, error, description, state } = read;
    return seeOther(returnTo(redirectUri, { error, error_description: description, state }));
  }
  // One key for all the windows of a browser, so that two journeys in two tabs do not push each other out.
  const browserKey = browserKeyOf(request) ?? freshKey(deps.random);
  const id = freshKey(deps.random);
  const isSignUp = read.request.flow === 'signup' || effectOf(read.invented.scenario).signUp === true;
  deps.state.transaction(() => {
    deps.journeys.sweep(nowMs - lifetimes.keptAfterEndMs);
    deps.grants.sweep(nowMs - lifetimes.keptAfterEndMs);
    deps.journeys.insert({
      id,
      browserHash: sha256Hex(browserKey),
      clientId: read.client.clientId,
      request: read.request,
      step: isSignUp ? 'sign_up' : 'sign_in',
      otp: freshOtp(deps.random),
      otpWrong: 0,
      fault: undefined,
      mobile: undefined,
      entityId: undefined,
      role: undefined,
      ...read.invented,
      expiresAtMs: nowMs + lifetimes.journeyMs,
    });
  });
  return seeOther(`/public/journey/${id}`, { 'set-cookie': browserCookie(browserKey) });
}
