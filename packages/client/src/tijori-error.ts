import { errorTable } from './contract.ts';
import type { ErrorCode } from './types.ts';

/**
 * Errors that the client finds by itself:
 *
 * - `network_error`: no answer came, or not to its end;
 * - `timeout`: an attempt took longer than `timeoutMs`;
 * - `wait_timeout`: the session did not get there in the time given to `waitForSession`;
 * - `unexpected_answer`: something answered that is not this API;
 * - `size_mismatch`, `digest_mismatch`: a download is not the file that was announced.
 */
export type ClientErrorCode =
  | 'network_error'
  | 'timeout'
  | 'wait_timeout'
  | 'unexpected_answer'
  | 'size_mismatch'
  | 'digest_mismatch';

/** What `code` can be. A server that is newer than the client may have more; `http_<status>` is an answer without a code. */
export type TijoriErrorCode = ErrorCode | ClientErrorCode | (string & {});

/** One fault of a body, where the server names it. */
export interface BodyFault {
  /** JSON pointer to the field. */
  pointer: string;
  message: string;
}

interface Details {
  code: TijoriErrorCode;
  status?: number | null;
  transactionId?: string | null;
  retryable?: boolean;
  retryAfterMs?: number | null;
  faults?: readonly BodyFault[];
  cause?: unknown;
}

/**
 * Everything that goes wrong with a call, but for an abort by your own signal, which rejects with the signal's reason.
 *
 * @example
 * try {
 *   await client.sdkSessions.status(id);
 * } catch (error) {
 *   if (error instanceof TijoriError && error.code === 'data_not_found') return null;
 *   throw error;
 * }
 */
export class TijoriError extends Error {
  override readonly name = 'TijoriError';
  /** What to branch on. */
  readonly code: TijoriErrorCode;
  /** HTTP status; null if no answer came. */
  readonly status: number | null;
  /** The server's id of the request, for its log; null if it gave none. */
  readonly transactionId: string | null;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
  /** How long the server asks to wait, ms; null if it does not. */
  readonly retryAfterMs: number | null;
  /** Which fields of the body were refused, where the server says so. */
  readonly faults: readonly BodyFault[];

  constructor(text: string, { code, status = null, transactionId = null, cause, ...more }: Details) {
    const where = [code, status && `HTTP ${status}`, transactionId && `transaction ${transactionId}`];
    super(`${text} (${where.filter(Boolean).join(', ')})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.transactionId = transactionId;
    this.retryable = more.retryable ?? isRetryable(code, status);
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.faults = more.faults ?? [];
  }
}

/** Answers of servers and proxies that pass: nothing about the request is wrong. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

function isRetryable(code: string, status: number | null): boolean {
  const listed = (errorTable as Record<string, { retryable: boolean } | undefined>)[code];
  return listed?.retryable ?? passing.has(status ?? 0);
}
