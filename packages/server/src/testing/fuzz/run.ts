import fc from 'fast-check';
import type { TestGateway } from '../gateway.ts';
import { type FuzzAnswer, judge } from './judge.ts';
import { readOperations } from './operations.ts';
import { type FuzzRequest, requests } from './requests.ts';
import { fuzzWorld } from './world.ts';

/** Requests that are under way at once … */
const atOnce = 50;
/** … and batches that are made at once: all of a long run would not fit into memory. */
const batchesMade = 20;

export interface FuzzSummary {
  requests: number;
  /** Requests with nothing wrong in them, and how many of those succeeded. */
  valid: number;
  succeeded: number;
  slowestMs: number;
  /** How often each operation answered with each status, as `authenticate 200`. */
  statuses: Map<string, number>;
  /** Operations that answered nothing but errors: none of their successes was judged. */
  neverSucceeded: string[];
  findings: string[];
}

/** Findings after which a run stops. */
const findingsMax = 10;

/** Sends requests made from docs/openapi.json, good and bad, and judges every answer by the same document. */
export async function fuzz(
  gateway: TestGateway,
  { count, seed }: { count: number; seed: number },
): Promise<FuzzSummary> {
  const world = await fuzzWorld(gateway);
  const operations = readOperations();
  const batch = fc.array(requests(operations, world), { minLength: atOnce, maxLength: atOnce, size: 'max' });
  const summary: FuzzSummary = {
    requests: 0,
    valid: 0,
    succeeded: 0,
    slowestMs: 0,
    statuses: new Map(),
    neverSucceeded: [],
    findings: [],
  };
  while (summary.requests < count && summary.findings.length < findingsMax) {
    const numRuns = Math.min(batchesMade, Math.ceil((count - summary.requests) / atOnce));
    for (const list of fc.sample(batch, { numRuns, seed: seed + summary.requests })) {
      await Promise.all(list.map(async (request) => note(summary, request, await send(gateway, request))));
    }
  }
  const succeeds = ({ id }: { id: string }) => [200, 201].some((status) => summary.statuses.has(`${id} ${status}`));
  summary.neverSucceeded = operations.filter((operation) => !succeeds(operation)).map(({ id }) => id);
  return summary;
}

async function send(gateway: TestGateway, { inject }: FuzzRequest): Promise<FuzzAnswer> {
  const startedAtMs = performance.now();
  const { statusCode, headers, body } = await gateway.app.inject(inject);
  return { status: statusCode, headers, text: body, ms: performance.now() - startedAtMs };
}

function note(summary: FuzzSummary, request: FuzzRequest, answer: FuzzAnswer): void {
  const fault = judge(request, answer);
  if (fault) summary.findings.push(told(request, answer, fault));
  const at = `${request.operation.id} ${answer.status}`;
  summary.statuses.set(at, (summary.statuses.get(at) ?? 0) + 1);
  summary.requests += 1;
  summary.slowestMs = Math.max(summary.slowestMs, answer.ms);
  if (request.faults.length > 0) return;
  summary.valid += 1;
  if (answer.status < 300) summary.succeeded += 1;
}

/** Enough to send it again by hand, but for the credentials. */
function told({ operation, inject, faults }: FuzzRequest, { text }: FuzzAnswer, fault: string): string {
  const { method, url, payload } = inject;
  const {
    authorization,
    'x-api-key': key,
    'x-api-secret': secret,
    ...headers
  }: Record<string, unknown> = { ...inject.headers };
  const given = Object.entries({ authorization, key, secret }).flatMap(([name, value]) => (value ? [name] : []));
  return [
    `${operation.id}: ${fault}`,
    `  wrong in it: ${faults.join(', ') || 'nothing'}`,
    `  sent with ${given.join(', ') || 'no credentials'}: ${JSON.stringify({ method, url, headers, payload })}`,
    `  answered: ${text.slice(0, 500)}`,
  ].join('\n');
}
