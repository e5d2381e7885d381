/**
 * `npm run bench:streaming`: documents of 100 kB and 10 MB downloaded through pre-signed links, out of the vault on disk, in turns with the same
 * files from a bare Fastify route that streams them in the clear; and the memory that it takes, also with readers that do not read. Servers run on
 * one core and the load on the other (Linux).
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type DocTypeName, type SdkSessionDocumentResponse, sdkSessionDocument } from '@tijori/wire';
import { freePort } from '../packages/server/src/cli/dev-folder.ts';
import { callerHeaders } from './create-load.ts';
import { type Downloaded, holdBack, runDownloads } from './download.ts';
import { keepFigures } from './figures.ts';
import { holdDocuments } from './held-documents.ts';
import { median } from './load.ts';
import { canPin, pinLoad, serverCore, startPinned } from './pinned.ts';
import { benchSettings, processorMs, type RunningGateway, residentMb, startGateway } from './servers.ts';

const { values: flags } = parseArgs({ options: { quick: { type: 'boolean' }, plot: { type: 'boolean' } } });
const rounds = flags.quick ? 3 : 7;
const seconds = flags.quick ? 2 : 5;
/** Downloads at once. */
const connections = 32;
/** To reach: our rate over the bare route's, and what large files may take above small ones, MB (in the clear 32 of them have 320). */
const ratioMin = 0.5;
const extraMbMax = 48;

interface Case {
  name: string;
  docType: DocTypeName;
  bytes: Buffer;
}
const largest: Case = { name: '10 MB', docType: 'company_master_details', bytes: randomBytes(10_000_000) };
const cases: readonly Case[] = [{ name: '100 kB', docType: 'gstn_details', bytes: randomBytes(100_000) }, largest];

const stack = new AsyncDisposableStack();
let isReached = true;
try {
  await run();
} finally {
  await stack.disposeAsync();
}
process.exitCode = isReached ? 0 : 1;

async function run(): Promise<void> {
  const { pid, links, bareOrigin } = await start();
  const memory: [label: string, mb: number][] = [['idle', residentMb(pid) ?? 0]];
  const compared: Compared[] = [];
  for (const each of cases) {
    const { docType, name } = each;
    const peak = watchPeak(pid);
    compared.push(await compare(each, pid, { ours: links.get(docType) ?? '', bare: `${bareOrigin}/files/${docType}` }));
    memory.push([`${connections} × ${name}`, peak.stop()]);
  }
  const peak = watchPeak(pid);
  const letGo = await holdBack(links.get(largest.docType) ?? '', connections);
  await wait(flags.quick ? 1_000 : 5_000);
  letGo();
  memory.push([`${connections} × ${largest.name} that nobody reads`, peak.stop()]);
  const [, small = 0, ...larger] = memory.map(([, mb]) => mb);
  const extraMb = Math.max(...larger) - small;
  const told = memory.map(([label, mb]) => `${label} ${Math.round(mb)} MB`).join(', ');
  say(`memory  ${told}; above small files: ${Math.round(extraMb)} MB`, extraMb <= extraMbMax);
  if (flags.plot) keep(compared, memory);
}

