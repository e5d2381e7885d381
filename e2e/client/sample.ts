interface Schema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  allOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

/** An answer as a server with this schema could give it: every field there, the first of each choice. For tests only. */
export function sampleOf(schema: object): unknown {
  const { type, const: fixed, enum: values, anyOf, allOf, items, properties } = schema as Schema;
  if (fixed !== undefined) return fixed;
  if (values) return values[0];
  if (anyOf) return sampleOf(anyOf[0] ?? {});
  if (allOf) return Object.assign({}, ...allOf.map(sampleOf));
  if (type === 'array') return [sampleOf(items ?? {})];
  if (type === 'object') {
    return Object.fromEntries(Object.entries(properties ?? {}).map(([key, each]) => [key, sampleOf(each)]));
  }
  return { string: 'text', integer: 17, number: 17, boolean: true }[type ?? ''] ?? null;
}
