import Type from 'typebox';
import { success } from '../envelope.ts';
import { BrowserCallParams, sdkTokenErrors } from './browser.ts';
import type { Endpoint } from './endpoint.ts';

/** `@entity` of the answer of B3 (sandbox-api §1.10). */
export const authorizationUrlEntity = 'in.co.sandbox.kyc.entitylocker.session.authorization.url.response';

const exampleUrl =
  'https://consent.example.in/consent/0454f149-26d0-41ef-9f14-c54f4b5f7b70/open?ticket=3q2-796tvu_erb7v3q2-796tvu_erb7v3q2-796tvu8';

/**
 * `GET /kyc/entitylocker-sdk/sessions/{session_id}/authorization_url` (B3, sandbox-api §1.10). The vendor answers
 * EntityLocker's own address; ours leads there over a page of the gateway, which sets the cookie that the callback wants
 * to see again, in the top-level window where no browser blocks it.
 */
export const browserAuthorizationUrl = {
  method: 'GET',
  path: '/kyc/entitylocker-sdk/sessions/{session_id}/authorization_url',
  family: 'browser',
  summary: 'The address to open in a window of its own: it leads to EntityLocker.',
  description:
    'Good once and for two minutes. Open it top-level, in a popup or the same tab; in a frame it is refused. Ask for a new one for each try.',
  credentials: 'key_and_sdk_token',
  params: BrowserCallParams,
  response: success(
    Type.Object({
      '@entity': Type.Literal(authorizationUrlEntity, {
        description: 'Kind of the object.',
        examples: [authorizationUrlEntity],
      }),
      authorization_url: Type.String({
        description: 'Address on this gateway, with a one-use ticket of two minutes.',
        examples: [exampleUrl],
      }),
    }),
  ),
  responseExample: {
    code: 200,
    timestamp: 1750331120324,
    transaction_id: '5ccad959-0bf4-4472-a3dd-d57e2b61b5a9',
    data: { '@entity': authorizationUrlEntity, authorization_url: exampleUrl },
  },
  errors: [...sdkTokenErrors, 'invalid_session_lifecycle', 'upstream_unavailable'],
} as const satisfies Endpoint;
