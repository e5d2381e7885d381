import type { JsonSchema } from '@tijori/wire/openapi';
import fc from 'fast-check';

/** What no schema can say of a value, by the name of the field: times that lie ahead, addresses without a password. */
export type Rules = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Longest list and text that is made, unless the limit itself is meant. */
const entriesMax = 6;
const charactersMax = 40;

/** Values that a schema takes, limits and all. References must be resolved before. */
export function valid(schema: JsonSchema, rules: Rules = {}): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map((part) => valid(part, rules)));
  if (typeof schema.type === 'object') {
    return fc.oneof(...schema.type.map((type) => valid({ ...schema, type }, rules)));
  }
  switch (schema.type) {
    case 'object':
      return objects(schema, rules);
    case 'array':
      return lists(schema, rules);
    case 'string':
      return texts(schema);
    case 'integer':
      return wholeNumbers(schema);
    case 'number':
      return fc.double({ noNaN: true, min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return plain;
  }
}

/** Values of JSON that every reader takes for the same. */
const plain = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null));
const plainKey = fc.stringMatching(/^[A-Za-z_]{1,12}$/);

function objects(schema: JsonSchema, rules: Rules): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], minProperties = 0, maxProperties } = schema;
  const named = Object.fromEntries(
    Object.entries(properties).map(([name, part]) => [name, rules[name] ?? valid(part, rules)]),
  );
  const most = maxProperties ?? Number.POSITIVE_INFINITY;
  const known = fc
    .record(named, { requiredKeys: [...required], noNullPrototype: true })
    .filter((value) => Object.keys(value).length >= minProperties && Object.keys(value).length <= most);
  const [pattern, values] = Object.entries(schema.patternProperties ?? {})[0] ?? [];
  if (pattern !== undefined && values) {
    const keys = fc.stringMatching(new RegExp(pattern));
    const size = { minKeys: minProperties, maxKeys: maxProperties ?? entriesMax };
    return fc.dictionary(keys, valid(values, rules), { ...size, noNullPrototype: true });
  }
  if (schema.additionalProperties === false) return known;
  const unknown = plainKey.filter((key) => !Object.hasOwn(properties, key));
  const value = typeof schema.additionalProperties === 'object' ? valid(schema.additionalProperties, rules) : plain;
  const more = fc.dictionary(unknown, value, { maxKeys: 2, noNullPrototype: true });
  return fc.tuple(known, more).map(([own, others]) => ({ ...others, ...own }));
}

function lists(schema: JsonSchema, rules: Rules): fc.Arbitrary<unknown> {
  const { minItems = 0, maxItems } = schema;
  const item = valid(schema.items ?? {}, rules);
  const most = Math.min(maxItems ?? entriesMax, minItems + entriesMax);
  if (schema.uniqueItems) return fc.uniqueArray(item, { minLength: minItems, maxLength: most });
  const usual = fc.array(item, { minLength: minItems, maxLength: most });
  if (maxItems === undefined || maxItems > 100) return usual;
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: exactly(item, maxItems) });
}

export function exactly(item: fc.Arbitrary<unknown>, length: number): fc.Arbitrary<unknown[]> {
  return fc.array(item, { minLength: length, maxLength: length, size: 'max' });
}

function texts({ pattern, format, minLength = 0, maxLength }: JsonSchema): fc.Arbitrary<string> {
  const fits = (text: string) =>
    text.length >= minLength &&
    text.length <= (maxLength ?? Number.POSITIVE_INFINITY) &&
    (pattern === undefined || new RegExp(pattern).test(text));
  if (format === 'uuid') return fc.uuid().filter(fits);
  if (format === 'email') return fc.emailAddress().filter(fits);
  if (format === 'uri') return fc.webUrl({ validSchemes: ['https'] }).filter(fits);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter(fits);
  const most = Math.min(maxLength ?? charactersMax, minLength + charactersMax);
  const usual = fc.string({ unit: 'grapheme-ascii', minLength, maxLength: most });
  if (maxLength === undefined) return fc.oneof(usual, fc.string({ unit: 'grapheme', minLength, maxLength: most }));
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: fc.constant('x'.repeat(maxLength)) });
}

function wholeNumbers({ minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const min = minimum ?? Number.MIN_SAFE_INTEGER;
  const max = maximum ?? Number.MAX_SAFE_INTEGER;
  return fc.oneof(fc.bigInt(BigInt(min), BigInt(max)).map(Number), fc.constantFrom(min, max));
}
