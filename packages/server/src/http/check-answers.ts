import { documentedEndpoints, type Endpoint } from '@tijori/wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import type { Answer } from './answer-judge.ts';
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
  const endpoints = new Map(
    documentedEndpoints.map((endpoint) => [`${endpoint.method} ${routerPath(endpoint.path)}`, endpoint]),
  );
  const judged = new WeakSet<FastifyReply>();
  app.addHook('onRoute', (route) => {
    const endpoint = endpoints.get(`${route.method} ${route.url}`);
    if (!endpoint) return;
    let judge: Promise<(answer: Answer) => string | undefined> | undefined;
    const hold = async (reply: FastifyReply, body: unknown) => {
      judge ??= judgeOf(endpoint);
      const breach = (await judge)({ status: reply.statusCode, headers: reply.getHeaders(), body });
      if (!breach) return;
      report(breach);
      if (reply.statusCode < 400) throw new AppError('internal', { detail: breach });
    };
    const before = [route.preSerialization ?? []].flat();
    route.preSerialization = [
      ...before,
      async (_request, reply, payload) => {
        if (!again) judged.add(reply);
        await hold(reply, payload);
        return payload;
      },
    ];
    const last = [route.onSend ?? []].flat();
    route.onSend = [
      ...last,
      async (_request, reply, payload) => {
        // Judged once: an answer that broke the contract has become an error, which is judged anew.
        if (!judged.delete(reply)) await hold(reply, parsed(payload));
        return payload;
      },
    ];
  });
}

/** The compiler of schemas, 15 MB of code in memory, comes with the first answer that is to be judged. */
async function judgeOf(endpoint: Endpoint): Promise<(answer: Answer) => string | undefined> {
  const { answerJudge } = await import('./answer-judge.ts');
  return answerJudge(endpoint);
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
