import Type from 'typebox';

const SessionId = Type.String({ description: 'The session.', examples: ['0454f149-26d0-41ef-9f14-c54f4b5f7b70'] });

/** Path of a lever that moves one session. */
export const TestSessionParams = Type.Object({ session_id: SessionId });

/** What every such lever answers first: which session. */
export const testSessionId = { session_id: SessionId };

/** What such a lever can answer besides its own errors. */
export const testSessionErrors = [
  'invalid_request_body',
  'invalid_action',
  'invalid_access_token',
  'access_token_expired',
  'insufficient_privilege',
  'route_not_found',
  'session_not_found',
  'upstream_unavailable',
] as const;
