/**
 * `npm run fuzz -- --requests N`: sends requests made from docs/openapi.json, good and bad, to a gateway in this process, and
 * judges every answer by the same document. Exit code 1 on any unplanned 5xx, undocumented answer, invalid request accepted
 * or valid one refused.
 */
import { parseArgs } from 'node:util';
import { fuzz } from '../packages/server/src/testing/fuzz/run.ts';
import { startTestGateway } from '../packages/server/src/testing/gateway.ts';

const usage = 'npm run fuzz -- [--requests 50000] [--seed N]';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '50000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [count, seed] = [Number(values.requests), Number(values.seed)];
if (!(Number.isInteger(count) && count > 0 && Number.isInteger(seed))) {
  print(usage);
  process.exit(2);
}

const gateway = await startTestGateway();
const startedAtMs = performance.now();
const summary = await fuzz(gateway, { count, seed });
const seconds = (performance.now() - startedAtMs) / 1000;
// The gateway judges its answers, too, and does not close in peace after one that broke the contract.
const breaches = await gateway.close().then(
  () => [],
  (error: Error) => [error.message],
);
for (const [at, times] of [...summary.statuses].sort()) print(`${String(times).padStart(8)}  ${at}`);
for (const finding of [...summary.findings, ...breaches]) print(`\nFINDING  ${finding}`);
print(`
${summary.requests} requests in ${seconds.toFixed(1)} s (seed ${seed}), the slowest ${Math.round(summary.slowestMs)} ms.
${summary.valid} were valid, of which ${summary.succeeded} succeeded. Never succeeded: ${summary.neverSucceeded.join(', ') || 'none'}.
Findings: ${summary.findings.length + breaches.length}.`);
process.exitCode = summary.findings.length + breaches.length === 0 ? 0 : 1;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
