import type { FastifyRequest } from 'fastify';
import type { Answer } from './answer.ts';

/** Every place where the simulator decides what happens. A scenario names the one that it wants to change. */
export type Point =
  | 'authorize'
  | 'journey'
  | 'sign_in'
  | 'other_number'
  | 'otp'
  | 'entity'
  | 'consent'
  | 'deny'
  | 'token'
  | 'revoke'
  | 'user'
  | 'entity_details'
  | 'issued'
  | 'uploaded'
  | 'file'
  | 'xml'
  | 'asset';

/**
 * The one seam through which every answer passes. A scenario may answer instead of the usual way (and then nothing
 * changes), change the usual answer, or hold it back for a while.
 */
export type Scenario = (
  point: Point,
  request: FastifyRequest,
  usual: () => Answer | Promise<Answer>,
) => Answer | Promise<Answer>;

/** The first scenario: everything goes the usual way. */
export const undisturbed: Scenario = (_point, _request, usual) => usual();
