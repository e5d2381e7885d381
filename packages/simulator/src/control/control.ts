import type { FastifyRequest } from 'fastify';
import { type Answer, fault, json } from '../answer.ts';
import type { SimulatorClient } from '../clients.ts';
import type { Deps } from '../deps.ts';
import { authenticateClient } from '../oauth/client-auth.ts';
import { readerOf } from '../personas/reader.ts';
import { sha256Hex } from '../secrets.ts';
import { readQueueEntry } from './queue-entry.ts';

/**
 * The levers of a test, for the client whom the answers are for (HTTP Basic): not part of the real locker. Each answers
 * 204, or 400 with every fault of the body. A client changes only what is its own.
 */
export type Control = (deps: Deps, request: FastifyRequest) => Answer;

const done: Answer = { status: 204, headers: {}, body: '' };

/** `POST /simulator/answers`: the next answers to this client's requests go otherwise. */
export const queueAnswers: Control = (deps, request) =>
  withClient(deps, request, (client) => {
    const faults: string[] = [];
    const entry = readQueueEntry(request.body, client.clientId, faults);
    if (faults.length > 0) return badBody(faults);
    return deps.queue.add(entry) ? done : fault(409, 'queue_full', 'too many answers are waiting; reset first');
  });

/** `POST /simulator/reset`: forgets journeys, consents and queued answers, of one workspace or of all. */
export const reset: Control = (deps, request) =>
  withClient(deps, request, ({ clientId }) => {
    const faults: string[] = [];
    const reader = readerOf(request.body, 'body', faults);
    const workspace = reader.has('workspace') ? reader.text('workspace') : undefined;
    reader.end();
    if (faults.length > 0) return badBody(faults);
    deps.reset({ clientId, ...(workspace !== undefined && { workspace }) });
    return done;
  });

/** `POST /simulator/expiry`: ends an access token before its time, or with it the whole consent. */
export const expire: Control = (deps, request) =>
  withClient(deps, request, ({ clientId }) => {
    const faults: string[] = [];
    const reader = readerOf(request.body, 'body', faults);
    const hash = sha256Hex(reader.text('token'));
    const what = reader.oneOf('of', ['token', 'consent']);
    reader.end();
    if (faults.length > 0) return badBody(faults);
    return deps.state.transaction(() => {
      const token = deps.grants.token(hash);
      const consent = token && deps.grants.consent(token.consentId);
      if (!token || consent?.clientId !== clientId) return fault(404, 'not_found', 'there is no such token');
      if (what === 'token') deps.grants.retireToken(token.hash, 'revoked');
      else deps.grants.revokeFamily(token.consentId);
      return done;
    });
  });

function withClient(deps: Deps, request: FastifyRequest, answer: (client: SimulatorClient) => Answer): Answer {
  const caller = authenticateClient(request, {}, deps.clients, false);
  if (caller.outcome === 'client') return answer(caller.client);
  const challenge = { 'www-authenticate': 'Basic realm="simulator"' };
  return fault(401, caller.error, caller.description, challenge);
}

function badBody(faults: readonly string[]): Answer {
  return json(400, { error: 'invalid_request', error_description: faults.join('; ') });
}
