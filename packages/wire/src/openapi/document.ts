import manifest from '../../package.json' with { type: 'json' };
import { documentedEndpoints } from '../endpoints/index.ts';
import { families } from '../families.ts';
import { components } from './components.ts';
import type { JsonSchema } from './json-schema.ts';
import { operationOf } from './operation.ts';
import { securitySchemes } from './security.ts';
import { webhooks } from './webhooks.ts';

export interface Reference {
  $ref: string;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description: string;
  schema: JsonSchema;
  example?: unknown;
}

export interface Header {
  description: string;
  schema: JsonSchema;
}

export interface MediaType {
  schema: JsonSchema;
  example?: unknown;
  examples?: Record<string, { summary: string; value: unknown }>;
}

export interface Response {
  description: string;
  headers?: Record<string, Header | Reference>;
  content: Record<string, MediaType>;
}

export interface Operation {
  operationId: string;
  tags: [string];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: (Parameter | Reference)[];
  requestBody?: { required: true; content: Record<string, MediaType> };
  responses: Record<string, Response | Reference>;
  /** Whether a query key that no parameter names is refused: no schema of OpenAPI can say it. */
  'x-tijori-closed-query'?: true;
}

/** A call that the server makes; what it is answered has no body that counts. */
interface WebhookOperation extends Omit<Operation, 'responses'> {
  responses: Record<string, { description: string }>;
}

interface SecurityScheme {
  type: 'apiKey';
  in: 'header';
  name: string;
  description: string;
}

/** As much of OpenAPI 3.1 as the document uses. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    summary: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  /** What the server sends to endpoints, by the name of the event. */
  webhooks: Record<string, { post: WebhookOperation }>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, Response>;
    parameters: Record<string, Parameter>;
    headers: Record<string, Header>;
    securitySchemes: Record<string, SecurityScheme>;
  };
}

const description = `Self-hosted consent gateway for EntityLocker. The addresses under \`/kyc\` and \`/authenticate\` are compatible with \
Sandbox.co.in's: a client of its changes only the base URL.

Call \`/authenticate\` with the headers \`x-api-key\` and \`x-api-secret\`. Send the token that it answers in the header \
\`authorization\`, as it is or after \`Bearer\`, together with \`x-api-key\`, on every further call.

Every answer is JSON and carries a transaction id. An error has its status twice, on the wire and in the body, and its \
machine-readable code in the header \`x-error-code\`. Branch on that or on the status, not on the message.

The statuses 521 and 523 are the vendor's. Where a gateway in front mistakes them for its own, the operator can have them \
sent as 404 and 409.

Compatible with, and not endorsed by, Sandbox.co.in, DigiLocker, EntityLocker or any government.`;

/**
 * The whole contract as OpenAPI 3.1, made from `documentedEndpoints`, the error catalogue and its guide. The same input gives the
 * same document, key for key. `serverUrl` is where the reader's server is.
 *
 * @example openApiDocument().paths['/authenticate'].post.operationId // 'authenticate'
 */
export function openApiDocument(serverUrl = 'http://127.0.0.1:8080'): OpenApiDocument {
  const parts = components();
  const paths: OpenApiDocument['paths'] = {};
  for (const endpoint of documentedEndpoints) {
    const method = endpoint.method.toLowerCase();
    paths[endpoint.path] = { ...paths[endpoint.path], [method]: operationOf(endpoint, parts) };
  }
  const named = new Set<string>(documentedEndpoints.map(({ family }) => family));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tijori',
      version: manifest.version,
      summary: 'Self-hosted EntityLocker consent gateway.',
      description,
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl, description: 'This server.' }],
    tags: Object.entries(families)
      .filter(([family]) => named.has(family))
      .map(([, family]) => ({ name: family.title, description: family.description })),
    paths,
    webhooks: webhooks(parts),
    components: { ...parts.sorted(), securitySchemes: securitySchemes(documentedEndpoints) },
  };
}
