import { type Endpoint, errorsOf, exampleSessionId } from '../endpoints/index.ts';
import { ErrorBody, exampleSuccess } from '../envelope.ts';
import { errorGuide } from '../error-guide.ts';
import { type ErrorCode, errorCatalogue } from '../errors.ts';
import { Problem, problemMediaType, problemType } from '../problem.ts';
import type { Components } from './components.ts';
import type { Reference, Response } from './document.ts';
import { sharedHeaders } from './headers.ts';

type Format = NonNullable<Endpoint['errorFormat']>;

/** Most codes of a response that is shared: the name of one with more would be too long. */
const codesOfSharedMax = 3;

/** Every error of an endpoint by its status, each with cause and cure. The usual ones are shared by all operations. */
export function errorResponses(endpoint: Endpoint, components: Components): Record<string, Response | Reference> {
  const format = endpoint.errorFormat ?? 'envelope';
  const byStatus = Object.groupBy(errorsOf(endpoint), (code) => errorCatalogue[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes = []]) => {
      const response = errorResponse(codes, format, components);
      if (codes.length > codesOfSharedMax) return [status, response];
      return [status, components.share('responses', nameOf(codes, format), response)];
    }),
  );
}

function errorResponse(codes: readonly ErrorCode[], format: Format, components: Components): Response {
  const schema = components.schema(format === 'problem' ? Problem : ErrorBody);
  const examples = Object.fromEntries(codes.map((code) => [code, { summary: code, value: bodyOf(code, format) }]));
  const waits = codes.some((code) => errorCatalogue[code].kind === 'busy');
  return {
    description: codes.map(explained).join('\n\n'),
    headers: {
      'x-error-code': {
        description: 'Machine-readable code of the error.',
        schema: { type: 'string', enum: codes, examples: codes.slice(0, 1) },
      },
      ...sharedHeaders(components, { 'x-transaction-id': 'TransactionId' }),
      ...(waits && sharedHeaders(components, { 'retry-after': 'RetryAfter' })),
    },
    content: { [format === 'problem' ? problemMediaType : 'application/json']: { schema, examples } },
  };
}

function explained(code: ErrorCode): string {
  const { message, retryable } = errorCatalogue[code];
  const { cause, cure } = errorGuide[code];
  const retry = retryable ? ' The same request may succeed later.' : '';
  return `\`${code}\`: ${message}\n\nCause: ${cause}\n\nCure: ${cure}${retry}`;
}

/** What fills the blanks of the catalogue's texts in an example. */
const blanks: Record<string, string> = {
  id: exampleSessionId,
  doc_type: 'gstn_details',
  scenarios: 'happy, deny',
  personas: '5550000001, 5550000002',
  actions: 'open',
};

function bodyOf(code: ErrorCode, format: Format) {
  const { status, message } = errorCatalogue[code];
  const text = message.replace(/\{(\w+)\}/g, (whole, name: string) => blanks[name] ?? whole);
  const { timestamp, transaction_id } = exampleSuccess(null);
  return format === 'problem'
    ? { type: problemType(code), title: text, status, code, transaction_id }
    : { code: status, timestamp, message: text, transaction_id };
}

/** `rate_limited` → `RateLimited`, two codes joined by `Or`. */
function nameOf(codes: readonly ErrorCode[], format: Format): string {
  const names = codes.map((code) => code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase()));
  return `${names.join('Or')}${format === 'problem' ? 'Problem' : ''}`;
}
