import type { Effect } from './effect.ts';
import { nothing, type ScenarioEntry } from './entry.ts';
import { rowsOfCalls } from './rows-of-calls.ts';
import { rowsOfDocuments } from './rows-of-documents.ts';
import { rowsOfPages } from './rows-of-pages.ts';

/**
 * Every outcome that the simulator can play: one row each, and nothing else in the package knows a scenario by name.
 * A new row reaches the authorize parameter, the reserved identifiers, the test bar and `docs/scenarios.md` by itself.
 */
const rows = { ...rowsOfPages, ...rowsOfCalls, ...rowsOfDocuments };

export type ScenarioName = keyof typeof rows;

export const scenarioTable: Readonly<Record<ScenarioName, ScenarioEntry>> = rows;

export const scenarioNames = Object.keys(rows) as ScenarioName[];

export function isScenarioName(text: string): text is ScenarioName {
  return Object.hasOwn(rows, text);
}

/** What is to be changed; for no scenario, nothing. */
export function effectOf(name: ScenarioName | undefined): Effect {
  return name === undefined ? nothing : scenarioTable[name].effect;
}
