import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createSdkSession, createWebhookEndpoint, sdkSessionRequestEntity } from '@tijori/wire';
import { type Load, median, runLoad } from './load.ts';
import { canPin, loadCore, pinLoad, serverCore, startPinned } from './pinned.ts';
import { type Arrival, startReceiver } from './webhook-receiver.ts';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, only: { type: 'string' } },
});
const rounds = flags.quick ? 2 : 3;
/** Events that wait when a round of deliveries begins. */
const backlog = flags.quick ? 3_000 : 10_000;
const loadSeconds = flags.quick ? 2 : 6;
/** Turns of creations: many, since the machine's speed changes from one moment to the next. */
const creationTurns = flags.quick ? 3 : 7;
const atATime = 32;
/** Nothing has come for so long: a backlog is through, ms. */
const stillMs = 1_000;
/** Whatever takes longer does not end at all, ms. */
const endlessMs = 180_000;
const targets = { perSecond: 1_000, createRatio: 0.9, besidePerSecond: 500, fairRatio: 2 };

interface Row {
  name: string;
  value: number;
  unit: string;
  baseline?: number;
  ratio?: number;
  target: string;
  ok: boolean;
}
type Caller = Record<string, string>;

pinLoad();
const gateway = await startPinned('serve-dispatcher.ts');
const { baseUrl, callers } = JSON.parse(gateway.origin) as { baseUrl: string; callers: Caller[] };
const [busy = {}, other = {}, quiet = {}] = callers;
const rows: Row[] = [];
/** Sessions a second under full load, without endpoints; 0: not measured. */
let capacity = 0;
try {
  const parts = {
    deliveries: measureDeliveries,
    creation: measureCreation,
    half: measureBesideHalfLoad,
    fairness: measureFairness,
  };
  for (const [name, measure] of Object.entries(parts)) if ((flags.only ?? name) === name) await measure();
} finally {
  await gateway.stop();
}
report();

/** A figure that nothing is asked of. */
function note(name: string, value: number, unit: string): void {
  rows.push({ name, value, unit, target: '', ok: true });
}

async function call(caller: Caller, method: string, path: string, payload?: object): Promise<Record<string, unknown>> {
  const body = payload ? { body: JSON.stringify(payload) } : {};
  const headers = { ...caller, ...(payload && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${baseUrl}${path}`, { method, headers, ...body });
  const told = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(told)}`);
  return told;
}

function createLoad(caller: Caller): Load {
  const body = { '@entity': sdkSessionRequestEntity, flow: 'signin', doc_types: ['gstn_details'] };
  const headers = { ...caller, 'content-type': 'application/json' };
  return { method: 'POST', paths: [createSdkSession.path], headers, body: JSON.stringify(body) };
}

async function makeEvents(caller: Caller, count: number): Promise<void> {
  const { headers, body = '' } = createLoad(caller);
  let left = count;
  const one = async () => {
    while (left-- > 0) {
      const answer = await fetch(`${baseUrl}${createSdkSession.path}`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`create answered ${answer.status}`);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));
}

async function endpointAt(caller: Caller, url: string): Promise<string> {
  return String((await call(caller, 'POST', createWebhookEndpoint.path, { url })).id);
}

/** Orders all events of a workspace for an endpoint. */
async function replayAll(caller: Caller, id: string): Promise<number> {
  let ordered = 0;
  for (let cursor: unknown; cursor !== null; ) {
    const order = { from: 0, to: Date.now() + 60_000, include_delivered: true, ...(cursor ? { cursor } : {}) };
    const told = await call(caller, 'POST', `${createWebhookEndpoint.path}/${id}/replay`, order);
    ordered += Number(told.ordered);
    cursor = told.next_cursor;
  }
  return ordered;
}

/** A backlog of one endpoint, as fast as it goes; beside it the same posts in a bare loop of undici. In turns. */
async function measureDeliveries(): Promise<void> {
  await makeEvents(busy, backlog);
  const seen = new Set<string>();
  let firstMs = 0;
  let lastMs = 0;
  let sample: Arrival | undefined;
  let plain = 0;
  const receiver = await startReceiver({
    onArrival(arrival) {
      sample ??= arrival;
      lastMs = performance.now();
      if (firstMs === 0) firstMs = lastMs;
      plain += 1;
      seen.add(arrival.id);
    },
  });
  const id = await endpointAt(busy, receiver.url);
  const deliveries: number[] = [];
  const posts: number[] = [];
  const busyShares: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    seen.clear();
    firstMs = 0;
    const cpuMs = await gateway.cpuMs();
    const ordered = await replayAll(busy, id);
    await until('the backlog', () => seen.size >= ordered);
    // The first round warms up.
    if (round > 0) {
      deliveries.push(ordered / ((lastMs - firstMs) / 1000));
      busyShares.push(((await gateway.cpuMs()) - cpuMs) / (lastMs - firstMs));
    }
    const { headers = {}, body = '' } = sample ?? {};
    const sent = Object.fromEntries(
      Object.entries(headers).filter(([name]) => !/^(host|connection|content-length)$/.test(name)),
    );
    const sender = await startPinned('serve-sender.ts', receiver.url, JSON.stringify(sent), body, String(atATime));
    for (const count of [1_000, backlog]) {
      plain = 0;
      firstMs = 0;
      sender.tell(count);
      await until('the posts of a bare loop', () => plain >= count);
    }
    if (round > 0) posts.push(backlog / ((lastMs - firstMs) / 1000));
    await sender.stop();
  }
  await call(busy, 'DELETE', `${createWebhookEndpoint.path}/${id}`);
  receiver.close();
  const [value, baseline] = [median(deliveries), median(posts)];
  rows.push({
    name: 'deliveries',
    value,
    unit: '/s',
    baseline,
    ratio: value / baseline,
    target: `>= ${targets.perSecond}`,
    ok: value >= targets.perSecond,
  });
  note('  processor', median(busyShares), 'cores');
}

