import { eventIdFrom, type GatewayEvent } from '../domain/event.ts';

/** An event of this moment that is about no session, as the store keeps it: the second of one owner and moment needs an id of its own. */
export function testEvent(
  { workspaceId, mode }: Pick<GatewayEvent, 'workspaceId' | 'mode'>,
  atMs: number,
  change: Partial<GatewayEvent> = {},
): GatewayEvent {
  return {
    workspaceId,
    mode,
    id: `${eventIdFrom(atMs)}${'0'.repeat(20)}`,
    type: 'endpoint.disabled',
    sessionId: null,
    status: null,
    previousStatus: null,
    sequence: null,
    atMs,
    details: { endpoint: { id: 'whe_0', reason: 'gone' } },
    ...change,
  };
}
