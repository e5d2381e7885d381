import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closed, type JsonSchema, type OpenApiDocument, type Parameter } from '@tijori/wire/openapi';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** Whether a value fits a schema, as judged by another validator than the server's. */
export type Fits = (value: unknown) => boolean;

export interface FuzzParameter extends Parameter {
  fits: Fits;
}

/** An operation of docs/openapi.json, its references resolved and its schemas ready to judge by. */
export interface FuzzOperation {
  id: string;
  method: string;
  path: string;
  parameters: FuzzParameter[];
  closedQuery: boolean;
  body: { schema: JsonSchema; fits: Fits } | undefined;
  /** Names of the security schemes that it wants. */
  credentials: string[];
  /** By status: the forms that an answer may have, and the codes. */
  answers: Map<number, { type: string; fits: Fits; codes: readonly unknown[] | undefined }>;
}

const documentPath = join(import.meta.dirname, '../../../../../docs/openapi.json');

/** Reads the published document, which is what a client has; never the code behind it. */
export function readOperations(path = documentPath): FuzzOperation[] {
  const raw = JSON.parse(readFileSync(path, 'utf8')) as OpenApiDocument;
  const document = resolved(raw, raw) as ResolvedDocument;
  return Object.entries(document.paths).flatMap(([at, operations]) =>
    Object.entries(operations).map(([method, operation]): FuzzOperation => {
      const body = operation.requestBody?.content['application/json']?.schema;
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path: at,
        parameters: (operation.parameters ?? []).map((parameter) => ({ ...parameter, fits: fit(parameter.schema) })),
        closedQuery: operation['x-tijori-closed-query'] ?? false,
        body: body && { schema: body, fits: fit(body) },
        credentials: Object.keys(operation.security[0] ?? {}),
        answers: new Map(
          Object.entries(operation.responses).map(([status, { content, headers }]) => {
            const [type = '', media] = Object.entries(content)[0] ?? [];
            const codes = headers?.['x-error-code']?.schema.enum;
            return [Number(status), { type, fits: fit(closed(media?.schema ?? {})), codes }];
          }),
        ),
      };
    }),
  );
}

interface ResolvedDocument {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        parameters?: Parameter[];
        requestBody?: { content: Record<string, { schema: JsonSchema }> };
        security: Record<string, string[]>[];
        'x-tijori-closed-query'?: boolean;
        responses: Record<
          string,
          { content: Record<string, { schema: JsonSchema }>; headers?: Record<string, { schema: JsonSchema }> }
        >;
      }
    >
  >;
}

/** The document with each reference replaced by what it leads to. There are no circles in it. */
function resolved(part: unknown, document: OpenApiDocument): unknown {
  if (Array.isArray(part)) return part.map((each) => resolved(each, document));
  if (typeof part !== 'object' || part === null) return part;
  const { $ref, ...beside } = part as { $ref?: string };
  const own = Object.fromEntries(Object.entries(beside).map(([key, each]) => [key, resolved(each, document)]));
  if ($ref === undefined) return own;
  const target = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, name) => Reflect.get(Object(at), name), document);
  return { ...(resolved(target, document) as object), ...own };
}

function fit(schema: JsonSchema): Fits {
  const validator = Compile(schema as TSchema);
  return (value) => validator.Check(value);
}
