import type { DocType } from '@tijori/wire';

/** What is needed to send a person to EntityLocker for one attempt (entitylocker-upstream §1.1). */
export interface AuthorizationRequest {
  redirectUri: string;
  /** One-use, unguessable; comes back unchanged. */
  state: string;
  flow: 'signin' | 'signup';
  /** Narrows what the consent page lists. */
  docTypes: readonly DocType[];
  /** Shown on the consent page. The connector restricts it to letters, digits, space and underscore, 50 characters. */
  purpose: string;
  serviceName: string;
  /** When the consent ends, ms since the epoch. */
  consentValidTillMs: number;
  /** The outcome that a simulator is to play; never sent to the real one. */
  scenario?: string;
  /** Whose state it is in a simulator, which keeps workspaces apart; never sent to the real one. */
  workspaceId?: string;
}

export interface AuthorizationStart {
  url: string;
  /** PKCE verifier: kept sealed until the code is redeemed, never logged. */
  codeVerifier: string;
}

/** Tokens of one consent. Kept sealed; never logged, never shown. */
export interface Grant {
  accessToken: string;
  accessTokenExpiresAtMs: number;
  refreshToken?: string;
  consentValidTillMs?: number;
  /** The upstream's own name for the transaction, where it has one (entitylocker-upstream §1.3); for the consent record. */
  reference?: string;
  /** What was granted, in the upstream's words. */
  scope?: string;
}

/** What came back on the redirect: a code to redeem, or the refusal. */
export type AuthorizationReturn = { outcome: 'code'; code: string } | { outcome: 'refused'; error: string };

/** The person who consented (entitylocker-upstream §2.3). Everything is optional: spellings and presence drift. */
export interface UpstreamUser {
  id?: string;
  name?: string;
  /** `DDMMYYYY` as it came. */
  dateOfBirth?: string;
  gender?: string;
  mobile?: string;
  eaadhaar?: boolean;
}

/** The entity that the person acts for (entitylocker-upstream §2.2). Carries no CIN, PAN or GSTIN. */
export interface UpstreamEntity {
  id?: string;
  name?: string;
  /** `DD-MM-YYYY` as it came. */
  dateOfIncorporation?: string;
  email?: string;
  mobile?: string;
  /** Lower case. */
  verifiedBy?: string;
}

/** One item of the issued list (entitylocker-upstream §2.4), parsed leniently: shapes drift. */
export interface IssuedDocument {
  uri: string;
  /** Five-letter code; from the item's `doctype`, else from the URI. */
  upstreamCode: string;
  issuerId: string;
  issuer: string;
  name: string;
  description: string;
  /** Renditions offered, lower case; may be empty. */
  mimes: readonly string[];
  /** ISO date `YYYY-MM-DD`, when the item had one that could be read. */
  date?: string;
}

export interface FetchedDocument {
  bytes: Buffer;
  contentType: string;
}

/**
 * Where consented documents come from. One folder per connector, one line in `registry.ts`.
 *
 * Every method rejects with `AppError` only: `upstream_unavailable`, `issuer_unavailable` and `upstream_timeout` may be
 * tried again, `upstream_refused` not. Bodies of the upstream never reach an error.
 */
export interface Upstream {
  /** Scheme, host and port that the browser is sent to (for `form-action`). */
  readonly authorizationOrigin: string;
  authorizationStart(request: AuthorizationRequest): Promise<AuthorizationStart>;
  /** Reads the callback's query. Throws `upstream_refused` for one that is neither a code nor an error. */
  authorizationReturn(query: URLSearchParams, state: string): AuthorizationReturn;
  redeem(input: { query: URLSearchParams; state: string; codeVerifier: string; redirectUri: string }): Promise<Grant>;
  /** A new grant in the place of one whose access token is over. The old one must not be used again. */
  refresh(grant: Grant): Promise<Grant>;
  /**
   * Ends a grant for good. Resolves when its tokens are not taken any more, also when they were over before: so it may be
   * repeated.
   */
  revoke(grant: Grant): Promise<void>;
  user(grant: Grant): Promise<UpstreamUser>;
  entity(grant: Grant): Promise<UpstreamEntity>;
  issuedDocuments(grant: Grant): Promise<IssuedDocument[]>;
  /** The bytes of one document, verified against the `hmac` header. */
  fetchDocument(grant: Grant, document: IssuedDocument, mime: DocType['mime']): Promise<FetchedDocument>;
}
