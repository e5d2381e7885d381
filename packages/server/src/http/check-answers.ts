import { documentedEndpoints } from '@tijori/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { answerJudge } from './answer-judge.ts';
import { routerPath } from './routes/path.ts';

/**
 * Holds every answer of the API against its contract, for development and tests. Twice: before it is written as JSON, since
 * a serialiser drops what does not belong and so hides the mistake, and as it leaves, however it was sent. `report` is told
 * what breaks it. A success that does leaves as `internal`; an error leaves as it is, since it is on its way out already.
 *
 * Without `again`, what was judged before it was written is not read back: half the price, for a server that people use.
 */
export function checkAnswers(
  app: FastifyInstance,
  report: (breach: string) => void,
  { again }: { again: boolean },
): void {
  const judges = new Map(
    documentedEndpoints.map((endpoint) => [`${endpoint.method} ${routerPath(endpoint.path)}`, answerJudge(endpoint)]),
  );
  const judged = new WeakSet<FastifyReply>();
  app.addHook('onRoute', (route) => {
    const judge = judges.get(`${route.method} ${route.url}`);
    if (!judge) return;
    const hold = (reply: FastifyReply, body: unknown, done: (breach?: AppError) => void) => {
      const breach = judge({ status: reply.statusCode, headers: reply.getHeaders(), body });
      if (breach) report(breach);
      done(breach && reply.statusCode < 400 ? new AppError('internal', { detail: breach }) : undefined);
    };
    const before = [route.preSerialization ?? []].flat();
    route.preSerialization = [
      ...before,
      (_request, reply, payload, done) => {
        if (!again) judged.add(reply);
        hold(reply, payload, (breach) => (breach ? done(breach) : done(null, payload)));
      },
    ];
    const last = [route.onSend ?? []].flat();
    route.onSend = [
      ...last,
      (_request, reply, payload, done) => {
        // Judged once: an answer that broke the contract has become an error, which is judged anew.
        if (judged.delete(reply)) return done(null, payload);
        hold(reply, parsed(payload), (breach) => (breach ? done(breach) : done(null, payload)));
      },
    ];
  });
}

/** What a client would read. A stream is none of the API's answers, and fits no schema. */
function parsed(payload: unknown): unknown {
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return undefined;
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}
