import type { ErrorCode } from '@tijori/wire';
import type { OpenApiDocument, Operation, Parameter } from '@tijori/wire/openapi';
import { type Html, html } from '../html.ts';
import { curlOf } from './curl.ts';
import { codesOf, errorList } from './errors.ts';
import { type FieldRow, fieldList, rowsOf } from './fields.ts';
import { breakable, codeBlock, inline, prose } from './prose.ts';
import type { Resolver } from './resolve.ts';

export interface Place {
  method: string;
  path: string;
  operation: Operation;
}

interface Surroundings {
  document: OpenApiDocument;
  resolve: Resolver;
  /** Codes that are told of once for all operations. */
  common: readonly ErrorCode[];
}

/** `POST` as a word of its own, before the path. */
export function methodMark(method: string): Html {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`;
}

/** One operation: what to send, what comes back, and what can go wrong. */
export function operationSection(place: Place, { document, resolve, common }: Surroundings): Html {
  const { method, path, operation } = place;
  const parameters = (operation.parameters ?? []).map((each) => resolve.parameter(each));
  const own = codesOf(operation, resolve).filter((code) => !common.includes(code));
  return html`<section id="${operation.operationId}" aria-labelledby="${operation.operationId}-title">
<h3 id="${operation.operationId}-title">${operation.summary.replace(/\.$/, '')}</h3>
<p class="address">${methodMark(method)} <code>${breakable(path)}</code></p>
${prose(operation.description)}
${credentials(operation, resolve)}
${parameterLists(parameters, resolve)}
${requestBody(operation, resolve)}
${codeBlock('Call', curlOf(place, document, resolve))}
${answer(operation, resolve)}
<h4>Errors</h4>
${own.length > 0 && errorList(own)}
<p class="fine">Besides the <a href="#errors">errors of every operation</a>.</p>
</section>
`;
}

function credentials(operation: Operation, resolve: Resolver): Html {
  const names = Object.keys(operation.security[0] ?? {});
  if (names.length === 0) return html`<p>Wants no credentials.</p>`;
  const rows = names.map((name): FieldRow => {
    const { name: header, description } = resolve.scheme(name);
    return { name: header, required: true, schema: { type: 'string', description } };
  });
  return html`<h4>Credentials</h4>
${fieldList(rows, 'sent', resolve)}`;
}

const placeTitles = { path: 'In the path', query: 'In the query', header: 'Headers' } as const;

function parameterLists(parameters: readonly Parameter[], resolve: Resolver): Html {
  const lists = (['path', 'query', 'header'] as const).map((place) => {
    const rows = parameters.filter((parameter) => parameter.in === place).map(toRow);
    return rows.length > 0 && html`<h4>${placeTitles[place]}</h4>\n${fieldList(rows, 'sent', resolve)}`;
  });
  return html`${lists}`;
}

function toRow({ name, required, description, schema, example }: Parameter): FieldRow {
  const shown = { ...schema, description, ...(example !== undefined && { examples: [example] }) };
  return { name, required: required ?? false, schema: shown };
}

function requestBody(operation: Operation, resolve: Resolver): Html {
  const media = operation.requestBody?.content['application/json'];
  if (!media) return html``;
  const schema = resolve.schema(media.schema);
  return html`<h4>Body</h4>
${schema.description && html`<p>${inline(schema.description)}</p>`}
${fieldList(rowsOf(schema, resolve), 'sent', resolve)}`;
}

function answer(operation: Operation, resolve: Resolver): Html {
  const [status, given] = Object.entries(operation.responses).find(([each]) => Number(each) < 300) ?? [];
  if (!given) return html``;
  const { headers, content } = resolve.response(given);
  const media = content['application/json'];
  const own = Object.entries(headers ?? {}).flatMap(([name, header]) =>
    'schema' in header
      ? [{ name, required: false, schema: { ...header.schema, description: header.description } }]
      : [],
  );
  return html`<h4>Answer <span class="status good">${status}</span></h4>
${media && fieldList(rowsOf(resolve.schema(media.schema), resolve), 'answered', resolve)}
${own.length > 0 && html`<h5>Headers</h5>\n${fieldList(own, 'answered', resolve)}`}
${media && codeBlock('Answer', JSON.stringify(media.example, null, 2))}`;
}
