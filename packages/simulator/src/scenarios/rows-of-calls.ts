import type { Point } from '../scenario.ts';
import type { Disturbance, Effect, FaultAnswer } from './effect.ts';
import { nothing, type ScenarioEntry, usualPages } from './entry.ts';

const resources: Point[] = ['user', 'entity_details', 'issued', 'uploaded', 'file', 'xml'];
const downloads: Point[] = ['file', 'xml'];
const api: Point[] = ['token', 'revoke', ...resources];
const pages: Point[] = [
  ...(['journey', 'sign_in', 'sign_up', 'link', 'other_way', 'other_number'] as const),
  ...(['otp', 'pin', 'entity', 'identifier', 'approval', 'consent', 'deny'] as const),
];

const tokenDead = {
  kind: 'fault',
  status: 401,
  error: 'invalid_token',
  description: 'the consent has ended or was withdrawn',
} as const satisfies FaultAnswer;

const issuerSilent = {
  kind: 'fault',
  status: 'internal',
  error: 'repository_service_unresponsive',
  description: 'the issuer does not answer',
} as const satisfies FaultAnswer;

const issuerOff = {
  kind: 'fault',
  status: 'inactive',
  error: 'repository_service_inactive',
  description: 'the issuer is switched off',
} as const satisfies FaultAnswer;

function everywhere(points: readonly Point[], disturbance: Disturbance): Effect['at'] {
  return Object.fromEntries(points.map((point) => [point, disturbance]));
}

function atToken(disturbance: Disturbance, grant: Disturbance['grant'] = 'authorization_code'): Effect {
  return { at: { token: { ...disturbance, grant } } };
}

/** What happens to the calls of the client, or is done by it. */
export const rowsOfCalls = {
  consent_expired: {
    end: 'succeeded',
    at: 'downloads',
    userSees: usualPages,
    clientGets: 'The list; then 401 invalid_token for each download, and invalid_grant for a refresh.',
    mobile: '5550010015',
    effect: {
      at: {
        ...everywhere(downloads, tokenDead),
        token: {
          kind: 'fault',
          status: 400,
          error: 'invalid_grant',
          description: 'the consent has ended',
          grant: 'refresh_token',
        },
      },
    },
  },
  withdrawn_after_fetch: {
    end: 'succeeded',
    at: 'after the first download',
    userSees: usualPages,
    clientGets: 'One download; then 401 invalid_token for everything, and invalid_grant for a refresh.',
    mobile: '5550010016',
    effect: {
      at: {
        ...everywhere(resources, { ...tokenDead, afterFirstDownload: true }),
        token: {
          kind: 'fault',
          status: 400,
          error: 'invalid_grant',
          description: 'the consent was withdrawn',
          grant: 'refresh_token',
          afterFirstDownload: true,
        },
      },
    },
  },
  refresh_refused: {
    end: 'succeeded',
    at: 'downloads and refresh',
    userSees: usualPages,
    clientGets: 'A token with expires_in=1 that opens the list only; 400 invalid_grant for each refresh.',
    mobile: '5550010017',
    effect: {
      shortToken: true,
      at: {
        ...everywhere(downloads, { ...tokenDead, description: 'the access token has expired' }),
        token: {
          kind: 'fault',
          status: 400,
          error: 'invalid_grant',
          description: 'the refresh token is not accepted',
          grant: 'refresh_token',
        },
      },
    },
  },
  issuer_down_then_up: {
    end: 'succeeded',
    at: 'downloads',
    userSees: usualPages,
    clientGets: 'repository_service_inactive for the first two downloads, then the documents.',
    mobile: '5550010018',
    effect: { at: everywhere(downloads, { ...issuerOff, recovers: true }) },
  },
  issuer_down: {
    end: 'succeeded',
    at: 'downloads',
    userSees: usualPages,
    clientGets: 'The list; repository_service_unresponsive for each download.',
    mobile: '5550010019',
    effect: { at: everywhere(downloads, issuerSilent) },
  },
  state_replayed: {
    end: 'succeeded',
    at: 'return to the client',
    userSees: usualPages,
    clientGets: 'A code, and every document that was ticked.',
    caller: 'Open the return address of an earlier journey (its state) once more.',
    effect: nothing,
  },
  callback_twice: {
    end: 'succeeded',
    at: 'return to the client',
    userSees: usualPages,
    clientGets: 'A code, and every document that was ticked.',
    caller: 'Open the same return address twice.',
    effect: nothing,
  },
  code_reused: {
    end: 'succeeded',
    at: 'return to the client',
    userSees: usualPages,
    clientGets: 'A code; a second use of it is invalid_grant and revokes the tokens of the first.',
    caller: 'Bring the code of an earlier journey with the state of a new one.',
    effect: nothing,
  },
  redirect_mismatch: {
    end: 'failed',
    at: 'token call',
    userSees: usualPages,
    clientGets: '400 invalid_grant for the code.',
    mobile: '5550010036',
    effect: atToken({
      kind: 'fault',
      status: 400,
      error: 'invalid_grant',
      description: 'redirect_uri is not the one of the authorization request',
    }),
  },
  slow: {
    end: 'succeeded',
    at: 'every answer',
    userSees: 'The usual pages, each a little late.',
    clientGets: 'Every answer a little late.',
    mobile: '5550010037',
    effect: { at: everywhere([...pages, ...api], { kind: 'delay' }) },
  },
  rate_limited: {
    end: 'succeeded',
    at: 'resources and downloads',
    userSees: usualPages,
    clientGets:
      '429 too_many_requests with Retry-After for the first two calls with the token, then the usual answers.',
    mobile: '5550010038',
    effect: {
      at: everywhere(resources, {
        kind: 'fault',
        status: 429,
        error: 'too_many_requests',
        description: 'too many requests',
        recovers: true,
        saysWhen: true,
      }),
    },
  },
  timeout: {
    end: 'failed',
    at: 'token call',
    userSees: usualPages,
    clientGets: 'No answer to the code.',
    mobile: '5550010039',
    effect: atToken({ kind: 'silence' }),
  },
  connection_reset: {
    end: 'failed',
    at: 'token call',
    userSees: usualPages,
    clientGets: 'A reset of the connection instead of an answer to the code.',
    mobile: '5550010040',
    effect: atToken({ kind: 'reset' }),
  },
} as const satisfies Record<string, ScenarioEntry>;
