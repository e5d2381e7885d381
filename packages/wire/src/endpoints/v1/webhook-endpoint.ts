import Type, { type Static } from 'typebox';
import { endpointDisabledReasons, eventTypes } from '../../events.ts';
import { nullable } from '../../nullable.ts';

/** Most endpoints of a workspace and mode. */
export const webhookEndpointsMax = 16;
/** A secret of an endpoint signs for so long after `rotate` has replaced it, hours. */
export const secretOverlapHours = 24;
/** Most secrets of an endpoint that sign at a time: the newest, and those that were replaced within the overlap. */
export const signingSecretsMax = 8;

export const exampleEndpointId = 'whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012';
const time = (description: string, example: number) => Type.Integer({ description, examples: [example] });

/** Path of an endpoint. */
export const WebhookEndpointParams = Type.Object({
  endpoint_id: Type.String({ description: 'Id of the endpoint.', examples: [exampleEndpointId] }),
});

export const EndpointUrl = Type.String({
  minLength: 1,
  maxLength: 2048,
  description:
    'Where events go: https and port 443, no user name, no fragment, and a host whose addresses are all public. On a development server also http to this machine, at any port.',
  examples: ['https://lender.example/hooks/tijori'],
});

export const EndpointEvents = Type.Array(
  Type.Enum(eventTypes, {
    title: 'EventType',
    description: 'Name of an event.',
    examples: ['entitylocker.session.succeeded'],
  }),
  {
    minItems: 1,
    maxItems: eventTypes.length,
    uniqueItems: true,
    description: 'Which events go there.',
    examples: [['entitylocker.session.succeeded', 'entitylocker.session.failed']],
  },
);

export const EndpointDescription = Type.String({
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  description: 'Your own words for it, 200 characters at most. Put no personal data into it.',
  examples: ['Loan desk, production'],
});

export const VendorSignature = Type.Boolean({
  description:
    'Whether deliveries also carry `x-sandbox-signature`: base64 of an HMAC-SHA256 of the raw body with the whole secret as its key, as receivers of the vendor check it.',
  examples: [false],
});

/** A webhook endpoint. Its secret is shown when it is made or rotated, and never again. */
export const WebhookEndpoint = Type.Object({
  id: Type.String({ description: 'Id of the endpoint.', examples: [exampleEndpointId] }),
  mode: Type.Enum(['test', 'live'], {
    description: 'Of the key that made it: it hears of that mode only.',
    examples: ['test'],
  }),
  url: EndpointUrl,
  events: nullable({ ...EndpointEvents, description: 'Which events go there; null: all of them.' }),
  description: nullable(EndpointDescription),
  vendor_signature: VendorSignature,
  enabled: Type.Boolean({ description: 'Whether events go there now.', examples: [true] }),
  disabled_reason: nullable(
    Type.Enum(Object.keys(endpointDisabledReasons) as ['gone', 'failing'], {
      description: 'Why the gateway switched it off; null if it did not.',
      examples: [null],
    }),
  ),
  failing_since: nullable(
    time('Since when no delivery has succeeded, ms since the epoch; null while deliveries succeed.', 1763800000000),
  ),
  secret_overlap_until: nullable(
    time(
      'Until when the secret before this one signs as well, ms since the epoch; null if there is none.',
      1763886400000,
    ),
  ),
  created_at: time('When it was made, ms since the epoch.', 1763800000000),
});
export type WebhookEndpoint = Static<typeof WebhookEndpoint>;

/** An endpoint with its secret. */
export const WebhookEndpointWithSecret = Type.Object({
  ...WebhookEndpoint.properties,
  secret: Type.String({
    description: 'Its secret: `whsec_` and base64. Shown this once; keep it where your receiver finds it.',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  }),
});
export type WebhookEndpointWithSecret = Static<typeof WebhookEndpointWithSecret>;

/** An endpoint as a caller would get it. */
export const webhookEndpointExample: WebhookEndpoint = {
  id: exampleEndpointId,
  mode: 'test',
  url: 'https://lender.example/hooks/tijori',
  events: ['entitylocker.session.succeeded', 'entitylocker.session.failed'],
  description: null,
  vendor_signature: false,
  enabled: true,
  disabled_reason: null,
  failing_since: null,
  secret_overlap_until: null,
  created_at: 1763800000000,
};

/** What every operation on endpoints and their deliveries may answer to a caller that it does not serve. */
export const refusals = ['invalid_access_token', 'access_token_expired', 'insufficient_privilege'] as const;
