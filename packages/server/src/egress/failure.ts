import { DestinationRefused, type DestinationRule } from './destination.ts';

/** Why a call had no answer that can be used, as a machine word. */
export const egressFailures = {
  destination_refused: 'The address must not be called.',
  name_unresolved: 'The name has no address.',
  timed_out: 'No whole answer came in time.',
  tls_failed: 'No trusted TLS connection could be made.',
  connection_failed: 'No connection could be made, or it broke.',
  answer_malformed: 'The answer was not HTTP.',
  answer_too_large: 'The answer was larger than what is read.',
  content_type_refused: 'The answer had another content type than those asked for.',
} as const satisfies Record<string, string>;

export type EgressFailureCode = keyof typeof egressFailures;

/** A call that went wrong. The message holds neither the address nor anything of the answer. */
export class EgressFailure extends Error {
  readonly code: EgressFailureCode;
  /** Which rule a refused destination broke. */
  readonly rule: DestinationRule | undefined;
  constructor(code: EgressFailureCode, options: { cause?: unknown; rule?: DestinationRule } = {}) {
    super(egressFailures[code], { cause: options.cause });
    this.name = 'EgressFailure';
    this.code = code;
    this.rule = options.rule;
  }
}

const unresolved = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL'];
const tlsCodes =
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO|INVALID_CA|INVALID_PURPOSE)/;

/** What undici, Node or the guard threw, in our own words. */
export function failureOf(error: unknown): EgressFailure {
  if (error instanceof EgressFailure) return error;
  const chain = causesOf(error);
  const refused = chain.find((each) => each instanceof DestinationRefused);
  if (refused instanceof DestinationRefused) {
    return new EgressFailure('destination_refused', { rule: refused.rule });
  }
  const names = chain.flatMap((each) => [each.name, 'code' in each ? String(each.code) : '']);
  const code = names.some((name) => name === 'TimeoutError' || name === 'AbortError' || name.endsWith('_TIMEOUT'))
    ? 'timed_out'
    : names.some((name) => unresolved.includes(name))
      ? 'name_unresolved'
      : names.some((name) => tlsCodes.test(name))
        ? 'tls_failed'
        : names.some((name) => name === 'HTTPParserError' || name === 'UND_ERR_HEADERS_OVERFLOW')
          ? 'answer_malformed'
          : 'connection_failed';
  return new EgressFailure(code, { cause: error });
}

/** An error, what caused it, and what was gathered in it. */
function causesOf(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const inside = error instanceof AggregateError ? error.errors : [];
  return [error, ...[error.cause, ...inside].flatMap((each) => causesOf(each, depth + 1))];
}
