import { errors, jwtVerify, SignJWT } from 'jose';
import type { Caller } from '../domain/api-key.ts';
import { AppError } from '../domain/app-error.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Longest life of an SDK token, seconds. */
const sdkTokenSeconds = 60 * 60;

/** Longest token that is looked at, characters; ours have about 560. */
const tokenCharsMax = 2_048;

/** Neither type nor audience is that of an access token, so that neither is ever taken for the other (RFC 8725 §3.11, §3.12). */
const tokenType = 'sdk+jwt';
const audience = 'SDK';

/** What a page may ask for, and from which browser. */
export interface SdkIdentity extends Caller {
  sessionId: string;
  /** Hex SHA-256 of the cookie of the browser that it is for. */
  browserHash: string;
  /** Whether this browser has shown the handle of a finished callback, which lets it list what was found. */
  hasReturned: boolean;
}

interface SdkTokenOptions {
  keys: SigningKeys;
  issuer: string;
  now: () => number;
}

export interface SdkTokens {
  /** A signed JWT of one hour, or until `expiresAtMs` if that is sooner. */
  issue(identity: SdkIdentity, expiresAtMs: number): Promise<string>;
  /** Whose token it is. Rejects with `invalid_access_token` or `access_token_expired`. */
  verify(token: string): Promise<SdkIdentity>;
}

/**
 * Issues and verifies SDK tokens with the vendor's claims (sandbox-api §1.10) but for three: `exp` is in seconds, as every
 * library reads it; `sub` stays the session, since the entity's id is nobody's business in a page; and no token of the
 * upstream is inside. `browser` is ours.
 */
export function sdkTokens({ keys, issuer, now }: SdkTokenOptions): SdkTokens {
  return {
    async issue({ sessionId, workspaceId, apiKeyId, mode, browserHash, hasReturned }, expiresAtMs) {
      const { keyId, key } = await keys.current();
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({
        workspace_id: workspaceId,
        api_key: apiKeyId,
        mode,
        browser: browserHash,
        intent: hasReturned ? 'RESOURCE_OWNER_TOKEN' : 'SDK_TOKEN',
      })
        .setProtectedHeader({ typ: tokenType, alg: 'HS256', kid: keyId })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(sessionId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(Math.min(issuedAt + sdkTokenSeconds, Math.floor(expiresAtMs / 1000)))
        .sign(key);
    },

    async verify(token) {
      if (token.length === 0 || token.length > tokenCharsMax) throw new AppError('invalid_access_token');
      try {
        const { payload } = await jwtVerify(token, keys.named, {
          algorithms: ['HS256'],
          issuer,
          audience,
          typ: tokenType,
          requiredClaims: ['exp', 'iat', 'sub'],
          currentDate: new Date(now()),
        });
        return fromClaims(payload);
      } catch (error) {
        if (error instanceof AppError) throw error;
        if (error instanceof errors.JWTExpired) throw new AppError('access_token_expired');
        throw new AppError('invalid_access_token', { cause: error });
      }
    },
  };
}

function fromClaims(claims: Record<string, unknown>): SdkIdentity {
  const { sub, workspace_id: workspaceId, api_key: apiKeyId, mode, browser, intent } = claims;
  if (
    typeof sub !== 'string' ||
    typeof workspaceId !== 'string' ||
    typeof apiKeyId !== 'string' ||
    typeof browser !== 'string' ||
    (mode !== 'test' && mode !== 'live') ||
    (intent !== 'SDK_TOKEN' && intent !== 'RESOURCE_OWNER_TOKEN')
  ) {
    throw new AppError('invalid_access_token', { detail: 'claims of another kind of token' });
  }
  const hasReturned = intent === 'RESOURCE_OWNER_TOKEN';
  return { sessionId: sub, workspaceId, apiKeyId, mode, browserHash: browser, hasReturned };
}
