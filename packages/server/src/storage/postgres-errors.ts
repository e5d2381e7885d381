import { AppError } from '../domain/app-error.ts';

/** The SQLSTATE of an error that the server itself sent (PostgreSQL appendix A); undefined: the connection failed. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a guarded statement raises when it touched another number of rows than it had to: division by zero. */
const guardRaised = '22012';

export function isConflict(error: unknown): boolean {
  return sqlState(error) === guardRaised;
}

/** Serialization failure and deadlock: nothing is wrong with the set, it only came at a bad moment. */
const tryAgain = new Set(['40001', '40P01']);

export function isTransient(error: unknown): boolean {
  return tryAgain.has(sqlState(error) ?? '');
}

/** Nothing but a new connection helps: it is gone, the server stops or starts, or it has become a standby. */
const goneStates = new Set(['57P01', '57P02', '57P03', '57P04', '57P05', '25006', '25P02', '26000', '0A000']);

export function isLost(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || goneStates.has(state) || state.startsWith('08');
}

/** The server is there but cannot do it now: no connection or memory left, a time-out, a lock that does not come. */
const busyClasses = ['53', '55', '57'];
const diskFull = '53100';

/** The server's message can quote values; its code and the names of table and constraint cannot. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const state = sqlState(error);
  const names = error as { table?: string; constraint?: string };
  const detail = `database: ${[state ?? connectionFault(error), names.table, names.constraint].filter(Boolean).join(' ')}`;
  if (state === diskFull) return new AppError('storage_full', { detail });
  const busy = isLost(error) || isTransient(error) || busyClasses.some((each) => state?.startsWith(each));
  return new AppError(busy ? 'storage_unavailable' : 'internal', { detail });
}

function connectionFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code || (error instanceof Error ? error.message : 'unknown');
}
