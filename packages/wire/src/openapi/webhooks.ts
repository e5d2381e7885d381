import { eventPayload, payloadCatalogue, payloadTypes } from '../events.ts';
import { families } from '../families.ts';
import type { Components } from './components.ts';
import type { OpenApiDocument, Parameter } from './document.ts';
import { exampleOf } from './json-schema.ts';

const header = (name: string, description: string, example: string): Parameter => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

/** Headers of each delivery (Standard Webhooks, "Webhook headers"). */
const webhookHeaders: Record<string, Parameter> = {
  WebhookId: header(
    'webhook-id',
    'Id of the event: the same at every attempt, so a receiver that has seen it is done.',
    'evt_019ab7c5c4007000a1c2b3d4e5f60718',
  ),
  WebhookTimestamp: header('webhook-timestamp', 'When this attempt was made, seconds since the epoch.', '1763800000'),
  WebhookSignature: header(
    'webhook-signature',
    'Signatures of `{webhook-id}.{webhook-timestamp}.{body}`, with a space between two: `v1,` and the base64 of an HMAC-SHA256. One has to fit.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
};

/** `webhooks` of the document: one POST for each event, to whatever address the integrator has named. */
export function webhooks(components: Components): OpenApiDocument['webhooks'] {
  return Object.fromEntries(
    payloadTypes.map((type) => {
      const words = type.split(/[._]/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
      const name = words.filter((word) => word !== 'Entitylocker').join('');
      const schema = eventPayload(type);
      return [
        type,
        {
          post: {
            operationId: `on${name}`,
            tags: [families.tijori.title],
            summary: payloadCatalogue[type].summary,
            security: [],
            parameters: Object.entries(webhookHeaders).map(([title, each]) =>
              components.share('parameters', title, each),
            ),
            requestBody: {
              required: true,
              content: {
                'application/json': { schema: components.schema(schema, `${name}Event`), example: exampleOf(schema) },
              },
            },
            responses: {
              '2XX': { description: 'Received. Anything else is tried again.' },
              410: { description: 'The endpoint is gone for good: it is switched off.' },
            },
          },
        },
      ];
    }),
  );
}
