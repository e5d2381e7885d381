import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import type { Endpoint } from '../endpoint.ts';
import {
  EndpointDescription,
  EndpointEvents,
  EndpointUrl,
  refusals,
  secretOverlapHours,
  signingSecretsMax,
  VendorSignature,
  WebhookEndpoint,
  WebhookEndpointParams,
  WebhookEndpointWithSecret,
  webhookEndpointExample,
  webhookEndpointsMax,
} from './webhook-endpoint.ts';

const aboutOne = ['webhook_endpoint_not_found', ...refusals] as const;
const withSecret = { ...webhookEndpointExample, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };

const CreateWebhookEndpointRequest = Type.Object(
  {
    url: EndpointUrl,
    events: Type.Optional({ ...EndpointEvents, description: 'Which events go there; left out: all of them.' }),
    description: Type.Optional(EndpointDescription),
    vendor_signature: Type.Optional(VendorSignature),
  },
  { additionalProperties: false },
);

/** Body of `POST /v1/webhook-endpoints`. */
export type CreateWebhookEndpointRequest = Static<typeof CreateWebhookEndpointRequest>;

/** `POST /v1/webhook-endpoints`: answers the secret, this once. */
export const createWebhookEndpoint = {
  method: 'POST',
  path: '/v1/webhook-endpoints',
  family: 'tijori',
  summary: 'Name an address to which events go.',
  description: `Only events from now on go there; earlier ones are in \`GET /v1/events\`. At most ${webhookEndpointsMax} endpoints for each mode.`,
  credentials: 'key_and_token',
  body: CreateWebhookEndpointRequest,
  example: { url: webhookEndpointExample.url, events: webhookEndpointExample.events },
  status: 201,
  response: WebhookEndpointWithSecret,
  responseExample: withSecret,
  errors: ['invalid_request_body', 'destination_refused', 'webhook_endpoints_full', 'storage_full', ...refusals],
  errorFormat: 'problem',
} as const satisfies Endpoint;

const ListWebhookEndpointsResponse = Type.Object({
  data: Type.Array(WebhookEndpoint, { description: 'Oldest first; there are few, so this is all of them.' }),
});

/** `GET /v1/webhook-endpoints`. */
export const listWebhookEndpoints = {
  method: 'GET',
  path: '/v1/webhook-endpoints',
  family: 'tijori',
  summary: 'All webhook endpoints of your workspace and mode.',
  credentials: 'key_and_token',
  response: ListWebhookEndpointsResponse,
  responseExample: { data: [webhookEndpointExample] },
  errors: refusals,
  errorFormat: 'problem',
} as const satisfies Endpoint;

/** `GET /v1/webhook-endpoints/{endpoint_id}`. */
export const getWebhookEndpoint = {
  method: 'GET',
  path: '/v1/webhook-endpoints/{endpoint_id}',
  family: 'tijori',
  summary: 'One webhook endpoint.',
  credentials: 'key_and_token',
  params: WebhookEndpointParams,
  response: WebhookEndpoint,
  responseExample: webhookEndpointExample,
  errors: aboutOne,
  errorFormat: 'problem',
} as const satisfies Endpoint;

const UpdateWebhookEndpointRequest = Type.Object(
  {
    url: Type.Optional(EndpointUrl),
    events: Type.Optional(nullable({ ...EndpointEvents, description: 'Which events go there; null: all of them.' })),
    description: Type.Optional(nullable(EndpointDescription)),
    vendor_signature: Type.Optional(VendorSignature),
    enabled: Type.Optional(
      Type.Boolean({
        description: '`false` switches it off; `true` on again, and what waited for it goes out.',
        examples: [true],
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1, description: 'What is to change; what is left out stays.' },
);

/** Body of `PATCH /v1/webhook-endpoints/{endpoint_id}`. */
export type UpdateWebhookEndpointRequest = Static<typeof UpdateWebhookEndpointRequest>;

/** `PATCH /v1/webhook-endpoints/{endpoint_id}`. */
export const updateWebhookEndpoint = {
  method: 'PATCH',
  path: '/v1/webhook-endpoints/{endpoint_id}',
  family: 'tijori',
  summary: 'Change a webhook endpoint, or switch it off or on.',
  description: 'What happens while it is off is not queued for it: read it from `GET /v1/events`.',
  credentials: 'key_and_token',
  params: WebhookEndpointParams,
  body: UpdateWebhookEndpointRequest,
  example: { enabled: true },
  response: WebhookEndpoint,
  responseExample: webhookEndpointExample,
  errors: ['invalid_request_body', 'destination_refused', 'storage_full', ...aboutOne],
  errorFormat: 'problem',
} as const satisfies Endpoint;

/** `POST /v1/webhook-endpoints/{endpoint_id}/rotate`. Takes no body. */
export const rotateWebhookSecret = {
  method: 'POST',
  path: '/v1/webhook-endpoints/{endpoint_id}/rotate',
  family: 'tijori',
  summary: 'Give a webhook endpoint a new secret.',
  description: `For ${secretOverlapHours} hours after it was replaced, a secret signs deliveries beside the new one, so that your receiver can change over without a gap. Rotating again, for instance because an answer was lost, takes nothing from that time; of more than ${signingSecretsMax} secrets the oldest ends. A body is taken and not read.`,
  credentials: 'key_and_token',
  params: WebhookEndpointParams,
  response: WebhookEndpointWithSecret,
  responseExample: { ...withSecret, secret_overlap_until: 1763886400000 },
  errors: ['storage_full', ...aboutOne],
  errorFormat: 'problem',
} as const satisfies Endpoint;

const DeleteWebhookEndpointResponse = Type.Object({
  id: Type.String({ description: 'Id that the endpoint had.', examples: [webhookEndpointExample.id] }),
  deleted: Type.Literal(true, { description: 'It is gone, and what waited for it with it.', examples: [true] }),
});

/** `DELETE /v1/webhook-endpoints/{endpoint_id}`. */
export const deleteWebhookEndpoint = {
  method: 'DELETE',
  path: '/v1/webhook-endpoints/{endpoint_id}',
  family: 'tijori',
  summary: 'Remove a webhook endpoint and its delivery log.',
  description: 'Attempts that are under way end as they may; there is none after them.',
  credentials: 'key_and_token',
  params: WebhookEndpointParams,
  response: DeleteWebhookEndpointResponse,
  responseExample: { id: webhookEndpointExample.id, deleted: true },
  errors: ['storage_full', ...aboutOne],
  errorFormat: 'problem',
} as const satisfies Endpoint;
