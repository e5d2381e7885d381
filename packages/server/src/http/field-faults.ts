import type { FastifyError } from 'fastify';
import type { FieldFault } from '../domain/app-error.ts';

/** A pointer longer than this is a caller's joke, characters. */
const pointerCharsMax = 200;

/**
 * The validator's complaints as fields and words. Its words name rules and never values; the fields' names are the
 * caller's own where it sent some that do not exist, so they are for the caller and not for our log.
 */
export function fieldFaults(validation: NonNullable<FastifyError['validation']>): FieldFault[] {
  return validation.map(({ instancePath, params, message }) => {
    const name = params.missingProperty ?? params.additionalProperty;
    const last = typeof name === 'string' ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
    return { pointer: `${instancePath}${last}`.slice(0, pointerCharsMax), message: message ?? 'is not valid' };
  });
}
