import type { VerdictReason, VerdictState } from '@tijori/wire';

/** The end of a judgement, thrown by whoever finds it. `judge.ts` alone catches it. */
export class Refusal extends Error {
  readonly state: Exclude<VerdictState, 'genuine'>;
  readonly reason: VerdictReason;
  constructor(state: Exclude<VerdictState, 'genuine'>, reason: VerdictReason) {
    super(`${state}: ${reason}`);
    this.name = 'Refusal';
    this.state = state;
    this.reason = reason;
  }
}
