import type { FastifyRequest } from 'fastify';
import { type Answer, page, seeOther } from '../answer.ts';
import { returnOrigins, type SimulatorClient } from '../clients.ts';
import type { Deps } from '../deps.ts';
import { type Journey, openSteps, type Step } from '../journeys.ts';
import { type Form, field, formOf } from '../oauth/form.ts';
import { messagePage } from '../pages/message.ts';
import { sha256Hex } from '../secrets.ts';
import { browserKeyOf, csrfToken, isCsrfToken } from './browser.ts';

/** A journey that was proved to belong to the browser that asks. */
export interface Visit {
  journey: Journey;
  client: SimulatorClient;
  origins: string[];
  csrf: string;
}

export function journeyAddress(journey: Journey): string {
  return `/public/journey/${journey.id}`;
}

/** Finds the journey of a request. Everything that is not right looks the same from outside. */
export function withVisit(
  deps: Deps,
  request: FastifyRequest,
  answer: (visit: Visit, browserKey: string) => Answer,
): Answer {
  const { id } = request.params as { id: string };
  const journey = deps.journeys.byId(id);
  const browserKey = browserKeyOf(request);
  const client = journey && deps.clients.byId(journey.clientId);
  if (!journey || !client || browserKey === undefined || sha256Hex(browserKey) !== journey.browserHash) {
    const text =
      'The request is unknown, is too old, or was begun in another browser, or this browser refuses cookies.';
    return page(400, messagePage({ title: 'This request cannot be continued', text }));
  }
  return answer(
    { journey, client, origins: returnOrigins(client), csrf: csrfToken(browserKey, journey.id) },
    browserKey,
  );
}

/**
 * A form post of one step. A forged form changes nothing (403); one that comes too late or from a stale page only
 * leads to the page that is due. Reading and changing are one transaction.
 */
export function withPost(
  deps: Deps,
  request: FastifyRequest,
  steps: readonly Step[],
  answer: (visit: Visit, form: Form) => Answer,
): Answer {
  return deps.state.transaction(() =>
    withVisit(deps, request, (visit, browserKey) => {
      const form = formOf(request.body);
      if (!isCsrfToken(field(form, 'csrf'), browserKey, visit.journey.id)) {
        const text = 'The form did not come from a page of this request. Nothing was changed.';
        return page(403, messagePage({ title: 'This form was not accepted', text }));
      }
      const isDue = steps.includes(visit.journey.step) && (!hasExpired(deps, visit.journey) || steps === openSteps);
      return isDue ? answer(visit, form) : seeOther(journeyAddress(visit.journey));
    }),
  );
}

export function hasExpired(deps: Deps, journey: Journey): boolean {
  return deps.now() >= journey.expiresAtMs;
}
