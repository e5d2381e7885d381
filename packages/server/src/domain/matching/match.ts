/** What a comparison came to: `unknown` when one side says nothing. */
export type MatchOutcome = 'match' | 'close' | 'differs' | 'unknown';

export interface Match {
  outcome: MatchOutcome;
  /** 0 to 1. */
  score: number;
  /** In words. */
  reason: string;
}
