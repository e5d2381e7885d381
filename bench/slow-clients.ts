/**
 * `npm run bench:slow-clients`: what honest clients notice of 2,000 slow ones (slowhttptest: headers, body and answers a few bytes at a time), before,
 * beside and after them. The honest ones create sessions by the clock at a third of what the gateway can do. Server on one core, everybody
 * else on the other (Linux), the slow ones with less right to it. Exit code 1: something is missed; 3: nothing is known.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findProgram } from '../scripts/needs.ts';
import { callerHeaders, createLoad, requestText } from './create-load.ts';
import { keepFigures } from './figures.ts';
import { median, runLoad } from './load.ts';
import { lateMsMax, openLines } from './open-loop.ts';
import { canPin, pinLoad, serverCore } from './pinned.ts';
import { residentMb, startGateway } from './servers.ts';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, plot: { type: 'boolean' }, sockets: { type: 'string', default: '2000' } },
});
const sockets = Number(flags.sockets);
const rounds = flags.quick ? 1 : 3;
/** How fast the slow ones come, and how long is measured beside them: together less than the 10 s after which the gateway ends slow headers. */
const socketsPerSecond = 1_000;
const seconds = 5;
/** Share of its capacity that honest clients ask of the gateway. */
const honestShare = 0.3;
/** To reach: p99 beside slow clients, and 5 s after them, over p99 before (acceptance I3). */
const ratioMax = 2;
const recoveryMs = 5_000;
/** Descriptors that slowhttptest and the gateway need besides the sockets. */
const spareDescriptors = 1_000;

const program = findProgram('slowhttptest');
if (!program) stop('slowhttptest is not on this machine: apt install slowhttptest');
const allowed = Number(spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout);
if (allowed < sockets + spareDescriptors) {
  stop(
    `a process may have ${allowed} open files, and ${sockets + spareDescriptors} are needed: ulimit -n ${sockets + spareDescriptors}`,
  );
}

/** What each kind does to whom. The longest answer without credentials is the OpenAPI document. */
const kinds = [
  { name: 'slow headers', words: ['-H'], path: '/health/live' },
  { name: 'slow body', words: ['-B', '-s', '8192'], path: '/authenticate' },
  {
    name: 'slow read',
    words: ['-X', '-w', '256', '-y', '512', '-n', '2', '-z', '32', '-k', '1'],
    path: '/openapi.json',
  },
] as const;

let isLate = false;
const gateway = await startGateway();
const pid = gateway.process.pid ?? 0;
if (canPin) spawnSync('taskset', ['-acp', String(serverCore), String(pid)], { stdio: 'ignore' });
pinLoad();
try {
  const isReached = await run(program ?? '');
  if (isLate) console.error(`The load itself was later than ${lateMsMax} ms in one of a hundred requests.`);
  // What is reached although the load was late would be reached by one in time as well.
  if (isLate && !isReached) console.error('NOT MEASURED: what is missed may be owed to that.');
  process.exitCode = isReached ? 0 : isLate ? 3 : 1;
} finally {
  await gateway.stop();
}

async function run(slowhttptest: string): Promise<boolean> {
  const load = createLoad(await callerHeaders(gateway));
  await runLoad(gateway.baseUrl, load, 3);
  const { perSecond: capacity } = await runLoad(gateway.baseUrl, load, seconds);
  const request = requestText(gateway.baseUrl, load);
  const lines = await openLines({ baseUrl: gateway.baseUrl, request, connections: 500 });
  const honest = async () => {
    const perSecond = Math.round(capacity * honestShare);
    const run = await lines.run(perSecond, seconds);
    const failed = run.refused + run.unsent + run.unanswered + run.wrong;
    if (failed > 0) {
      const { refused, unsent, unanswered, wrong } = run;
      console.log(`  of ${perSecond * seconds} honest requests`, { refused, unsent, unanswered, wrong });
    }
    isLate ||= run.lateP99Ms > lateMsMax;
    return { p99Ms: run.p99Ms, failed };
  };
  console.log(
    `${Math.round(capacity * honestShare)} honest creates a second; ${sockets} slow sockets; ${rounds} rounds, medians\n`,
  );
  await honest();
  // Made when first asked for, which is nothing that slow clients do.
  await (await fetch(`${gateway.baseUrl}/openapi.json`)).text();
  let isReached = true;
  const bars: { label: string; value: number }[] = [];
  for (const { name, words, path } of kinds) {
    const times: Record<'before' | 'beside' | 'after', number[]> = { before: [], beside: [], after: [] };
    let held = 0;
    let peakMb = 0;
    let failed = 0;
    for (let round = 0; round < rounds; round += 1) {
      const note = async (when: keyof typeof times) => {
        const figures = await honest();
        times[when].push(figures.p99Ms);
        failed += figures.failed;
      };
      await note('before');
      const slow = startSlow(slowhttptest, words, path);
      await wait((sockets / socketsPerSecond) * 1000);
      held = Math.max(held, heldSockets(pid));
      await note('beside');
      peakMb = Math.max(peakMb, residentMb(pid) ?? 0);
      await endOf(slow);
      await wait(recoveryMs);
      await note('after');
    }
    const [before, beside, after] = [median(times.before), median(times.beside), median(times.after)];
    const reached = held >= 0.9 * sockets && failed === 0 && beside <= ratioMax * before && after <= ratioMax * before;
    isReached &&= reached;
    bars.push(
      { label: `${name}, beside`, value: beside / before },
      { label: `${name}, 5 s after`, value: after / before },
    );
    console.log(
      `${name.padEnd(14)}${held} sockets held; p99 ${before.toFixed(1)} ms before, ${beside.toFixed(1)} beside (× ${(beside / before).toFixed(2)}), ` +
        `${after.toFixed(1)} ms 5 s after (× ${(after / before).toFixed(2)}); ${Math.round(peakMb)} MB  ${reached ? 'ok' : 'MISSED'}`,
    );
  }
  lines.close();
  if (flags.plot && (isReached || !isLate)) {
    keepFigures({
      name: 'slow-clients',
      title: `Honest clients beside ${sockets.toLocaleString('en')} slow ones`,
      conditions: `slowhttptest; ${Math.round(capacity * honestShare)} honest creates a second by the clock; ${rounds} rounds of ${seconds} s, medians.`,
      panels: [{ title: 'p99 over that before', unit: 'ratio', goal: { value: ratioMax, is: 'at most' }, bars }],
    });
  }
  return isReached;
}

function startSlow(slowhttptest: string, words: readonly string[], path: string): ChildProcess {
  const common = [
    '-c',
    String(sockets),
    '-r',
    String(socketsPerSecond),
    '-i',
    '2',
    '-l',
    '60',
    '-p',
    '5',
    '-u',
    `${gateway.baseUrl}${path}`,
  ];
  // Behind the honest ones on their core: what these lose there is no fault of the gateway.
  return spawn('nice', ['-n', '19', slowhttptest, ...words, ...common], { stdio: 'ignore' });
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Connections that the gateway holds open just now (Linux): a flood that it does not see proves nothing. */
function heldSockets(of: number): number {
  const port = Number(new URL(gateway.baseUrl).port).toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync(`/proc/${of}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  // Its own end is this port, and its state is "established" (proc_pid_net(5)).
  return lines.filter(([, local = '', , state]) => local.endsWith(`:${port}`) && state === '01').length;
}

/** Loudly, and not as if all was well: what never runs proves nothing. */
function stop(why: string): never {
  console.error(`NOT MEASURED: ${why}`);
  process.exit(3);
}
