import { type Endpoint, type EndpointFamily, errorsOfIdempotency } from '../endpoints/index.ts';
import type { Components } from './components.ts';
import type { Parameter, Reference } from './document.ts';
import type { JsonSchema } from './json-schema.ts';

/** The families that the vendor has, too, and whose calls therefore carry its version header. */
const vendorFamilies: readonly EndpointFamily[] = ['auth', 'entitylocker_sdk', 'entitylocker_api'];

const apiVersion: Parameter = {
  name: 'x-api-version',
  in: 'header',
  description: "The vendor's version header. Any value is taken and none is read.",
  schema: { type: 'string' },
  example: '1.0.0',
};

const idempotencyKey: Parameter = {
  name: 'idempotency-key',
  in: 'header',
  description:
    'Makes a repeated request safe: the same key with the same request gets the first answer again, for 24 hours. 1 to 255 visible ASCII characters; make a new one for each thing that you mean to do once.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  example: 'order-4711-consent',
};

/** Path, query and header parameters; what many operations take stands in the components. */
export function parametersOf(endpoint: Endpoint, components: Components): (Parameter | Reference)[] {
  const own = (schema: JsonSchema | undefined, place: Parameter['in']) =>
    Object.entries(schema?.properties ?? {}).map(([name, property]): Parameter => {
      const { description = '', examples, ...rest } = property;
      const { $ref } = components.schema(property);
      return {
        name,
        in: place,
        ...((place === 'path' || schema?.required?.includes(name)) && { required: true }),
        description,
        schema: $ref ? { $ref } : components.schema(rest),
        ...(examples && { example: examples[0] }),
      };
    });
  return [
    ...own(endpoint.params, 'path'),
    ...own(endpoint.query, 'query'),
    ...own(endpoint.headers, 'header'),
    ...(endpoint.idempotent && errorsOfIdempotency.length > 0
      ? [components.share('parameters', 'IdempotencyKey', idempotencyKey)]
      : []),
    ...(vendorFamilies.includes(endpoint.family) ? [components.share('parameters', 'ApiVersion', apiVersion)] : []),
  ];
}
