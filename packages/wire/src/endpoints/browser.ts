import Type, { type Static } from 'typebox';
import { success } from '../envelope.ts';
import type { ErrorCode } from '../errors.ts';

/**
 * What the six browser calls (sandbox-api §1.10, B1–B6) share. The page of the web SDK makes them with the API key alone
 * and then with an SDK token, which is good for one session in one browser, reads no document and no data of the entity,
 * and is taken by no server call.
 */

/** `@entity` of an answer that holds an SDK token. */
export const sdkAuthorizationEntity = 'in.co.sandbox.kyc.entitylocker.sdk.authorization.response';

/** `@entity` that the body of `authorize` must carry, to the letter. */
export const sdkAuthorizationRequestEntity = 'in.co.sandbox.kyc.entitylocker.sdk.authorization.request';

/** Path parameters of every browser call. */
export const BrowserCallParams = Type.Object({
  session_id: Type.String({
    description: 'Id of the session, as `sessions/create` answered it.',
    examples: ['0454f149-26d0-41ef-9f14-c54f4b5f7b70'],
  }),
});
export type BrowserCallParams = Static<typeof BrowserCallParams>;

/** Answer of B1 and B4. */
export const SdkTokenResponse = success(
  Type.Object({
    '@entity': Type.Literal(sdkAuthorizationEntity, {
      description: 'Kind of the object.',
      examples: [sdkAuthorizationEntity],
    }),
    access_token: Type.String({
      description:
        'SDK token: a JWT whose `exp` is in seconds, at most one hour ahead and never after the session expires. Send it in `authorization`, from the same browser.',
      examples: ['eyJ0eXAiOiJzZGsrand0IiwiYWxnIjoiSFMyNTYifQ.eyJpbnRlbnQiOiJTREtfVE9LRU4ifQ.c2lnbmF0dXJl'],
    }),
  }),
);
export type SdkTokenResponse = Static<typeof SdkTokenResponse>;

/** An answer of B1 or B4 as a page would get it. */
export const sdkTokenExample = {
  code: 200,
  timestamp: 1750331120324,
  transaction_id: '5ccad959-0bf4-4472-a3dd-d57e2b61b5a9',
  data: {
    '@entity': sdkAuthorizationEntity,
    access_token: 'eyJ0eXAiOiJzZGsrand0IiwiYWxnIjoiSFMyNTYifQ.eyJpbnRlbnQiOiJTREtfVE9LRU4ifQ.c2lnbmF0dXJl',
  },
};

/** Errors of every call with an SDK token: the key, then the page's origin, then token, session and browser. */
export const sdkTokenErrors = [
  'unauthorized',
  'cross_origin_refused',
  'invalid_access_token',
  'access_token_expired',
  'insufficient_privilege',
  'data_not_found',
] as const satisfies readonly ErrorCode[];
