import { type EgressFailureCode, egressFailures } from '@tijori/wire';
import { DestinationRefused, type DestinationRule } from './destination.ts';

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
