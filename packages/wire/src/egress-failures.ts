/**
 * Why a call to an address that an integrator named had no answer that counts, as the delivery log tells it.
 *
 * @example egressFailures.timed_out // 'No whole answer came in time.'
 */
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

/** Name of such a failure. */
export type EgressFailureCode = keyof typeof egressFailures;
