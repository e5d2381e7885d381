import { getConsent as endpoint } from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import { ownConsentRecord } from '../../../usecases/consent/record.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { callerOf } from '../../identity.ts';
import { toWireConsent } from '../../present-consent.ts';
import { routerPath } from '../path.ts';

export function getConsentRoute(app: FastifyInstance, deps: Deps): void {
  app.route<{ Params: { session_id: string } }>({
    method: endpoint.method,
    url: routerPath(endpoint.path),
    config: { problem: true },
    schema: { params: endpoint.params, response: { 200: endpoint.response } },
    handler: async (request) =>
      toWireConsent(await ownConsentRecord(deps, callerOf(request), request.params.session_id)),
  });
}
