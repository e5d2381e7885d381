/** A JSON Schema as plain data, which every TypeBox schema is; the keywords that the contract uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** One named part of a schema. */
export interface Field {
  /** From the root: `data.files[].metadata.issuer`. */
  path: string;
  schema: JsonSchema;
}

/**
 * Every property in a schema, at any depth, parents first.
 *
 * @example fieldsOf(ErrorBody).map(({ path }) => path) // ['code', 'timestamp', 'transaction_id', 'message']
 */
export function fieldsOf(schema: JsonSchema, path = ''): Field[] {
  const fields: Field[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const at = path === '' ? name : `${path}.${name}`;
    fields.push({ path: at, schema: property }, ...fieldsOf(property, at));
  }
  if (schema.items) fields.push(...fieldsOf(schema.items, `${path}[]`));
  for (const values of Object.values(schema.patternProperties ?? {})) fields.push(...fieldsOf(values, `${path}.*`));
  if (typeof schema.additionalProperties === 'object') {
    fields.push(...fieldsOf(schema.additionalProperties, `${path}.*`));
  }
  for (const part of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
    fields.push(...fieldsOf(part, path));
  }
  return fields;
}

/**
 * A value that a schema shows of itself: its first example, or one made of the examples of its parts.
 * `undefined` where a part shows none.
 */
export function exampleOf(schema: JsonSchema): unknown {
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.properties) {
    const entries = Object.entries(schema.properties).map(([name, part]) => [name, exampleOf(part)]);
    return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
  }
  if (schema.items) {
    const item = exampleOf(schema.items);
    return item === undefined ? undefined : [item];
  }
  const shown = (schema.anyOf ?? schema.oneOf ?? []).map(exampleOf);
  return shown.find((value) => value !== undefined);
}

/**
 * The schema with every object in it closed: a key that it does not name breaks it. Answers are judged so, since a key that
 * the contract lacks is a promise that nobody has made. Maps and parts of an `allOf` stay as they are.
 */
export function closed(schema: JsonSchema): JsonSchema {
  return closedPart(schema) as JsonSchema;
}

function closedPart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedPart);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, key === 'allOf' ? part : closedPart(part)]),
  );
  const isObject = typeof copy.properties === 'object' && !('additionalProperties' in copy);
  return isObject ? { ...copy, additionalProperties: false } : copy;
}
