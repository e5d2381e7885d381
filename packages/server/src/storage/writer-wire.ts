import type { Statement, Value } from './db.ts';

/**
 * A group of change sets on its way to the writer: one flat list, because structured clone of many small objects costs
 * more than the rows themselves. For each set its number of statements; for each statement its text (only the first
 * time; then its number), `expectRows` or -1, the number of parameters, and the parameters.
 */
export type EncodedGroup = Value[];

export function groupEncoder(): (sets: readonly (readonly Statement[])[]) => EncodedGroup {
  const numbers = new Map<string, number>();
  return (sets) => {
    const out: EncodedGroup = [];
    for (const set of sets) {
      out.push(set.length);
      for (const { sql, params, expectRows } of set) {
        const number = numbers.get(sql);
        if (number === undefined) numbers.set(sql, numbers.size);
        out.push(number ?? sql, expectRows ?? -1, params.length);
        for (const param of params) out.push(param);
      }
    }
    return out;
  };
}

export function groupDecoder(): (group: EncodedGroup) => Statement[][] {
  const texts: string[] = [];
  return (group) => {
    const sets: Statement[][] = [];
    let at = 0;
    const next = () => group[at++] as Value;
    while (at < group.length) {
      const set: Statement[] = [];
      for (let left = Number(next()); left > 0; left -= 1) {
        const text = next();
        const sql = typeof text === 'string' ? text : texts[Number(text)];
        if (sql === undefined) throw new Error('unknown statement number');
        if (typeof text === 'string') texts.push(text);
        const expectRows = Number(next());
        const count = Number(next());
        const params = group.slice(at, at + count);
        at += count;
        set.push(expectRows < 0 ? { sql, params } : { sql, params, expectRows });
      }
      sets.push(set);
    }
    return sets;
  };
}
