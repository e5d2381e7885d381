/**
 * Part of `npm run prove:documents`: mutated PDFs that a listed signer has signed all the same, and some that are made to burst or to go on
 * for ever. Only so do they get past the verdict, to the reader of their text.
 */
import { deflateSync } from 'node:zlib';
import { draft, loadPeople, type SpecimenSigner, sealPdf } from '@tijori/simulator/specimens';
import { freshPki } from '../packages/server/src/testing/fresh-pki.ts';
import { mutations } from '../packages/server/src/testing/mutations.ts';
import { strictPolicy } from '../packages/server/src/verify/judge.ts';
import { openVerifier } from '../packages/server/src/verify/verifier.ts';

const mib = 1024 * 1024;
/** What the page says instead, packed: far more than may be unpacked, or much to do within that. */
const hostile: readonly (readonly [name: string, content: Buffer, filter: string])[] = [
  ['256 MiB of blanks', deflateSync(Buffer.alloc(256 * mib, ' ')), '/FlateDecode'],
  ['the same packed twice', deflateSync(deflateSync(Buffer.alloc(256 * mib, ' '))), '[/FlateDecode /FlateDecode]'],
  ['30 MiB of letters', deflateSync(Buffer.alloc(30 * mib, 'BT (x) Tj ET ')), '/FlateDecode'],
  ['30 MiB of saved states', deflateSync(Buffer.alloc(30 * mib, 'q ')), '/FlateDecode'],
  ['a list 30 Mi deep', deflateSync(Buffer.alloc(30 * mib, '[')), '/FlateDecode'],
];

/** Resolves to what went wrong: nothing, if each file got an answer in time and a good one is read afterwards. */
export async function proveReading(
  { count, seed }: { count: number; seed: number },
  print: (line: string) => void,
): Promise<string[]> {
  const pki = freshPki();
  const { key, certificate } = pki.signer;
  const signer: SpecimenSigner = { key, certificate, issuingCa: pki.issuingCa.certificate };
  const signers = [{ organization: 'TEST - not a government authority' }];
  const material = { store: 'test', certificates: [pki.root.certificate.raw], crls: [], signers };
  let deaths = 0;
  const verifier = openVerifier({
    stores: { test: { current: () => ({ digest: 'test', material }) } },
    policy: strictPolicy,
    onDeath: () => {
      deaths += 1;
    },
  });
  const order = { store: 'test', judgedAtMs: Date.parse('2026-11-26') };
  const wrong: string[] = [];
  const outcomes = new Map<string, number>();
  let longestMs = 0;
  /** What was read, told in a word. */
  const read = async (pdf: Buffer): Promise<string> => {
    const signed = await sealPdf(pdf, signer, undefined).catch(() => null);
    if (!signed) return 'not to be signed';
    const beganAtMs = performance.now();
    const reading = await verifier.read(signed, order);
    longestMs = Math.max(longestMs, performance.now() - beganAtMs);
    if (reading === null) return 'not genuine';
    return reading.data ? 'read' : reading.fault;
  };
  const good = await companyDraft();
  const work = mutations(good, { count, seed });
  const readOn = async () => {
    for (const pdf of work) {
      const outcome = await read(pdf);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const startedAtMs = performance.now();
  await Promise.all([readOn(), readOn()]);
  const told = [...outcomes].sort().map(([outcome, times]) => `${times} ${outcome}`);
  print(`${count} mutated PDFs, signed all the same, in ${Math.round((performance.now() - startedAtMs) / 1000)} s:`);
  print(`  ${told.join(', ')}; ${deaths} ended their thread; longest wait ${Math.round(longestMs)} ms`);
  for (const [name, content, filter] of hostile) {
    const outcome = await read(withDrawing(good, content, filter));
    print(`  ${name}: ${outcome}`);
    if (outcome === 'read') wrong.push(name);
  }
  if ((await read(good)) !== 'read') wrong.push('a good file is not read afterwards');
  await verifier.close();
  return wrong;
}

async function companyDraft(): Promise<Buffer> {
  const [entity] = loadPeople().all[0]?.entities ?? [];
  const document = entity?.documents.find(({ doctype }) => doctype === 'CPMTD');
  const pdf = entity && document && (await draft(entity, document, 'application/pdf'));
  if (!pdf) throw new Error('no specimen');
  return pdf;
}

/** Other drawing in the place of the first page's. */
function withDrawing(pdf: Buffer, content: Buffer, filter: string): Buffer {
  const text = pdf.toString('latin1');
  const at = text.indexOf('%holder');
  const dictionary = text.lastIndexOf(' obj\n', text.lastIndexOf('stream\n', at)) + ' obj\n'.length;
  const head = `${text.slice(0, dictionary)}<<\n/Length ${content.length}\n/Filter ${filter}\n>>\nstream\n`;
  const rest = `\n${text.slice(text.indexOf('endstream', at))}`;
  return Buffer.concat([Buffer.from(head, 'latin1'), content, Buffer.from(rest, 'latin1')]);
}
