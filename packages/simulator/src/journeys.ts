import type { AuthorizationRequest } from './oauth/authorization-request.ts';
import { integerOf, optionalTextOf, type State, textOf } from './state.ts';

const steps = ['sign_in', 'otp', 'entity', 'consent', 'locked', 'answered'] as const;
export type Step = (typeof steps)[number];

/** One person's way through the pages, for one authorization request. */
export interface Journey {
  id: string;
  browserHash: string;
  clientId: string;
  request: AuthorizationRequest;
  step: Step;
  otp: string;
  otpWrong: number;
  /** What was wrong with the last post; the page of the step words it. */
  fault: string | undefined;
  /** As typed, until the one-time password has proved it. */
  mobile: string | undefined;
  entityId: string | undefined;
  expiresAtMs: number;
}

export type JourneyChange = Partial<Pick<Journey, 'step' | 'otpWrong' | 'fault' | 'mobile' | 'entityId'>>;

export interface Journeys {
  insert(journey: Journey): void;
  byId(id: string): Journey | undefined;
  /** Compare-and-set on the step and the count of wrong tries: false when another post was faster. */
  move(from: Journey, change: JourneyChange): boolean;
  /** Deletes some of the rows that ended before the given moment. */
  sweep(endedBeforeMs: number): void;
}

export function openJourneys(state: State): Journeys {
  const insert = state.db.prepare(
    `insert into journey (id, browser_hash, client_id, request, step, otp, otp_wrong, fault, mobile, entity_id, expires_at_ms)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = state.db.prepare('select * from journey where id = ?');
  const move = state.db.prepare(
    `update journey set step = ?, otp_wrong = ?, fault = ?, mobile = ?, entity_id = ?
     where id = ? and step = ? and otp_wrong = ?`,
  );
  const sweep = state.db.prepare(
    'delete from journey where id in (select id from journey where expires_at_ms < ? order by expires_at_ms limit 100)',
  );
  return {
    insert: (j) => {
      const { id, browserHash, clientId, step, otp, otpWrong, expiresAtMs } = j;
      const optional = [j.fault ?? null, j.mobile ?? null, j.entityId ?? null] as const;
      insert.run(id, browserHash, clientId, JSON.stringify(j.request), step, otp, otpWrong, ...optional, expiresAtMs);
    },
    byId: (id) => {
      const row = byId.get(id);
      return row && fromRow(row);
    },
    move: (from, change) => {
      const to = { ...from, fault: undefined, ...change };
      const optional = [to.fault ?? null, to.mobile ?? null, to.entityId ?? null] as const;
      return move.run(to.step, to.otpWrong, ...optional, from.id, from.step, from.otpWrong).changes === 1;
    },
    sweep: (endedBeforeMs) => {
      sweep.run(endedBeforeMs);
    },
  };
}

function fromRow(row: Record<string, unknown>): Journey {
  const step = steps.find((known) => known === row.step);
  if (!step) throw new Error('column step has an unknown value');
  return {
    id: textOf(row, 'id'),
    browserHash: textOf(row, 'browser_hash'),
    clientId: textOf(row, 'client_id'),
    // Written by `insert` above and by nothing else.
    request: JSON.parse(textOf(row, 'request')) as AuthorizationRequest,
    step,
    otp: textOf(row, 'otp'),
    otpWrong: integerOf(row, 'otp_wrong'),
    fault: optionalTextOf(row, 'fault'),
    mobile: optionalTextOf(row, 'mobile'),
    entityId: optionalTextOf(row, 'entity_id'),
    expiresAtMs: integerOf(row, 'expires_at_ms'),
  };
}
