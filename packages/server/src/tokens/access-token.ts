import { errors, jwtVerify, SignJWT } from 'jose';
import type { Caller } from '../domain/api-key.ts';
import { AppError } from '../domain/app-error.ts';
import { keyIdOfToken, type SigningKeys } from './signing-keys.ts';

/** Life of an access token, seconds (sandbox-api §2.3). */
const accessTokenSeconds = 24 * 60 * 60;

/** How long a token may be renewed without the secret, seconds from when that was last shown (sandbox-api §1.15). */
const renewableSeconds = 365 * accessTokenSeconds;

/** Longest token that is looked at, characters; ours have about 450. */
const tokenCharsMax = 4_096;

/** Most verified tokens that are remembered. */
const rememberedMax = 10_000;

/** So many of a token's last characters, which are of its signature, are enough to find it by: 192 bits. */
const tailChars = 32;

interface AccessTokenOptions {
  keys: SigningKeys;
  /** `iss` of our tokens. The same on every port and host, so that a restart elsewhere invalidates none. */
  issuer: string;
  now: () => number;
}

export interface AccessTokens {
  /** Whose token it is, if it was verified before and is still in time, without waiting. */
  recall(token: string): Caller | undefined;
  /** A signed JWT of 24 hours with the vendor's claims (sandbox-api §2.3). */
  issue(caller: Caller): Promise<string>;
  /** Whose token it is. Rejects with `invalid_access_token` or `access_token_expired`. */
  verify(token: string): Promise<Caller>;
  /** A fresh token for a good one. Rejects as `verify` does, and a year after the secret was shown. */
  renew(token: string): Promise<string>;
}

interface Verified {
  caller: Caller;
  /** Whose signature it was: a token dies with its key. */
  keyId: string;
  expiresAtMs: number;
  /** When the secret was shown for it or for the first of those that it was renewed from, seconds. */
  authTime: number;
}

interface Remembered extends Verified {
  token: string;
}

/**
 * Issues and verifies access tokens: HS256 and nothing else, pinned issuer and audience.
 *
 * A verification costs 50–100 µs, so a verified token is remembered: by its text, since a SHA-256 of it would cost every request more than a
 * microsecond, and whoever reads this memory has the signing key anyway; and found by its end, since even a map's own hash of 450 characters
 * takes 0.7. Expiry is judged anew each time; whether the key behind it still stands is not asked here but by the caller, on every request (performance §3).
 */
export function accessTokens({ keys, issuer, now }: AccessTokenOptions): AccessTokens {
  const remembered = new Map<string, Remembered>();

  const remember = (token: string, verified: Verified) => {
    const oldest = remembered.size >= rememberedMax ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(token.slice(-tailChars), { token, ...verified });
  };
  const find = (token: string): Remembered | undefined => {
    const found = remembered.get(token.slice(-tailChars));
    // Another token may end like it: then it is none that was verified.
    return found?.token === token ? found : undefined;
  };

  const verifyAnew = async (token: string): Promise<Verified> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys.named, {
        algorithms: ['HS256'],
        issuer,
        audience: 'API',
        typ: 'JWT',
        requiredClaims: ['exp', 'iat', 'sub'],
        currentDate: new Date(now()),
      });
      const {
        workspace_id: workspaceId,
        api_key: apiKeyId,
        mode,
        intent,
        sub,
        exp,
        iat,
        auth_time: authTime,
      } = payload;
      const shapeHolds =
        typeof workspaceId === 'string' &&
        typeof apiKeyId === 'string' &&
        (mode === 'test' || mode === 'live') &&
        intent === 'ACCESS_TOKEN' &&
        sub === apiKeyId;
      if (!shapeHolds) throw new AppError('invalid_access_token', { detail: 'claims of another kind of token' });
      return {
        caller: { workspaceId, apiKeyId, mode },
        keyId: keyIdOfToken(protectedHeader),
        expiresAtMs: Number(exp) * 1000,
        authTime: Number(authTime ?? iat),
      };
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (error instanceof errors.JWTExpired) throw new AppError('access_token_expired');
      throw new AppError('invalid_access_token', { cause: error });
    }
  };

  const sign = async ({ workspaceId, apiKeyId, mode }: Caller, more: { auth_time?: number } = {}) => {
    const { keyId, key } = await keys.current();
    const issuedAt = Math.floor(now() / 1000);
    return new SignJWT({ workspace_id: workspaceId, api_key: apiKeyId, mode, intent: 'ACCESS_TOKEN', ...more })
      .setProtectedHeader({ typ: 'JWT', alg: 'HS256', kid: keyId })
      .setIssuer(issuer)
      .setAudience('API')
      .setSubject(apiKeyId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + accessTokenSeconds)
      .sign(key);
  };

  return {
    issue: (caller) => sign(caller),

    async renew(token) {
      const { caller, authTime } = await verifyAnew(token);
      if (!(now() / 1000 < authTime + renewableSeconds)) {
        throw new AppError('invalid_access_token', { detail: 'the secret was shown too long ago' });
      }
      return sign(caller, { auth_time: authTime });
    },

    recall(token) {
      const known = find(token);
      return known && now() < known.expiresAtMs && keys.isGood(known.keyId) ? known.caller : undefined;
    },

    async verify(token) {
      if (token.length === 0 || token.length > tokenCharsMax) throw new AppError('invalid_access_token');
      const known = find(token);
      if (known) {
        if (!keys.isGood(known.keyId)) throw new AppError('invalid_access_token', { detail: 'its key was revoked' });
        if (now() < known.expiresAtMs) return known.caller;
        remembered.delete(token.slice(-tailChars));
        throw new AppError('access_token_expired');
      }
      const verified = await verifyAnew(token);
      remember(token, verified);
      return verified.caller;
    },
  };
}