/** Throws if it takes so long that it will never be. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (const endMs = performance.now() + endlessMs; !holds(); await wait(5)) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
  }
}

/** A load of creations, and what each of them costs the gateway's process. */
async function loaded(load: Load): Promise<{ perSecond: number; cpuUs: number }> {
  const beforeMs = await gateway.cpuMs();
  const { perSecond } = await runLoad(baseUrl, load, loadSeconds);
  return { perSecond, cpuUs: (((await gateway.cpuMs()) - beforeMs) * 1_000) / (perSecond * loadSeconds) };
}

/**
 * Sessions created under full load, with an endpoint that hears of each and with the same endpoint switched off, in turns; and what becomes of the
 * events. Each turn with webhooks is held against the two without around it, so that neither a machine that becomes slower nor a
 * database that grows decides; the figure is the median of these ratios. A turn begins when no event is left of the one before.
 */
async function measureCreation(): Promise<void> {
  let came = 0;
  let lateMs = 0;
  let lastMs = 0;
  const receiver = await startReceiver({
    onArrival: ({ body, atMs }) => {
      came += 1;
      lastMs = performance.now();
      lateMs = Math.max(lateMs, atMs - Date.parse((JSON.parse(body) as { timestamp: string }).timestamp));
    },
  });
  const id = await endpointAt(other, receiver.url);
  const turn = (enabled: boolean) => call(other, 'PATCH', `${createWebhookEndpoint.path}/${id}`, { enabled });
  const load = createLoad(other);
  const meanwhile: number[] = [];
  const afterwards: number[] = [];
  const without = async () => {
    await turn(false);
    return loaded(load);
  };
  const withWebhooks = async () => {
    await turn(true);
    came = 0;
    const told = await loaded(load);
    meanwhile.push(came / loadSeconds);
    const [before, beganMs] = [came, performance.now()];
    await until('the last event', () => performance.now() - lastMs >= stillMs);
    afterwards.push((came - before) / ((lastMs - beganMs) / 1_000));
    return told;
  };
  // One of each warms up.
  await withWebhooks();
  await without();
  const off = [await without()];
  const on: { perSecond: number; cpuUs: number }[] = [];
  for (let count = 0; count < creationTurns; count += 1) {
    on.push(await withWebhooks());
    off.push(await without());
  }
  await turn(false);
  receiver.close();
  const ratios = (of: 'perSecond' | 'cpuUs') =>
    on.map((each, index) => (each[of] * 2) / ((off[index]?.[of] ?? 0) + (off[index + 1]?.[of] ?? 0)));
  const sorted = ratios('perSecond').toSorted((left, right) => left - right);
  const quarter = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  capacity = median(off.map(({ perSecond }) => perSecond));
  const ratio = median(sorted);
  const value = median(on.map(({ perSecond }) => perSecond));
  const [target, ok] = [`ratio >= ${targets.createRatio}`, ratio >= targets.createRatio];
  rows.push({ name: 'create, webhooks on', value, unit: '/s', baseline: capacity, ratio, target, ok });
  note('  half of the turns, from', quarter(0.25), 'ratio');
  note('  to', quarter(0.75), 'ratio');
  note('  processor a session', median(ratios('cpuUs')), 'ratio');
  note('  delivered meanwhile', median(meanwhile), '/s');
  note('  delivered afterwards', median(afterwards), '/s');
  note('  latest event', lateMs / 1_000, 's');
}

