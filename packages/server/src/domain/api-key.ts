import type { Mode } from './session.ts';

/** An API key as it is stored: its secret only as a SHA-256 hash (128 random bits need no slow hash). */
export interface ApiKey {
  /** `key_test_` or `key_live_` and 32 hex characters: clients choose the host by the prefix (sandbox-api §2.3). */
  id: string;
  workspaceId: string;
  mode: Mode;
  /** Hex. */
  secretHash: string;
  /** Origins whose pages may use the key in a browser. */
  origins: readonly string[];
  createdAtMs: number;
  revokedAtMs: number | null;
}

/** What a verified caller may act as. */
export interface Caller {
  workspaceId: string;
  apiKeyId: string;
  mode: Mode;
}

/** Form of a key id; anything else is refused before it reaches a store. */
export const apiKeyPattern = /^key_(test|live)_[0-9a-f]{32}$/;

/** Form of a secret. */
export const apiSecretPattern = /^secret_(test|live)_[0-9a-f]{32}$/;
