/**
 * `npm run prove:documents -- --count N`: N mutated PDFs and as many mutated XMLs, made from every specimen, before the verifier as the
 * gateway has it (acceptance D10). Exit code 1 if one that differs from its original comes out as genuine, or if a good file is not judged as
 * such afterwards. An XML may differ in what its signature does not cover and nobody reads (a comment before the root, the name beside the
 * certificate): then what is read must be the same to the letter, and xmlsec1, where it is there, must say so, too.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trustFolder } from '@tijori/simulator';
import { catalogueOf, loadPeople, type Rendition, render } from '@tijori/simulator/specimens';
import { mutations } from '../packages/server/src/testing/mutations.ts';
import { judge, strictPolicy } from '../packages/server/src/verify/judge.ts';
import { readTrustFolder } from '../packages/server/src/verify/trust-folder.ts';
import { openTrustSource } from '../packages/server/src/verify/trust-source.ts';
import { openTrustStore } from '../packages/server/src/verify/trust-store.ts';
import { openVerifier } from '../packages/server/src/verify/verifier.ts';
import { findProgram } from './needs.ts';
import { proveReading } from './prove-reading.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '20261126' } },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
if (!(Number.isInteger(count) && count > 0 && Number.isInteger(seed))) {
  print('npm run prove:documents -- [--count 10000] [--seed N]');
  process.exit(2);
}
const order = { store: 'test', judgedAtMs: Date.parse('2026-11-26') };
/** Files that wait for the two threads. */
const atOnce = 8;

const store = openTrustStore(readTrustFolder(trustFolder, 'test'));
const xmlsec1 = findProgram('xmlsec1');

let deaths = 0;
const verifier = openVerifier({
  stores: { test: openTrustSource(trustFolder, 'test', { now: Date.now, onFault: print }) },
  policy: strictPolicy,
  onDeath: () => {
    deaths += 1;
  },
});
const kinds: readonly [Rendition, string][] = [
  ['application/pdf', 'PDF'],
  ['application/xml', 'XML'],
];
for (const [mime, name] of kinds) await prove(mime, name);
await verifier.close();
// Each of them is taken to pieces, which takes ten times as long as a verdict.
const faults = await proveReading({ count: Math.ceil(count / 10), seed }, print);
print(faults.length === 0 ? '  none harms the next' : `  WRONG: ${faults.join(', ')}`);
if (faults.length > 0) process.exitCode = 1;

async function prove(mime: Rendition, name: string): Promise<void> {
  const goods = await specimens(mime);
  const startedAtMs = performance.now();
  const outcomes = new Map<string, number>();
  const wrong: string[] = [];
  const longest = { ms: 0 };
  deaths = 0;
  const work = mutated(goods);
  const judgeOn = async () => {
    for (const { bytes, good, label } of work) {
      const beganAtMs = performance.now();
      const { verdict } = await verifier.judge(bytes, order);
      longest.ms = Math.max(longest.ms, performance.now() - beganAtMs);
      const isSame = spelling(bytes) === spelling(good);
      const isHarmless = !isSame && verdict.state === 'genuine' && readsTheSame(bytes, good);
      const outcome = isSame
        ? 'the same as its original'
        : isHarmless
          ? 'genuine with the same content'
          : verdict.state;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (!isSame && verdict.state === 'genuine' && !isHarmless) wrong.push(label);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, judgeOn));
  for (const good of goods)
    if ((await verifier.judge(good, order)).verdict.state !== 'genuine') wrong.push('a good file');
  const told = [...outcomes].sort().map(([outcome, times]) => `${times} ${outcome}`);
  print(
    `${count} mutated ${name}s of ${goods.length} specimens in ${Math.round((performance.now() - startedAtMs) / 1000)} s (seed ${seed}):`,
  );
  print(`  ${told.join(', ')}; ${deaths} ended their thread; longest wait ${Math.round(longest.ms)} ms`);
  print(wrong.length === 0 ? '  none that differs is genuine' : `  WRONG: ${wrong.slice(0, 10).join(', ')}`);
  if (wrong.length > 0) process.exitCode = 1;
}

/** As many of each specimen. */
function* mutated(goods: readonly Buffer[]): Generator<{ bytes: Buffer; good: Buffer; label: string }> {
  const each = Math.ceil(count / goods.length);
  let made = 0;
  for (const [index, good] of goods.entries()) {
    let number = 0;
    for (const bytes of mutations(good, { count: each, seed: seed + index })) {
      if (made >= count) return;
      made += 1;
      number += 1;
      yield { bytes, good, label: `specimen ${index}, seed ${seed + index}, mutation ${number}` };
    }
  }
}

/** The digits of a PDF's signature may be written in either case: that is the same signature. */
function spelling(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/<[0-9A-Fa-f]{1000,}>/, (hole) => hole.toLowerCase());
}

/** Whether the signed content is the same to the letter, and another program takes the signature, too. */
function readsTheSame(bytes: Buffer, good: Buffer): boolean {
  const read = (file: Buffer) => judge(file, store, { judgedAtMs: order.judgedAtMs, policy: strictPolicy }).signedXml;
  const content = read(good);
  if (content === null || read(bytes) !== content) return false;
  if (!xmlsec1) return true;
  const root = join(trustFolder, '..', 'certificates', 'trusted', 'root.crt.pem');
  return spawnSync(xmlsec1, ['--verify', '--trusted-pem', root, '-'], { input: bytes }).status === 0;
}

async function specimens(mime: Rendition): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (const entity of loadPeople().all.flatMap(({ entities }) => entities)) {
    for (const document of entity.documents.filter((one) => catalogueOf(one).mimes.includes(mime))) {
      const bytes = await render(entity, document, mime);
      if (bytes) found.push(bytes);
    }
  }
  return found;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
