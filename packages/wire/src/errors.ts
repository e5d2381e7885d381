/** How a caller should take an error: its own fault, "later", the government side's fault, or ours. */
export type ErrorKind = 'refused' | 'busy' | 'upstream' | 'fault';

export interface ErrorEntry {
  /** HTTP status; the body's `code` is the same number (sandbox-api §2.1). */
  status: number;
  kind: ErrorKind;
  /** The public `message`. `{id}` and `{doc_type}` are filled in from the request, the plurals from lists of names. */
  message: string;
  /** Whether the same request may succeed later without being changed. */
  retryable: boolean;
  /** `Retry-After` of every such answer, seconds; codes whose wait depends on the case say it when they are thrown. */
  retryAfterSeconds?: number;
}

/**
 * The error catalogue: the only place where a status, a public text and a machine-readable code meet.
 *
 * The body of an error is the vendor's envelope and has no room for a code (sandbox-api §2.1), so the key of this
 * table travels in the response header `x-error-code`. Statuses and messages are the vendor's where it has them
 * (sandbox-api §2.2, §9); the rest is ours. `docs/errors.md` lists each with cause and cure, and a test compares.
 *
 * @example errorCatalogue.session_not_found.status // 521
 */
export const errorCatalogue = {
  malformed_request: { status: 400, kind: 'refused', message: 'Bad Request', retryable: false },
  invalid_request_body: { status: 400, kind: 'refused', message: 'Invalid request body', retryable: false },
  invalid_query: { status: 400, kind: 'refused', message: 'Invalid query parameters', retryable: false },
  invalid_cursor: { status: 400, kind: 'refused', message: 'Invalid cursor', retryable: false },
  destination_refused: { status: 400, kind: 'refused', message: 'Destination refused', retryable: false },
  unknown_scenario: {
    status: 400,
    kind: 'refused',
    message: 'Unknown scenario. Valid ones: {scenarios}',
    retryable: false,
  },
  unknown_persona: {
    status: 400,
    kind: 'refused',
    message: 'Unknown persona. Valid ones: {personas}',
    retryable: false,
  },
  unknown_choice: {
    status: 400,
    kind: 'refused',
    message: 'Not on the page. Valid ones: {choices}',
    retryable: false,
  },
  invalid_idempotency_key: { status: 400, kind: 'refused', message: 'Invalid Idempotency-Key', retryable: false },
  invalid_action: {
    status: 409,
    kind: 'refused',
    message: 'Action not possible now. Valid ones: {actions}',
    retryable: false,
  },
  consent_not_provided: {
    status: 400,
    kind: 'refused',
    message: 'Consent for {doc_type} not provided',
    retryable: false,
  },
  consent_ended: { status: 400, kind: 'refused', message: 'Consent for {doc_type} has ended', retryable: false },
  unauthorized: { status: 401, kind: 'refused', message: 'Unauthorized', retryable: false },
  invalid_access_token: { status: 403, kind: 'refused', message: 'Invalid access token', retryable: false },
  access_token_expired: { status: 403, kind: 'refused', message: 'Access token has expired', retryable: false },
  insufficient_privilege: { status: 403, kind: 'refused', message: 'Insufficient privilege', retryable: false },
  request_token_refused: {
    status: 403,
    kind: 'refused',
    message: 'Request token is invalid or has expired',
    retryable: false,
  },
  link_refused: { status: 403, kind: 'refused', message: 'Link is invalid or has expired', retryable: false },
  cross_origin_refused: { status: 403, kind: 'refused', message: 'Cross-origin request refused', retryable: false },
  route_not_found: { status: 404, kind: 'refused', message: 'Not Found', retryable: false },
  session_not_found: { status: 404, kind: 'refused', message: 'Session not found', retryable: false },
  webhook_endpoint_not_found: { status: 404, kind: 'refused', message: 'Webhook endpoint not found', retryable: false },
  event_not_found: { status: 404, kind: 'refused', message: 'Event not found', retryable: false },
  method_not_allowed: { status: 405, kind: 'refused', message: 'Method Not Allowed', retryable: false },
  no_consent: { status: 409, kind: 'refused', message: 'No consent was given', retryable: false },
  session_open: { status: 409, kind: 'refused', message: 'Session has no end yet', retryable: false },
  nothing_missing: { status: 409, kind: 'refused', message: 'No document is missing', retryable: false },
  session_redacted: { status: 409, kind: 'refused', message: 'Session is redacted', retryable: false },
  session_ended: { status: 409, kind: 'refused', message: 'Session has ended', retryable: false },
  webhook_endpoint_disabled: {
    status: 409,
    kind: 'refused',
    message: 'Webhook endpoint is switched off',
    retryable: false,
  },
  webhook_endpoints_full: { status: 409, kind: 'refused', message: 'Too many webhook endpoints', retryable: false },
  request_timeout: { status: 408, kind: 'refused', message: 'Request Timeout', retryable: true },
  idempotency_in_progress: {
    status: 409,
    kind: 'busy',
    message: 'A request with this Idempotency-Key is in progress',
    retryable: true,
    retryAfterSeconds: 1,
  },
  body_too_large: { status: 413, kind: 'refused', message: 'Request body too large', retryable: false },
  wrong_host: { status: 421, kind: 'refused', message: 'Misdirected Request', retryable: false },
  idempotency_key_reused: {
    status: 422,
    kind: 'refused',
    message: 'Idempotency-Key was used for another request',
    retryable: false,
  },
  rate_limited: { status: 429, kind: 'busy', message: 'Too Many Requests', retryable: true },
  headers_too_large: {
    status: 431,
    kind: 'refused',
    message: 'Request Header Fields Too Large',
    retryable: false,
  },
  internal: { status: 500, kind: 'fault', message: 'Internal Server Error', retryable: true },
  upstream_unavailable: { status: 503, kind: 'upstream', message: 'Source Unavailable', retryable: true },
  issuer_unavailable: { status: 503, kind: 'upstream', message: 'Issuer Unavailable', retryable: true },
  upstream_refused: { status: 503, kind: 'upstream', message: 'Source Unavailable', retryable: false },
  overloaded: {
    status: 503,
    kind: 'busy',
    message: 'Service Unavailable',
    retryable: true,
    retryAfterSeconds: 1,
  },
  shutting_down: {
    status: 503,
    kind: 'busy',
    message: 'Service Unavailable',
    retryable: true,
    retryAfterSeconds: 1,
  },
  storage_unavailable: {
    status: 503,
    kind: 'busy',
    message: 'Service Unavailable',
    retryable: true,
    retryAfterSeconds: 1,
  },
  storage_full: { status: 507, kind: 'fault', message: 'Insufficient Storage', retryable: true },
  upstream_timeout: { status: 504, kind: 'upstream', message: 'Source Timeout', retryable: true },
  data_not_found: { status: 521, kind: 'refused', message: 'Data not found for: {id}', retryable: false },
  invalid_session_lifecycle: {
    status: 523,
    kind: 'refused',
    message: 'Cannot get document due to invalid session lifecycle',
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>;

/** Every code that `x-error-code` can carry. */
export type ErrorCode = keyof typeof errorCatalogue;

/**
 * How the vendor's two statuses of its own travel: `compatible` as they are, `standard` as the nearest registered ones,
 * for gateways and monitors that take every 52x for a fault of their origin (sandbox-api §9 no. 32).
 */
export type ErrorStatusStyle = 'compatible' | 'standard';

/** Status of the catalogue → status under `standard`; those that are not listed stay. */
export const standardStatuses: Readonly<Partial<Record<number, number>>> = { 521: 404, 523: 409 };
