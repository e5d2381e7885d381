import { gstinCheckCharacter } from '../personas/identifiers.ts';
import { type ScenarioName, scenarioNames, scenarioTable } from './table.ts';

/** What plays one scenario when it is typed: the number at sign-in, the two others at sign-up. */
export interface ReservedIdentifiers {
  mobile: string;
  cin: string;
  gstin: string;
}

/**
 * Undefined where only the caller can bring the scenario about. The CIN and the GSTIN follow from the number in the row:
 * right in shape and check character (entitylocker-upstream §5), and made as those of the fictional entities are, so
 * that they can belong to nobody (industry 99999 of a state ZZ; a PAN between ZZZ and Z).
 */
export function reservedOf(name: ScenarioName): ReservedIdentifiers | undefined {
  const { mobile } = scenarioTable[name];
  if (mobile === undefined) return undefined;
  const first14 = `27ZZZCZ8${mobile.slice(-3)}Z1Z`;
  return { mobile, cin: `U99999ZZ2000PTC9${mobile.slice(-5)}`, gstin: first14 + gstinCheckCharacter(first14) };
}

export function scenarioOfMobile(mobile: string): ScenarioName | undefined {
  return scenarioNames.find((name) => scenarioTable[name].mobile === mobile);
}

/** By a CIN or a GSTIN. */
export function scenarioOfIdentifier(identifier: string): ScenarioName | undefined {
  return scenarioNames.find((name) => {
    const reserved = reservedOf(name);
    return reserved?.cin === identifier || reserved?.gstin === identifier;
  });
}
