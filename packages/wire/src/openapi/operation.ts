import type { Endpoint } from '../endpoints/index.ts';
import * as exported from '../endpoints/index.ts';
import { families } from '../families.ts';
import type { Components } from './components.ts';
import type { Operation } from './document.ts';
import { errorResponses } from './error-responses.ts';
import { parametersOf } from './parameters.ts';
import { securityOf } from './security.ts';
import { successResponse } from './success-response.ts';

/** One endpoint as an operation; what it shares with others goes into the components. */
export function operationOf(endpoint: Endpoint, components: Components): Operation {
  const operationId = operationIdOf(endpoint);
  const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}`;
  const parameters = parametersOf(endpoint, components);
  const closedQuery =
    endpoint.query && 'additionalProperties' in endpoint.query && !endpoint.query.additionalProperties;
  return {
    operationId,
    tags: [families[endpoint.family].title],
    summary: endpoint.summary,
    ...(endpoint.description && { description: endpoint.description }),
    security: securityOf(endpoint),
    ...(parameters.length > 0 && { parameters }),
    ...(endpoint.body && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: components.schema(endpoint.body, `${name}Request`), example: endpoint.example },
        },
      },
    }),
    responses: {
      [endpoint.status ?? 200]: successResponse(endpoint, `${name}Response`, components),
      ...errorResponses(endpoint, components),
    },
    ...(closedQuery && { 'x-tijori-closed-query': true }),
  };
}

/** The name under which wire exports an endpoint: there is one, it is unique, and it is what our code calls it. */
export function operationIdOf(endpoint: Endpoint): string {
  const [name] = Object.entries(exported).find(([, value]) => value === endpoint) ?? [];
  if (!name) throw new Error(`${endpoint.method} ${endpoint.path} is in the list and not exported`);
  return name;
}
