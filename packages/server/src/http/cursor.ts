import { AppError } from '../domain/app-error.ts';
import type { ListPlace } from '../stores/session-lists.ts';

/** The time of creation and the id, or nothing for a place between two moments. */
const written = /^([0-9]{1,16})\.([0-9a-f-]{36})?$/;

/** A place in a list as a client carries it. It opens nothing: every list is the caller's own. */
export function toCursor({ createdAtMs, id }: ListPlace): string {
  return Buffer.from(`${createdAtMs}.${id}`).toString('base64url');
}

/** Rejects with `invalid_cursor` for anything that `toCursor` has not made. */
export function fromCursor(cursor: string): ListPlace {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, createdAtMs = '', id = ''] = written.exec(text) ?? [];
  const place = { createdAtMs: Number(createdAtMs), id };
  if (createdAtMs === '' || toCursor(place) !== cursor) throw new AppError('invalid_cursor');
  return place;
}
