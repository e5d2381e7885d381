/** Nothing here is published by the locker: the defaults of entitylocker-upstream §9 no. 3. */
export const lifetimes = {
  /** From the first page to the decision. Clients keep their `state` for ten minutes (entitylocker-upstream §6). */
  journeyMs: 15 * 60_000,
  codeMs: 10 * 60_000,
  accessTokenMs: 3_600_000,
  /** When the request names no `consent_valid_till`. */
  consentMs: 30 * 86_400_000,
  /** How long ended rows stay, so that a second use of an old code still meets its first. */
  keptAfterEndMs: 86_400_000,
} as const;
