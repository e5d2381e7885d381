import type { JsonSchema } from '@tijori/wire/openapi';
import { type Html, html } from '../html.ts';
import { inline } from './prose.ts';
import type { Resolver } from './resolve.ts';

/** One row: a property, parameter or header. */
export interface FieldRow {
  name: string;
  required: boolean;
  schema: JsonSchema;
}

/** What a caller must send is marked, and so is what may be missing of an answer. */
export type Direction = 'sent' | 'answered';

/** The properties of an object; of one that has several forms, those of all, and required what each form wants. */
export function rowsOf(schema: JsonSchema, resolve: Resolver): FieldRow[] {
  const forms = [schema, ...alternativesOf(schema).map((part) => resolve.schema(part))].filter(
    (form) => form.properties,
  );
  const rows = new Map<string, FieldRow>();
  for (const [name, property] of forms.flatMap((form) => Object.entries(form.properties ?? {}))) {
    const required = forms.every((form) => form.required?.includes(name));
    if (!rows.has(name)) rows.set(name, { name, required, schema: property });
  }
  return [...rows.values()];
}

/** A list of fields with what each means; what is inside one stands in a list of its own under it. */
export function fieldList(rows: readonly FieldRow[], direction: Direction, resolve: Resolver): Html {
  if (rows.length === 0) return html``;
  return html`<dl class="fields">
${rows.map((row) => fieldEntry(row, direction, resolve))}</dl>
`;
}

function fieldEntry({ name, required, schema: given }: FieldRow, direction: Direction, resolve: Resolver): Html {
  const mustBeSent = direction === 'sent' && required && html` <span class="must">required</span>`;
  const mayBeMissing = direction === 'answered' && !required && html` <span class="type">not always</span>`;
  const schema = resolve.schema(given);
  const inside = rowsOf(insideOf(schema, resolve), resolve);
  // A value that can be but one is shown by its limit.
  const [example] = schema.const === undefined ? (schema.examples ?? []) : [];
  return html`<div>
<dt><code>${name}</code> <span class="type">${typeOf(schema, resolve)}</span>${mustBeSent}${mayBeMissing}</dt>
<dd>${inline(schema.description ?? '')}${limitsOf(schema, resolve).map((limit) => html` ${inline(limit)}`)}${
    example !== undefined &&
    inside.length === 0 &&
    html`<span class="for-example">Example: <code>${short(example)}</code></span>`
  }
${fieldList(inside, direction, resolve)}</dd>
</div>
`;
}

/** The object in which a field's own fields are: itself, or what its list holds. */
function insideOf(schema: JsonSchema, resolve: Resolver): JsonSchema {
  return schema.items ? insideOf(resolve.schema(schema.items), resolve) : schema;
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [];
}

function typeOf(schema: JsonSchema, resolve: Resolver): string {
  if (schema.items) return `list of ${typeOf(resolve.schema(schema.items), resolve)}s`;
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 0) {
    return [...new Set(alternatives.map((part) => typeOf(resolve.schema(part), resolve)))].join(' or ');
  }
  if (schema.type !== undefined) return [schema.type].flat().join(' or ');
  return (
    [...new Set((schema.enum ?? []).map((value) => (value === null ? 'null' : typeof value)))].join(' or ') ||
    'anything'
  );
}

/** What a value must be besides its type, in sentences. */
function limitsOf(schema: JsonSchema, resolve: Resolver): string[] {
  const item = schema.items && resolve.schema(schema.items);
  const values = schema.enum ?? item?.enum;
  const range = (least: number | undefined, most: number | undefined, unit: string) => {
    if (least !== undefined && most !== undefined) return [`${least} to ${most}${unit}.`];
    if (least !== undefined) return [`At least ${least}${unit}.`];
    return most === undefined ? [] : [`At most ${most}${unit}.`];
  };
  return [
    ...(values && !explains(schema.description, values) ? [`One of ${values.map(quoted).join(', ')}.`] : []),
    ...(schema.const === undefined ? [] : [`Always \`${schema.const}\`.`]),
    ...(schema.pattern === undefined ? [] : [`Matches \`${schema.pattern}\`.`]),
    ...(schema.format === undefined ? [] : [`Format \`${schema.format}\`.`]),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minItems, schema.maxItems, ' entries'),
  ];
}

function quoted(value: unknown): string {
  return `\`${value}\``;
}

/** Whether a description goes through all values already. */
function explains(description: string | undefined, values: readonly unknown[]): boolean {
  return values.every((value) => description?.includes(quoted(value)));
}

function short(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example);
}
