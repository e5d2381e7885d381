/** Asks for an outcome at create (test keys only) and names it in the status answer. Ours; the vendor has none. */
export const scenarioHeader = 'x-tijori-scenario';
