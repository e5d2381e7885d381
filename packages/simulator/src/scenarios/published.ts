import type { ScenarioEnd } from './entry.ts';
import { reservedOf } from './reserved.ts';
import { scenarioNames, scenarioTable } from './table.ts';

/** One outcome, for documentation and for the tests of a gateway. Plain data. */
export interface ScenarioSummary {
  name: string;
  /** How a session of a gateway ends. `open`: it stays open until it expires. */
  end: ScenarioEnd;
  at: string;
  userSees: string;
  clientGets: string;
  /** `caller`: the simulator alone changes nothing. `both`: the walk through the pages has to fit. */
  actor: 'simulator' | 'caller' | 'both';
  /** What the caller has to do. */
  caller?: string;
  /** Signing in with this number plays the scenario. */
  mobile?: string;
  /** Signing up with either of these plays it too. There where there is a number. */
  cin?: string;
  gstin?: string;
}

/**
 * Every scenario that `x_simulator_scenario` takes, in the order of the documentation.
 *
 * @example listScenarios().filter(({ end }) => end === 'failed').map(({ name }) => name)
 */
export function listScenarios(): ScenarioSummary[] {
  return scenarioNames.map((name) => {
    const { effect, ...entry } = scenarioTable[name];
    const isUsual = Object.keys(effect).length === 0;
    const actor = entry.caller === undefined ? 'simulator' : isUsual ? 'caller' : 'both';
    return { name, ...entry, actor, ...reservedOf(name) };
  });
}
