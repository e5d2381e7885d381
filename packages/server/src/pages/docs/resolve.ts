import type { JsonSchema, OpenApiDocument, Parameter, Reference, Response } from '@tijori/wire/openapi';

/** Follows the references of one document. Our own writes each, so one that leads nowhere is a fault of ours. */
export function resolver({ components }: OpenApiDocument) {
  const find = <Value>(table: Readonly<Record<string, Value>>, $ref: string): Value => {
    const found = table[$ref.slice($ref.lastIndexOf('/') + 1)];
    if (!found) throw new Error(`${$ref} leads nowhere`);
    return found;
  };
  return {
    /** What stands beside a reference goes before what it leads to. */
    schema: ({ $ref, ...beside }: JsonSchema): JsonSchema =>
      $ref === undefined ? beside : { ...find(components.schemas, $ref), ...beside },
    response: (given: Response | Reference): Response =>
      '$ref' in given ? find(components.responses, given.$ref) : given,
    parameter: (given: Parameter | Reference): Parameter =>
      '$ref' in given ? find(components.parameters, given.$ref) : given,
    scheme: (name: string) => find(components.securitySchemes, name),
  };
}

export type Resolver = ReturnType<typeof resolver>;
