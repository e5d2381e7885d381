import {
  type CreateWebhookEndpointRequest,
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  getWebhookEndpoint,
  listWebhookEndpoints,
  rotateWebhookSecret,
  type UpdateWebhookEndpointRequest,
  updateWebhookEndpoint,
} from '@tijori/wire';
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../../../usecases/deps.ts';
import {
  createEndpoint,
  ownEndpoint,
  removeEndpoint,
  rotateSecret,
  updateEndpoint,
} from '../../../usecases/webhooks/endpoints.ts';
import { ignoreBodies } from '../../body.ts';
import { callerOf } from '../../identity.ts';
import { toWireEndpoint } from '../../present-webhooks.ts';
import { routerPath } from '../path.ts';

type Params = { endpoint_id: string };
const config = { problem: true };

/** Where events go: made, listed, changed, removed. */
export function webhookEndpointRoutes(app: FastifyInstance, deps: Deps): void {
  app.route<{ Body: CreateWebhookEndpointRequest }>({
    method: createWebhookEndpoint.method,
    url: createWebhookEndpoint.path,
    config,
    schema: { body: createWebhookEndpoint.body, response: { 201: createWebhookEndpoint.response } },
    handler: async ({ body, caller }, reply) => {
      const { endpoint, secret } = await createEndpoint(deps, callerOf({ caller }), {
        url: body.url,
        events: body.events ?? null,
        description: body.description ?? null,
        vendorSignature: body.vendor_signature ?? false,
      });
      reply.code(createWebhookEndpoint.status);
      return { ...toWireEndpoint(endpoint, deps.now()), secret };
    },
  });

  app.route({
    method: listWebhookEndpoints.method,
    url: listWebhookEndpoints.path,
    config,
    schema: { response: { 200: listWebhookEndpoints.response } },
    handler: async ({ caller }) => {
      const endpoints = await deps.stores.webhookEndpoints.listOwn(callerOf({ caller }));
      return { data: endpoints.map((endpoint) => toWireEndpoint(endpoint, deps.now())) };
    },
  });

  app.route<{ Params: Params }>({
    method: getWebhookEndpoint.method,
    url: routerPath(getWebhookEndpoint.path),
    config,
    schema: { params: getWebhookEndpoint.params, response: { 200: getWebhookEndpoint.response } },
    handler: async ({ params, caller }) =>
      toWireEndpoint(await ownEndpoint(deps, callerOf({ caller }), params.endpoint_id), deps.now()),
  });

  app.route<{ Params: Params; Body: UpdateWebhookEndpointRequest }>({
    method: updateWebhookEndpoint.method,
    url: routerPath(updateWebhookEndpoint.path),
    config,
    schema: {
      params: updateWebhookEndpoint.params,
      body: updateWebhookEndpoint.body,
      response: { 200: updateWebhookEndpoint.response },
    },
    handler: async ({ params, body, caller }) => {
      const { vendor_signature: vendorSignature, ...rest } = body;
      const wish = { ...rest, ...(vendorSignature === undefined ? {} : { vendorSignature }) };
      return toWireEndpoint(await updateEndpoint(deps, callerOf({ caller }), params.endpoint_id, wish), deps.now());
    },
  });
}

/** In a scope of their own, since they read no body, whatever a client sends. */
export async function webhookEndpointOrders(app: FastifyInstance, { deps }: { deps: Deps }): Promise<void> {
  ignoreBodies(app);
  app.route<{ Params: Params }>({
    method: rotateWebhookSecret.method,
    url: routerPath(rotateWebhookSecret.path),
    config,
    schema: { params: rotateWebhookSecret.params, response: { 200: rotateWebhookSecret.response } },
    handler: async ({ params, caller }) => {
      const { endpoint, secret } = await rotateSecret(deps, callerOf({ caller }), params.endpoint_id);
      return { ...toWireEndpoint(endpoint, deps.now()), secret };
    },
  });

  app.route<{ Params: Params }>({
    method: deleteWebhookEndpoint.method,
    url: routerPath(deleteWebhookEndpoint.path),
    config,
    schema: { params: deleteWebhookEndpoint.params, response: { 200: deleteWebhookEndpoint.response } },
    handler: async ({ params, caller }) => {
      await removeEndpoint(deps, callerOf({ caller }), params.endpoint_id);
      return { id: params.endpoint_id, deleted: true as const };
    },
  });
}
