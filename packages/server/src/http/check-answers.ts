import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { AppError } from '../domain/app-error.ts';

/** Statuses of answers that have a schema. */
const successes = [200, 201] as const;

/**
 * Holds each success against its own schema before it leaves: a serialiser would only drop what does not belong and so
 * hide the mistake. For development and tests.
 */
export function checkAnswers(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const schemas = route.schema?.response as Record<number, TSchema> | undefined;
    const status = successes.find((each) => schemas?.[each]);
    const schema = status && schemas?.[status];
    if (!schema) return;
    const validator = Compile(schema);
    const others = [route.preSerialization ?? []].flat();
    route.preSerialization = [
      ...others,
      (_request, reply, payload, done) => {
        const breaks = reply.statusCode === status && !validator.Check(payload);
        if (breaks) done(new AppError('internal', { detail: `the answer of ${route.url} breaks its schema` }));
        else done(null, payload);
      },
    ];
  });
}
