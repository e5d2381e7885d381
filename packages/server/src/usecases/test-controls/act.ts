import { type WalkAction, type WalkStep, walkActions } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import { isEnd, type Session } from '../../domain/session.ts';
import { impossible, type Standing } from '../../walker/walk.ts';
import type { Deps } from '../deps.ts';
import { endNow } from './clock.ts';
import { testControlsOf, testSession } from './test-controls.ts';

/** Where the session and its pretend person stand after an action. */
export interface Acted {
  session: Session;
  standing: Standing;
}

/** What still can be done when a session has ended. */
const afterEnd: readonly WalkAction[] = ['return', 'abandon'];

/**
 * One step of a pretend person. Rejects with `invalid_action` for a step that is unknown or out of order, with
 * `unknown_persona` or `unknown_choice` for what the page does not have; each names the valid ones.
 */
export async function actOnSession(
  deps: Deps,
  caller: Caller,
  { sessionId, action, step }: { sessionId: string; action: string; step: Omit<WalkStep, 'action'> },
): Promise<Acted> {
  const { walker } = testControlsOf(deps, caller);
  const session = await testSession(deps, caller, sessionId);
  const { actions } = standingOf(deps, caller, session);
  const known = walkActions.find((name) => name === action);
  if (!known || !actions.includes(known)) throw impossible(actions);
  await walker.act(session, known, step);
  return acted(deps, caller, sessionId);
}

/**
 * A pretend person walks the whole scenario, from the session's present state. Resolves when there is nothing more to
 * do: at an end, or where the scenario leaves the session open. `unknown_scenario` names the valid ones.
 */
export async function playScenario(
  deps: Deps,
  caller: Caller,
  { sessionId, scenario }: { sessionId: string; scenario: string },
): Promise<Acted> {
  const { walker } = testControlsOf(deps, caller);
  const session = await testSession(deps, caller, sessionId);
  if (!deps.scenarios.includes(scenario)) {
    throw new AppError('unknown_scenario', { fill: { scenarios: deps.scenarios.join(', ') } });
  }
  if (isEnd(session.status)) throw impossible(standingOf(deps, caller, session).actions);
  if (scenario === 'link_expired') await endNow(deps, session, 'link');
  await walker.play(session, scenario);
  return acted(deps, caller, sessionId);
}

async function acted(deps: Deps, caller: Caller, sessionId: string): Promise<Acted> {
  const session = await testSession(deps, caller, sessionId);
  return { session, standing: standingOf(deps, caller, session) };
}

function standingOf(deps: Deps, caller: Caller, session: Session): Standing {
  const standing = testControlsOf(deps, caller).walker.standing(session);
  if (!isEnd(session.status)) return standing;
  return { ...standing, actions: standing.actions.filter((action) => afterEnd.includes(action)) };
}