/** A backlog goes out while callers ask for half of what they could get: they take half of the process, and the rest is for deliveries. */
async function measureBesideHalfLoad(): Promise<void> {
  capacity ||= (await runLoad(baseUrl, createLoad(quiet), loadSeconds)).perSecond;
  if (flags.only) await makeEvents(busy, backlog);
  let came = 0;
  const receiver = await startReceiver({
    onArrival: () => {
      came += 1;
    },
  });
  const id = await endpointAt(busy, receiver.url);
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const load = runLoad(baseUrl, { ...createLoad(quiet), perSecond: Math.round(capacity / 2) }, loadSeconds + 1);
    const orders = replayAll(busy, id);
    await wait(1_000);
    const before = came;
    await load;
    rates.push((came - before) / loadSeconds);
    await orders;
    let [seen, sinceMs] = [-1, 0];
    await until('the end of a backlog', () => {
      if (seen !== came) [seen, sinceMs] = [came, performance.now()];
      return performance.now() - sinceMs >= stillMs / 2;
    });
  }
  await call(busy, 'DELETE', `${createWebhookEndpoint.path}/${id}`);
  receiver.close();
  const value = median(rates);
  const [target, ok] = [`>= ${targets.besidePerSecond}`, value >= targets.besidePerSecond];
  rows.push({ name: 'deliveries, half load', value, unit: '/s', target, ok });
}

/** How long an event of a quiet workspace takes to its endpoint, alone and beside the backlog of one that is slow or hangs. */
async function measureFairness(): Promise<void> {
  if (flags.only) await makeEvents(busy, backlog);
  let arrived: number[] = [];
  const receiver = await startReceiver({
    onArrival({ body, atMs }) {
      const { timestamp, type } = JSON.parse(body) as { timestamp: string; type: string };
      if (type === 'entitylocker.session.created') arrived.push(atMs - Date.parse(timestamp));
    },
  });
  await endpointAt(quiet, receiver.url);
  const samples = flags.quick ? 100 : 300;
  const { headers, body = '' } = createLoad(quiet);
  const p99 = async () => {
    arrived = [];
    for (let sent = 0; sent < samples; sent += 1) {
      await (await fetch(`${baseUrl}${createSdkSession.path}`, { method: 'POST', headers, body })).arrayBuffer();
      await wait(10);
    }
    await until('the events of a quiet workspace', () => arrived.length >= samples);
    arrived.sort((left, right) => left - right);
    return arrived[Math.ceil(samples * 0.99) - 1] ?? 0;
  };
  await p99();
  const troubles = [
    ['slow', 1_000],
    ['hanging', null],
  ] as const;
  for (const [name, answerAfterMs] of troubles) {
    const [alone, beside]: [number[], number[]] = [[], []];
    const bad = await startReceiver({ answerAfterMs, onArrival: () => {} });
    const id = await endpointAt(busy, bad.url);
    await replayAll(busy, id);
    const turn = (enabled: boolean) => call(busy, 'PATCH', `${createWebhookEndpoint.path}/${id}`, { enabled });
    for (let round = 0; round < rounds; round += 1) {
      await turn(false);
      alone.push(await p99());
      await turn(true);
      beside.push(await p99());
    }
    await turn(false);
    bad.close();
    const [value, baseline] = [median(beside), median(alone)];
    const ratio = value / baseline;
    const ok = ratio < targets.fairRatio;
    const target = `ratio < ${targets.fairRatio}`;
    rows.push({ name: `p99 beside a ${name} one`, value, unit: 'ms', baseline, ratio, target, ok });
  }
  receiver.close();
}

function report(): void {
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
  const round2 = (value: number | undefined) => (value === undefined ? undefined : Math.round(value * 100) / 100);
  const rounded = rows.map((row) => ({
    ...row,
    value: round2(row.value),
    baseline: round2(row.baseline),
    ratio: round2(row.ratio),
  }));
  if (flags.json) {
    for (const row of rounded) console.log(JSON.stringify(row));
    return;
  }
  console.log(`Backlog of ${backlog} events; ${rounds} rounds in turns, medians.`);
  const where = canPin
    ? `gateway and bare sender on core ${serverCore}, receiver and load on core ${loadCore}`
    : 'nothing is pinned';
  console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}); ${where}.\n`);
  for (const { name, value, unit, baseline, ratio, target, ok } of rounded) {
    const cell = (number: number | undefined) => (number === undefined ? '' : String(number)).padStart(11);
    const goal = target === '' ? '' : `${target} ${ok ? 'ok' : 'MISSED'}`;
    console.log(`${name.padEnd(26)}${cell(value)}${cell(baseline)}${cell(ratio)}  ${unit.padEnd(6)} ${goal}`);
  }
}
