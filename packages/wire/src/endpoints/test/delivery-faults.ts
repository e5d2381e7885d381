import Type, { type Static } from 'typebox';
import { type DeliveryFault, deliveryFaults } from '../../delivery-faults.ts';
import type { Endpoint } from '../endpoint.ts';

/** Most attempts for which one call orders a fault. */
export const faultTimesMax = 100;

const faultNames = Object.keys(deliveryFaults) as [DeliveryFault, ...DeliveryFault[]];

const TestDeliveryFaultRequest = Type.Object(
  {
    endpoint_id: Type.String({
      maxLength: 200,
      description: 'Id of one of your webhook endpoints of test mode.',
      examples: ['whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012'],
    }),
    fault: Type.Enum(faultNames, {
      description: `What goes wrong. ${faultNames.map((name) => `\`${name}\`: ${deliveryFaults[name]}`).join(' ')}`,
      examples: ['duplicate'],
    }),
    times: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: faultTimesMax,
        description: `For how many attempts, at most ${faultTimesMax}. Left out: one.`,
        examples: [1],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Body of `POST /test/delivery-faults`. */
export type TestDeliveryFaultRequest = Static<typeof TestDeliveryFaultRequest>;

const DoneResponse = Type.Object({
  done: Type.Literal(true, { description: 'It is ordered.', examples: [true] }),
});

/** `POST /test/delivery-faults`: the next deliveries to an endpoint of test mode go wrong on purpose. */
export const testDeliveryFault = {
  method: 'POST',
  path: '/test/delivery-faults',
  family: 'test',
  summary: 'Let the next deliveries to a webhook endpoint go wrong.',
  description:
    'Faults are played in the order in which they were ordered, one for each attempt; at most 1,000 wait for an endpoint. `DELETE /test/upstream` takes back what has not happened yet.',
  credentials: 'key_and_token',
  body: TestDeliveryFaultRequest,
  example: { endpoint_id: 'whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012', fault: 'duplicate', times: 1 },
  response: DoneResponse,
  responseExample: { done: true },
  errors: [
    'invalid_request_body',
    'route_not_found',
    'webhook_endpoint_not_found',
    'invalid_access_token',
    'access_token_expired',
    'insufficient_privilege',
  ],
  errorFormat: 'problem',
} as const satisfies Endpoint;
