const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What is forgiven of a time limit, ms: clocks differ, and a request takes its time (sandbox-api §9 no. 18). */
const toleranceMs = minuteMs;
const consentMinMs = hourMs;
const consentMaxMs = 3_653 * dayMs;
const expiryMinMs = 5 * minuteMs;
const expiryMaxMs = dayMs;

/** Below it a number is no time of ours in ms (it would be March 1973), but one in seconds. */
const plainlySeconds = 100_000_000_000;

/** What is wrong with the end of a consent that a caller wants; `undefined`: nothing (sandbox-api §1.5). */
export function faultOfConsentExpiry(atMs: number, nowMs: number): string | undefined {
  if (atMs < plainlySeconds) return 'is in seconds, ms since the epoch are wanted';
  if (atMs < nowMs + consentMinMs - toleranceMs) return 'must be at least one hour ahead';
  return atMs > nowMs + consentMaxMs ? 'must be at most ten years ahead' : undefined;
}

/** What is wrong with the expiry of a session that a caller wants; `undefined`: nothing. */
export function faultOfExpiry(atMs: number, nowMs: number): string | undefined {
  if (atMs < plainlySeconds) return 'is in seconds, ms since the epoch are wanted';
  const aheadMs = atMs - nowMs;
  const fits = aheadMs >= expiryMinMs - toleranceMs && aheadMs <= expiryMaxMs + toleranceMs;
  return fits ? undefined : 'must be 5 minutes to 24 hours ahead';
}
