import type { EndpointDisabledReason, EventType } from '@tijori/wire';
import { type EventDetails, eventOfStep, type GatewayEvent } from '../../domain/event.ts';
import type { Session } from '../../domain/session.ts';
import type { WebhookEndpoint } from '../../domain/webhook-endpoint.ts';
import type { Statement } from '../../storage/db.ts';
import type { Deps } from '../deps.ts';

type Recorder = Pick<Deps, 'stores' | 'newEventId' | 'outbox'>;

/**
 * What a session's creation tells, as statements for the very commit that creates it.
 *
 * @example await stores.commit([stores.sessions.insertion(session), ...recordCreation(deps, session)]);
 */
export function recordCreation(deps: Recorder, session: Session): Statement[] {
  const { stores, newEventId } = deps;
  const { createdAtMs: atMs } = session;
  const event = {
    id: newEventId(atMs),
    workspaceId: session.workspaceId,
    mode: session.mode,
    type: 'entitylocker.session.created',
    sessionId: session.id,
    status: session.status,
    previousStatus: null,
    sequence: 1,
    atMs,
    details: {},
  } as const;
  return stores.events.creation(event, audienceOf(deps, event));
}

/**
 * What a step of a session tells, as statements for the very commit that takes it. `from` is the session as it was.
 *
 * @example ...recordStep(deps, session, { status: 'failed', statusReason: reason, atMs })
 */
export function recordStep(
  deps: Recorder,
  from: Session,
  to: { status: Session['status']; statusReason?: Session['statusReason']; atMs: number },
): Statement[] {
  const { status, statusReason = null, atMs } = to;
  return recordOfSession(deps, from, {
    type: eventOfStep({ status, statusReason }),
    status,
    atMs,
    details: statusReason === null ? {} : { statusReason },
  });
}

/**
 * What happened to a session that did not change its status: a document, a consent. `status` is the one that it has, or has
 * after this commit.
 *
 * @example ...recordOfSession(deps, session, { type: 'entitylocker.document.available', atMs, details: { document } })
 */
export function recordOfSession(
  deps: Recorder,
  session: Session,
  told: { type: EventType; atMs: number; status?: Session['status']; details?: EventDetails },
): Statement[] {
  const { type, atMs, status = session.status, details = {} } = told;
  const { stores, newEventId } = deps;
  const event = {
    id: newEventId(atMs),
    workspaceId: session.workspaceId,
    mode: session.mode,
    type,
    sessionId: session.id,
    status,
    previousStatus: session.status,
    atMs,
    details,
  };
  return stores.events.ofSession(event, audienceOf(deps, event));
}

/** What an endpoint's end tells, as statements for the commit that switches it off. */
export function recordDisabling(
  deps: Recorder,
  endpoint: Pick<WebhookEndpoint, 'id' | 'workspaceId' | 'mode'>,
  reason: EndpointDisabledReason,
  atMs: number,
): Statement[] {
  const event: GatewayEvent = {
    id: deps.newEventId(atMs),
    workspaceId: endpoint.workspaceId,
    mode: endpoint.mode,
    type: 'endpoint.disabled',
    sessionId: null,
    status: null,
    previousStatus: null,
    sequence: null,
    atMs,
    details: { endpoint: { id: endpoint.id, reason } },
  };
  return [deps.stores.events.insertion(event, audienceOf(deps, event, endpoint.id))];
}

/** For whom it will be queued after its commit: the endpoints that hear of it now, but `except`. */
function audienceOf(
  { outbox }: Recorder,
  event: Pick<GatewayEvent, 'workspaceId' | 'mode' | 'type'>,
  except?: string,
): string | null {
  const audience = outbox.endpoints.audience(event, except);
  if (audience !== null) outbox.expect();
  return audience;
}
