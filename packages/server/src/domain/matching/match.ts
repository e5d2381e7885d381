/** What a comparison came to: `unknown` when one side says nothing. */
export type MatchOutcome = 'match' | 'close' | 'differs' | 'unknown';

export interface Match {
  outcome: MatchOutcome;
  /** 0 to 1. */
  score: number;
  /** In words. */
  reason: string;
}

/** Whether two texts are the same to the letter; `what` they are, in words. */
export function sameText(left: string | null, right: string | null, what: string): Match {
  if (left === null || right === null) return { outcome: 'unknown', score: 0, reason: `no ${what} to compare` };
  if (left === right) return { outcome: 'match', score: 1, reason: `the same ${what}` };
  return { outcome: 'differs', score: 0, reason: `another ${what}` };
}
