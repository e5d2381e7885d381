/**
 * Why a session failed or expired. The status answer has no room for it in its body, so the name travels in the header
 * `x-error-code` of a 200 answer; our own API has it as `status_reason`.
 *
 * @example statusReasons.consent_denied // 'The person denied the request, or left a sign-in that was refused.'
 */
export const statusReasons = {
  consent_denied: 'The person denied the request, or left a sign-in that EntityLocker had refused.',
  nothing_consented: 'The person came back with a consent that covers none of the documents asked for.',
  entity_mismatch: 'A document that was shared belongs to another business than the one expected. Nothing was kept.',
  consent_withdrawn: 'The consent was over before the documents could be listed.',
  exchange_refused: 'EntityLocker refused the authorization code.',
  exchange_failed: 'EntityLocker did not answer the authorization code, three attempts in a row.',
  upstream_refused: 'EntityLocker refused the request.',
  session_cancelled: 'The integrator cancelled the session.',
  session_expired: 'Nobody finished the session in time.',
} as const satisfies Record<string, string>;

/** Every value that `x-error-code` of a status answer can have. */
export type StatusReason = keyof typeof statusReasons;
