import type {
  DocTypeName,
  EndpointDisabledReason,
  ErrorCode,
  EventType,
  SessionStatus,
  StatusReason,
  VerdictState,
} from '@tijori/wire';
import type { Mode, Session } from './session.ts';

/** Something that integrators are told of. It never changes. */
export interface GatewayEvent {
  /** `evt_` and 32 hex digits that begin with its moment: ids of later events are greater. */
  id: string;
  workspaceId: string;
  mode: Mode;
  type: EventType;
  /** Null for events that are about no session. */
  sessionId: string | null;
  status: SessionStatus | null;
  previousStatus: SessionStatus | null;
  /** Counts the events of the session from 1; null for events that are about none. */
  sequence: number | null;
  atMs: number;
  details: EventDetails;
}

/** What an event says beyond the statuses: ids and machine words only, never personal data. */
export interface EventDetails {
  statusReason?: StatusReason;
  document?: { id: string; type: DocTypeName; code?: ErrorCode; verdict?: VerdictState };
  endpoint?: { id: string; reason: EndpointDisabledReason };
}

/** The event of a session's step to this status. */
export function eventOfStep({ status, statusReason }: Pick<Session, 'status' | 'statusReason'>): EventType {
  if (status === 'initialized') return 'entitylocker.session.opened';
  if (status === 'failed' && statusReason === 'session_cancelled') return 'entitylocker.session.cancelled';
  return `entitylocker.session.${status}`;
}

/** Digits of a moment in hex: good until the year 10889. */
const momentDigits = 12;

/**
 * Makes ids that sort by time: ms, a counter for those of the same ms in this process, then what is random of a UUID. A clock
 * that was set back does not make them smaller within a process, nor than what was there before (`fromMs`): whoever follows the
 * events by their ids would miss the later ones.
 */
export function eventIds(newId: () => string, fromMs = 0): (atMs: number) => string {
  let lastMs = fromMs;
  let count = 0;
  return (atMs) => {
    if (atMs > lastMs) [lastMs, count] = [atMs, 0];
    else if (++count > 0xfff) [lastMs, count] = [lastMs + 1, 0];
    const id = newId();
    const moment = lastMs.toString(16).padStart(momentDigits, '0');
    return `evt_${moment}7${count.toString(16).padStart(3, '0')}${id.slice(19, 23)}${id.slice(24)}`;
  };
}

/** Ids of events can run ahead of their moment by so much where many come at once, ms. */
export const idsAheadMs = 1_000;

/** Whether its id runs further ahead of its moment than that, as they do while a clock that was set back has not caught up. */
export function isAstray({ id, atMs }: Pick<GatewayEvent, 'id' | 'atMs'>): boolean {
  return momentOfEventId(id) >= atMs + idsAheadMs;
}

/** Below every id of this moment and after: where a stretch of time begins. */
export function eventIdFrom(atMs: number): string {
  return `evt_${Math.max(0, atMs).toString(16).padStart(momentDigits, '0')}`;
}

/** The moment of an event, ms since the epoch, by its id. */
export function momentOfEventId(id: string): number {
  return Number.parseInt(id.slice('evt_'.length, 'evt_'.length + momentDigits), 16);
}

const eventIdPattern = /^evt_[0-9a-f]{32}$/;

/** Whether it could be the id of an event. */
export function isEventId(text: string): boolean {
  return eventIdPattern.test(text);
}
