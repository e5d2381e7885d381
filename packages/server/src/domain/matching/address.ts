import type { Address } from '../document-data.ts';
import type { Match } from './match.ts';

/** The best of several places: an enterprise is registered where one of them is. */
export function closestAddress(places: readonly { address: Address }[], address: Address): Match {
  const found = places.map((one) => sameAddress(one.address, address));
  return found.reduce((best, one) => (one.score > best.score ? one : best));
}

function sameAddress(left: Address, right: Address): Match {
  if (!left.stateCode || !right.stateCode) return { outcome: 'unknown', score: 0, reason: 'no state to compare' };
  if (left.stateCode !== right.stateCode) return { outcome: 'differs', score: 0.1, reason: 'another state' };
  if (left.pin && left.pin === right.pin)
    return { outcome: 'match', score: 1, reason: 'the same state and postal code' };
  return { outcome: 'close', score: 0.6, reason: 'the same state, another postal code' };
}
