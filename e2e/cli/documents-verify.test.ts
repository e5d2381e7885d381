import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { trustFolder } from '@tijori/simulator';
import { loadPeople, render, type SealFault } from '@tijori/simulator/specimens';
import { run } from './tijori.ts';

interface Line {
  file: string;
  state: string;
  reason: string | null;
  chain: { subject: string }[];
}

describe('tijori documents verify', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'tijori-verify-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  const specimen = async (name: string, mime: 'application/xml' | 'application/pdf', fault?: SealFault) => {
    const [entity] = loadPeople().all[0]?.entities ?? [];
    const gst = entity?.documents.find(({ doctype }) => doctype === 'GSTND');
    const bytes = entity && gst && (await render(entity, gst, mime, fault));
    assert.ok(bytes);
    writeFileSync(join(dir, name), bytes);
    return join(dir, name);
  };
  /** An empty environment and data folder: nothing but the files themselves. */
  const verify = (...args: string[]) => run(['documents', 'verify', '--data', dir, ...args]);

  it('says of each file what it is, and ends with 6 unless every one is genuine', async () => {
    const [xml, pdf, bad] = [
      await specimen('good.xml', 'application/xml'),
      await specimen('good.pdf', 'application/pdf'),
      await specimen('bad.pdf', 'application/pdf', 'tampered'),
    ];
    const [good, mixed] = await Promise.all([
      verify('--mode', 'test', xml, pdf),
      verify('--mode', 'test', '--json', xml, bad),
    ]);
    assert.equal(good.code, 0, good.stderr);
    assert.equal(good.stdout.match(/^Verdict +genuine$/gm)?.length, 2);
    assert.match(good.stdout, /^Root +CN=Tijori TEST root .*SHA-256 52e482a5/m);
    assert.equal(mixed.code, 6);
    const lines = mixed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    assert.deepEqual(
      lines.map(({ file, state, reason }) => [file, state, reason]),
      [
        [xml, 'genuine', null],
        [bad, 'altered', 'digest_mismatch'],
      ],
    );
  });

  it('believes in live mode nobody but whom the operator installed, and a test root never', async () => {
    const xml = await specimen('live.xml', 'application/xml');
    const nobody = await verify(xml);
    assert.equal(nobody.code, 6);
    assert.match(nobody.stdout, /^Verdict +untrusted_signer \(no_trust_store\)$/m);
    const folder = join(dir, 'mine');
    cpSync(trustFolder, folder, { recursive: true });
    const live = await verify('--trust', folder, xml);
    assert.equal(live.code, 2);
    assert.match(live.stderr, /private key is public/);
    const test = await verify('--mode', 'test', '--trust', folder, '--document', 'UDCER', xml);
    assert.match(test.stdout, /^Verdict +untrusted_signer \(signer_not_listed\)$/m);
  });

  it('judges as of another day, and says what is not there or not understood', async () => {
    const xml = await specimen('old.xml', 'application/xml');
    const [early, missing, folder, code] = await Promise.all([
      verify('--mode', 'test', '--at', '1990-01-01', xml),
      verify(join(dir, 'nothing.pdf')),
      verify('--trust', join(dir, 'nowhere'), xml),
      verify('--document', 'gst', xml),
    ]);
    assert.match(early.stdout, /^Verdict +expired_signer/m);
    assert.deepEqual([early.code, missing.code, folder.code, code.code], [6, 4, 4, 2]);
  });
});
