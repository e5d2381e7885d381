import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { sameSecret } from '../secrets.ts';

/** Cookies of one host are shared by all its ports, so the name must not meet one of the gateway's. */
const cookieName = 'entitylocker_simulator';

/** The key that ties journeys to this browser, when it has a well-formed one. */
export function browserKeyOf(request: FastifyRequest): string | undefined {
  const value = request.cookies[cookieName];
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

/** Lax: it has to come along when the client sends the person here. Not Secure: the simulator is on plain loopback. */
export function browserCookie(key: string): string {
  return `${cookieName}=${key}; Path=/public; HttpOnly; SameSite=Lax`;
}

/** Follows from the browser's secret key and the journey, so it needs no storage and no other site can know it. */
export function csrfToken(browserKey: string, journeyId: string): string {
  return createHmac('sha256', browserKey).update(`csrf:${journeyId}`).digest('base64url');
}

export function isCsrfToken(given: string | undefined, browserKey: string, journeyId: string): boolean {
  return given !== undefined && sameSecret(given, csrfToken(browserKey, journeyId));
}
