/** One attempt at a request, as a hook sees it. */
export interface SentRequest {
  /** What was called: `createSdkSession`, `authenticate`, `downloadDocument` … */
  operation: string;
  /** 1 for the first attempt of a call. */
  attempt: number;
  method: string;
  /** Without the query of a download link, which is its key. */
  url: string;
  /** Values that are secret, or that are not known to be none, read `[redacted]`. Bodies are not shown. */
  headers: Readonly<Record<string, string>>;
}

/** What became of it. */
export interface ReceivedResponse extends SentRequest {
  /** HTTP status; null if no whole answer came. */
  status: number | null;
  /** Why it failed; null if it did not. */
  errorCode: string | null;
  /** The server's own id of the request, for its log. */
  transactionId: string | null;
  /** Redacted like those of the request; empty if no answer came. */
  responseHeaders: Readonly<Record<string, string>>;
  durationMs: number;
}

/**
 * Watch what the client does. A hook cannot change anything, and what it throws is dropped: a broken line of log must
 * not lose a session.
 *
 * @example { onResponse: ({ operation, status, durationMs }) => log.info({ operation, status, durationMs }) }
 */
export interface Hooks {
  /** Before each attempt. */
  onRequest?: ((request: SentRequest) => void) | undefined;
  /** After each attempt, whether or not an answer came. */
  onResponse?: ((response: ReceivedResponse) => void) | undefined;
}

/** Headers whose values may be seen. A list of what to hide would miss the next secret. */
const shown = new Set([
  'accept',
  'allow',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'idempotency-key',
  'idempotent-replayed',
  'ratelimit',
  'ratelimit-policy',
  'repr-digest',
  'retry-after',
  'x-error-code',
  'x-tijori-scenario',
  'x-transaction-id',
]);

export function redacted(headers: Iterable<[string, string]>): Record<string, string> {
  const copy: Record<string, string> = {};
  for (const [name, value] of headers) copy[name] = shown.has(name.toLowerCase()) ? value : '[redacted]';
  return copy;
}

/** Tells a hook; see `Hooks` for why nothing comes back, now or, from an `async` one, later. */
export function tell<Event>(hook: ((event: Event) => unknown) | undefined, event: Event): void {
  try {
    Promise.resolve(hook?.(event)).catch(() => {});
  } catch {
    // Dropped, as `Hooks` says.
  }
}
