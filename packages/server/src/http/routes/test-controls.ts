import {
  type TestDeliveryFaultRequest,
  type TestSessionActionsRequest,
  type TestSessionActionsResponse,
  type TestSessionClockRequest,
  type TestUpstreamAnswersRequest,
  testDeliveryFault,
  testSessionActions,
  testSessionClock,
  testUpstreamAnswers,
  testUpstreamReset,
} from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../usecases/deps.ts';
import { type Acted, actOnSession, playScenario } from '../../usecases/test-controls/act.ts';
import { advanceClock, holdStatus } from '../../usecases/test-controls/clock.ts';
import { orderDeliveryFault } from '../../usecases/test-controls/delivery-fault.ts';
import { testControlsOf } from '../../usecases/test-controls/test-controls.ts';
import { queueUpstreamAnswer, resetUpstream } from '../../usecases/test-controls/upstream.ts';
import { ignoreBodies } from '../body.ts';
import { callerOf } from '../identity.ts';
import { routerPath } from './path.ts';

type Params = { session_id: string };

/** Levers for tests (wire: `testEndpoints`). Registered only where there is a simulator behind test sessions. */
export async function testControlRoutes(app: FastifyInstance, { deps }: { deps: Deps }): Promise<void> {
  const config = { problem: true };
  // Before anything of the request is looked at: for a live key there is nothing here.
  app.addHook('onRequest', async (request) => {
    testControlsOf(deps, callerOf(request));
  });

  app.route<{ Params: Params; Body: TestSessionActionsRequest }>({
    method: testSessionActions.method,
    url: routerPath(testSessionActions.path),
    config,
    schema: {
      params: testSessionActions.params,
      body: testSessionActions.body,
      response: { 200: testSessionActions.response },
    },
    handler: async ({ params, body, caller }) => {
      const { session_id: sessionId } = params;
      if ('scenario' in body) {
        return toWire(await playScenario(deps, callerOf({ caller }), { sessionId, scenario: body.scenario }));
      }
      const { action, ...step } = body;
      return toWire(await actOnSession(deps, callerOf({ caller }), { sessionId, action, step }));
    },
  });

  app.route<{ Params: Params; Body: TestSessionClockRequest }>({
    method: testSessionClock.method,
    url: routerPath(testSessionClock.path),
    config,
    schema: {
      params: testSessionClock.params,
      body: testSessionClock.body,
      response: { 200: testSessionClock.response },
    },
    handler: async ({ params, body, caller }) => {
      const { session_id: sessionId } = params;
      const session =
        'hold' in body
          ? await holdStatus(deps, callerOf({ caller }), { sessionId, length: body.hold })
          : await advanceClock(deps, callerOf({ caller }), { sessionId, end: body.advance });
      return { session_id: session.id, status: session.status };
    },
  });

  app.route<{ Body: TestUpstreamAnswersRequest }>({
    method: testUpstreamAnswers.method,
    url: testUpstreamAnswers.path,
    config,
    schema: { body: testUpstreamAnswers.body, response: { 200: testUpstreamAnswers.response } },
    handler: async ({ body, caller }) => {
      await queueUpstreamAnswer(deps, callerOf({ caller }), body);
      return { done: true };
    },
  });

  app.route<{ Body: TestDeliveryFaultRequest }>({
    method: testDeliveryFault.method,
    url: testDeliveryFault.path,
    config,
    schema: { body: testDeliveryFault.body, response: { 200: testDeliveryFault.response } },
    handler: async ({ body, caller }) => {
      const { endpoint_id: endpointId, fault, times = 1 } = body;
      await orderDeliveryFault(deps, callerOf({ caller }), { endpointId, fault, times });
      return { done: true };
    },
  });

  // In a scope of its own, since it reads no body, whatever a client sends.
  await app.register(async (scope) => {
    ignoreBodies(scope);
    scope.route({
      method: testUpstreamReset.method,
      url: testUpstreamReset.path,
      config,
      schema: { response: { 200: testUpstreamReset.response } },
      handler: async ({ caller }) => {
        await resetUpstream(deps, callerOf({ caller }));
        return { done: true };
      },
    });
  });
}

function toWire({ session, standing }: Acted): TestSessionActionsResponse {
  return { session_id: session.id, status: session.status, place: standing.place, actions: standing.actions };
}
