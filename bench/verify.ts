/**
 * `npm run bench:verify`: what a verdict costs (time of a processor in the verifier's thread, and on the clock), whether the event loop
 * stays free meanwhile, and what creating and status lose while documents are judged, in turns within one run.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createSdkSession, sdkSessionRequestEntity, sdkSessionStatus } from '@tijori/wire';
import { strictPolicy } from '../packages/server/src/verify/judge.ts';
import { openVerifier } from '../packages/server/src/verify/verifier.ts';
import { type Load, median, runLoad } from './load.ts';
import { specimensToJudge } from './verify-specimens.ts';

const { values: flags } = parseArgs({ options: { quick: { type: 'boolean' } } });
const files = flags.quick ? 50 : 300;
const rounds = flags.quick ? 2 : 5;
const seconds = flags.quick ? 2 : 6;
/** Verdicts a second beside the load. */
const rate = 30;
const targets = { xmlMs: 20, pdfMs: 60, ratio: 0.9 };
let missed = 0;

await measureVerdicts();
await measureLoss();
process.exitCode = missed === 0 ? 0 : 1;

async function measureVerdicts(): Promise<void> {
  const { xml, pdf, trust } = await specimensToJudge();
  const verifier = openVerifier({
    stores: { bench: { current: () => ({ digest: 'bench', material: trust }) } },
    policy: strictPolicy,
    limits: { threads: 1 },
  });
  const judge = async (bytes: Buffer) => {
    const { verdict } = await verifier.judge(bytes, { store: 'bench', judgedAtMs: Date.now() });
    if (verdict.state !== 'genuine') throw new Error(`judged as ${verdict.state}: ${verdict.reason}`);
  };
  for (const [name, bytes, target] of [
    ['XML', xml, targets.xmlMs],
    ['PDF', pdf, targets.pdfMs],
  ] as const) {
    for (let count = 0; count < 20; count += 1) await judge(bytes);
    const loop = monitorEventLoopDelay({ resolution: 10 });
    const [main, whole] = [process.threadCpuUsage(), process.cpuUsage()];
    loop.enable();
    const times: number[] = [];
    for (let count = 0; count < files; count += 1) {
      const startedAtMs = performance.now();
      await judge(bytes);
      times.push(performance.now() - startedAtMs);
    }
    loop.disable();
    const spent = (used: { user: number; system: number }) => (used.user + used.system) / 1_000 / files;
    const onLoop = spent(process.threadCpuUsage(main));
    const elsewhere = spent(process.cpuUsage(whole)) - onLoop;
    const isMet = elsewhere <= target;
    if (!isMet) missed += 1;
    print(
      `${name}, ${bytes.length} bytes: ${elsewhere.toFixed(1)} ms of a processor off the event loop, ${onLoop.toFixed(2)} ms on it; ` +
        `on the clock ${median(times).toFixed(1)} ms (median of ${files}); event loop late by at most ${(loop.max / 1e6).toFixed(1)} ms. ` +
        `To reach: ${target} ms ${isMet ? 'ok' : 'MISSED'}`,
    );
  }
  await verifier.close();
}

async function measureLoss(): Promise<void> {
  const child = fork(new URL('./serve-verifying.ts', import.meta.url).pathname, [String(rate)], {
    execArgv: ['--max-semi-space-size=8'],
  });
  const [server] = (await once(child, 'message')) as [{ baseUrl: string; apiKey: string; apiSecret: string }];
  const tell = async (word: 'on' | 'off') => {
    child.send(word);
    return ((await once(child, 'message')) as [number])[0];
  };
  for (const [name, load] of Object.entries(await loads(server))) {
    const [without, beside]: [number[], number[]] = [[], []];
    await runLoad(server.baseUrl, load, seconds);
    let judged = 0;
    for (let round = 0; round < rounds; round += 1) {
      without.push((await runLoad(server.baseUrl, load, seconds)).perSecond);
      const before = await tell('on');
      beside.push((await runLoad(server.baseUrl, load, seconds)).perSecond);
      judged += (await tell('off')) - before;
    }
    const ratio = median(beside) / median(without);
    if (ratio < targets.ratio) missed += 1;
    print(
      `${name}: ${Math.round(median(without))}/s, and ${Math.round(median(beside))}/s beside ${Math.round(judged / rounds / seconds)} verdicts a second: ` +
        `ratio ${ratio.toFixed(2)}. To reach: ${targets.ratio} ${ratio >= targets.ratio ? 'ok' : 'MISSED'}`,
    );
  }
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}

async function loads({ baseUrl, apiKey, apiSecret }: { baseUrl: string; apiKey: string; apiSecret: string }) {
  const login = { method: 'POST', headers: { 'x-api-key': apiKey, 'x-api-secret': apiSecret } };
  const token = (await (await fetch(`${baseUrl}/authenticate`, login)).json()) as { data: { access_token: string } };
  const headers = { authorization: token.data.access_token, 'x-api-key': apiKey };
  const create: Load = {
    method: 'POST',
    paths: [createSdkSession.path],
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] }),
  };
  const made = await fetch(`${baseUrl}${createSdkSession.path}`, {
    method: 'POST',
    headers: create.headers,
    body: create.body ?? '',
  });
  const { data } = (await made.json()) as { data: { id: string } };
  const status: Load = { method: 'GET', paths: [sdkSessionStatus.path.replace('{session_id}', data.id)], headers };
  return { create, status };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
