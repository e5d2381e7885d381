import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { type Rules, valid } from './arbitrary.ts';
import { breaking } from './breaking.ts';
import { callersFor } from './callers.ts';
import type { FuzzOperation, FuzzParameter } from './operations.ts';
import { rulesOf } from './rules.ts';
import type { FuzzWorld } from './world.ts';

/** What is wrong with a request, as far as the published document and the rules of JSON can tell. */
export type Fault = 'credentials' | 'parameter' | 'body';

export interface FuzzRequest {
  operation: FuzzOperation;
  inject: InjectOptions;
  faults: Fault[];
}

/** A part of a request, and whether it is as it should be. */
interface Part<Value> {
  value: Value;
  good: boolean;
}

/** Names under which operations take the id of a session. */
const sessionParams: readonly string[] = ['session_id', 'id'];

/** Requests to any operation: mostly good in every part but one, so that each part is judged and not only the first. */
export function requests(operations: readonly FuzzOperation[], world: FuzzWorld): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(...operations.map((operation) => requestsTo(operation, world)));
}

function requestsTo(operation: FuzzOperation, world: FuzzWorld): fc.Arbitrary<FuzzRequest> {
  const rules = rulesOf(world.gateway);
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
  const others = operation.parameters.filter((parameter) => parameter.in !== 'path');
  return fc
    .record({
      caller: callersFor(operation, world),
      path: fc.tuple(...inPath.map((parameter) => pathValue(parameter, world))),
      others: fc.tuple(...others.map((parameter) => optional(parameter, rules))),
      extraQuery: fc.oneof(
        { weight: 12, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constantFrom('x=1', '__proto__=1', 'a[b]=c', 'a=1&a=2') },
      ),
      body: bodies(operation, rules),
    })
    .map(({ caller, path, others: given, extraQuery, body }) => {
      const values = path.map((part, index) =>
        index === caller.sessionParam?.index ? caller.sessionParam.part : part,
      );
      const address = inPath.reduce(
        (text, { name }, index) => text.replace(`{${name}}`, encodeURIComponent(values[index]?.value ?? '')),
        operation.path,
      );
      const query = new URLSearchParams();
      const headers: Record<string, string> = { ...caller.headers, ...body.headers };
      others.forEach((parameter, index) => {
        const value = given[index]?.value;
        if (value === undefined) return;
        if (parameter.in === 'query') query.append(parameter.name, value);
        else headers[parameter.name] = value;
      });
      const search = [query.toString(), extraQuery].filter((text) => text !== '').join('&');
      const goodQuery = extraQuery === '' || !operation.closedQuery;
      const parametersGood = [...values, ...given].every(({ good }) => good) && goodQuery;
      return {
        operation,
        inject: {
          method: operation.method as 'GET',
          url: search === '' ? address : `${address}?${search}`,
          headers,
          ...(body.payload !== undefined && { payload: body.payload }),
        },
        faults: [
          ...(caller.good ? [] : (['credentials'] as const)),
          ...(parametersGood ? [] : (['parameter'] as const)),
          ...(body.good ? [] : (['body'] as const)),
        ],
      };
    });
}

/** Ids that exist, ids that do not, and values that are none. Dot segments would be another path. */
function pathValue(parameter: FuzzParameter, { sessionIds }: FuzzWorld): fc.Arbitrary<Part<string>> {
  const right = sessionParams.includes(parameter.name)
    ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...sessionIds) }, { weight: 1, arbitrary: fc.uuid() })
    : valid(parameter.schema);
  const wrong = breaking(parameter.schema);
  return fc
    .oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: wrong })
    .map(onWire)
    .filter((value) => value.isWellFormed() && !/^\.{0,2}$/.test(value) && encodeURIComponent(value).length <= 190)
    .map((value) => ({ value, good: parameter.fits(value) }));
}

/** A query or header parameter, which may be left out if it may be. */
function optional(parameter: FuzzParameter, rules: Rules): fc.Arbitrary<Part<string | undefined>> {
  const { name, schema, required = false, fits } = parameter;
  const visible = (value: string) => parameter.in === 'query' || /^[!-~]([ -~]*[!-~])?$/.test(value);
  // A number travels as text: what it is worth is what it reads as.
  const read = (value: string): unknown => (/^-?\d+$/.test(value) && schema.type !== 'string' ? Number(value) : value);
  const given = fc
    .oneof({ weight: 8, arbitrary: rules[name] ?? valid(schema) }, { weight: 1, arbitrary: breaking(schema) })
    .map(onWire)
    .filter((value) => value.isWellFormed() && visible(value))
    .map((value) => ({ value, good: fits(read(value)) }));
  return fc.oneof(
    { weight: 1, arbitrary: given },
    { weight: 5, arbitrary: fc.constant({ value: undefined, good: !required }) },
  );
}

/** A value as an address or a header has it. */
function onWire(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}

interface Body {
  payload?: string;
  headers: Record<string, string>;
  good: boolean;
}

const json = { 'content-type': 'application/json' };

function bodies({ body, method }: FuzzOperation, rules: Rules): fc.Arbitrary<Body> {
  const none: Body = { headers: {}, good: true };
  // What an operation without a body does not read, it does not judge; a GET with one is judged elsewhere.
  if (!body) {
    const ignored = fc.json().map((payload) => ({ payload, headers: json, good: true }));
    return method === 'GET' ? fc.constant(none) : fc.oneof(fc.constant(none), ignored);
  }
  const right = valid(body.schema, rules);
  const written = (value: unknown): Body => {
    const payload = JSON.stringify(value);
    return { payload, headers: json, good: body.fits(value) && isPlain(value) };
  };
  const spoilt = right.map((value) => JSON.stringify(value)).chain(spoiled);
  return fc.oneof(
    { weight: 10, arbitrary: right.map(written) },
    { weight: 10, arbitrary: breaking(body.schema, rules).map(written) },
    { weight: 2, arbitrary: spoilt.map((change) => ({ headers: json, ...change, good: false })) },
    { weight: 1, arbitrary: fc.constant({ headers: {}, good: false }) },
  );
}

/** A good body, made into none: as text, or by its content type. */
function spoiled(text: string): fc.Arbitrary<Partial<Body>> {
  return fc.constantFrom<Partial<Body>>(
    { payload: text.slice(0, -1) },
    { payload: `${text}${text}` },
    { payload: `\ufeff${text}` },
    { payload: text.replace('{', '{"__proto__":{},') },
    { payload: text.replace(/^\{("[^"]+":)/, '{$1null,$1') },
    { payload: '' },
    { payload: `${'['.repeat(33)}${']'.repeat(33)}` },
    { payload: text, headers: { 'content-type': 'text/plain' } },
    { payload: text, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  );
}

/** What the rules for bodies refuse whatever the schema (docs/errors.md, `invalid_request_body`). */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([key, part]) => key !== '__proto__' && !key.includes('\\') && key.isWellFormed() && isPlain(part),
  );
}
