// Made by `node scripts/gen-client-types.ts` from packages/wire: do not edit.

/** The vendor's names of document types. */
export type DocTypeName = 'company_master_details' | 'gstn_details' | 'udhyam_certificate';

/** Where a session stands. `succeeded`, `failed` and `expired` are ends. */
export type SessionStatus = 'created' | 'initialized' | 'authorized' | 'succeeded' | 'failed' | 'expired';

/**
 * Why a session failed or expired.
 *
 * - `consent_denied`: The person denied the request, or left a sign-in that EntityLocker had refused.
 * - `nothing_consented`: The person came back with a consent that covers none of the documents asked for.
 * - `entity_mismatch`: A document that was shared belongs to another business than the one expected. Nothing was kept.
 * - `consent_withdrawn`: The consent was over before the documents could be listed.
 * - `exchange_refused`: EntityLocker refused the authorization code.
 * - `exchange_failed`: EntityLocker did not answer the authorization code, three attempts in a row.
 * - `upstream_refused`: EntityLocker refused the request.
 * - `session_cancelled`: The integrator cancelled the session.
 * - `session_expired`: Nobody finished the session in time.
 */
export type StatusReason =
  | 'consent_denied'
  | 'nothing_consented'
  | 'entity_mismatch'
  | 'consent_withdrawn'
  | 'exchange_refused'
  | 'exchange_failed'
  | 'upstream_refused'
  | 'session_cancelled'
  | 'session_expired';

/**
 * Errors of a Tijori server. `docs/errors.md` has cause and cure of each.
 *
 * - `malformed_request`, 400: Bad Request
 * - `invalid_request_body`, 400: Invalid request body
 * - `invalid_query`, 400: Invalid query parameters
 * - `invalid_cursor`, 400: Invalid cursor
 * - `destination_refused`, 400: Destination refused
 * - `unknown_scenario`, 400: Unknown scenario. Valid ones: {scenarios}
 * - `unknown_persona`, 400: Unknown persona. Valid ones: {personas}
 * - `unknown_choice`, 400: Not on the page. Valid ones: {choices}
 * - `invalid_idempotency_key`, 400: Invalid Idempotency-Key
 * - `invalid_action`, 409: Action not possible now. Valid ones: {actions}
 * - `consent_not_provided`, 400: Consent for {doc_type} not provided
 * - `consent_ended`, 400: Consent for {doc_type} has ended
 * - `unauthorized`, 401: Unauthorized
 * - `invalid_access_token`, 403: Invalid access token
 * - `access_token_expired`, 403: Access token has expired
 * - `insufficient_privilege`, 403: Insufficient privilege
 * - `request_token_refused`, 403: Request token is invalid or has expired
 * - `link_refused`, 403: Link is invalid or has expired
 * - `cross_origin_refused`, 403: Cross-origin request refused
 * - `route_not_found`, 404: Not Found
 * - `session_not_found`, 404: Session not found
 * - `webhook_endpoint_not_found`, 404: Webhook endpoint not found
 * - `event_not_found`, 404: Event not found
 * - `method_not_allowed`, 405: Method Not Allowed
 * - `no_consent`, 409: No consent was given
 * - `session_open`, 409: Session has no end yet
 * - `nothing_missing`, 409: No document is missing
 * - `session_redacted`, 409: Session is redacted
 * - `session_ended`, 409: Session has ended
 * - `webhook_endpoint_disabled`, 409: Webhook endpoint is switched off
 * - `webhook_endpoints_full`, 409: Too many webhook endpoints
 * - `request_timeout`, 408: Request Timeout
 * - `idempotency_in_progress`, 409: A request with this Idempotency-Key is in progress
 * - `body_too_large`, 413: Request body too large
 * - `wrong_host`, 421: Misdirected Request
 * - `idempotency_key_reused`, 422: Idempotency-Key was used for another request
 * - `rate_limited`, 429: Too Many Requests
 * - `headers_too_large`, 431: Request Header Fields Too Large
 * - `internal`, 500: Internal Server Error
 * - `upstream_unavailable`, 503: Source Unavailable
 * - `issuer_unavailable`, 503: Issuer Unavailable
 * - `upstream_refused`, 503: Source Unavailable
 * - `overloaded`, 503: Service Unavailable
 * - `shutting_down`, 503: Service Unavailable
 * - `storage_unavailable`, 503: Service Unavailable
 * - `storage_full`, 507: Insufficient Storage
 * - `upstream_timeout`, 504: Source Timeout
 * - `data_not_found`, 521: Data not found for: {id}
 * - `invalid_session_lifecycle`, 523: Cannot get document due to invalid session lifecycle
 */
export type ErrorCode =
  | 'malformed_request'
  | 'invalid_request_body'
  | 'invalid_query'
  | 'invalid_cursor'
  | 'destination_refused'
  | 'unknown_scenario'
  | 'unknown_persona'
  | 'unknown_choice'
  | 'invalid_idempotency_key'
  | 'invalid_action'
  | 'consent_not_provided'
  | 'consent_ended'
  | 'unauthorized'
  | 'invalid_access_token'
  | 'access_token_expired'
  | 'insufficient_privilege'
  | 'request_token_refused'
  | 'link_refused'
  | 'cross_origin_refused'
  | 'route_not_found'
  | 'session_not_found'
  | 'webhook_endpoint_not_found'
  | 'event_not_found'
  | 'method_not_allowed'
  | 'no_consent'
  | 'session_open'
  | 'nothing_missing'
  | 'session_redacted'
  | 'session_ended'
  | 'webhook_endpoint_disabled'
  | 'webhook_endpoints_full'
  | 'request_timeout'
  | 'idempotency_in_progress'
  | 'body_too_large'
  | 'wrong_host'
  | 'idempotency_key_reused'
  | 'rate_limited'
  | 'headers_too_large'
  | 'internal'
  | 'upstream_unavailable'
  | 'issuer_unavailable'
  | 'upstream_refused'
  | 'overloaded'
  | 'shutting_down'
  | 'storage_unavailable'
  | 'storage_full'
  | 'upstream_timeout'
  | 'data_not_found'
  | 'invalid_session_lifecycle';

/**
 * Names of events.
 *
 * - `entitylocker.session.created`: A session was created.
 * - `entitylocker.session.opened`: The person, or a page with the browser SDK, opened the session.
 * - `entitylocker.session.authorized`: The person came back from EntityLocker with a consent.
 * - `entitylocker.session.succeeded`: The consent covers at least one document that was asked for.
 * - `entitylocker.session.failed`: The session failed; `status_reason` says why.
 * - `entitylocker.session.expired`: Nobody finished the session in time.
 * - `entitylocker.session.cancelled`: The integrator cancelled the session; its status is `failed`.
 * - `entitylocker.document.available`: A document is in the vault and can be downloaded.
 * - `entitylocker.document.failed`: A document will not come any more; `document.code` says why.
 * - `entitylocker.document.erased`: A document that was held is gone, and its key with it.
 * - `entitylocker.consent.withdrawn`: The consent was withdrawn: nothing more is fetched.
 * - `entitylocker.consent.expired`: The time for which the person consented is over.
 * - `endpoint.disabled`: The gateway switched an endpoint off.
 */
export type EventType =
  | 'entitylocker.session.created'
  | 'entitylocker.session.opened'
  | 'entitylocker.session.authorized'
  | 'entitylocker.session.succeeded'
  | 'entitylocker.session.failed'
  | 'entitylocker.session.expired'
  | 'entitylocker.session.cancelled'
  | 'entitylocker.document.available'
  | 'entitylocker.document.failed'
  | 'entitylocker.document.erased'
  | 'entitylocker.consent.withdrawn'
  | 'entitylocker.consent.expired'
  | 'endpoint.disabled';

/** Ids and statuses; ask the API for the rest. */
export interface SessionEventData {
  /**
   * Id of the session.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  session_id: string;
  /**
   * Of the key that made the session or the endpoint. Each endpoint hears of its own mode only.
   * @example "test"
   */
  mode: 'test' | 'live';
  /**
   * Status of the session once this had happened.
   * @example "succeeded"
   */
  status: SessionStatus;
  /**
   * Status before it; the same as `status` where the event is about something else, null at the beginning.
   * @example "authorized"
   */
  previous_status: SessionStatus | null;
  /**
   * Why the session failed or expired; else null.
   * @example null
   */
  status_reason: StatusReason | null;
  /**
   * Counts the events of the session: `1` is its creation and each one has the next number. At most one event has a
   * number, so that a receiver can put them in order and see which one is missing.
   * @example 4
   */
  sequence: number;
}

/** A session was created. */
export interface SessionCreatedEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.session.created';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** The person, or a page with the browser SDK, opened the session. */
export interface SessionOpenedEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.session.opened';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** The person came back from EntityLocker with a consent. */
export interface SessionAuthorizedEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.session.authorized';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** The consent covers at least one document that was asked for. */
export interface SessionSucceededEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.session.succeeded';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** The session failed; `status_reason` says why. */
export interface SessionFailedEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.session.failed';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** Nobody finished the session in time. */
export interface SessionExpiredEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.session.expired';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** The integrator cancelled the session; its status is `failed`. */
export interface SessionCancelledEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.session.cancelled';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** The document that it is about. */
export interface AvailableDocument {
  /**
   * Id of the document.
   * @example "a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11"
   */
  id: string;
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * What its own signature proves; `GET /v1/sessions/{session_id}/documents` has the whole verdict.
   * @example "genuine"
   */
  verdict: 'genuine' | 'altered' | 'unsigned' | 'untrusted_signer' | 'expired_signer' | 'revoked' | 'unreadable';
}

/** Ids and statuses; ask the API for the rest. */
export interface DocumentAvailableData extends SessionEventData {
  /** The document that it is about. */
  document: AvailableDocument;
}

/** A document is in the vault and can be downloaded. */
export interface DocumentAvailableEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.document.available';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: DocumentAvailableData;
}

/** The document that it is about. */
export interface FailedDocument {
  /**
   * Id of the document.
   * @example "a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11"
   */
  id: string;
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * Why it did not come: `consent_ended`, or the error of the last try when the consent, or the time for downloads,
   * was over.
   * @example "consent_ended"
   */
  code: ErrorCode;
}

/** Ids and statuses; ask the API for the rest. */
export interface DocumentFailedData extends SessionEventData {
  /** The document that it is about. */
  document: FailedDocument;
}

/** A document will not come any more; `document.code` says why. */
export interface DocumentFailedEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.document.failed';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: DocumentFailedData;
}

/** The document that it is about. */
export interface ErasedDocument {
  /**
   * Id of the document.
   * @example "a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11"
   */
  id: string;
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
}

/** Ids and statuses; ask the API for the rest. */
export interface DocumentErasedData extends SessionEventData {
  /** The document that it is about. */
  document: ErasedDocument;
}

/** A document that was held is gone, and its key with it. */
export interface DocumentErasedEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.document.erased';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: DocumentErasedData;
}

/** The consent was withdrawn: nothing more is fetched. */
export interface ConsentWithdrawnEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.consent.withdrawn';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** The time for which the person consented is over. */
export interface ConsentExpiredEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'entitylocker.consent.expired';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: SessionEventData;
}

/** Ids and statuses; ask the API for the rest. */
export interface EndpointDisabledData {
  /**
   * Id of the endpoint.
   * @example "whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012"
   */
  endpoint_id: string;
  /**
   * Of the key that made the session or the endpoint. Each endpoint hears of its own mode only.
   * @example "test"
   */
  mode: 'test' | 'live';
  /**
   * Why: `gone` (It answered 410 Gone.), `failing` (No delivery to it succeeded for five days.).
   * @example "failing"
   */
  reason: 'gone' | 'failing';
}

/** The gateway switched an endpoint off. */
export interface EndpointDisabledEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'endpoint.disabled';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: EndpointDisabledData;
}

/** Ids and statuses; ask the API for the rest. */
export interface EndpointTestData {
  /**
   * Id of the endpoint.
   * @example "whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012"
   */
  endpoint_id: string;
  /**
   * Of the key that made the session or the endpoint. Each endpoint hears of its own mode only.
   * @example "test"
   */
  mode: 'test' | 'live';
}

/** Somebody asked for a test of the endpoint: `POST /v1/webhook-endpoints/{endpoint_id}/test`. */
export interface EndpointTestEvent {
  /**
   * Id of the event: `webhook-id` of its deliveries. Ids of later events are greater, as texts.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  id: string;
  /** Name of the event. */
  type: 'endpoint.test';
  /**
   * When it happened: ISO 8601 in UTC, with ms.
   * @example "2026-11-22T08:26:40.000Z"
   */
  timestamp: string;
  /** Ids and statuses; ask the API for the rest. */
  data: EndpointTestData;
}

/**
 * An event: what a receiver is told, and what `v1.events` lists (but for `endpoint.test`, which is no event but a
 * test). `type` says which it is, and the compiler then knows its `data`.
 *
 * A gateway that is newer than this client may tell of types that are not here: leave those that you do not know.
 */
