import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import type { Endpoint } from '../endpoint.ts';
import { SessionParams } from '../params.ts';
import { V1Session, v1SessionExample } from './session.ts';

const TimelineEntry = Type.Object(
  {
    at: Type.Integer({ description: 'When it happened, ms since the epoch.', examples: [1763800000000] }),
    actor: Type.Enum(['integrator', 'person', 'system'], {
      description: 'Who did it: your key, the person in the browser, or this server by itself.',
      examples: ['person'],
    }),
    action: Type.String({
      description:
        'What happened, such as `session.created`, `session.initialized`, `session.succeeded`, `document.held`, `documents.erased`; and, once each, how far the person got: `page.viewed`, `page.left`, `page.returned`, `page.ended`. More may come.',
      examples: ['session.created'],
    }),
    detail: nullable(
      Type.String({
        description: 'Machine words that belong to the action, such as the reason of a failure; never personal data.',
        examples: ['consent_denied'],
      }),
    ),
  },
  { description: 'One thing that happened to the session.' },
);

const GetSessionResponse = Type.Object({
  ...V1Session.properties,
  timeline: Type.Array(TimelineEntry, {
    description: 'What happened to the session, oldest first; the newest 500 entries if there are more.',
  }),
});

/** Answer of `GET /v1/sessions/{session_id}`. */
export type GetSessionResponse = Static<typeof GetSessionResponse>;

/** `GET /v1/sessions/{session_id}`: any session of the key's workspace and mode. */
export const getSession = {
  method: 'GET',
  path: '/v1/sessions/{session_id}',
  family: 'tijori',
  summary: 'One session, with its timeline.',
  credentials: 'key_and_token',
  params: SessionParams,
  response: GetSessionResponse,
  responseExample: {
    ...v1SessionExample,
    timeline: [{ at: v1SessionExample.created_at, actor: 'integrator', action: 'session.created', detail: null }],
  },
  errors: ['session_not_found', 'invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
  errorFormat: 'problem',
} as const satisfies Endpoint;
