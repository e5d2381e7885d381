import { setTimeout as sleep } from 'node:timers/promises';
import { createSdkSession, sdkSessionRequestEntity } from '@tijori/wire';
import type { Integrator } from '../crash/api.ts';
import type { Connection } from '../crash/connection.ts';

/** What became of many requests that create. */
export interface CreatedByKey {
  /** Answers by status. */
  answers: Record<string, number>;
  /** Keys whose first try had no 200 … */
  unknown: number;
  /** … and those of them that had been carried out all the same. */
  carriedOut: number;
  /** Answers that must not be. */
  faults: string[];
}

const triedMsMax = 60_000;
const body = JSON.stringify({ '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] });

/** Creates one session, and asks again with the same `Idempotency-Key` until it is told so. Nothing but 200 and 503 may come. */
export async function createByKey(
  connection: Connection,
  { baseUrl, headers }: Integrator,
  { key, created, pauseMs }: { key: string; created: CreatedByKey; pauseMs: number },
): Promise<{ key: string; id: string; createdAtMs: number; isReplay: boolean }> {
  const until = performance.now() + triedMsMax;
  for (let tries = 1; performance.now() < until; tries += 1) {
    const answer = await connection.ask('POST', `${baseUrl}${createSdkSession.path}`, {
      headers: { ...headers, 'idempotency-key': key },
      body,
    });
    created.answers[answer.status] = (created.answers[answer.status] ?? 0) + 1;
    if (answer.status === 200) {
      if (tries > 1) created.unknown += 1;
      const isReplay = answer.headers['idempotent-replayed'] === 'true';
      if (isReplay) created.carriedOut += 1;
      const { id, created_at: createdAtMs } = JSON.parse(answer.body.toString()).data;
      return { key, id: String(id), createdAtMs: Number(createdAtMs), isReplay };
    }
    if (answer.status !== 503) throw new Error(`create answered ${answer.status}: ${answer.body}`);
    if (!answer.headers['retry-after']) created.faults.push('a 503 says not when to come again');
    await sleep(pauseMs);
  }
  throw new Error(`no session was made within ${triedMsMax} ms`);
}
