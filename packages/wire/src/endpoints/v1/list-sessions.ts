import Type, { type Static } from 'typebox';
import { nullable } from '../../nullable.ts';
import type { Endpoint } from '../endpoint.ts';
import { sessionStatuses } from '../sdk-session.ts';
import { DocumentType, Reference } from './fields.ts';
import { V1Session, v1SessionExample } from './session.ts';

/** Sessions of a page when `limit` is left out. */
export const sessionsPerPage = 20;
/** Most sessions of a page. */
export const sessionsPerPageMax = 100;

/** Latest moment that a list can ask about, ms since the epoch: fifteen digits. */
const momentMax = 999_999_999_999_999;

const ListSessionsQuery = Type.Object(
  {
    status: Type.Optional(
      Type.Enum([...sessionStatuses], {
        description: 'Only sessions with this status, as it reads now: an open session past its time is `expired`.',
        examples: ['succeeded'],
      }),
    ),
    created_from: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: momentMax,
        description: 'Only sessions created at this moment or later, ms since the epoch.',
        examples: [1763800000000],
      }),
    ),
    created_to: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: momentMax,
        description: 'Only sessions created before this moment, ms since the epoch.',
        examples: [1763886400000],
      }),
    ),
    reference: Type.Optional({ ...Reference, description: 'Only sessions with exactly this reference.' }),
    doc_type: Type.Optional({ ...DocumentType, description: 'Only sessions that asked for this document type.' }),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: sessionsPerPageMax,
        description: `Most sessions of the page; ${sessionsPerPage} if left out.`,
        examples: [50],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        description: 'The `next_cursor` of the page before. Say the other filters again.',
        examples: ['MTc2MzgwMDAwMDAwMC4zZjBmNmMxZS02YTRjLTRiMWUtOWQzYS0xYzJiM2Q0ZTVmNjA'],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Query of `GET /v1/sessions`, numbers read as such. */
export type ListSessionsQuery = Static<typeof ListSessionsQuery>;

const ListSessionsResponse = Type.Object({
  data: Type.Array(V1Session, { description: 'Newest first.' }),
  next_cursor: nullable(
    Type.String({
      description:
        'Pass it as `cursor` for the next page; null on the last. A page of a filtered list can have fewer sessions than `limit`, even none, and still a next one: only null is the end.',
      examples: ['MTc2MzgwMDAwMDAwMC4zZjBmNmMxZS02YTRjLTRiMWUtOWQzYS0xYzJiM2Q0ZTVmNjA'],
    }),
  ),
});

/** Answer of `GET /v1/sessions`. */
export type ListSessionsResponse = Static<typeof ListSessionsResponse>;

/** `GET /v1/sessions`: all sessions of the key's workspace and mode, of both families. */
export const listSessions = {
  method: 'GET',
  path: '/v1/sessions',
  family: 'tijori',
  summary: 'List sessions, newest first, in pages.',
  description:
    'Sessions that are created while you turn the pages do not move what you have not read yet: no session comes twice, and none that was there at the first page is left out.',
  credentials: 'key_and_token',
  query: ListSessionsQuery,
  response: ListSessionsResponse,
  responseExample: { data: [v1SessionExample], next_cursor: null },
  errors: ['invalid_query', 'invalid_cursor', 'invalid_access_token', 'access_token_expired', 'insufficient_privilege'],
  errorFormat: 'problem',
} as const satisfies Endpoint;
