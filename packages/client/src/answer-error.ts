import { errorTable } from './contract.ts';
import { type BodyFault, TijoriError } from './tijori-error.ts';

/** An answer as far as it was read. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON; undefined if it is none. */
  body: unknown;
}

/** Codes by public text, for the vendor's host, which gives no code (sandbox-api §2.2). */
const byText = Object.entries(errorTable).map(([code, { message }]) => ({
  code,
  pattern: new RegExp(`^${message.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.+')}$`),
}));

/** An answer that is an error, in the vendor's envelope, as a problem (RFC 9457), or as whatever a proxy makes of one. */
export function errorOf({ status, headers, body }: Answer, nowMs: number): TijoriError {
  const fields = isRecord(body) ? body : {};
  const text = textOf(fields.message) ?? textOf(fields.title) ?? plainText(status);
  const code = headers.get('x-error-code') ?? textOf(fields.code) ?? codeOfText(text) ?? `http_${status}`;
  return new TijoriError(text, {
    code,
    status,
    transactionId: transactionIdOf({ headers, body }),
    retryAfterMs: retryAfterMs(headers.get('retry-after'), nowMs),
    faults: faultsOf(fields.errors),
  });
}

/** Where the server names the request: in a header, in the envelope and in a problem alike. */
export function transactionIdOf({ headers, body }: Pick<Answer, 'headers' | 'body'>): string | null {
  return headers.get('x-transaction-id') ?? (isRecord(body) ? (textOf(body.transaction_id) ?? null) : null);
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A browser shows a redirect that is not followed as status 0. */
function plainText(status: number): string {
  const redirects = status === 0 || (status >= 300 && status < 400);
  return redirects ? 'The server redirects, which is not followed: check baseUrl' : `The server answered ${status}`;
}

function codeOfText(text: string): string | undefined {
  return byText.find(({ pattern }) => pattern.test(text))?.code;
}

/** Seconds, or a date (RFC 9110 §10.2.3); `Date.parse` alone would take nearly anything for a date. */
function retryAfterMs(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const ms = /^\w{3}, .+ GMT$/.test(text) ? Date.parse(text) - nowMs : Number.NaN;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

function faultsOf(value: unknown): BodyFault[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => {
    const pointer = isRecord(each) ? textOf(each.pointer) : undefined;
    const message = isRecord(each) ? textOf(each.message) : undefined;
    return pointer !== undefined && message !== undefined ? [{ pointer, message }] : [];
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
