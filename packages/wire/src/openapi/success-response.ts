import { type Endpoint, errorsOfIdempotency } from '../endpoints/index.ts';
import type { Components } from './components.ts';
import type { Header, Response } from './document.ts';
import { sharedHeaders } from './headers.ts';
import type { JsonSchema } from './json-schema.ts';

/** What an endpoint answers when all is well. */
export function successResponse(endpoint: Endpoint, name: string, components: Components): Response {
  return {
    description: 'Done.',
    headers: {
      ...ownHeaders(endpoint.responseHeaders),
      ...sharedHeaders(components, {
        'x-transaction-id': 'TransactionId',
        'ratelimit-policy': 'RateLimitPolicy',
        ratelimit: 'RateLimit',
      }),
      ...(endpoint.idempotent &&
        errorsOfIdempotency.length > 0 &&
        sharedHeaders(components, { 'idempotent-replayed': 'IdempotentReplayed' })),
    },
    content: {
      'application/json': { schema: components.schema(endpoint.response, name), example: endpoint.responseExample },
    },
  };
}

function ownHeaders(schema: JsonSchema | undefined): Record<string, Header> {
  return Object.fromEntries(
    Object.entries(schema?.properties ?? {}).map(([name, { description = '', ...rest }]) => [
      name,
      { description, schema: rest },
    ]),
  );
}
