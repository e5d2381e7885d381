import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionStanding } from '../domain/session.ts';
import { header } from './identity.ts';

/** Asks for an outcome at create (test keys only) and names it in the status answer. Ours; the vendor has none. */
export const scenarioHeader = 'x-tijori-scenario';

/** The outcome that a create asks for. */
export function scenarioOf(request: FastifyRequest): string | null {
  return header(request.headers[scenarioHeader]) || null;
}

/** What a status answer has no room for in its body: the outcome asked for, and why the session failed or expired. */
export function sayOutcome(reply: FastifyReply, { scenario, statusReason }: SessionStanding): void {
  if (scenario !== null) reply.header(scenarioHeader, scenario);
  if (statusReason !== null) reply.header('x-error-code', statusReason);
}
