import {
  type Endpoint,
  ErrorBody,
  type ErrorCode,
  errorCatalogue,
  errorsOf,
  Problem,
  problemMediaType,
  standardStatuses,
} from '@tijori/wire';
import { closed, type JsonSchema } from '@tijori/wire/openapi';
import type { TSchema } from 'typebox';
import Schema from 'typebox/schema';

export interface Answer {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  /** Parsed. */
  body: unknown;
}

/**
 * Judges the answers of one endpoint by its contract: a success fits its schema and has no key besides; an error has a
 * documented code in `x-error-code`, the status of that code, and the right form. Says what is wrong, or nothing. Its schemas are compiled
 * when an answer needs them: all of them at each start took a tenth of a second.
 */
export function answerJudge(endpoint: Endpoint): (answer: Answer) => string | undefined {
  const name = `${endpoint.method} ${endpoint.path}`;
  const isProblem = endpoint.errorFormat === 'problem';
  const documented = new Set<string>(errorsOf(endpoint));
  const success = once(() => fit(endpoint.response));
  const error = once(() => fit(isProblem ? Problem : ErrorBody));
  const ownHeaders = once(() => endpoint.responseHeaders && Schema.Compile(endpoint.responseHeaders));

  const judgeSuccess = ({ headers, body }: Answer) => {
    if (!mediaTypeIs(headers, 'application/json')) return `a success of type ${headers['content-type']}`;
    if (!success().Check(body)) return `a success that breaks its schema: ${faultsOf(success(), body)}`;
    if (ownHeaders()?.Check(headers) === false) return 'a success whose headers break their schema';
    return undefined;
  };

  const judgeError = ({ status, headers, body }: Answer) => {
    const code = headers['x-error-code'];
    if (typeof code !== 'string' || !documented.has(code)) return `${status} with the undocumented code ${code}`;
    const entry = errorCatalogue[code as ErrorCode];
    if (status !== entry.status && status !== standardStatuses[entry.status]) return `${status} for ${code}`;
    if (!mediaTypeIs(headers, isProblem ? problemMediaType : 'application/json')) {
      return `${code} of type ${headers['content-type']}`;
    }
    if (!error().Check(body)) return `${code} in the wrong form: ${faultsOf(error(), body)}`;
    const inBody = isProblem ? Reflect.get(Object(body), 'status') : Reflect.get(Object(body), 'code');
    return inBody === status ? undefined : `${code} with ${inBody} in the body and ${status} on the wire`;
  };

  return (answer) => {
    const fault = answer.status === (endpoint.status ?? 200) ? judgeSuccess(answer) : judgeError(answer);
    return fault && `${name} answered ${fault}`;
  };
}

/** Makes it at the first call. */
function once<Made>(make: () => Made): () => Made {
  let made: { value: Made } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function fit(schema: JsonSchema) {
  return Schema.Compile(closed(schema) as TSchema);
}

/** Where it does not fit. Never a value: a log may be read by many. */
function faultsOf(validator: ReturnType<typeof fit>, body: unknown): string {
  const [, faults] = validator.Errors(body);
  return faults.map(({ instancePath, keyword }) => `${instancePath || '/'} (${keyword})`).join(', ');
}

function mediaTypeIs(headers: Answer['headers'], type: string): boolean {
  return String(headers['content-type']).split(';')[0] === type;
}
