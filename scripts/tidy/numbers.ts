import type { Finding, SourceFile } from './source.ts';

/** Decisions and migrations are known by their number: two that were written side by side may have taken the same. */
export function wrongNumbers(files: readonly SourceFile[]): Finding[] {
  const taken = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { path } of files) {
    const [, place] = /^(.*\/\d{4})-[^/]*\.(?:md|sql)$/.exec(path) ?? [];
    if (place === undefined) continue;
    const other = taken.get(place);
    if (other !== undefined)
      findings.push({ path, line: 1, message: `has the number of ${other}: take the next free one` });
    taken.set(place, path);
  }
  return findings;
}