export type WebhookEvent =
  | SessionCreatedEvent
  | SessionOpenedEvent
  | SessionAuthorizedEvent
  | SessionSucceededEvent
  | SessionFailedEvent
  | SessionExpiredEvent
  | SessionCancelledEvent
  | DocumentAvailableEvent
  | DocumentFailedEvent
  | DocumentErasedEvent
  | ConsentWithdrawnEvent
  | ConsentExpiredEvent
  | EndpointDisabledEvent
  | EndpointTestEvent;

/**
 * Answer of `POST /authenticate`.
 * Exchange an API key and its secret for an access token of 24 hours.
 *
 * Whatever body is sent is not read.
 *
 * Errors of its own: `unauthorized`.
 *
 * @example {"code":200,"timestamp":1763800000000,"transaction_id":"6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90","data":{"access_token":"eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ3b3Jrc3BhY2VfaWQiOiJtYWRlLXVwIn0.made-up"},"access_token":"eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ3b3Jrc3BhY2VfaWQiOiJtYWRlLXVwIn0.made-up"}
 */
export interface AccessToken {
  /**
   * Access token: a signed JWT, good for 24 hours, to be sent as it is in the header `authorization`. `exp` in it is
   * in seconds since the epoch.
   * @example "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJ3b3Jrc3BhY2VfaWQiOiJtYWRlLXVwIn0.made-up"
   */
  access_token: string;
}

/** Body of `POST /kyc/entitylocker-sdk/sessions/create`. */
export interface CreateSdkSessionRequest {
  /** Name of this type, to the letter. */
  '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session.request';
  /**
   * `signin`: the business has an EntityLocker account. `signup`: it will open one on the way.
   * @example "signin"
   */
  flow: 'signin' | 'signup';
  /**
   * The documents to ask for, at least one. A type that stands twice is asked for once.
   * @example ["company_master_details","gstn_details"]
   */
  doc_types: DocTypeName[];
}

/**
 * Answer of `POST /kyc/entitylocker-sdk/sessions/create`.
 * Create a consent session for the documents named.
 *
 * Then send the person to `/consent/{id}` of this server. The session expires after one hour unless the operator chose
 * otherwise.
 *
 * Errors of its own: `invalid_request_body`, `unknown_scenario`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`, `storage_full`.
 *
 * @example {"code":200,"timestamp":1763800000000,"transaction_id":"6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90","data":{"@entity":"in.co.sandbox.kyc.entitylocker.sdk.session","id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","status":"created","created_at":1763800000000}}
 */
export interface CreatedSdkSession {
  /** Name of this type. */
  '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session';
  /**
   * Id of the session: a version-4 UUID.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  id: string;
  /** State of a new session. */
  status: 'created';
  /**
   * When the session was created, in ms since the epoch.
   * @example 1763800000000
   */
  created_at: number;
}

/**
 * Answer of `GET /kyc/entitylocker-sdk/sessions/{session_id}/status`.
 * Where a session stands, and what was consented.
 *
 * Poll it until the status is an end: `succeeded`, `failed` or `expired`. A session that failed or expired is still a
 * 200; the header `x-error-code` then says why.
 *
 * Errors of its own: `invalid_access_token`, `access_token_expired`, `insufficient_privilege`, `data_not_found`.
 *
 * @example {"code":200,"timestamp":1763800000000,"transaction_id":"6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90","data":{"@entity":"in.co.sandbox.kyc.entitylocker.sdk.session","id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","status":"succeeded","created_at":1763799600000,"updated_at":1763799900000,"documents_consented":["company_master_details","gstn_details"]}}
 */
export interface SdkSession {
  /** Name of this type. */
  '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session';
  /**
   * Id of the session: a version-4 UUID.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  id: string;
  /**
   * `created`: nobody has gone to EntityLocker yet. `initialized`: the person went there. `authorized`: the answer
   * came, the documents are being listed. `succeeded`, `failed` and `expired` are ends.
   * @example "succeeded"
   */
  status: SessionStatus;
  /**
   * When the session was created, in ms since the epoch.
   * @example 1763800000000
   */
  created_at: number;
  /**
   * When the status last changed, in ms since the epoch. Absent while `created`.
   * @example 1763800420000
   */
  updated_at?: number | undefined;
  /**
   * What the person shared: a subset of what was asked for. Present only when `succeeded`.
   * @example ["company_master_details","gstn_details"]
   */
  documents_consented?: DocTypeName[] | undefined;
}

/** What is known about the file. The keys mix cases because the vendor does. */
export interface DriveFileMetadata {
  /**
   * Media type of the file: `application/pdf` or `application/xml`.
   * @example "application/xml"
   */
  ContentType: string;
  /**
   * Id of the issuer in EntityLocker.
   * @example "in.org.gstn"
   */
  issuer_id: string;
  /**
   * Name of the issuer.
   * @example "Goods and Services Tax Network"
   */
  issuer: string;
  /**
   * Day of issue, as `DD/MM/YYYY`; the day of the fetch where the issuer names none.
   * @example "09/05/2025"
   */
  LastModified: string;
  /**
   * What the document is, in the words of EntityLocker.
   * @example "GSTN Details"
   */
  description: string;
}

/** One file of a document. */
export interface DriveFile {
  /** Name of this type. */
  '@entity': 'org.quicko.drive.file';
  /**
   * Pre-signed link to the bytes: a GET that needs no other header. Good for one hour at most, and never longer than
   * the document is kept.
   * @example "http://127.0.0.1:8080/vault/documents/9b1d5c0a-7e2f-4d3b-8a6c-0f1e2d3c4b5a?key=k1&expires=1763803600000&disposition=attachment&signature=MadeUpMadeUpMadeUpMadeUpMadeUpMadeUpMadeUpM"
   */
  url: string;
  /**
   * Size of the file in bytes.
   * @example 16598
   */
  size: number;
  /** What is known about the file. The keys mix cases because the vendor does. */
  metadata: DriveFileMetadata;
}

/**
 * Answer of `GET /kyc/entitylocker-sdk/sessions/{session_id}/documents/{doc_type}`.
 * Links to the files of one consented document type.
 *
 * Possible from `succeeded` on and as long as documents are kept: 60 minutes unless the operator chose otherwise. Each
 * call makes new links.
 *
 * Errors of its own: `invalid_request_body`, `consent_not_provided`, `consent_ended`, `invalid_access_token`,
 * `access_token_expired`, `insufficient_privilege`, `data_not_found`, `invalid_session_lifecycle`,
 * `upstream_unavailable`, `issuer_unavailable`, `upstream_refused`, `upstream_timeout`, `storage_full`.
 *
 * @example {"code":200,"timestamp":1763800000000,"transaction_id":"6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90","data":{"files":[{"@entity":"org.quicko.drive.file","url":"http://127.0.0.1:8080/vault/documents/9b1d5c0a-7e2f-4d3b-8a6c-0f1e2d3c4b5a?key=k1&expires=1763803600000&disposition=attachment&signature=MadeUpMadeUpMadeUpMadeUpMadeUpMadeUpMadeUpM","size":16598,"metadata":{"ContentType":"application/xml","issuer_id":"in.org.gstn","issuer":"Goods and Services Tax Network","LastModified":"09/05/2025","description":"GSTN Details"}}]}}
 */
export interface DocumentFiles {
  /** The files of this document type: one for each document, such as one for each GST registration. */
  files: DriveFile[];
}

/**
 * Answer of `GET /kyc/entitylocker-sdk/sessions/{session_id}/entity`.
 * The entity for which the person consented.
 *
 * Errors of its own: `invalid_access_token`, `access_token_expired`, `insufficient_privilege`, `data_not_found`,
 * `invalid_session_lifecycle`, `upstream_unavailable`, `issuer_unavailable`, `upstream_refused`, `upstream_timeout`.
 *
 * @example {"code":200,"timestamp":1763800000000,"transaction_id":"6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90","data":{"id":"6f9619ff-8b86-5011-b42d-00c04fc964ff","@entity":"in.co.sandbox.kyc.entitylocker.entity","date_of_incorporation":"01/07/2014","email":"accounts@business.example","mobile":"5550000011","name":"NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED","verified_by":"cin"}}
 */
export interface EntityDetails {
  /**
   * A version-5 UUID that stays the same for this entity in all sessions of the workspace, and is another one in any
   * other workspace.
   * @example "6f9619ff-8b86-5011-b42d-00c04fc964ff"
   */
  id: string;
  /** Type of this object. */
  '@entity': 'in.co.sandbox.kyc.entitylocker.entity';
  /**
   * `DD/MM/YYYY`, or empty.
   * @example "01/07/2014"
   */
  date_of_incorporation: string;
  /**
   * E-mail address of the entity, or empty.
   * @example "accounts@business.example"
   */
  email: string;
  /**
   * Mobile number of the entity, or empty.
   * @example "5550000011"
   */
  mobile: string;
  /**
   * Registered name, or empty.
   * @example "NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED"
   */
  name: string;
  /**
   * The identifier by which EntityLocker has verified the entity: `pan`, `ud` (Udyam) or `cin`; empty if it did not
   * tell.
   * @example "cin"
   */
  verified_by: 'pan' | 'ud' | 'cin' | '';
}

/**
 * Answer of `GET /kyc/entitylocker-sdk/sessions/{session_id}/user/profile`.
 * The person who consented for the entity.
 *
 * Errors of its own: `invalid_access_token`, `access_token_expired`, `insufficient_privilege`, `data_not_found`,
 * `invalid_session_lifecycle`, `upstream_unavailable`, `issuer_unavailable`, `upstream_refused`, `upstream_timeout`.
 *
 * @example {"code":200,"timestamp":1763800000000,"transaction_id":"6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90","data":{"id":"886313e1-3b8a-5372-9b90-0c9aee199e5d","@entity":"in.co.sandbox.kyc.entitylocker.user.profile","date_of_birth":"29/02/1984","mobile":"5550000001","eaadhaar":false,"gender":"female","name":"Asha Namuna"}}
 */
export interface UserProfile {
  /**
   * A version-5 UUID that stays the same for this person in all sessions of the workspace, and is another one in any
   * other workspace.
   * @example "886313e1-3b8a-5372-9b90-0c9aee199e5d"
   */
  id: string;
  /** Type of this object. */
  '@entity': 'in.co.sandbox.kyc.entitylocker.user.profile';
  /**
   * `DD/MM/YYYY`, or empty.
   * @example "29/02/1984"
   */
  date_of_birth: string;
  /**
   * Mobile number of the person, or empty.
   * @example "5550000001"
   */
  mobile: string;
  /**
   * Whether the account of the person is linked to an e-Aadhaar; false if EntityLocker did not tell.
   * @example false
   */
  eaadhaar: boolean;
  /**
   * `male`, `female`, `transgender`, or empty.
   * @example "female"
   */
  gender: 'male' | 'female' | 'transgender' | '';
  /**
   * Name of the person, or empty.
   * @example "Asha Namuna"
   */
  name: string;
}

/** Body of `POST /kyc/entitylocker/sessions/init`. */
export interface InitSessionRequest {
  /** Type of this request, to the letter. */
  '@entity': 'in.co.sandbox.kyc.entitylocker.session.request';
  /**
   * `signin`: the business has an EntityLocker account; `signup`: it will open one on the way.
   * @example "signin"
   */
  flow: 'signin' | 'signup';
  /**
   * Where the browser goes once the session has reached an end; `session_id` and `status` are appended to its query.
   * https; plain http only to this machine, with a test key, where the operator allows it. No user name, no fragment.
   * @example "https://lender.example/onboarding/back?step=documents"
   */
  redirect_url: string;
  /**
   * When the consent, and with it the session, ends: ms (not seconds) since the epoch, at least one hour ahead (a
   * minute less is forgiven) and at most ten years. Left out: the session ends after 24 hours.
   * @example 1763900000000
   */
  consent_expiry?: number | undefined;
}

/**
 * Answer of `POST /kyc/entitylocker/sessions/init`.
 * Begin a consent session by redirect, for whatever documents the person shares.
 *
 * Errors of its own: `invalid_request_body`, `unknown_scenario`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`, `storage_full`.
 *
 * @example {"code":200,"timestamp":1763800000000,"transaction_id":"6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90","data":{"@entity":"in.co.sandbox.kyc.entitylocker.session.response","authorization_url":"https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60/authorize","session_id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"}}
 */
