import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from './answer.ts';

/** Every place where the simulator decides what happens. A scenario names the one that it wants to change. */
export type Point =
  | 'authorize'
  | 'journey'
  | 'sign_in'
  | 'sign_up'
  | 'link'
  | 'other_way'
  | 'other_number'
  | 'otp'
  | 'pin'
  | 'entity'
  | 'identifier'
  | 'approval'
  | 'consent'
  | 'deny'
  | 'outcome'
  | 'token'
  | 'revoke'
  | 'user'
  | 'entity_details'
  | 'issued'
  | 'uploaded'
  | 'file'
  | 'xml'
  | 'upload'
  | 'asset';

/**
 * The one seam through which every answer passes. A scenario may answer instead of the usual way (and then nothing
 * changes), hold the usual answer back for a while, or give none at all: then it took the reply over.
 */
export type Scenario = (
  point: Point,
  request: FastifyRequest,
  reply: FastifyReply,
  usual: () => Answer | Promise<Answer>,
) => Promise<Answer | undefined>;