/** The gateway on a folder with the documents, the bare server on the same files in the clear. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'tijori-streaming-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  const settings = benchSettings(data, await freePort());
  const sessionId = await holdDocuments(settings, new Map(cases.map(({ docType, bytes }) => [docType, bytes])));
  for (const { docType, bytes } of cases) writeFileSync(join(folder, docType), bytes);
  const bare = await startPinned('./bare-files.ts', folder);
  stack.defer(() => bare.stop());
  const gateway = await startGateway({ folder: data, settings });
  stack.defer(() => gateway.stop());
  const pid = gateway.process.pid ?? 0;
  if (canPin) spawnSync('taskset', ['-acp', String(serverCore), String(pid)], { stdio: 'ignore' });
  pinLoad();
  return { pid, links: await linksOf(gateway, sessionId), bareOrigin: bare.origin };
}

interface Compared {
  name: string;
  oursMb: number;
  bareMb: number;
  ratio: number;
}

/** In turns, one unmeasured turn each first; medians of all rounds. */
async function compare({ name, bytes }: Case, pid: number, urls: { ours: string; bare: string }): Promise<Compared> {
  const load = { sizeBytes: bytes.length, connections, seconds };
  const ours: Downloaded[] = [];
  const bare: Downloaded[] = [];
  let spentMs = 0;
  for (const url of [urls.ours, urls.bare]) await runDownloads({ ...load, url, seconds: 1 });
  for (let round = 0; round < rounds; round += 1) {
    const beforeMs = processorMs(pid) ?? 0;
    ours.push(await runDownloads({ ...load, url: urls.ours }));
    spentMs += (processorMs(pid) ?? 0) - beforeMs;
    bare.push(await runDownloads({ ...load, url: urls.bare }));
  }
  const middle = (runs: Downloaded[], figure: keyof Downloaded) => median(runs.map((run) => run[figure]));
  const [oursMb, bareMb] = [middle(ours, 'bytesPerSecond') / 1e6, middle(bare, 'bytesPerSecond') / 1e6];
  const ratio = oursMb / bareMb;
  const files = ours.reduce((sum, { files: count }) => sum + count, 0);
  say(
    `${name.padEnd(8)}${Math.round(oursMb)} MB/s beside ${Math.round(bareMb)} bare: ratio ${ratio.toFixed(2)}; ` +
      `p99 ${Math.round(middle(ours, 'p99Ms'))} and ${Math.round(middle(bare, 'p99Ms'))} ms; ${Math.round((spentMs * 1000) / files)} µs of a processor each`,
    ratio >= ratioMin,
  );
  return { name, oursMb, bareMb, ratio };
}

function keep(compared: readonly Compared[], memory: readonly [label: string, mb: number][]): void {
  keepFigures({
    name: 'streaming',
    title: 'Downloads from the vault beside a bare file stream',
    conditions: `${connections} downloads at once, ${rounds} rounds of ${seconds} s in turns, medians; ${canPin ? 'server on one core, load on the other' : 'cores shared with the load'}.`,
    panels: [
      {
        title: 'Rate over that of the bare stream',
        unit: 'ratio',
        goal: { value: ratioMin, is: 'at least' },
        bars: compared.map(({ name, ratio }) => ({ label: name, value: ratio })),
      },
      ...compared.map(({ name, oursMb, bareMb }) => ({
        title: `Files of ${name}`,
        unit: 'MB/s',
        bars: [
          { label: 'from the vault', value: oursMb },
          { label: 'bare stream of the file', value: bareMb, isBaseline: true },
        ],
      })),
      { title: 'Resident memory at its highest', unit: 'MB', bars: memory.map(([label, value]) => ({ label, value })) },
    ],
  });
}

/** A link to each file, as an integrator gets it; each is read once and must be the file. */
async function linksOf(gateway: RunningGateway, sessionId: string): Promise<Map<DocTypeName, string>> {
  const headers = await callerHeaders(gateway);
  const links = new Map<DocTypeName, string>();
  for (const { docType, bytes } of cases) {
    const path = sdkSessionDocument.path.replace('{session_id}', sessionId).replace('{doc_type}', docType);
    const answer = await fetch(`${gateway.baseUrl}${path}`, { headers });
    const [file] = ((await answer.json()) as SdkSessionDocumentResponse).data.files;
    const url = file?.url ?? '';
    const got = Buffer.from(await (await fetch(url)).arrayBuffer());
    const digest = (of: Buffer) => createHash('sha256').update(of).digest('hex');
    if (digest(got) !== digest(bytes)) throw new Error(`the link of ${docType} brought another file`);
    links.set(docType, url);
  }
  return links;
}

/** Resident memory at its highest until `stop`, MB. */
function watchPeak(pid: number) {
  let peak = residentMb(pid) ?? 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb(pid) ?? 0);
  }, 50);
  return {
    stop(): number {
      clearInterval(timer);
      return peak;
    },
  };
}

function say(line: string, reached: boolean): void {
  isReached &&= reached;
  console.log(`${line}  ${reached ? 'ok' : 'MISSED'}`);
}
