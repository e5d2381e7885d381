import type { Endpoint } from '../endpoint.ts';
import { testDeliveryFault } from './delivery-faults.ts';
import { testSessionActions } from './session-actions.ts';
import { testSessionClock } from './session-clock.ts';
import { testUpstreamAnswers, testUpstreamReset } from './upstream.ts';

export * from './delivery-faults.ts';
export * from './session-actions.ts';
export * from './session-clock.ts';
export * from './upstream.ts';

/** Levers for tests: there only for test keys, and only where a simulator is behind them. */
export const testEndpoints = [
  testSessionActions,
  testSessionClock,
  testUpstreamAnswers,
  testUpstreamReset,
  testDeliveryFault,
] as const satisfies readonly Endpoint[];
