/**
 * From 3.7.0 on, two connections that write and checkpoint at the same moment could lose committed pages; mended in 3.51.3, and in two
 * older lines with these (sqlite.org/wal.html, "The WAL-Reset Bug"). A writer with a checkpointer beside it is such a pair.
 */
const mended = { minor: 51, patch: 3 };
const mendedOfLine: Readonly<Record<number, number>> = { 50: 7, 44: 6 };

/** Whether a version of SQLite keeps what was committed while its log is folded. */
export function keepsWhatIsCommitted(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 3) return major > 3;
  if (minor === mended.minor) return patch >= mended.patch;
  return minor > mended.minor || patch >= (mendedOfLine[minor] ?? Number.POSITIVE_INFINITY);
}
