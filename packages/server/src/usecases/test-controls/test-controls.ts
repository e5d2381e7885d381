import type { DeliveryFault } from '@tijori/wire';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Session } from '../../domain/session.ts';
import type { WebhookEndpoint } from '../../domain/webhook-endpoint.ts';
import type { SimulatorControl } from '../../upstream/simulator-control.ts';
import type { Walker } from '../../walker/walker.ts';
import type { Deps } from '../deps.ts';
import { ownSession } from '../sessions/status.ts';
import type { Holds } from './holds.ts';

/** Deliveries that are to go wrong; the dispatcher plays them. */
interface DeliveryFaultOrders {
  /** The next `times` attempts at this endpoint go wrong so. */
  add(endpoint: WebhookEndpoint, fault: DeliveryFault, times: number): void;
  forgetWorkspace(workspaceId: string): void;
}

/** What tests may do beyond the API. There only where test sessions have a simulator behind them. */
export interface TestControls {
  walker: Walker;
  simulator: SimulatorControl;
  holds: Holds;
  deliveryFaults: DeliveryFaultOrders;
}

/** Fail closed: for a live key, and where nobody configured them, the levers do not exist (`route_not_found`). */
export function testControlsOf({ testControls }: Pick<Deps, 'testControls'>, caller: Caller): TestControls {
  if (!testControls || caller.mode !== 'test') throw new AppError('route_not_found', { detail: 'test controls' });
  return testControls;
}

/** The caller's own test session as it stands now, or `session_not_found`. */
export async function testSession(deps: Deps, caller: Caller, id: string): Promise<Session> {
  const session = await ownSession(deps, caller, id);
  if (session.mode !== 'test') throw new AppError('session_not_found');
  return session;
}