export interface InitiatedSession {
  /** Type of this object. */
  '@entity': 'in.co.sandbox.kyc.entitylocker.session.response';
  /**
   * Send the browser here, at top level. An address of this server, which binds the browser and goes on to
   * EntityLocker; good until the session ends.
   * @example "https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60/authorize"
   */
  authorization_url: string;
  /**
   * Id of the session, a version-4 UUID.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  session_id: string;
}

/**
 * Answer of `GET /kyc/entitylocker/sessions/{session_id}/status`.
 * Where a session of the redirect flow stands, and what was consented.
 *
 * Errors of its own: `invalid_access_token`, `access_token_expired`, `insufficient_privilege`, `data_not_found`.
 *
 * @example {"code":200,"timestamp":1763800000000,"transaction_id":"6a5c2c1e-9d0f-4a7b-8f3e-2b1d4c6e8f90","data":{"@entity":"in.co.sandbox.kyc.entitylocker.session","id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","status":"succeeded","created_at":1763799600000,"updated_at":1763799900000,"documents_consented":["gstn_details"]}}
 */
export interface ApiSession {
  /** Type of this object. */
  '@entity': 'in.co.sandbox.kyc.entitylocker.session';
  /**
   * Id of the session: the `session_id` that init answered, a version-4 UUID.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  id: string;
  /**
   * `created` until the session has reached an end, also while the person is at EntityLocker; then `succeeded`,
   * `failed` or `expired`. Why it failed or expired stands in the header `x-error-code`.
   * @example "succeeded"
   */
  status: 'created' | 'succeeded' | 'failed' | 'expired';
  /**
   * When it was created, ms since the epoch.
   * @example 1763800000000
   */
  created_at: number;
  /**
   * When it reached its end, ms since the epoch. Absent while `created`.
   * @example 1763800090000
   */
  updated_at?: number | undefined;
  /**
   * The document types that the person shared. Present only when `succeeded`.
   * @example ["company_master_details","gstn_details"]
   */
  documents_consented?: DocTypeName[] | undefined;
}

/** A part of `CreateV1SessionRequest`. */
export interface RequestedDocument {
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * What this document is used for, as the person reads it on the hosted page: letters, digits, spaces inside,
   * underscores; 100 at most. One purpose for all documents is sent on to EntityLocker, too.
   * @example "Check of the GST registration for a working capital loan"
   */
  purpose?: string | undefined;
}

/**
 * The business that should consent, by exactly one identifier. A shared document that carries another one ends the
 * session as `failed` with `entity_mismatch`, and nothing is kept. Company master details carry a CIN, GST details a
 * GSTIN and the PAN in it, Udyam certificates a Udyam number; what cannot be compared is no contradiction.
 */
export interface ExpectedEntity {
  /**
   * Corporate identity number, 21 characters.
   * @example "U99999ZZ2014PTC999901"
   */
  cin?: string | undefined;
  /**
   * GST number, 15 characters; compared by the PAN in it, so that a registration in another state is no contradiction.
   * @example "27ZZZCZ9999Z1ZJ"
   */
  gstin?: string | undefined;
  /**
   * Permanent account number, 10 characters.
   * @example "ZZZCZ9999Z"
   */
  pan?: string | undefined;
  /**
   * Udyam registration number, 19 characters.
   * @example "UDYAM-ZZ-00-0000001"
   */
  udyam?: string | undefined;
}

/** Body of `POST /v1/sessions`. */
export interface CreateV1SessionRequest {
  /**
   * `signin`: the business has an EntityLocker account; `signup`: it will open one on the way.
   * @example "signin"
   */
  flow: 'signin' | 'signup';
  /**
   * What is asked for. A type that stands twice is asked for once, for its first purpose.
   * @example [{"type":"gstn_details","purpose":"Check of the GST registration for a loan"}]
   */
  documents: RequestedDocument[];
  /**
   * Your own name for the session: printable ASCII, spaces only inside, 128 characters at most. Not unique by itself.
   * Kept as it is, not encrypted: put no personal data into it.
   * @example "LOAN-2026-000117"
   */
  reference?: string | undefined;
  /**
   * Your own facts: at most 20 keys of 1 to 40 letters, digits, `_`, `.` or `-`, each with a text of at most 500
   * characters. Kept as they are, not encrypted: put no personal data into them.
   * @example {"branch":"indore-02","product":"working-capital"}
   */
  metadata?: Record<string, string> | undefined;
  /**
   * Language of the hosted page (BCP 47).
   * @example "en-IN"
   */
  locale?: 'en-IN' | 'hi-IN' | 'gu-IN' | 'mr-IN' | 'ta-IN' | 'bn-IN' | undefined;
  /**
   * Where the browser goes once the session has reached an end; `session_id` and `status` are appended to its query.
   * https; plain http only to this machine, with a test key, where the operator allows it. No user name, no fragment.
   * @example "https://lender.example/onboarding/back?step=documents"
   */
  return_url?: string | undefined;
  /**
   * When the session expires unless it has reached an end: ms (not seconds) since the epoch, 5 minutes to 24 hours
   * ahead (a minute more or less is forgiven). Left out: after the time that the operator has set, an hour by default.
   * @example 1763803600000
   */
  expires_at?: number | undefined;
  /**
   * The business that should consent, by exactly one identifier. A shared document that carries another one ends the
   * session as `failed` with `entity_mismatch`, and nothing is kept. Company master details carry a CIN, GST details a
   * GSTIN and the PAN in it, Udyam certificates a Udyam number; what cannot be compared is no contradiction.
   * @example {"pan":"ZZZCZ9999Z"}
   */
  expected_entity?: ExpectedEntity | undefined;
}

/** One document type that was asked for. */
export interface V1SessionDocument {
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * What this document is used for, as the person reads it on the hosted page: letters, digits, spaces inside,
   * underscores; 100 at most. One purpose for all documents is sent on to EntityLocker, too.
   * @example "Check of the GST registration for a working capital loan"
   */
  purpose: string | null;
  /**
   * Whether the session succeeded and the person shared this type.
   * @example true
   */
  consented: boolean;
}

/** How the consent stands. */
export interface V1SessionConsent {
  /**
   * `given`; `withdrawn` by the person or by you; `expired`: its time is over. Once it is over nothing of it can be
   * had here.
   * @example "given"
   */
  status: 'given' | 'withdrawn' | 'expired';
  /**
   * Until when it is good unless it is withdrawn, ms since the epoch.
   * @example 1763807200000
   */
  valid_until: number;
  /**
   * Since when it is over, ms since the epoch; null while it stands.
   * @example 1763804000000
   */
  ended_at: number | null;
}

/**
 * Answer of `POST /v1/sessions`.
 * Create a consent session, with purposes, own references and a way back.
 *
 * The session is seen in the SDK family of addresses of the vendor, too. With a test key the header
 * `x-tijori-scenario` asks the simulator for an outcome.
 *
 * Errors of its own: `invalid_request_body`, `unknown_scenario`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`, `storage_full`.
 *
 * @example {"id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","mode":"test","family":"sdk","flow":"signin","status":"created","status_reason":null,"documents":[{"type":"gstn_details","purpose":"Check of the GST registration for a loan","consented":false}],"reference":"LOAN-2026-000117","metadata":{"branch":"indore-02"},"locale":null,"return_url":"https://lender.example/onboarding/back?step=documents","expected_entity":{"pan":"ZZZCZ9999Z"},"created_at":1763800000000,"updated_at":null,"expires_at":1763803600000,"documents_expire_at":null,"consent":null,"follow_up_of":null,"redacted_at":null,"url":"https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"}
 */
export interface V1Session {
  /**
   * Version-4 UUID; the same id in the addresses of the vendor.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  id: string;
  /**
   * Of the key that made it.
   * @example "test"
   */
  mode: 'test' | 'live';
  /**
   * In which family of addresses of the vendor it is seen: `sdk` (`/kyc/entitylocker-sdk/…`, and every session made
   * here) or `api` (`/kyc/entitylocker/…`, by redirect).
   * @example "sdk"
   */
  family: 'sdk' | 'api';
  /**
   * `signin`: the business has an EntityLocker account; `signup`: it will open one on the way.
   * @example "signin"
   */
  flow: 'signin' | 'signup';
  /**
   * `created`, `initialized` (the person went on to EntityLocker), `authorized` (came back with a code that was
   * redeemed); the ends are `succeeded`, `failed` and `expired`.
   * @example "succeeded"
   */
  status: SessionStatus;
  /**
   * Why it failed or expired; else null.
   * @example null
   */
  status_reason: StatusReason | null;
  /** What was asked for, each type once. */
  documents: V1SessionDocument[];
  /**
   * Your own name for the session: printable ASCII, spaces only inside, 128 characters at most. Not unique by itself.
   * Kept as it is, not encrypted: put no personal data into it.
   * @example "LOAN-2026-000117"
   */
  reference: string | null;
  /**
   * Your own facts: at most 20 keys of 1 to 40 letters, digits, `_`, `.` or `-`, each with a text of at most 500
   * characters. Kept as they are, not encrypted: put no personal data into them.
   * @example {"branch":"indore-02","product":"working-capital"}
   */
  metadata: Record<string, string> | null;
  /**
   * Language of the hosted page (BCP 47).
   * @example "en-IN"
   */
  locale: 'en-IN' | 'hi-IN' | 'gu-IN' | 'mr-IN' | 'ta-IN' | 'bn-IN' | null;
  /**
   * Where the browser goes once the session has reached an end; `session_id` and `status` are appended to its query.
   * https; plain http only to this machine, with a test key, where the operator allows it. No user name, no fragment.
   * @example "https://lender.example/onboarding/back?step=documents"
   */
  return_url: string | null;
  /**
   * The business that should consent, by exactly one identifier. A shared document that carries another one ends the
   * session as `failed` with `entity_mismatch`, and nothing is kept. Company master details carry a CIN, GST details a
   * GSTIN and the PAN in it, Udyam certificates a Udyam number; what cannot be compared is no contradiction.
   * @example {"pan":"ZZZCZ9999Z"}
   */
  expected_entity: ExpectedEntity | null;
  /**
   * When it was created, ms since the epoch.
   * @example 1763800000000
   */
  created_at: number;
  /**
   * When its status last changed, ms since the epoch; null while `created`.
   * @example 1763800090000
   */
  updated_at: number | null;
  /**
   * From this moment on it is expired unless it has reached an end, ms since the epoch.
   * @example 1763803600000
   */
  expires_at: number;
  /**
   * From this moment on the documents are gone, ms since the epoch; null unless `succeeded`. Where one came late,
   * `expires_at` of each says more, and this is when the next of them goes.
   * @example 1763803690000
   */
  documents_expire_at: number | null;
  /** How the consent stands. */
  consent: V1SessionConsent | null;
  /**
   * The session whose missing documents this one asks for; null for one that stands by itself.
   * @example null
   */
  follow_up_of: string | null;
  /**
   * Since when the personal data of the session is gone, ms since the epoch; null unless redacted.
   * @example 1763804000000
   */
  redacted_at: number | null;
  /**
   * The hosted page of the session, for the person.
   * @example "https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  url: string;
}

/** Query of `GET /v1/sessions`. */
export interface ListV1SessionsQuery {
  /**
   * Only sessions with this status, as it reads now: an open session past its time is `expired`.
   * @example "succeeded"
   */
  status?: SessionStatus | undefined;
  /**
   * Only sessions created at this moment or later, ms since the epoch.
   * @example 1763800000000
   */
  created_from?: number | undefined;
  /**
   * Only sessions created before this moment, ms since the epoch.
   * @example 1763886400000
   */
  created_to?: number | undefined;
  /**
   * Only sessions with exactly this reference.
   * @example "LOAN-2026-000117"
   */
  reference?: string | undefined;
  /**
   * Only sessions that asked for this document type.
   * @example "gstn_details"
   */
  doc_type?: DocTypeName | undefined;
  /**
   * Most sessions of the page; 20 if left out.
   * @example 50
   */
  limit?: number | undefined;
  /**
   * The `next_cursor` of the page before. Say the other filters again.
   * @example "MTc2MzgwMDAwMDAwMC4zZjBmNmMxZS02YTRjLTRiMWUtOWQzYS0xYzJiM2Q0ZTVmNjA"
   */
  cursor?: string | undefined;
}

/**
 * Answer of `GET /v1/sessions`.
 * List sessions, newest first, in pages.
 *
 * Sessions that are created while you turn the pages do not move what you have not read yet: no session comes twice,
 * and none that was there at the first page is left out.
 *
 * Errors of its own: `invalid_query`, `invalid_cursor`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`.
 *
 * @example {"data":[{"id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","mode":"test","family":"sdk","flow":"signin","status":"created","status_reason":null,"documents":[{"type":"gstn_details","purpose":"Check of the GST registration for a loan","consented":false}],"reference":"LOAN-2026-000117","metadata":{"branch":"indore-02"},"locale":null,"return_url":"https://lender.example/onboarding/back?step=documents","expected_entity":{"pan":"ZZZCZ9999Z"},"created_at":1763800000000,"updated_at":null,"expires_at":1763803600000,"documents_expire_at":null,"consent":null,"follow_up_of":null,"redacted_at":null,"url":"https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"}],"next_cursor":null}
 */
export interface V1SessionPage {
  /** Newest first. */
  data: V1Session[];
  /**
   * Pass it as `cursor` for the next page; null on the last. A page of a filtered list can have fewer sessions than
   * `limit`, even none, and still a next one: only null is the end.
   * @example "MTc2MzgwMDAwMDAwMC4zZjBmNmMxZS02YTRjLTRiMWUtOWQzYS0xYzJiM2Q0ZTVmNjA"
   */
  next_cursor: string | null;
}

/** One thing that happened to the session. */
export interface V1TimelineEntry {
  /**
   * When it happened, ms since the epoch.
   * @example 1763800000000
   */
  at: number;
  /**
   * Who did it: your key, the person in the browser, or this server by itself.
   * @example "person"
   */
  actor: 'integrator' | 'person' | 'system';
  /**
   * What happened, such as `session.created`, `session.initialized`, `session.succeeded`, `document.held`,
   * `documents.erased`; and, once each, how far the person got: `page.viewed`, `page.left`, `page.returned`,
   * `page.ended`. More may come.
   * @example "session.created"
   */
  action: string;
  /**
   * Machine words that belong to the action, such as the reason of a failure; never personal data.
   * @example "consent_denied"
   */
  detail: string | null;
}

/**
 * Answer of `GET /v1/sessions/{session_id}`.
 * One session, with its timeline.
 *
 * Errors of its own: `session_not_found`, `invalid_access_token`, `access_token_expired`, `insufficient_privilege`.
 *
 * @example {"id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","mode":"test","family":"sdk","flow":"signin","status":"created","status_reason":null,"documents":[{"type":"gstn_details","purpose":"Check of the GST registration for a loan","consented":false}],"reference":"LOAN-2026-000117","metadata":{"branch":"indore-02"},"locale":null,"return_url":"https://lender.example/onboarding/back?step=documents","expected_entity":{"pan":"ZZZCZ9999Z"},"created_at":1763800000000,"updated_at":null,"expires_at":1763803600000,"documents_expire_at":null,"consent":null,"follow_up_of":null,"redacted_at":null,"url":"https://consent.example.in/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","timeline":[{"at":1763800000000,"actor":"integrator","action":"session.created","detail":null}]}
 */
export interface V1SessionDetail extends V1Session {
  /** What happened to the session, oldest first; the newest 500 entries if there are more. */
  timeline: V1TimelineEntry[];
}

/** Body of `PATCH /v1/sessions/{session_id}`. */
export interface UpdateV1SessionRequest {
  /**
   * Your own name for the session: printable ASCII, spaces only inside, 128 characters at most. Not unique by itself.
   * Kept as it is, not encrypted: put no personal data into it.
   * @example "LOAN-2026-000117"
   */
  reference?: string | null | undefined;
  /**
   * Your own facts: at most 20 keys of 1 to 40 letters, digits, `_`, `.` or `-`, each with a text of at most 500
   * characters. Kept as they are, not encrypted: put no personal data into them.
   * @example {"branch":"indore-02","product":"working-capital"}
   */
  metadata?: Record<string, string> | null | undefined;
}

/** What the person read before; null where the integrator showed its own page (redirect flow). */
export interface V1ConsentNotice {
  /**
   * Of the page (BCP 47).
   * @example "en-IN"
   */
  language: string;
  /**
   * Names the template of the words in this language: the same until one of them changes.
   * @example "7c0a4be6cf0b90cd"
   */
  version: string;
  /**
   * Hex SHA-256 of the words in UTF-8: which version of the text it was.
   * @example "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
   */
  sha256: string;
  /**
   * The words.
   * @example "Example Lender (fictional) asks for documents of your business"
   */
  text: string;
}

/** A part of `V1Consent`. */
export interface V1ConsentDocument {
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * What this document is used for, as the person reads it on the hosted page: letters, digits, spaces inside,
   * underscores; 100 at most. One purpose for all documents is sent on to EntityLocker, too.
   * @example "Check of the GST registration for a working capital loan"
   */
  purpose: string | null;
  /**
   * Whether the person shared it.
   * @example true
   */
  granted: boolean;
  /**
   * How many files of it there were.
   * @example 1
   */
  files: number;
}

/** How it was obtained; null while nobody came back with a code. */
export interface V1ConsentUpstream {
  /**
   * Where the consent was given.
   * @example "EntityLocker"
   */
  service: string;
  /**
   * Its own name for the transaction.
   * @example "5d41402abc4b2a76b9719d911017c592"
   */
  reference: string | null;
  /**
   * What it says it granted.
   * @example "files.issueddocs"
   */
  scope: string | null;
}

/** How the consent ended; null while it stands. */
export interface V1ConsentEnded {
  /**
   * When, ms since the epoch.
   * @example 1763804000000
   */
  at: number;
  /**
   * Why it is over.
   * @example "withdrawn"
   */
  reason: 'withdrawn' | 'expired';
  /**
   * Who ended it.
   * @example "person"
   */
  by: 'person' | 'integrator' | 'system';
}

/** A part of `V1ConsentErased`. */
export interface V1ConsentErasedFile {
  /**
   * The document, as in a download link.
   * @example "7d9f2c4a-0b1e-4c3d-8e5f-6a7b8c9d0e1f"
   */
  id: string;
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * Hex SHA-256 of the file; null if it had not been fetched.
   * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
   */
  sha256: string | null;
}

/** A part of `V1Consent`. */
export interface V1ConsentErased {
  /**
   * When the keys were destroyed, ms since the epoch.
   * @example 1763804000000
   */
  at: number;
  /**
   * Why: the time for downloads was over, the consent ended, or the session was redacted.
   * @example "withdrawn"
   */
  reason: 'retention' | 'withdrawn' | 'expired' | 'redaction';
  /** Every file of the session that was there. */
  files: V1ConsentErasedFile[];
}

/**
 * Answer of `GET /v1/sessions/{session_id}/consent`.
 * The consent record of a session: what was asked, shown, granted, and how it ended.
 *
 * It stays when the documents are erased, and after a redaction. It names no person: who consented for whom stands in
 * the receipt.
 *
 * Errors of its own: `session_not_found`, `no_consent`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`.
 *
 * @example {"session_id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","status":"withdrawn","requester":"Example Lender (fictional)","asked_at":1763800030000,"trips":1,"notice":{"language":"en-IN","version":"7c0a4be6cf0b90cd","sha256":"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae","text":"Example Lender (fictional) asks for documents of your business"},"documents":[{"type":"gstn_details","purpose":"Check of the GST registration for a loan","granted":true,"files":1}],"upstream":{"service":"EntityLocker","reference":"5d41402abc4b2a76b9719d911017c592","scope":"files.issueddocs"},"granted_at":1763800090000,"valid_until":1763807200000,"retention_minutes":60,"ended_upstream_at":null,"ended":{"at":1763804000000,"reason":"withdrawn","by":"person"},"erased":[{"at":1763804000000,"reason":"withdrawn","files":[{"id":"7d9f2c4a-0b1e-4c3d-8e5f-6a7b8c9d0e1f","type":"gstn_details","sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]}]}
 */
export interface V1Consent {
  /**
   * The session.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  session_id: string;
  /**
   * `asked`: the person went on to EntityLocker, and no consent has come of it (yet). Else as in the session.
   * @example "given"
   */
  status: 'asked' | 'given' | 'withdrawn' | 'expired';
  /**
   * Registered name of who asked, as it stood on the page at that moment.
   * @example "Example Lender (fictional)"
   */
  requester: string;
  /**
   * When the person went on to EntityLocker, ms since the epoch.
   * @example 1763800030000
   */
  asked_at: number;
  /**
   * How often somebody went on to EntityLocker from this session.
   * @example 1
   */
  trips: number;
  /** What the person read before; null where the integrator showed its own page (redirect flow). */
  notice: V1ConsentNotice | null;
  /** What was asked for, and what was granted of it. */
  documents: V1ConsentDocument[];
  /** How it was obtained; null while nobody came back with a code. */
  upstream: V1ConsentUpstream | null;
  /**
   * When the consent came about, ms since the epoch.
   * @example 1763800090000
   */
  granted_at: number | null;
  /**
   * Until when it is good, or was asked for, ms since the epoch.
   * @example 1763807200000
   */
  valid_until: number;
  /**
   * How many minutes files are kept after consent.
   * @example 60
   */
  retention_minutes: number;
  /**
   * When EntityLocker refused what was still to be fetched, the consent being over there; ms since the epoch.
   * @example 1763800100000
   */
  ended_upstream_at: number | null;
  /** How the consent ended; null while it stands. */
  ended: V1ConsentEnded | null;
  /** Proof of erasure; empty while something is held. */
  erased: V1ConsentErased[];
}

/** Query of `GET /v1/sessions/{session_id}/consent-receipt`. */
export interface GetV1ConsentReceiptQuery {
  /**
   * Language of `html`; the session’s own if left out.
   * @example "en-IN"
   */
  locale?: 'en-IN' | 'hi-IN' | 'gu-IN' | 'mr-IN' | 'ta-IN' | 'bn-IN' | undefined;
}

/** What the person read before; null where no page of the gateway was shown. */
export interface V1ConsentReceiptPrivacyNotice {
  /**
   * Names the template of the words in this language.
   * @example "7c0a4be6cf0b90cd"
   */
  version: string;
  /**
   * Hex SHA-256 of the words; the consent record has them in full.
   * @example "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
   */
  sha256: string;
}

/** A kind of data: here, a document type. */
export interface V1ConsentReceiptPurposePiiInformation {
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  pii_type: DocTypeName;
}

/** One document type, what it is used for, and whether it was shared. */
export interface V1ConsentReceiptPurpose {
  /**
   * What this document is used for, as the person reads it on the hosted page: letters, digits, spaces inside,
   * underscores; 100 at most. One purpose for all documents is sent on to EntityLocker, too.
   * @example "Check of the GST registration for a working capital loan"
   */
  purpose: string | null;
  /**
   * Always consent.
   * @example "consent"
   */
  lawful_basis: 'consent';
  /** What was asked for. */
  pii_information: V1ConsentReceiptPurposePiiInformation[];
  /**
   * Who asked for it.
   * @example ["a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11"]
   */
  pii_controllers: string[];
  /**
   * Whether the person shared it.
   * @example true
   */
  granted: boolean;
  /**
   * How long the gateway keeps a copy for the controller, as an ISO 8601 duration; less if the consent ends before.
   * @example "PT60M"
   */
  retention_period: string;
  /**
   * Where it is withdrawn, with the link that the person alone has.
   * @example "https://consent.example.in/withdraw"
   */
  withdrawal_method: string;
}

/** A party. */
export interface V1ConsentReceiptPartyIdentification {
  /**
   * Names the party within the receipt.
   * @example "a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11"
   */
  party_id: string;
  /**
   * Its name; of the controller the registered one, as the person read it.
   * @example "Example Lender (fictional)"
   */
  party_name: string;
  /**
   * `pii_controller`: who asked. `pii_source`: where the documents come from.
   * @example "pii_controller"
   */
  party_role: 'pii_controller' | 'pii_source';
}

/** One event in the life of the consent. */
export interface V1ConsentReceiptEvent {
  /**
   * When. ISO 8601, UTC.
   * @example "2026-11-22T09:34:50.000Z"
   */
  event_time: string;
  /**
   * What happened. `consent_ended_upstream`: EntityLocker said that it was over there before everything was fetched.
   * @example "consent_given"
   */
  event_type:
    | 'consent_requested'
    | 'consent_given'
    | 'consent_ended_upstream'
    | 'consent_withdrawn'
    | 'consent_expired'
    | 'data_erased';
  /**
   * How the consent stood then.
   * @example "given"
   */
  event_state: 'requested' | 'given' | 'withdrawn' | 'expired';
  /**
   * Who did it; `system` is the gateway by itself.
   * @example "pii_principal"
   */
  entity_id: 'pii_principal' | 'pii_controller' | 'pii_source' | 'system';
  /**
   * A consent that was given: until when, unless it is withdrawn. ISO 8601, UTC.
   * @example "2026-11-22T10:34:50.000Z"
   */
  valid_until?: string | undefined;
  /**
   * An erasure: why.
   * @example "withdrawn"
   */
  reason?: 'retention' | 'withdrawn' | 'expired' | 'redaction' | undefined;
}

/** What the signature covers, decoded. */
export interface V1ConsentReceipt {
  /**
   * The standard whose names it takes, and the version of our shape.
   * @example "ISO/IEC TS 27560:2023; tijori 1"
   */
  schema_version: string;
  /**
   * Of this copy; the session’s timeline names it (`consent.receipt_issued`).
   * @example "0b9e5c9e-7f0a-4d8e-9a39-5a6e3a0c9a11"
   */
  receipt_id: string;
  /**
   * Of the record that it tells of: the session.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  record_id: string;
  /**
   * When this copy was made: it says how things stood then. ISO 8601, UTC.
   * @example "2026-11-22T09:35:00.000Z"
   */
  issued_at: string;
  /**
   * `test`: everything in it is fictional.
   * @example "test"
   */
  mode: 'test' | 'live';
  /**
   * EntityLocker’s id of the person who consented. Null where EntityLocker did not say, and after a redaction.
   * @example "d1f7c6f0-8a2b-4c3d-9e4f-5a6b7c8d9e0f"
   */
  pii_principal_id: string | null;
  /**
   * Their name. Null where EntityLocker did not say, and after a redaction.
   * @example "ASHA SPECIMEN"
   */
  pii_principal_name: string | null;
  /**
   * EntityLocker’s id of the business for which they did. Null where EntityLocker did not say, and after a redaction.
   * @example "e2f7c6f0-8a2b-4c3d-9e4f-5a6b7c8d9e0f"
   */
  entity_id: string | null;
  /**
   * Its name. Null where EntityLocker did not say, and after a redaction.
   * @example "NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED"
   */
  entity_name: string | null;
  /** What the person read before; null where no page of the gateway was shown. */
  privacy_notice: V1ConsentReceiptPrivacyNotice | null;
  /**
   * Of that text (BCP 47).
   * @example "en-IN"
   */
  language: string | null;
  /**
   * How the consent was obtained.
   * @example "EntityLocker, OAuth 2.0 authorization code with PKCE"
   */
  collection_method: string;
  /**
   * EntityLocker’s own name for the transaction.
   * @example "5d41402abc4b2a76b9719d911017c592"
   */
  collection_reference: string | null;
  /**
   * What EntityLocker says it granted.
   * @example "files.issueddocs"
   */
  collection_scope: string | null;
  /** Each document type that was asked for. */
  purposes: V1ConsentReceiptPurpose[];
  /** The parties. */
  party_identification: V1ConsentReceiptPartyIdentification[];
  /** What has happened so far, in order. */
  events: V1ConsentReceiptEvent[];
}

/**
 * Answer of `GET /v1/sessions/{session_id}/consent-receipt`.
 * A signed receipt of the consent (JWS), and the same as a page to read.
 *
 * Each call makes a copy of its own that tells how things stand, and notes it in the timeline
 * (`consent.receipt_issued`, with the id of the receipt and the SHA-256 of its JWS). The public keys are at
 * `/.well-known/jwks.json`, a JWK Set (RFC 7517), with no credentials. The person gets the same at the end of the
 * journey, with their withdrawal link beside it.
 *
 * Errors of its own: `session_not_found`, `no_consent`, `invalid_query`, `invalid_access_token`,
 * `access_token_expired`, `insufficient_privilege`, `storage_full`.
 *
 * @example {"receipt":{"schema_version":"ISO/IEC TS 27560:2023; tijori 1","receipt_id":"0b9e5c9e-7f0a-4d8e-9a39-5a6e3a0c9a11","record_id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","issued_at":"2026-11-22T09:35:00.000Z","mode":"test","pii_principal_id":"d1f7c6f0-8a2b-4c3d-9e4f-5a6b7c8d9e0f","pii_principal_name":"ASHA SPECIMEN","entity_id":"e2f7c6f0-8a2b-4c3d-9e4f-5a6b7c8d9e0f","entity_name":"NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED","privacy_notice":{"version":"7c0a4be6cf0b90cd","sha256":"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"},"language":"en-IN","collection_method":"EntityLocker, OAuth 2.0 authorization code with PKCE","collection_reference":"5d41402abc4b2a76b9719d911017c592","collection_scope":"files.issueddocs","purposes":[{"purpose":"Check of the GST registration for a loan","lawful_basis":"consent","pii_information":[{"pii_type":"gstn_details"}],"pii_controllers":["a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11"],"granted":true,"retention_period":"PT60M","withdrawal_method":"https://consent.example.in/withdraw"}],"party_identification":[{"party_id":"a7c4b1de-52c7-4d29-8c5c-0d6a0a9f1b11","party_name":"Example Lender (fictional)","party_role":"pii_controller"},{"party_id":"entitylocker","party_name":"EntityLocker","party_role":"pii_source"}],"events":[{"event_time":"2026-11-22T09:34:50.000Z","event_type":"consent_given","event_state":"given","entity_id":"pii_principal","valid_until":"2026-11-22T10:34:50.000Z"}]},"jws":"eyJhbGciOiJFZERTQSIsInR5cCI6InRpam9yaS1jb25zZW50LXJlY2VpcHQrandzIn0.eyJtYWRlIjoidXAifQ.bWFkZS11cA","html":"<!doctype html><html lang=\"en-IN\"><title>Consent receipt</title></html>"}
 */
export interface V1SignedReceipt {
  /** What the signature covers, decoded. */
  receipt: V1ConsentReceipt;
  /**
   * The receipt, signed: a compact JWS (RFC 7515), `alg` EdDSA, `typ` `tijori-consent-receipt+jws`. `kid` names a key
   * of `GET /.well-known/jwks.json`.
   * @example "eyJhbGciOiJFZERTQSIsInR5cCI6InRpam9yaS1jb25zZW50LXJlY2VpcHQrandzIn0.eyJtYWRlIjoidXAifQ.bWFkZS11cA"
   */
  jws: string;
  /**
   * The same as a page to read, print and file: whole in itself, without script, with the JWS in it, and without the
   * person’s withdrawal link.
   * @example "<!doctype html><html lang=\"en-IN\"><title>Consent receipt</title></html>"
   */
  html: string;
}

/** Whose certificate came with the signature. Proved only when the verdict is `genuine`, `revoked` or `expired_signer`. */
export interface V1DocumentsDocumentFileVerdictSigner {
  /**
   * Name in the certificate, most specific part first.
   * @example "CN=GSTN specimen signer (TEST),O=TEST - not a government authority,C=IN"
   */
  subject: string;
  /**
   * Its `CN`.
   * @example "GSTN specimen signer (TEST)"
   */
  common_name: string | null;
  /**
   * Its `O`.
   * @example "TEST - not a government authority"
   */
  organization: string | null;
  /**
   * Name of the authority that issued it.
   * @example "CN=Tijori TEST issuing CA"
   */
  issuer: string;
  /**
   * Serial number, hex.
   * @example "1011"
   */
  serial: string;
  /**
   * Fingerprint: hex SHA-256 of the certificate.
   * @example "52e482a5be67045886972dcf5fd7bb3ccbf4a67bfed06ad6d49e546963be1323"
   */
  sha256: string;
}

/** Algorithms of the signature; null without one. */
export interface V1DocumentsDocumentFileVerdictAlgorithm {
  /**
   * Of the signature.
   * @example "rsa-sha256"
   */
  signature: string;
  /**
   * Of the content.
   * @example "sha256"
   */
  digest: string;
}

/** One certificate. */
export interface V1DocumentsDocumentFileVerdictChain {
  /**
   * Name in the certificate.
   * @example "CN=GSTN specimen signer (TEST),O=TEST - not a government authority,C=IN"
   */
  subject: string;
  /**
   * Fingerprint: hex SHA-256 of the certificate.
   * @example "52e482a5be67045886972dcf5fd7bb3ccbf4a67bfed06ad6d49e546963be1323"
   */
  sha256: string;
  /**
   * Valid from, ms since the epoch.
   * @example 1763800000000
   */
  valid_from: number;
  /**
   * Valid to, ms since the epoch.
   * @example 1763800000000
   */
  valid_to: number;
}

/** One revocation list. */
export interface V1DocumentsDocumentFileVerdictRevocationList {
  /**
   * Name of the authority whose list it is.
   * @example "CN=Tijori TEST issuing CA"
   */
  issuer: string;
  /**
   * Hex SHA-256 of the list.
   * @example "52e482a5be67045886972dcf5fd7bb3ccbf4a67bfed06ad6d49e546963be1323"
   */
  sha256: string;
  /**
   * When the list was made, ms since the epoch.
   * @example 1763800000000
   */
  this_update: number;
  /**
   * When the next one was due, ms since the epoch.
   * @example 1763800000000
   */
  next_update: number | null;
}

/** Whether a certificate of the chain was revoked. */
export interface V1DocumentsDocumentFileVerdictRevocation {
  /**
   * `unknown`: some certificate of the chain has no list that was current when it was judged.
   * @example "good"
   */
  status: 'good' | 'revoked' | 'unknown';
  /**
   * Since when, ms since the epoch.
   * @example 1763800000000
   */
  revoked_at: number | null;
  /** The lists that were looked into. */
  lists: V1DocumentsDocumentFileVerdictRevocationList[];
}

/** Which part of the document the signature is about. */
export interface V1DocumentsDocumentFileVerdictCovered {
  /**
   * `whole`: everything but the signature itself is signed. `part`: only some of it. `none`: no signature fits.
   * @example "whole"
   */
  scope: 'whole' | 'part' | 'none';
  /**
   * How many bytes the signature covers: of a PDF those of the file, of an XML those of its canonical form.
   * @example 1257
   */
  bytes: number;
  /**
   * XML: elements and attributes that the signature covers, 300 at most.
   * @example ["Certificate","Certificate/@number","Certificate/IssuedTo/Organization/@name"]
   */
  paths: string[];
}

/** On the strength of what it was judged. */
export interface V1DocumentsDocumentFileVerdictTrust {
  /**
   * Which trust store: that of the mode.
   * @example "test"
   */
  store: string;
  /**
   * Hex SHA-256 over all that was in it.
   * @example "52e482a5be67045886972dcf5fd7bb3ccbf4a67bfed06ad6d49e546963be1323"
   */
  sha256: string;
}

/** What the document’s own signature proves. It never holds up a download. */
export interface V1DocumentsDocumentFileVerdict {
  /**
   * What it proves: `genuine` (Signed as a whole by a signer of the trust store, and not changed since.) `altered`
   * (Not what was signed: changed, added to, or arranged so that readers take something that is not signed.)
   * `unsigned` (There is no signature.) `untrusted_signer` (The signature fits, but nothing that is trusted here says
   * whose it is.) `expired_signer` (The signer's certificate, or one above it, was not valid when it had to be.)
   * `revoked` (The signer's certificate, or one above it, was revoked.) `unreadable` (Nothing can be said: it cannot
   * be read, or not in safety.).
   * @example "genuine"
   */
  state: 'genuine' | 'altered' | 'unsigned' | 'untrusted_signer' | 'expired_signer' | 'revoked' | 'unreadable';
  /**
   * Why it is not `genuine`; else null. docs/verification.md has the meaning of each.
   * @example null
   */
  reason:
    | 'too_large'
    | 'unknown_format'
    | 'encoding'
    | 'doctype'
    | 'too_complex'
    | 'not_well_formed'
    | 'unsupported_signature'
    | 'took_too_long'
    | 'verifier_failed'
    | 'no_signature'
    | 'digest_mismatch'
    | 'changed_after_signing'
    | 'signature_covers_part'
    | 'many_signatures'
    | 'misplaced_signature'
    | 'reference_elsewhere'
    | 'transform_not_allowed'
    | 'comment_or_instruction'
    | 'unsigned_bytes'
    | 'no_certificate'
    | 'unknown_root'
    | 'weak_algorithm'
    | 'not_for_signing'
    | 'signer_not_listed'
    | 'no_trust_store'
    | 'revocation_unknown'
    | 'certificate_revoked'
    | 'certificate_not_valid'
    | null;
  /**
   * When it was judged: right after it was fetched, ms since the epoch.
   * @example 1763800000000
   */
  judged_at: number;
  /**
   * What the bytes are.
   * @example "xml"
   */
  format: 'xml' | 'pdf' | 'unknown';
  /**
   * Whose certificate came with the signature. Proved only when the verdict is `genuine`, `revoked` or
   * `expired_signer`.
   */
  signer: V1DocumentsDocumentFileVerdictSigner | null;
  /**
   * When it was signed, by the signer's own word, ms since the epoch; null where the signature does not say.
   * @example 1763800000000
   */
  signed_at: number | null;
  /**
   * The time at which the certificates had to be valid, ms since the epoch: `signed_at`, or else `judged_at`.
   * @example 1763800000000
   */
  valid_at: number;
  /** Algorithms of the signature; null without one. */
  algorithm: V1DocumentsDocumentFileVerdictAlgorithm | null;
  /** From the signer to the pinned root; empty where there is no such way. */
  chain: V1DocumentsDocumentFileVerdictChain[];
  /** Whether a certificate of the chain was revoked. */
  revocation: V1DocumentsDocumentFileVerdictRevocation;
  /** Which part of the document the signature is about. */
  covered: V1DocumentsDocumentFileVerdictCovered;
  /**
   * PDF: what acts by itself when the file is opened, such as `javascript`, `open_action`, `launch` or
   * `embedded_file`. The verdict does not depend on it.
   * @example []
   */
  active_content: string[];
  /** On the strength of what it was judged. */
  trust: V1DocumentsDocumentFileVerdictTrust;
}

/** One file; of GST details there is one for each state. */
export interface V1DocumentsDocumentFile {
  /**
   * Id of the document.
   * @example "a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11"
   */
  id: string;
  /**
   * `available`: EntityLocker lists it, and it is still to be fetched; as long as the consent stands the gateway goes
   * on trying by itself. `fetched`: it is in the vault. `failed`: it will not come any more. `erased`: it was here and
   * is gone.
   * @example "fetched"
   */
  state: 'available' | 'fetched' | 'failed' | 'erased';
  /**
   * Why it failed, or why it has not come yet: the error of the last try. Null for what was fetched, and before the
   * first try.
   * @example null
   */
  reason: ErrorCode | null;
  /**
   * Its name in EntityLocker.
   * @example "GSTN Details"
   */
  name: string;
  /**
   * Who issued it, as EntityLocker says.
   * @example "Goods and Services Tax Network"
   */
  issuer: string;
  /**
   * The issuer's id in EntityLocker.
   * @example "in.org.gstn"
   */
  issuer_id: string;
  /**
   * Date of the listing, `YYYY-MM-DD`; null where it has none.
   * @example "2017-07-01"
   */
  issued_on: string | null;
  /**
   * Media type of the bytes; null unless it was fetched.
   * @example "application/xml"
   */
  content_type: string | null;
  /**
   * Bytes; null unless it was fetched.
   * @example 4711
   */
  size: number | null;
  /**
   * Hex SHA-256 of the bytes; null unless it was fetched.
   * @example "7987dfef8b6a5391495bec62d67ca6b46c5d21be0dae7c5a21f386d493fbc45e"
   */
  sha256: string | null;
  /**
   * When it was fetched, ms since the epoch; null unless it was.
   * @example 1763800092000
   */
  fetched_at: number | null;
  /**
   * From this moment on it is gone, ms since the epoch; null unless it was fetched. What came later than a minute
   * after the consent is kept for as long as the rest, from `fetched_at` on.
   * @example 1763803690000
   */
  expires_at: number | null;
  /** What the document’s own signature proves. It never holds up a download. */
  verdict: V1DocumentsDocumentFileVerdict | null;
}

/** One document type that was asked for. */
export interface V1DocumentsDocument {
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * Whether you asked for it.
   * @example true
   */
  requested: boolean;
  /**
   * Whether the person shared it.
   * @example true
   */
  consented: boolean;
  /**
   * `requested`: the person has not answered yet. `not_consented`: the session ended without it. Else how far its
   * files are: the one that is least far counts.
   * @example "fetched"
   */
  state: 'requested' | 'not_consented' | 'available' | 'fetched' | 'failed' | 'erased';
  /** The files of this type that were shared, in the order of EntityLocker’s list. */
  files: V1DocumentsDocumentFile[];
}

/**
 * Answer of `GET /v1/sessions/{session_id}/documents`.
 * The documents of a session: requested, consented, fetched or failed, each with its verdict.
 *
 * Reads what is known and fetches nothing. The files themselves come through the document call of the vendor’s family;
 * a verdict never holds one up.
 *
 * Errors of its own: `session_not_found`, `invalid_access_token`, `access_token_expired`, `insufficient_privilege`.
 *
 * @example {"session_id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","documents":[{"type":"gstn_details","requested":true,"consented":true,"state":"fetched","files":[{"id":"a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11","state":"fetched","reason":null,"name":"GSTN Details","issuer":"Goods and Services Tax Network","issuer_id":"in.org.gstn","issued_on":"2017-07-01","content_type":"application/xml","size":4711,"sha256":"7987dfef8b6a5391495bec62d67ca6b46c5d21be0dae7c5a21f386d493fbc45e","fetched_at":1763800092000,"expires_at":1763803690000,"verdict":{"state":"genuine","reason":null,"judged_at":1763800092000,"format":"xml","signer":{"subject":"CN=GSTN specimen signer (TEST),O=TEST - not a government authority,C=IN","common_name":"GSTN specimen signer (TEST)","organization":"TEST - not a government authority","issuer":"CN=Tijori TEST issuing CA,O=TEST - not a government authority,C=IN","serial":"1011","sha256":"d89eae1c944f374478afcaec06f5fd26689d07badc0c02ce27596e6460ef3839"},"signed_at":null,"valid_at":1763800092000,"algorithm":{"signature":"rsa-sha256","digest":"sha256"},"chain":[{"subject":"CN=GSTN specimen signer (TEST),O=TEST - not a government authority,C=IN","sha256":"d89eae1c944f374478afcaec06f5fd26689d07badc0c02ce27596e6460ef3839","valid_from":946684800000,"valid_to":4102444799000},{"subject":"CN=Tijori TEST root (not a government authority),O=TEST - not a government authority,C=IN","sha256":"52e482a5be67045886972dcf5fd7bb3ccbf4a67bfed06ad6d49e546963be1323","valid_from":946684800000,"valid_to":4102444799000}],"revocation":{"status":"good","revoked_at":null,"lists":[{"issuer":"CN=Tijori TEST issuing CA,O=TEST - not a government authority,C=IN","sha256":"b9ec2fc407b52ebb3484e04443817284595cf88818784f1e048b427f337f3a64","this_update":1009843200000,"next_update":4102444799000}]},"covered":{"scope":"whole","bytes":1257,"paths":["Certificate","Certificate/@number"]},"active_content":[],"trust":{"store":"test","sha256":"709943c0439bba4483f106f9bac3034fbaffc9208b5c370f37cd67606f90f43b"}}}]}]}
 */
export interface V1Documents {
  /**
   * Id of the session.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  session_id: string;
  /** Each type that was asked for, once, in the order of the session. */
  documents: V1DocumentsDocument[];
}

/** Query of `GET /v1/sessions/{session_id}/data`. */
export interface GetV1DataQuery {
  /**
   * What personal fields are wanted for: letters, digits, spaces inside, underscores; 100 at most. It is recorded in
   * the timeline of the session (`personal_data.read`).
   * @example "Check of the GST registration for a working capital loan"
   */
  personal_for?: string | undefined;
}

/** Address. */
export interface V1SessionDataCompanyMasterDataAddress {
  /**
   * The address in one line.
   * @example "Unit 0, Pretend Mill Compound, Nowhere Road, Mumbai, Maharashtra, 400000"
   */
  text: string;
  /**
   * District or city. Null where the document does not say.
   * @example "Mumbai"
   */
  district: string | null;
  /**
   * Postal code. Null where the document does not say.
   * @example "400000"
   */
  pin: string | null;
  /**
   * GST code of the state; null where its name is not known.
   * @example "27"
   */
  state_code: string | null;
  /**
   * State, as the document writes it. Null where the document does not say.
   * @example "Maharashtra"
   */
  state: string | null;
}

/** A director or signatory. */
export interface V1SessionDataCompanyMasterDataDirector {
  /**
   * Name. Personal: null unless `personal_for` says what it is wanted for.
   * @example "ASHA NAMUNA"
   */
  name: string | null;
  /**
   * Director identification number; also null for a signatory who has none. Personal: null unless `personal_for` says
   * what it is wanted for.
   * @example "99999999"
   */
  din: string | null;
  /**
   * Since when, `YYYY-MM-DD`; null where the document does not say.
   * @example "2014-07-01"
   */
  appointed_on: string | null;
}

/** A field that was not read. */
export interface V1SessionDataCompanyMasterDataUnread {
  /**
   * The field.
   * @example "listed"
   */
  field:
    | 'name'
    | 'registrar'
    | 'category'
    | 'sub_category'
    | 'company_class'
    | 'incorporated_on'
    | 'listed'
    | 'address'
    | 'status'
    | 'authorised_capital_rupees'
    | 'paid_up_capital_rupees'
    | 'last_annual_meeting_on'
    | 'last_balance_sheet_on'
    | 'email'
    | 'directors';
  /**
   * `not_in_document`: no label of it was found. `ambiguous`: it stands there more than once, and differs.
   * `not_understood`: what stands there is not written as such a thing is.
   * @example "not_in_document"
   */
  reason: 'not_in_document' | 'ambiguous' | 'not_understood';
}

/** Where it was read. */
export interface V1SessionDataCompanyMasterDataSource {
  /**
   * Id of the document.
   * @example "a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11"
   */
  document_id: string;
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * Its verdict; null before it was fetched.
   * @example "genuine"
   */
  verdict: 'genuine' | 'altered' | 'unsigned' | 'untrusted_signer' | 'expired_signer' | 'revoked' | 'unreadable' | null;
  /**
   * `signed_content`: what the signature of a genuine document covers. `signed_text`: the letters on the pages of a
   * genuine PDF, which its signature covers, read by the labels beside them; it is made for people, so look at the
   * document before much depends on it. `listing`: the entry in EntityLocker’s list, which is not signed.
   * @example "signed_content"
   */
  read_from: 'signed_content' | 'signed_text' | 'listing';
}

/** What the company’s master details, a PDF, say. */
export interface V1SessionDataCompanyMasterData {
  /**
   * Registered name. Null where it was not read: `unread` says why.
   * @example "NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED"
   */
  name: string | null;
  /**
   * Registrar of companies. Null where it was not read: `unread` says why.
   * @example "RoC Specimen"
   */
  registrar: string | null;
  /**
   * Category. Null where it was not read: `unread` says why.
   * @example "Company limited by shares"
   */
  category: string | null;
  /**
   * Sub-category. Null where it was not read: `unread` says why.
   * @example "Non-government company"
   */
  sub_category: string | null;
  /**
   * Class, as the document writes it. Null where it was not read: `unread` says why.
   * @example "Private"
   */
  company_class: string | null;
  /**
   * Date of incorporation, `YYYY-MM-DD`. Null where it was not read: `unread` says why.
   * @example "2014-07-01"
   */
  incorporated_on: string | null;
  /**
   * Whether it is listed. Null where it was not read: `unread` says why.
   * @example false
   */
  listed: boolean | null;
  /** Address. */
  address: V1SessionDataCompanyMasterDataAddress | null;
  /**
   * Status, as the document writes it. Null where it was not read: `unread` says why.
   * @example "Active"
   */
  status: string | null;
  /**
   * What the status means; `unknown` for words that are not known, and for none.
   * @example "active"
   */
  standing:
    | 'active'
    | 'dormant'
    | 'being_struck_off'
    | 'struck_off'
    | 'in_liquidation'
    | 'dissolved'
    | 'merged'
    | 'converted'
    | 'unknown';
  /**
   * Authorised capital, in rupees. Null where it was not read: `unread` says why.
   * @example 50000000
   */
  authorised_capital_rupees: number | null;
  /**
   * Paid-up capital, in rupees. Null where it was not read: `unread` says why.
   * @example 32500000
   */
  paid_up_capital_rupees: number | null;
  /**
   * Day of the last annual general meeting, `YYYY-MM-DD`. Null where it was not read: `unread` says why.
   * @example "2024-09-27"
   */
  last_annual_meeting_on: string | null;
  /**
   * Day of the last balance sheet, `YYYY-MM-DD`. Null where it was not read: `unread` says why.
   * @example "2024-03-31"
   */
  last_balance_sheet_on: string | null;
  /**
   * E-mail address of the company; also null where it was not read. Personal: null unless `personal_for` says what it
   * is wanted for.
   * @example "accounts@neelkamal-specimen.example"
   */
  email: string | null;
  /** Directors and signatories: all that the document names, or null. Null where it was not read: `unread` says why. */
  directors: V1SessionDataCompanyMasterDataDirector[] | null;
  /** Fields that were not read, each with the reason. */
  unread: V1SessionDataCompanyMasterDataUnread[];
  /** Where it was read. */
  source: V1SessionDataCompanyMasterDataSource;
}

/**
 * The company. The CIN is that of EntityLocker’s list, name and date are those of its profile; `master_data` is what
 * the document itself says, null where nothing was read from it (`not_read`).
 */
export interface V1SessionDataCompany {
  /**
   * Corporate identity number.
   * @example "U99999ZZ2014PTC999901"
   */
  cin: string;
  /**
   * Name, as EntityLocker’s profile of the entity has it: not signed. Null where it did not say, and once the profile
   * is gone.
   * @example "NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED"
   */
  name: string | null;
  /**
   * Date of incorporation, `YYYY-MM-DD`, from the same place as the name.
   * @example "2014-07-01"
   */
  incorporated_on: string | null;
  /**
   * GST code of the state of registration, by its CIN; null for letters that are not known.
   * @example "27"
   */
  state_code: string | null;
  /**
   * Whether it is listed, by its CIN.
   * @example false
   */
  listed: boolean;
  /**
   * Class, by its CIN; null for a class that is not known.
   * @example "private"
   */
  company_class: string | null;
  /**
   * Year of incorporation, by its CIN.
   * @example 2014
   */
  incorporation_year: number;
  /**
   * Industry, five digits, by its CIN.
   * @example "99999"
   */
  industry_code: string;
  /**
   * Number at the registrar, by its CIN.
   * @example "999901"
   */
  registration_number: string;
  /** What the company’s master details, a PDF, say. */
  master_data: V1SessionDataCompanyMasterData | null;
  /** Where it was read. */
  source: V1SessionDataCompanyMasterDataSource;
}

/** One GST registration; a business has one for each state. */
export interface V1SessionDataGstRegistration {
  /**
   * GST number.
   * @example "27ZZZCZ9999Z1ZJ"
   */
  gstin: string;
  /**
   * What is wrong with the number itself; null when it is well formed.
   * @example "has a wrong check character"
   */
  gstin_fault: string | null;
  /**
   * The PAN in it; null where it has none.
   * @example "ZZZCZ9999Z"
   */
  pan: string | null;
  /**
   * State of the registration: the first two digits.
   * @example "27"
   */
  state_code: string | null;
  /**
   * Legal name of the business.
   * @example "NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED"
   */
  legal_name: string;
  /**
   * Trade name. Null where the document does not say.
   * @example "Neelkamal Weaves & Yarns"
   */
  trade_name: string | null;
  /**
   * Constitution of the business. Null where the document does not say.
   * @example "Private Limited Company"
   */
  constitution: string | null;
  /**
   * Kind of taxpayer. Null where the document does not say.
   * @example "Regular"
   */
  taxpayer_type: string | null;
  /**
   * Date of registration, `YYYY-MM-DD`. Null where the document does not say.
   * @example "2017-07-01"
   */
  registered_on: string | null;
  /**
   * Date of the last change, `YYYY-MM-DD`. Null where the document does not say.
   * @example "2025-06-30"
   */
  last_updated_on: string | null;
  /**
   * What the document says about its own standing; most say nothing: `unknown`.
   * @example "unknown"
   */
  standing: 'active' | 'expired' | 'revoked' | 'suspended' | 'unknown';
  /**
   * Jurisdiction of the state. Null where the document does not say.
   * @example "State - Maharashtra, Ward - SPECIMEN-000"
   */
  state_jurisdiction: string | null;
  /** Address. */
  address: V1SessionDataCompanyMasterDataAddress;
  /**
   * Phone number. Personal: null unless `personal_for` says what it is wanted for.
   * @example "5550000011"
   */
  phone: string | null;
  /**
   * E-mail address. Personal: null unless `personal_for` says what it is wanted for.
   * @example "accounts@neelkamal-specimen.example"
   */
  email: string | null;
  /** Where it was read. */
  source: V1SessionDataCompanyMasterDataSource;
}

/** One activity. */
export interface V1SessionDataUdyamActivitie {
  /**
   * Code of the national industry classification, as long as it is given: five digits at most.
   * @example "13121"
   */
  nic_code: string;
  /**
   * What the code stands for. Null where the document does not say.
   * @example "Weaving of cotton fabrics"
   */
  description: string | null;
  /**
   * Manufacturing, services or trading. Null where the document does not say.
   * @example "Manufacturing"
   */
  activity: string | null;
}

/** The Udyam registration. */
export interface V1SessionDataUdyam {
  /**
   * Udyam registration number.
   * @example "UDYAM-ZZ-00-0000001"
   */
  number: string;
  /**
   * What is wrong with the number itself; null when it is well formed.
   * @example "has not seven digits at its end"
   */
  number_fault: string | null;
  /**
   * Name of the enterprise.
   * @example "NEELKAMAL SPECIMEN TEXTILES PRIVATE LIMITED"
   */
  name: string;
  /**
   * Major activity. Null where the document does not say.
   * @example "Manufacturing"
   */
  major_activity: string | null;
  /**
   * Date of registration, `YYYY-MM-DD`. Null where the document does not say.
   * @example "2021-01-15"
   */
  registered_on: string | null;
  /**
   * Date of incorporation, `YYYY-MM-DD`. Null where the document does not say.
   * @example "2014-07-01"
   */
  incorporated_on: string | null;
  /**
   * Date of commencement, `YYYY-MM-DD`. Null where the document does not say.
   * @example "2014-10-02"
   */
  commenced_on: string | null;
  /**
   * What the document says about its own standing; most say nothing: `unknown`.
   * @example "unknown"
   */
  standing: 'active' | 'expired' | 'revoked' | 'suspended' | 'unknown';
  /** Address. */
  address: V1SessionDataCompanyMasterDataAddress;
  /**
   * Size class of each year of classification, in the order of the certificate: `micro`, `small`, `medium`.
   * @example ["small","small","micro"]
   */
  enterprise_classes: string[];
  /**
   * Names of the units.
   * @example ["Neelkamal Specimen Dye House"]
   */
  units: string[];
  /** Activities. */
  activities: V1SessionDataUdyamActivitie[];
  /**
   * Social category of the entrepreneur. Personal: null unless `personal_for` says what it is wanted for.
   * @example "General"
   */
  social_category: string | null;
  /**
   * Phone number. Personal: null unless `personal_for` says what it is wanted for.
   * @example "5550000011"
   */
  phone: string | null;
  /**
   * E-mail address. Personal: null unless `personal_for` says what it is wanted for.
   * @example "accounts@neelkamal-specimen.example"
   */
  email: string | null;
  /** Where it was read. */
  source: V1SessionDataCompanyMasterDataSource;
}

/** One comparison. */
export interface V1SessionDataCheck {
  /**
   * What was held against what. `date_order`: nothing is registered before it was incorporated. `standing`: what a
   * company’s status and a registration say about being active.
   * @example "name"
   */
  rule:
    | 'name'
    | 'pan'
    | 'pan_holder'
    | 'state'
    | 'incorporation_year'
    | 'incorporation_date'
    | 'date_order'
    | 'standing'
    | 'address'
    | 'expected_entity';
  /**
   * The two things, in words.
   * @example "GST legal name and Udyam name"
   */
  between: string;
  /**
   * `close`: probably the same; somebody should look. `unknown`: one side says nothing.
   * @example "match"
   */
  outcome: 'match' | 'close' | 'differs' | 'unknown';
  /**
   * From 0 to 1.
   * @example 1
   */
  score: number;
  /**
   * Why, in words.
   * @example "the same words"
   */
  reason: string;
}

/** A document from which nothing was read. */
export interface V1SessionDataNotRead {
  /**
   * Id of the document.
   * @example "a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11"
   */
  document_id: string;
  /**
   * A document type, by the name that the vendor gives it.
   * @example "gstn_details"
   */
  type: DocTypeName;
  /**
   * Its verdict; null before it was fetched.
   * @example "altered"
   */
  verdict: 'genuine' | 'altered' | 'unsigned' | 'untrusted_signer' | 'expired_signer' | 'revoked' | 'unreadable' | null;
  /**
   * `not_fetched`: it has not come. `gone`: its time is over. `not_genuine`: see its verdict. `unknown_kind`: genuine,
   * but not of a kind that is known. `no_text`: a PDF of pictures. `other_company`: it names another CIN than
   * EntityLocker’s list. `too_large`: more than 50 pages, or more than 32 MiB unpacked. `took_too_long`: reading took
   * more than 2 seconds. `reader_failed`: the reader could not read it, or needed more than 256 MB.
   * @example "not_genuine"
   */
  reason:
    | 'not_fetched'
    | 'gone'
    | 'not_genuine'
    | 'unknown_kind'
    | 'no_text'
    | 'other_company'
    | 'too_large'
    | 'took_too_long'
    | 'reader_failed';
}

/**
 * Answer of `GET /v1/sessions/{session_id}/data`.
 * What the genuine documents of a session say, typed, read from what is signed alone.
 *
 * Errors of its own: `session_not_found`, `invalid_query`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`.
 *
 * @example {"session_id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","personal":"masked","company":null,"gst_registrations":[],"udyam":null,"checks":[],"not_read":[{"document_id":"a4b0c7de-52c7-4d29-8c5c-0d6a0a9f1b11","type":"gstn_details","verdict":"altered","reason":"not_genuine"}]}
 */
export interface V1SessionData {
  /**
   * Id of the session.
   * @example "3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60"
   */
  session_id: string;
  /**
   * Whether personal fields are shown.
   * @example "masked"
   */
  personal: 'masked' | 'shown';
  /**
   * The company. The CIN is that of EntityLocker’s list, name and date are those of its profile; `master_data` is what
   * the document itself says, null where nothing was read from it (`not_read`).
   */
  company: V1SessionDataCompany | null;
  /** GST registrations, in the order of EntityLocker’s list. */
  gst_registrations: V1SessionDataGstRegistration[];
  /** The Udyam registration. */
  udyam: V1SessionDataUdyam | null;
  /** The documents held against each other and against `expected_entity`: only what genuine ones say. */
  checks: V1SessionDataCheck[];
  /** Documents from which nothing was read, each with the reason. */
  not_read: V1SessionDataNotRead[];
}

/** Body of `POST /v1/webhook-endpoints`. */
export interface CreateWebhookEndpointRequest {
  /**
   * Where events go: https and port 443, no user name, no fragment, and a host whose addresses are all public. On a
   * development server also http to this machine, at any port.
   * @example "https://lender.example/hooks/tijori"
   */
  url: string;
  /**
   * Which events go there; left out: all of them.
   * @example ["entitylocker.session.succeeded","entitylocker.session.failed"]
   */
  events?: EventType[] | undefined;
  /**
   * Your own words for it, 200 characters at most. Put no personal data into it.
   * @example "Loan desk, production"
   */
  description?: string | undefined;
  /**
   * Whether deliveries also carry `x-sandbox-signature`: base64 of an HMAC-SHA256 of the raw body with the whole
   * secret as its key, as receivers of the vendor check it.
   * @example false
   */
  vendor_signature?: boolean | undefined;
}

/**
 * Answer of `POST /v1/webhook-endpoints`.
 * Name an address to which events go.
 *
 * Only events from now on go there; earlier ones are in `GET /v1/events`. At most 16 endpoints for each mode.
 *
 * Errors of its own: `invalid_request_body`, `destination_refused`, `webhook_endpoints_full`, `storage_full`,
 * `invalid_access_token`, `access_token_expired`, `insufficient_privilege`.
 *
 * @example {"id":"whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012","mode":"test","url":"https://lender.example/hooks/tijori","events":["entitylocker.session.succeeded","entitylocker.session.failed"],"description":null,"vendor_signature":false,"enabled":true,"disabled_reason":null,"failing_since":null,"secret_overlap_until":null,"created_at":1763800000000,"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
 */
export interface WebhookEndpointWithSecret {
  /**
   * Id of the endpoint.
   * @example "whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012"
   */
  id: string;
  /**
   * Of the key that made it: it hears of that mode only.
   * @example "test"
   */
  mode: 'test' | 'live';
  /**
   * Where events go: https and port 443, no user name, no fragment, and a host whose addresses are all public. On a
   * development server also http to this machine, at any port.
   * @example "https://lender.example/hooks/tijori"
   */
  url: string;
  /**
   * Which events go there; null: all of them.
   * @example ["entitylocker.session.succeeded","entitylocker.session.failed"]
   */
  events: EventType[] | null;
  /**
   * Your own words for it, 200 characters at most. Put no personal data into it.
   * @example "Loan desk, production"
   */
  description: string | null;
  /**
   * Whether deliveries also carry `x-sandbox-signature`: base64 of an HMAC-SHA256 of the raw body with the whole
   * secret as its key, as receivers of the vendor check it.
   * @example false
   */
  vendor_signature: boolean;
  /**
   * Whether events go there now.
   * @example true
   */
  enabled: boolean;
  /**
   * Why the gateway switched it off; null if it did not.
   * @example null
   */
  disabled_reason: 'gone' | 'failing' | null;
  /**
   * Since when no delivery has succeeded, ms since the epoch; null while deliveries succeed.
   * @example 1763800000000
   */
  failing_since: number | null;
  /**
   * Until when the secret before this one signs as well, ms since the epoch; null if there is none.
   * @example 1763886400000
   */
  secret_overlap_until: number | null;
  /**
   * When it was made, ms since the epoch.
   * @example 1763800000000
   */
  created_at: number;
  /**
   * Its secret: `whsec_` and base64. Shown this once; keep it where your receiver finds it.
   * @example "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
   */
  secret: string;
}

/** A part of `WebhookEndpointList`. */
export interface WebhookEndpoint {
  /**
   * Id of the endpoint.
   * @example "whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012"
   */
  id: string;
  /**
   * Of the key that made it: it hears of that mode only.
   * @example "test"
   */
  mode: 'test' | 'live';
  /**
   * Where events go: https and port 443, no user name, no fragment, and a host whose addresses are all public. On a
   * development server also http to this machine, at any port.
   * @example "https://lender.example/hooks/tijori"
   */
  url: string;
  /**
   * Which events go there; null: all of them.
   * @example ["entitylocker.session.succeeded","entitylocker.session.failed"]
   */
  events: EventType[] | null;
  /**
   * Your own words for it, 200 characters at most. Put no personal data into it.
   * @example "Loan desk, production"
   */
  description: string | null;
  /**
   * Whether deliveries also carry `x-sandbox-signature`: base64 of an HMAC-SHA256 of the raw body with the whole
   * secret as its key, as receivers of the vendor check it.
   * @example false
   */
  vendor_signature: boolean;
  /**
   * Whether events go there now.
   * @example true
   */
  enabled: boolean;
  /**
   * Why the gateway switched it off; null if it did not.
   * @example null
   */
  disabled_reason: 'gone' | 'failing' | null;
  /**
   * Since when no delivery has succeeded, ms since the epoch; null while deliveries succeed.
   * @example 1763800000000
   */
  failing_since: number | null;
  /**
   * Until when the secret before this one signs as well, ms since the epoch; null if there is none.
   * @example 1763886400000
   */
  secret_overlap_until: number | null;
  /**
   * When it was made, ms since the epoch.
   * @example 1763800000000
   */
  created_at: number;
}

/**
 * Answer of `GET /v1/webhook-endpoints`.
 * All webhook endpoints of your workspace and mode.
 *
 * Errors of its own: `invalid_access_token`, `access_token_expired`, `insufficient_privilege`.
 *
 * @example {"data":[{"id":"whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012","mode":"test","url":"https://lender.example/hooks/tijori","events":["entitylocker.session.succeeded","entitylocker.session.failed"],"description":null,"vendor_signature":false,"enabled":true,"disabled_reason":null,"failing_since":null,"secret_overlap_until":null,"created_at":1763800000000}]}
 */
export interface WebhookEndpointList {
  /** Oldest first; there are few, so this is all of them. */
  data: WebhookEndpoint[];
}

/** Body of `PATCH /v1/webhook-endpoints/{endpoint_id}`. */
export interface UpdateWebhookEndpointRequest {
  /**
   * Where events go: https and port 443, no user name, no fragment, and a host whose addresses are all public. On a
   * development server also http to this machine, at any port.
   * @example "https://lender.example/hooks/tijori"
   */
  url?: string | undefined;
  /**
   * Which events go there; null: all of them.
   * @example ["entitylocker.session.succeeded","entitylocker.session.failed"]
   */
  events?: EventType[] | null | undefined;
  /**
   * Your own words for it, 200 characters at most. Put no personal data into it.
   * @example "Loan desk, production"
   */
  description?: string | null | undefined;
  /**
   * Whether deliveries also carry `x-sandbox-signature`: base64 of an HMAC-SHA256 of the raw body with the whole
   * secret as its key, as receivers of the vendor check it.
   * @example false
   */
  vendor_signature?: boolean | undefined;
  /**
   * `false` switches it off; `true` on again, and what waited for it goes out.
   * @example true
   */
  enabled?: boolean | undefined;
}

/**
 * Answer of `DELETE /v1/webhook-endpoints/{endpoint_id}`.
 * Remove a webhook endpoint and its delivery log.
 *
 * Attempts that are under way end as they may; there is none after them.
 *
 * Errors of its own: `storage_full`, `webhook_endpoint_not_found`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`.
 *
 * @example {"id":"whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012","deleted":true}
 */
export interface DeletedWebhookEndpoint {
  /**
   * Id that the endpoint had.
   * @example "whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012"
   */
  id: string;
  /** It is gone, and what waited for it with it. */
  deleted: true;
}

/** Query of `GET /v1/webhook-endpoints/{endpoint_id}/deliveries`. */
export interface ListDeliveriesQuery {
  /**
   * Only deliveries in this state.
   * @example "failed"
   */
  state?: 'pending' | 'delivered' | 'failed' | undefined;
  /**
   * Most deliveries of the page; 50 if left out.
   * @example 50
   */
  limit?: number | undefined;
  /**
   * The `next_cursor` of the page before. Say `state` again.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  cursor?: string | undefined;
}

/** One attempt. */
export interface DeliveryAttempt {
  /**
   * When it was made, ms since the epoch.
   * @example 1763800000000
   */
  at: number;
  /**
   * How long it took, ms.
   * @example 87
   */
  duration_ms: number;
  /**
   * HTTP status of the answer; null if there was no answer.
   * @example 503
   */
  status: number | null;
  /**
   * Why there was no answer; null if there was one. `destination_refused`: The address must not be called.
   * `name_unresolved`: The name has no address. `timed_out`: No whole answer came in time. `tls_failed`: No trusted
   * TLS connection could be made. `connection_failed`: No connection could be made, or it broke. `answer_malformed`:
   * The answer was not HTTP. `answer_too_large`: The answer was larger than what is read. `content_type_refused`: The
   * answer had another content type than those asked for.
   * @example null
   */
  failure:
    | 'destination_refused'
    | 'name_unresolved'
    | 'timed_out'
    | 'tls_failed'
    | 'connection_failed'
    | 'answer_malformed'
    | 'answer_too_large'
    | 'content_type_refused'
    | null;
  /**
   * The first 1024 bytes of the answer's body, as text; what is no text is replaced. Kept encrypted, and for 30 days.
   * @example "try later"
   */
  answer: string;
}

/** A part of `WebhookDeliveryPage`. */
export interface WebhookDelivery {
  /**
   * Id of the endpoint.
   * @example "whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012"
   */
  endpoint_id: string;
  /**
   * Id of the event: `webhook-id` of each attempt.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  event_id: string;
  /**
   * Name of the event.
   * @example "entitylocker.session.succeeded"
   */
  type: EventType;
  /**
   * What becomes of it. `pending`: There will be another attempt. `delivered`: The endpoint took it. `failed`: There
   * will be no further attempt, unless you order one.
   * @example "pending"
   */
  state: 'pending' | 'delivered' | 'failed';
  /**
   * How many attempts were made so far.
   * @example 1
   */
  attempt_count: number;
  /**
   * When the next attempt is due, ms since the epoch; null if there will be none.
   * @example 1763800005000
   */
  next_attempt_at: number | null;
  /** Oldest first; the newest 16 if there were more. */
  attempts: DeliveryAttempt[];
}

/**
 * Answer of `GET /v1/webhook-endpoints/{endpoint_id}/deliveries`.
 * How the deliveries to a webhook endpoint went.
 *
 * The log goes back 30 days.
 *
 * Errors of its own: `invalid_query`, `invalid_cursor`, `webhook_endpoint_not_found`, `invalid_access_token`,
 * `access_token_expired`, `insufficient_privilege`.
 *
 * @example {"data":[{"endpoint_id":"whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012","event_id":"evt_019ab7c5c4007000a1c2b3d4e5f60718","type":"entitylocker.session.succeeded","state":"pending","attempt_count":1,"next_attempt_at":1763800005000,"attempts":[{"at":1763800000000,"duration_ms":87,"status":503,"failure":null,"answer":"try later"}]}],"next_cursor":null}
 */
export interface WebhookDeliveryPage {
  /** Newest event first. */
  data: WebhookDelivery[];
  /**
   * Pass it as `cursor` for the next page; null on the last.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  next_cursor: string | null;
}

/** Body of `POST /v1/webhook-endpoints/{endpoint_id}/replay`. */
export interface ReplayEventsRequest {
  /**
   * Events recorded at this moment or later, ms since the epoch.
   * @example 1763800000000
   */
  from: number;
  /**
   * Events recorded before this moment, ms since the epoch.
   * @example 1763886400000
   */
  to: number;
  /**
   * Of the events that the endpoint asks for, only these. Left out: all of them.
   * @example ["entitylocker.session.succeeded","entitylocker.session.failed"]
   */
  events?: EventType[] | undefined;
  /**
   * Whether events that were delivered go out again, too. Left out: no.
   * @example false
   */
  include_delivered?: boolean | undefined;
  /**
   * The `next_cursor` of the call before, to go on where it ended. Say the rest again.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  cursor?: string | undefined;
}

/**
 * Answer of `POST /v1/webhook-endpoints/{endpoint_id}/replay`.
 * Send the events of a stretch of time to a webhook endpoint.
 *
 * Also those from before it was made, each with the id that it has. One call looks at 1000 events at most and orders
 * what it found in one step; call again with its cursor until that is null. To repeat a call does no harm.
 *
 * Errors of its own: `invalid_cursor`, `invalid_request_body`, `webhook_endpoint_not_found`,
 * `webhook_endpoint_disabled`, `storage_full`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`.
 *
 * @example {"ordered":17,"next_cursor":null}
 */
export interface ReplayedEvents {
  /**
   * How many deliveries go out by it.
   * @example 1
   */
  ordered: number;
  /**
   * Where the next call goes on, as its `cursor`; null if this was all.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  next_cursor: string | null;
}

/** Query of `GET /v1/events`. */
export interface ListEventsQuery {
  /**
   * Only events of this name.
   * @example "entitylocker.session.succeeded"
   */
  type?: EventType | undefined;
  /**
   * Only events recorded at this moment or later, ms since the epoch.
   * @example 1763800000000
   */
  from?: number | undefined;
  /**
   * Only events recorded before this moment, ms since the epoch.
   * @example 1763886400000
   */
  to?: number | undefined;
  /**
   * Which come first; `oldest` if left out.
   * @example "oldest"
   */
  order?: 'oldest' | 'newest' | undefined;
  /**
   * Most events of the page; 50 if left out.
   * @example 50
   */
  limit?: number | undefined;
  /**
   * The `next_cursor` of the page before: an event id. Say the other filters again.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  cursor?: string | undefined;
  /**
   * If there is no event to answer, wait for one for so many seconds at most. Only with `oldest`.
   * @example 20
   */
  wait?: number | undefined;
}

/**
 * Answer of `GET /v1/events`.
 * What happened, in pages, or as it happens.
 *
 * Events are kept for 30 days. Follow them with `wait` and the cursor of each answer. A filtered page can have fewer
 * events than `limit`, even none. Where several servers share a database, an event can appear a moment after one with
 * a greater id; who must not miss any takes webhooks.
 *
 * Errors of its own: `invalid_query`, `invalid_cursor`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`.
 *
 * @example {"data":[{"id":"evt_019ab7c5c4007000a1c2b3d4e5f60718","type":"entitylocker.session.succeeded","timestamp":"2026-11-22T08:26:40.000Z","data":{"session_id":"3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60","mode":"test","status":"succeeded","previous_status":"authorized","status_reason":null,"sequence":4}}],"next_cursor":"evt_019ab7c5c4007000a1c2b3d4e5f60718"}
 */
export interface V1EventPage {
  /** In the order asked for. */
  data: WebhookEvent[];
  /**
   * Pass it as `cursor` for what comes next. An empty page is the end for now: ask again with its cursor, and with
   * `wait`.
   * @example "evt_019ab7c5c4007000a1c2b3d4e5f60718"
   */
  next_cursor: string;
}

/**
 * Answer of `GET /v1/events/{event_id}/deliveries`.
 * How the deliveries of an event went.
 *
 * Errors of its own: `event_not_found`, `invalid_access_token`, `access_token_expired`, `insufficient_privilege`.
 *
 * @example {"data":[{"endpoint_id":"whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012","event_id":"evt_019ab7c5c4007000a1c2b3d4e5f60718","type":"entitylocker.session.succeeded","state":"pending","attempt_count":1,"next_attempt_at":1763800005000,"attempts":[{"at":1763800000000,"duration_ms":87,"status":503,"failure":null,"answer":"try later"}]}]}
 */
export interface WebhookDeliveryList {
  /** One for each endpoint to which it went or goes; there are few. */
  data: WebhookDelivery[];
}

/** Body of `POST /v1/events/{event_id}/resend`. */
export interface ResendEventRequest {
  /**
   * Only to this endpoint, whatever events it asks for. Left out: to every one that asks for such events.
   * @example "whe_0f6c1e6a4c4b1e9d3a1c2b3d4e5f6012"
   */
  endpoint_id?: string | undefined;
}

/**
 * Answer of `POST /v1/events/{event_id}/resend`.
 * Send an event again, also one that was delivered.
 *
 * With the id that it has, at once, and if that fails on a schedule of its own. Endpoints that are switched off are
 * left out; one that you name must be on.
 *
 * Errors of its own: `event_not_found`, `invalid_request_body`, `webhook_endpoint_not_found`,
 * `webhook_endpoint_disabled`, `storage_full`, `invalid_access_token`, `access_token_expired`,
 * `insufficient_privilege`.
 *
 * @example {"ordered":1}
 */
export interface ResentEvent {
  /**
   * How many deliveries go out by it.
   * @example 1
   */
  ordered: number;
}

/** What each operation answers. */
export interface Answers {
  authenticate: AccessToken;
  createSdkSession: CreatedSdkSession;
  sdkSessionStatus: SdkSession;
  sdkSessionDocuments: DocumentFiles;
  sdkSessionEntity: EntityDetails;
  sdkSessionUserProfile: UserProfile;
  initSession: InitiatedSession;
  sessionStatus: ApiSession;
  sessionDocuments: DocumentFiles;
  sessionEntity: EntityDetails;
  sessionUserProfile: UserProfile;
  createV1Session: V1Session;
  listV1Sessions: V1SessionPage;
  getV1Session: V1SessionDetail;
  updateV1Session: V1Session;
  cancelV1Session: V1Session;
  getV1Consent: V1Consent;
  withdrawV1Consent: V1Session;
  redactV1Session: V1Session;
  followUpV1Session: V1Session;
  getV1ConsentReceipt: V1SignedReceipt;
  listV1Documents: V1Documents;
  getV1Data: V1SessionData;
  createWebhookEndpoint: WebhookEndpointWithSecret;
  listWebhookEndpoints: WebhookEndpointList;
  getWebhookEndpoint: WebhookEndpoint;
  updateWebhookEndpoint: WebhookEndpoint;
  rotateWebhookSecret: WebhookEndpointWithSecret;
  deleteWebhookEndpoint: DeletedWebhookEndpoint;
  listDeliveries: WebhookDeliveryPage;
  testWebhookEndpoint: DeliveryAttempt;
  replayEvents: ReplayedEvents;
  listEvents: V1EventPage;
  getEvent: WebhookEvent;
  listEventDeliveries: WebhookDeliveryList;
  resendEvent: ResentEvent;
}
