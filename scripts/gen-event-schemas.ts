/** `npm run docs`: writes docs/events.schema.json, a JSON Schema of every webhook payload, from packages/wire. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventPayload, payloadCatalogue, payloadTypes } from '@tijori/wire';

export const eventSchemasPath = join(import.meta.dirname, '..', 'docs', 'events.schema.json');

/** The whole file. Pure, so that a test can compare. */
export function eventSchemasFile(): string {
  const $defs = Object.fromEntries(
    payloadTypes.map((type) => [type, { description: payloadCatalogue[type].summary, ...eventPayload(type) }]),
  );
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tijori webhook payload',
    oneOf: payloadTypes.map((type) => ({ $ref: `#/$defs/${type}` })),
    $defs,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(eventSchemasPath, eventSchemasFile());
