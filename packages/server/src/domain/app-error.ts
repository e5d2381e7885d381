import { type ErrorCode, type ErrorEntry, errorCatalogue } from '@tijori/wire/errors';

/** A field of a request and what is wrong with it. Both leave in an answer: never what stood in the field. */
export interface FieldFault {
  /** JSON pointer (RFC 6901). */
  pointer: string;
  message: string;
}

interface AppErrorOptions {
  /** For our log only; never leaves in an answer. No secret, token, code or personal data. */
  detail?: string;
  cause?: unknown;
  /** What fills `{id}` or `{doc_type}` in the catalogue's public text: only what the caller itself sent. */
  fill?: Record<string, string>;
  faults?: readonly FieldFault[];
  /** Seconds after which a retry makes sense, where the catalogue cannot know them. */
  retryAfterSeconds?: number;
  /** The session whose page says how things stand: only our own pages lead there. */
  sessionId?: string;
}

/** The one error that crosses layers: a code of the catalogue, with a detail that stays inside. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly fill: Record<string, string>;
  readonly faults: readonly FieldFault[];
  readonly retryAfterSeconds: number | undefined;
  readonly sessionId: string | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(options.detail ? `${code}: ${options.detail}` : code, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail;
    this.fill = options.fill ?? {};
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? this.entry.retryAfterSeconds;
    this.sessionId = options.sessionId;
  }

  get entry(): ErrorEntry {
    return errorCatalogue[this.code];
  }

  /** The catalogue's text with its blanks filled. */
  get publicMessage(): string {
    return this.entry.message.replace(/\{(\w+)\}/g, (whole, name: string) => this.fill[name] ?? whole);
  }
}
