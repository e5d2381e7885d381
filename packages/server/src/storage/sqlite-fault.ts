/** Why a change set, or the whole engine, could not go on. */
export type CommitFault = 'failed' | 'full' | 'io';

/** SQLite's primary result codes that are not about one statement (sqlite.org/rescode.html). */
const sqliteIoErr = 10;
const sqliteFull = 13;

/** What an error of `node:sqlite` means for those who write. */
export function faultOf(error: unknown): { fault: CommitFault; detail: string } {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  const fault = code === sqliteFull ? 'full' : code === sqliteIoErr ? 'io' : 'failed';
  // SQLite's messages name tables and columns, never values.
  return { fault, detail: error instanceof Error ? error.message : 'unknown' };
}
