import type { AuthorizationRequest } from './oauth/authorization-request.ts';
import type { ResetScope } from './scenarios/queue.ts';
import { isScenarioName, type ScenarioName } from './scenarios/table.ts';
import { integerOf, optionalTextOf, type State, textOf } from './state.ts';

const steps = [
  'sign_in',
  'sign_up',
  'link',
  'otp',
  'pin',
  'entity',
  'identifier',
  'approval',
  'consent',
  'locked',
  'refused',
  'answered',
] as const;
export type Step = (typeof steps)[number];
/** Where the person can still do something. */
export const openSteps: readonly Step[] = steps.filter((step) => step !== 'answered');

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
  /** What the person is to the entity, where it was told at sign-up. */
  role: Role | undefined;
  scenario: ScenarioName | undefined;
  /** Told by the client, to tell its users' journeys apart. */
  workspace: string | undefined;
  expiresAtMs: number;
}

export const roles = ['director', 'authorised_person'] as const;
export type Role = (typeof roles)[number];

export type JourneyChange = Partial<
  Pick<Journey, 'step' | 'otpWrong' | 'fault' | 'mobile' | 'entityId' | 'role' | 'scenario'>
>;

export interface Journeys {
  insert(journey: Journey): void;
  byId(id: string): Journey | undefined;
  /** Compare-and-set on the step and the count of wrong tries: false when another post was faster. */
  move(from: Journey, change: JourneyChange): boolean;
  /** Deletes some of the rows that ended before the given moment. */
  sweep(endedBeforeMs: number): void;
  forget(scope: ResetScope): void;
}

export function openJourneys(state: State): Journeys {
  const insert = state.db.prepare(
    `insert into journey (id, browser_hash, client_id, request, step, otp, otp_wrong, expires_at_ms,
       fault, mobile, entity_id, role, scenario, workspace) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = state.db.prepare('select * from journey where id = ?');
  const move = state.db.prepare(
    `update journey set step = ?, otp_wrong = ?, fault = ?, mobile = ?, entity_id = ?, role = ?, scenario = ?
     where id = ? and step = ? and otp_wrong = ?`,
  );
  const sweep = state.db.prepare(
    'delete from journey where id in (select id from journey where expires_at_ms < ? order by expires_at_ms limit 100)',
  );
  const forget = state.db.prepare(
    'delete from journey where client_id = coalesce(?1, client_id) and (?2 is null or workspace = ?2)',
  );
  return {
    insert: (j) => {
      const { id, browserHash, clientId, step, otp, otpWrong, expiresAtMs } = j;
      const fixed = [id, browserHash, clientId, JSON.stringify(j.request), step, otp, otpWrong, expiresAtMs] as const;
      insert.run(...fixed, ...optionalOf(j), j.workspace ?? null);
    },
    byId: (id) => {
      const row = byId.get(id);
      return row && fromRow(row);
    },
    move: (from, change) => {
      const to = { ...from, fault: undefined, ...change };
      return move.run(to.step, to.otpWrong, ...optionalOf(to), from.id, from.step, from.otpWrong).changes === 1;
    },
    sweep: (endedBeforeMs) => {
      sweep.run(endedBeforeMs);
    },
    forget: ({ clientId, workspace }) => {
      forget.run(clientId ?? null, workspace ?? null);
    },
  };
}

function optionalOf({ fault, mobile, entityId, role, scenario }: Journey) {
  return [fault ?? null, mobile ?? null, entityId ?? null, role ?? null, scenario ?? null] as const;
}

function fromRow(row: Record<string, unknown>): Journey {
  const step = steps.find((known) => known === row.step);
  if (!step) throw new Error('column step has an unknown value');
  const scenario = optionalTextOf(row, 'scenario') ?? '';
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
    role: roles.find((known) => known === row.role),
    // A scenario that a newer version knew is played as none.
    scenario: isScenarioName(scenario) ? scenario : undefined,
    workspace: optionalTextOf(row, 'workspace'),
    expiresAtMs: integerOf(row, 'expires_at_ms'),
  };
}
