import type { Header, Parameter, Reference, Response } from './document.ts';
import type { JsonSchema } from './json-schema.ts';

export type Components = ReturnType<typeof components>;

type Shared = { responses: Response; parameters: Parameter; headers: Header };

/** The parts of a document that stand once and are referred to. Gathered while the operations are made. */
export function components() {
  const schemas: Record<string, JsonSchema> = {};
  /** A schema that two operations share has one name, that of the first. */
  const names = new Map<JsonSchema, string>();
  const shared: { [Kind in keyof Shared]: Record<string, Shared[Kind]> } = {
    responses: {},
    parameters: {},
    headers: {},
  };

  /**
   * A reference to this schema under its `title` or the name given. A title that stands twice must mean the same; only
   * description and examples may be another's, and then stand beside the reference.
   */
  const schema = (given: JsonSchema, name = names.get(given) ?? given.title): JsonSchema => {
    if (name === undefined) return withParts(given, schema);
    const { title: _, ...whole } = withParts(given, schema);
    names.set(given, name);
    const known = schemas[name];
    schemas[name] ??= whole;
    const $ref = `#/components/schemas/${name}`;
    if (!known || same(known, whole)) return { $ref };
    if (!same(bare(known), bare(whole))) throw new Error(`two schemas have the title ${name}`);
    const { description, examples } = whole;
    return { $ref, ...(description ? { description } : {}), ...(examples ? { examples } : {}) };
  };

  return {
    schema,
    /** A reference to a response, parameter or header, which is kept under this name. */
    share<Kind extends keyof Shared>(kind: Kind, name: string, value: Shared[Kind]): Reference {
      const table: Record<string, Shared[Kind]> = shared[kind];
      if (table[name] && !same(table[name], value)) throw new Error(`two ${kind} have the name ${name}`);
      table[name] = value;
      return { $ref: `#/components/${kind}/${name}` };
    },
    sorted: () => ({
      schemas: sorted(schemas),
      responses: sorted(shared.responses),
      parameters: sorted(shared.parameters),
      headers: sorted(shared.headers),
    }),
  };
}

/** The schema as plain data, each part of it seen to. */
function withParts(schema: JsonSchema, see: (part: JsonSchema) => JsonSchema): JsonSchema {
  const list = (parts: readonly JsonSchema[]) => parts.map((part) => see(part));
  const table = (parts: Readonly<Record<string, JsonSchema>>) =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, see(part)]));
  return {
    ...schema,
    ...(schema.properties && { properties: table(schema.properties) }),
    ...(schema.patternProperties && { patternProperties: table(schema.patternProperties) }),
    ...(typeof schema.additionalProperties === 'object' && { additionalProperties: see(schema.additionalProperties) }),
    ...(schema.items && { items: see(schema.items) }),
    ...(schema.anyOf && { anyOf: list(schema.anyOf) }),
    ...(schema.oneOf && { oneOf: list(schema.oneOf) }),
    ...(schema.allOf && { allOf: list(schema.allOf) }),
  };
}

function bare({ description: _, examples: __, ...rest }: JsonSchema): JsonSchema {
  return rest;
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function sorted<Value>(table: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).sort(([left], [right]) => (left < right ? -1 : 1)));
}
