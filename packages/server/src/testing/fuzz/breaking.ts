import type { JsonSchema } from '@tijori/wire/openapi';
import fc from 'fast-check';
import { exactly, type Rules, valid } from './arbitrary.ts';

/**
 * Values that a schema most likely does not take: near misses more often than nonsense. Whether one is really wrong is for the
 * schema to say.
 */
export function breaking(schema: JsonSchema, rules: Rules = {}): fc.Arbitrary<unknown> {
  const misses = nearMisses(schema, rules);
  const nonsense = { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) };
  return fc.oneof(nonsense, ...misses.map((arbitrary) => ({ weight: 2, arbitrary })));
}

function nearMisses(schema: JsonSchema, rules: Rules): fc.Arbitrary<unknown>[] {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.flatMap((part) => nearMisses(part, rules));
  const listed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (listed) return [fc.constantFrom(...listed).chain(almost)];
  if (typeof schema.type === 'object') return schema.type.flatMap((type) => nearMisses({ ...schema, type }, rules));
  switch (schema.type) {
    case 'object':
      return brokenObjects(schema, rules);
    case 'array':
      return brokenLists(schema, rules);
    case 'string':
      return brokenTexts(schema, rules);
    case 'integer':
    case 'number':
      return brokenNumbers(schema, rules);
    default:
      return [];
  }
}

/** A listed value, a little beside itself. */
function almost(value: unknown): fc.Arbitrary<unknown> {
  const text = String(value);
  return fc.constantFrom<unknown>(
    text.toUpperCase(),
    `${text} `,
    ` ${text}`,
    `${text}\0`,
    text.slice(1),
    [value],
    '',
    null,
  );
}

function brokenObjects(schema: JsonSchema, rules: Rules): fc.Arbitrary<unknown>[] {
  const whole = valid(schema, rules) as fc.Arbitrary<Record<string, unknown>>;
  const names = Object.keys(schema.properties ?? {});
  const oneBroken = names.map((name) =>
    fc
      .tuple(whole, breaking(schema.properties?.[name] ?? {}, rules))
      .map(([value, part]) => ({ ...value, [name]: part })),
  );
  const oneMissing = (schema.required ?? []).map((name) =>
    whole.map((value) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))),
  );
  const strangers = ['id', 'status', 'workspace_id', 'constructor', 'toString', '', ' ', '@Entity'];
  const oneMore = fc
    .tuple(whole, fc.constantFrom(...strangers), fc.jsonValue({ maxDepth: 1 }))
    .map(([value, name, part]) => ({ ...value, [name]: part }));
  return [...oneBroken, ...oneMissing, oneMore, whole.map((value) => [value])];
}

function brokenLists(schema: JsonSchema, rules: Rules): fc.Arbitrary<unknown>[] {
  const { minItems = 0, maxItems, items = {} } = schema;
  const whole = valid(schema, rules) as fc.Arbitrary<unknown[]>;
  return [
    fc.tuple(whole, breaking(items, rules)).map(([list, item]) => [...list, item]),
    whole.map((list) => Object.fromEntries(list.entries())),
    valid(items, rules),
    ...(minItems > 0 ? [exactly(valid(items, rules), minItems - 1)] : []),
    ...(maxItems === undefined || maxItems > 200 ? [] : [exactly(valid(items, rules), maxItems + 1)]),
  ];
}

function brokenTexts(schema: JsonSchema, rules: Rules): fc.Arbitrary<unknown>[] {
  const { minLength = 0, maxLength } = schema;
  return [
    valid(schema, rules).chain(almost),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    ...(minLength > 0 ? [fc.constant('x'.repeat(minLength - 1))] : []),
    ...(maxLength === undefined ? [] : [fc.constant('x'.repeat(maxLength + 1))]),
  ];
}

function brokenNumbers({ minimum, maximum }: JsonSchema, _rules: Rules): fc.Arbitrary<unknown>[] {
  return [
    fc.constantFrom<unknown>('1', '', true, 0.5, -0.5, 1e300, [1], null),
    ...(minimum === undefined ? [] : [fc.constant(minimum - 1)]),
    ...(maximum === undefined ? [] : [fc.constant(maximum + 1)]),
  ];
}
