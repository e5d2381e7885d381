import type { Effect } from './effect.ts';

/** How a session of a gateway ends, once everything was tried. */
export type ScenarioEnd = 'succeeded' | 'failed' | 'expired' | 'open';

export interface ScenarioEntry {
  end: ScenarioEnd;
  /** Where it happens. */
  at: string;
  userSees: string;
  /** What the client gets from the locker. */
  clientGets: string;
  /** What the caller has to do, where the simulator cannot do it alone. */
  caller?: string;
  /** Signing in with this number plays the scenario; CIN and GSTIN follow from it. Missing where only the caller can. */
  mobile?: string;
  effect: Effect;
}

export const usualPages = 'The usual pages.';
export const nothing: Effect = {};
