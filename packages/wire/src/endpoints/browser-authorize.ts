import Type, { type Static } from 'typebox';
import {
  BrowserCallParams,
  SdkTokenResponse,
  sdkAuthorizationRequestEntity,
  sdkTokenErrors,
  sdkTokenExample,
} from './browser.ts';
import type { Endpoint } from './endpoint.ts';

const BrowserAuthorizeRequest = Type.Object(
  {
    '@entity': Type.Literal(sdkAuthorizationRequestEntity, {
      description: 'Kind of the object.',
      examples: [sdkAuthorizationRequestEntity],
    }),
    request_token: Type.String({
      description:
        'The one-use handle of a finished callback: the page to which EntityLocker sent the person back holds it, for two minutes.',
      examples: ['3q2-796tvu_erb7v3q2-796tvu_erb7v3q2-796tvu8'],
      minLength: 1,
      maxLength: 256,
    }),
  },
  { additionalProperties: false },
);

/** Body of `authorize`. */
export type BrowserAuthorizeRequest = Static<typeof BrowserAuthorizeRequest>;

/**
 * `POST /kyc/entitylocker-sdk/sessions/{session_id}/authorize` (B4, sandbox-api §1.10). The code was redeemed on the
 * server by then: what crosses the browser is an opaque handle, good once, in this browser, for this session.
 */
export const browserAuthorize = {
  method: 'POST',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/authorize',
  family: 'browser',
  summary: 'Exchange the handle of a finished callback for a token that may list the documents found.',
  credentials: 'key_and_sdk_token',
  params: BrowserCallParams,
  body: BrowserAuthorizeRequest,
  example: {
    '@entity': sdkAuthorizationRequestEntity,
    request_token: '3q2-796tvu_erb7v3q2-796tvu_erb7v3q2-796tvu8',
  },
  response: SdkTokenResponse,
  responseExample: sdkTokenExample,
  errors: [...sdkTokenErrors, 'invalid_request_body', 'request_token_refused', 'invalid_session_lifecycle'],
} as const satisfies Endpoint;
