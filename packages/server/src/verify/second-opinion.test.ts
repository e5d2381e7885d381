/** Our verdicts beside those of programs that we did not write, one by one over every specimen and every way in which one can be broken. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { trustFolder } from '@tijori/simulator';
import {
  catalogueOf,
  type Document,
  type Entity,
  loadPeople,
  type Rendition,
  render,
  type SealFault,
  sealFaults,
} from '@tijori/simulator/specimens';
import { needs } from '../../../../scripts/needs.ts';
import { judge, strictPolicy } from './judge.ts';
import { readTrustFolder } from './trust-folder.ts';
import { openTrustStore } from './trust-store.ts';

interface Specimen {
  name: string;
  bytes: Buffer;
  fault: SealFault | undefined;
}

const store = openTrustStore(readTrustFolder(trustFolder, 'test'));
const certificates = join(trustFolder, '..', 'certificates');
const root = join(certificates, 'trusted', 'root.crt.pem');

function ours(bytes: Buffer): string {
  return judge(bytes, store, { judgedAtMs: Date.now(), policy: strictPolicy }).verdict.state;
}

/** Every document of every person as it should be, and the first of each type in each way of being broken. */
async function* specimens(mime: Rendition): AsyncGenerator<Specimen> {
  const all = loadPeople()
    .all.flatMap(({ entities }) =>
      entities.flatMap((entity) => entity.documents.map((document) => ({ entity, document }))),
    )
    .filter(({ document }) => catalogueOf(document).mimes.includes(mime));
  const byType = [...Map.groupBy(all, ({ document }) => document.doctype).values()];
  const firsts = new Set(byType.map(([first]) => first));
  for (const held of all) {
    yield await specimen(held, mime, undefined);
    if (!firsts.has(held)) continue;
    for (const fault of Object.keys(sealFaults) as SealFault[]) yield await specimen(held, mime, fault);
  }
}

async function specimen(
  { entity, document }: { entity: Entity; document: Document },
  mime: Rendition,
  fault: SealFault | undefined,
): Promise<Specimen> {
  const bytes = await render(entity, document, mime, fault);
  assert.ok(bytes);
  return { name: `${document.uri} ${fault ?? ''}`, bytes, fault };
}

/** Asks about each specimen in a file of its own, several at a time. */
async function compare(
  t: TestContext,
  mime: Rendition,
  opinionOf: (path: string, specimen: Specimen) => Promise<string>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tijori-opinion-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const all: Specimen[] = [];
  for await (const one of specimens(mime)) all.push(one);
  const opinions = await Promise.all(
    all.map((one, index) => {
      const path = join(folder, String(index));
      writeFileSync(path, one.bytes);
      return opinionOf(path, one);
    }),
  );
  for (const [index, one] of all.entries()) assert.equal(ours(one.bytes), opinions[index], one.name);
  assert.ok(new Set(opinions).size >= 5, 'every kind of verdict was compared');
  t.diagnostic(`${all.length} compared`);
}

function ask(program: string, args: readonly string[]): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, said: stdout + stderr }),
    );
  });
}

describe('a second opinion', () => {
  it('of pdfsig on every PDF is the same', async (t) => {
    const pdfsig = needs(t, 'pdfsig');
    if (!pdfsig) return;
    const words: [RegExp, string][] = [
      [/does not contain any signatures/, 'unsigned'],
      [/Digest Mismatch/, 'altered'],
      [/Not total document signed/, 'altered'],
      [/Certificate issuer is unknown/, 'untrusted_signer'],
      [/Certificate has Expired/, 'expired_signer'],
      [/Certificate has been Revoked/, 'revoked'],
      [/Total document signed\n {2}- Signature Validation: Signature is Valid\.\n.*Certificate is Trusted/, 'genuine'],
    ];
    await compare(t, 'application/pdf', async (path) => {
      const { said } = await ask(pdfsig, ['-nssdir', join(certificates, 'nss'), path]);
      return words.find(([pattern]) => pattern.test(said))?.[1] ?? said;
    });
  });

  it('of xmlsec1 on every XML is the same', async (t) => {
    const xmlsec1 = needs(t, 'xmlsec1');
    if (!xmlsec1) return;
    const words: [RegExp, string][] = [
      [/failed to parse xml file/, 'unreadable'],
      [/failed to find default node with name="Signature"/, 'unsigned'],
      [/data and digest do not match|expr=xpointer/, 'altered'],
      [/certificate verification failed.*err=20;/, 'untrusted_signer'],
      [/certificate has expired/, 'expired_signer'],
    ];
    await compare(t, 'application/xml', async (path, { fault }) => {
      const { status, said } = await ask(xmlsec1, ['--verify', '--trusted-pem', root, path]);
      // It takes revocation lists from the document alone; packages/simulator has that comparison.
      if (status === 0) return fault === 'signer_revoked' ? 'revoked' : 'genuine';
      return words.find(([pattern]) => pattern.test(said))?.[1] ?? said;
    });
  });
});
