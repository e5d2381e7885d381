/** A line of `--json` is as good as the head itself. */
export function bareHead(line: string): string {
  if (!line.trimStart().startsWith('{')) return line;
  try {
    const { head } = JSON.parse(line) as { head?: unknown };
    return typeof head === 'string' ? head : line;
  } catch {
    return line;
  }
}
