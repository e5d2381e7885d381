import type { ErrorCode } from './errors.ts';

interface Advice {
  /** What brought the error about. */
  cause: string;
  /** What the caller, or the operator, does about it. */
  cure: string;
}

/**
 * Cause and cure of every error, in plain words with code in backticks. `docs/errors.md`, `docs/openapi.json` and the page
 * `/docs` are made from it: `npm run docs` writes them anew.
 *
 * @example errorGuide.rate_limited.cure // 'Wait for the seconds in `Retry-After`.'
 */
export const errorGuide = {
  malformed_request: {
    cause:
      "The request breaks HTTP's own rules, or can be read in two ways: bad framing, no or two `Host` headers, `Content-Length` beside `Transfer-Encoding`, a coding other than `chunked`, a body on a GET, a version other than 1.0 and 1.1, an unknown `Expect`. The connection is closed.",
    cure: 'Use an HTTP library, and look at what a proxy on the way makes of the request.',
  },
  invalid_request_body: {
    cause:
      'The body is not JSON, is not UTF-8, has a wrong type, an unknown or doubled key, nesting deeper than 32, a `__proto__`, or a content type other than JSON; or the document type in the path does not exist.',
    cure: 'Send exactly the fields of the endpoint, each once, as `application/json`.',
  },
  invalid_query: {
    cause:
      'A parameter of a list is unknown, stands twice, or is not what it should be: a status or document type that does not exist, a number that is none, a `limit` over 100.',
    cure: 'Mend the field that `errors` names. Times are ms since the epoch.',
  },
  invalid_cursor: {
    cause: '`cursor` is not one that a list has given out.',
    cure: 'Pass the `next_cursor` of the page before as it came, or leave it out to begin anew.',
  },
  destination_refused: {
    cause:
      'An address that is to be called breaks a rule, which `errors` names: it is no https address of at most 2048 characters on port 443, carries a user name or a fragment, is this server, or its name leads to an address that is not a public one.',
    cure: 'Use a public https address. On a development server (`tijori dev`) http to this machine will do, too.',
  },
  unknown_scenario: {
    cause:
      '`x-tijori-scenario` names no scenario of the simulator, or was sent to a server without a simulator (then the list is empty). With a live key the answer is a 404.',
    cure: 'Use a name of the list, with a test key.',
  },
  unknown_persona: {
    cause: 'A test action named a mobile number, or an identifier of an entity, that the simulator does not have.',
    cure: 'Use one of the list.',
  },
  unknown_choice: {
    cause: 'A test action chose a document or an entity that the page before the pretend person does not offer.',
    cure: 'Use one of the list.',
  },
  invalid_idempotency_key: {
    cause: 'The header is empty, has more than 255 characters, one that is not visible ASCII, or came twice.',
    cure: 'Send one value of 1 to 255 visible ASCII characters, such as a UUID.',
  },
  invalid_action: {
    cause: 'A test action does not fit the page on which the pretend person stands. Nothing was changed.',
    cure: 'Use one of the list; `open` begins anew.',
  },
  consent_not_provided: {
    cause: 'The session succeeded, but this document type was not asked for, or the person did not share it.',
    cure: 'Ask only for types in `documents_consented`. For another, create a new session.',
  },
  consent_ended: {
    cause:
      'The document had not been fetched when the consent ended: the person withdrew it, its time was over, or EntityLocker did not renew its token.',
    cure: 'Create a new session.',
  },
  unauthorized: {
    cause:
      'Key or secret at `/authenticate`, or the key of a browser call, is missing, malformed, unknown, revoked, or of a mode that this server does not take.',
    cure: 'Check the headers, `x-api-key` and, at `/authenticate`, `x-api-secret`. Make a new key with `tijori keys create`.',
  },
  invalid_access_token: {
    cause:
      'The `Authorization` header is missing or is no token of this server, or the key behind it was revoked. Or an SDK token was sent to a server call, or an access token to a browser call.',
    cure: 'Call `/authenticate` again and send its token; in a page, call `init` again.',
  },
  access_token_expired: {
    cause: 'The token is older than 24 hours; an SDK token is older than an hour, or its session is past its time.',
    cure: 'Call `/authenticate` again; in a page, call `init` again.',
  },
  insufficient_privilege: {
    cause:
      'The token is good, but `x-api-key` is missing or is not the key that it was made for. In a browser call also: the token is of another session, the browser is not the one to which the session is bound (its cookie is missing), or `documents` was called with the token of `init`.',
    cure: 'Send the key with which the token was obtained. In a page: send credentials with each call; for another browser create a new session.',
  },
  request_token_refused: {
    cause:
      'The `request_token` of `authorize` is not the handle of a finished callback of this session and browser, was used before, or is older than two minutes.',
    cure: 'Nothing is lost: poll the session. To list the documents, the person goes to EntityLocker again.',
  },
  link_refused: {
    cause:
      'A download link was altered, is past its time, or its document was erased. Or an address of the consent journey was used twice, too late, or in another browser.',
    cure: "Fetch the document again for a new link. In the journey: go back to the session's page.",
  },
  cross_origin_refused: {
    cause:
      "A form of the hosted page was sent from another site, or a browser call came from a page whose origin is not on the key's list.",
    cure: 'Use the buttons of the page itself. For a page of yours: `tijori keys origins KEY --add https://…`.',
  },
  route_not_found: {
    cause: 'No such address. An unknown session is 521, never this.',
    cure: 'Check the path.',
  },
  session_not_found: {
    cause:
      "An address of our own API names no session of this workspace and mode. The vendor's addresses say 521 instead.",
    cure: "Check the id, the key's workspace and its mode.",
  },
  webhook_endpoint_not_found: {
    cause: 'There is no webhook endpoint with this id in the workspace and mode of the key.',
    cure: 'Look at `GET /v1/webhook-endpoints` with the same key.',
  },
  event_not_found: {
    cause: 'There is no event with this id in the workspace and mode of the key, or it is older than 30 days.',
    cure: 'Look at `GET /v1/events` with the same key.',
  },
  method_not_allowed: {
    cause: 'The address exists, but not for this method.',
    cure: 'Use one of the methods in the `Allow` header.',
  },
  no_consent: {
    cause: 'The person has not gone on to EntityLocker yet, or came back without a consent.',
    cure: 'Look at the status of the session. To end one that is still open, cancel it.',
  },
  session_open: {
    cause: 'Only a session that has succeeded, failed or expired can be redacted or followed up.',
    cure: 'Cancel it first, or wait for its end.',
  },
  nothing_missing: {
    cause:
      'Every document that the session asked for is here, or is still being fetched with the consent that there is.',
    cure: 'Nothing. `GET /v1/sessions/{session_id}/documents` says how far each is.',
  },
  session_redacted: {
    cause: 'What was personal of this session was taken out for good, and nothing is put into it any more.',
    cure: 'Nothing. Keep references of your own on your side.',
  },
  session_ended: {
    cause: 'The session to cancel has succeeded, failed or expired already.',
    cure: 'Nothing: it stays as it is. Its status says how it ended.',
  },
  webhook_endpoint_disabled: {
    cause: 'Nothing is sent to an endpoint that is switched off, by you or after five days of failures.',
    cure: 'Switch it on first: `PATCH /v1/webhook-endpoints/{endpoint_id}` with `{"enabled": true}`.',
  },
  webhook_endpoints_full: {
    cause: 'The workspace has as many webhook endpoints for this mode as it may have: 16.',
    cure: 'Delete one that is no longer used.',
  },
  request_timeout: {
    cause: 'The headers did not arrive within 10 seconds, or the whole request within 30. The connection is closed.',
    cure: 'Send it again, in one go.',
  },
  idempotency_in_progress: {
    cause: 'The first request with this key is still under way.',
    cure: "Wait for the seconds in `Retry-After`, then send the same request again: it gets the first one's answer.",
  },
  body_too_large: {
    cause: 'The body has more than 64 KiB.',
    cure: 'No honest request is that large.',
  },
  wrong_host: {
    cause: '`tijori dev` was called under a name other than 127.0.0.1 or localhost with its port.',
    cure: 'Call it under one of these.',
  },
  idempotency_key_reused: {
    cause: 'Within 24 hours the key was used with another method, address or body.',
    cure: 'Take a new key for each new request; repeat a request byte for byte.',
  },
  rate_limited: {
    cause:
      'The key made more calls in this minute than it may; at `/authenticate`, also: too many wrong secrets from this address.',
    cure: 'Wait for the seconds in `Retry-After`.',
  },
  headers_too_large: {
    cause: 'Address and headers have more than 16 KiB, or there are more than 100 headers. The connection is closed.',
    cure: 'Send fewer or shorter headers; look for a cookie that grew.',
  },
  internal: {
    cause: 'A fault of ours. The log has it under the transaction id.',
    cure: 'Retry later; report it with the transaction id.',
  },
  upstream_unavailable: {
    cause:
      'EntityLocker does not answer, answers with an error of its own (5xx, 530, 429) or with something unreadable; or this mode has no upstream.',
    cure: 'Retry later. Nothing is lost: the session keeps its state.',
  },
  issuer_unavailable: {
    cause: 'EntityLocker answers, but the issuer of the document behind it does not.',
    cure: 'Retry later, within the retention time. Nothing is lost.',
  },
  upstream_refused: {
    cause: 'EntityLocker refused for good: the consent was withdrawn or ended, or our registration there is wrong.',
    cure: 'Create a new session. If it happens each time, the operator checks client id, secret and redirect address.',
  },
  overloaded: {
    cause: 'More comes than the server can do. Nothing of the request was done.',
    cure: 'Retry after the seconds of Retry-After, later with each try. If it goes on, the operator needs another node.',
  },
  shutting_down: {
    cause:
      'The server is stopping, for an update perhaps. Nothing of the request was done. Kept for what may stand in front of it: the gateway itself serves what it has taken and closes the connection.',
    cure: 'Retry after a moment.',
  },
  storage_unavailable: {
    cause: 'The database does not answer, or answers too slowly. A write under way may have been done all the same.',
    cure: 'Retry after a moment, a POST with the Idempotency-Key of the first try: then nothing is done twice.',
  },
  storage_full: {
    cause: 'The disk is full. Nothing of the request was kept.',
    cure: 'The operator makes room; then retry.',
  },
  upstream_timeout: {
    cause: 'EntityLocker did not answer within 10 seconds.',
    cure: 'Retry later. Nothing is lost.',
  },
  data_not_found: {
    cause:
      "No such session in this workspace and mode, or its documents have been erased. Another workspace's session looks the same.",
    cure: "Check the id, the key's workspace and its mode.",
  },
  invalid_session_lifecycle: {
    cause:
      'The session has not succeeded (yet). In a browser call: the step does not fit where the session stands, most often at its end.',
    cure: 'Wait for status `succeeded`. `failed` and `expired` are ends; create a new session.',
  },
} as const satisfies Record<ErrorCode, Advice>;
