/** How fast something grows: a straight line through its values, least squares. */
export interface Slope {
  perHour: number;
  /** Half the width of its 95 % interval: what the run cannot tell apart from no growth at all. */
  perHourPlusMinus: number;
}

/** 97.5 % of Student's distribution lie below this many deviations: the normal one's, and more the fewer witnesses there are (Cornish and Fisher's expansion). */
function deviations(freedom: number): number {
  const z = 1.96;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}

/**
 * The slope of values over minutes. Neighbours resemble each other (memory that has just grown stays so for a while), so that they are fewer witnesses
 * than they are values: their number is reduced by the correlation of each with the next.
 *
 * @example slopeOf([[0, 10], [1, 11], [2, 12]]) // { perHour: 60, perHourPlusMinus: 0 }
 */
export function slopeOf(points: readonly (readonly [minutes: number, value: number])[]): Slope {
  const count = points.length;
  if (count < 3) throw new Error('a slope needs three values');
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanAt, meanValue] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const spread = points.reduce((sum, [at]) => sum + (at - meanAt) ** 2, 0);
  const slope = points.reduce((sum, [at, value]) => sum + (at - meanAt) * (value - meanValue), 0) / spread;
  const left = points.map(([at, value]) => value - meanValue - slope * (at - meanAt));
  const squares = left.reduce((sum, value) => sum + value ** 2, 0);
  const products = left.slice(1).reduce((sum, value, index) => sum + value * (left[index] ?? 0), 0);
  const correlation = Math.min(0.95, Math.max(0, squares > 0 ? products / squares : 0));
  const witnesses = Math.max(4, (count * (1 - correlation)) / (1 + correlation));
  const error = Math.sqrt(squares / (witnesses - 2) / (spread * (witnesses / count)));
  return { perHour: slope * 60, perHourPlusMinus: error * 60 * deviations(witnesses - 2) };
}
