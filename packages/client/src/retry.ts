import type { Settings } from './options.ts';
import { TijoriError } from './tijori-error.ts';

/** The first retry waits up to this, ms; each further one up to twice as much … */
const firstMsMax = 500;
/** … and never longer than this, ms. */
const laterMsMax = 8_000;
/** A server that asks for more patience than this, ms, gets it from the caller, who knows whether it is worth while. */
const retryAfterMsMax = 60_000;

/** Statuses that pass by themselves. 521 and 523 are not among them: the vendor uses them for what 404 and 409 say. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** How a call that failed so often already goes on: the ms to wait before it is repeated, or null if it is not. */
export function retryDelay(error: unknown, failures: number, { retries, clock }: Settings): number | null {
  if (!(error instanceof TijoriError) || failures > retries || !passes(error)) return null;
  const askedMs = error.retryAfterMs ?? 0;
  if (askedMs > retryAfterMsMax) return null;
  // Full jitter: clients that failed together do not come back together, not even at the second the server names.
  return askedMs + clock.random() * Math.min(laterMsMax, firstMsMax * 2 ** (failures - 1));
}

function passes({ code, status, retryable }: TijoriError): boolean {
  // Our own first attempt is still being answered: its answer can be had with the same key.
  if (code === 'idempotency_in_progress') return true;
  return retryable && (status === null || passing.has(status));
}
