/** PDFs that are made to deceive or to exhaust (acceptance D10). None of it may come out as genuine. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { trustFolder } from '@tijori/simulator';
import { loadPeople, render } from '@tijori/simulator/specimens';
import { mutations } from '../../testing/mutations.ts';
import { judge, strictPolicy } from '../judge.ts';
import { readTrustFolder } from '../trust-folder.ts';
import { openTrustStore } from '../trust-store.ts';

const store = openTrustStore(readTrustFolder(trustFolder, 'test'));

describe('PDF', () => {
  let good: Buffer;
  before(async () => {
    const entity = loadPeople().all[0]?.entities[0];
    const document = entity?.documents[0];
    const bytes = entity && document && (await render(entity, document, 'application/pdf'));
    assert.ok(bytes);
    good = bytes;
  });
  const judged = (pdf: Buffer | string) => {
    const bytes = typeof pdf === 'string' ? Buffer.from(pdf, 'latin1') : pdf;
    const { verdict } = judge(bytes, store, { judgedAtMs: Date.parse('2026-11-26'), policy: strictPolicy });
    return { ...verdict, words: verdict.reason ? `${verdict.state}: ${verdict.reason}` : verdict.state };
  };
  const text = () => good.toString('latin1');
  const hole = () => /<[0-9a-f]{8192}>/.exec(text()) ?? assert.fail('no signature');
  const replaced = (from: string | RegExp, to: string) => {
    const changed = text().replace(from, to);
    assert.notEqual(changed, text());
    return changed;
  };

  it('one byte behind the end, or an update, is a change after signing', () => {
    assert.equal(judged(good).words, 'genuine');
    for (const more of ['\n', ' ', '%', '\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n']) {
      assert.equal(judged(text() + more).words, 'altered: changed_after_signing');
    }
  });

  it('a byte before the beginning makes it another kind of file', () => {
    assert.equal(judged(`x${text()}`).words, 'unreadable: unknown_format');
    assert.equal(judged(`<a/>${text()}`).state, 'unreadable');
  });

  it('bytes in the hole that belong to no signature', () => {
    const [found] = hole();
    const tail = `${found.slice(0, -3)}01>`;
    assert.equal(judged(replaced(found, tail)).words, 'altered: unsigned_bytes', 'behind the DER');
    assert.equal(judged(replaced(found, `${found.slice(0, -3)}/x>`)).words, 'altered: unsigned_bytes');
    assert.equal(judged(replaced(found, `(${found.slice(1, -1)})`)).words, 'altered: unsigned_bytes');
    assert.equal(judged(replaced(found, `<${'0'.repeat(8192)}>`)).words, 'altered: unsigned_bytes', 'no DER at all');
  });

  it('byte ranges that leave something out, overlap, or run over the end', () => {
    const [, length = '', resume = '', rest = ''] =
      /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(text()) ?? assert.fail('no byte range');
    const withRange = (range: string) => judged(replaced(/\/ByteRange \[[^\]]*\]/, `/ByteRange [${range}]`)).words;
    assert.equal(withRange(`1 ${length} ${resume} ${rest}`), 'altered: unsigned_bytes');
    assert.equal(withRange(`0 ${Number(length) - 50} ${resume} ${rest}`), 'altered: unsigned_bytes');
    assert.equal(withRange(`0 ${length} ${length} ${rest}`), 'altered: unsigned_bytes');
    assert.equal(withRange(`0 ${length} ${resume} 9999999999`), 'altered: unsigned_bytes');
    assert.equal(withRange(`0 ${length} ${resume} ${Number(rest) - 1}`), 'altered: digest_mismatch');
    assert.equal(withRange('0 0 0 0'), 'altered: unsigned_bytes');
    assert.equal(withRange('0 -1 5 5'), 'unsigned: no_signature');
  });

  it('a signature of another file, a second one, and kinds that sign a digest of a digest', () => {
    assert.equal(
      judged(replaced('/SubFilter /adbe.pkcs7.detached', '/SubFilter /adbe.x509.rsa__sha1')).state,
      'unreadable',
    );
    const range = /\/ByteRange \[[^\]]*\]/.exec(text())?.[0] ?? '';
    assert.equal(judged(replaced('/Filter /Adobe.PPKLite', `/Filter /Adobe.PPKLite ${range}`)).state, 'altered');
  });

  it('tells what acts by itself, however it is written', () => {
    const unsigned = (content: string) => judged(`%PDF-1.7\n1 0 obj\n<< ${content} >>\nendobj\n%%EOF\n`);
    assert.deepEqual(unsigned('/OpenAction << /S /JavaScript /JS (x) >>').activeContent, ['javascript', 'open_action']);
    assert.deepEqual(unsigned('/S /J#61vaScript').activeContent, ['javascript']);
    assert.deepEqual(unsigned('/S /Launch /AA 2 0 R').activeContent, ['additional_actions', 'launch']);
    assert.deepEqual(unsigned('/Names << /EmbeddedFiles 3 0 R >>').activeContent, ['embedded_file']);
    const packed = (content: Buffer) =>
      judged(
        Buffer.concat([
          Buffer.from(`%PDF-1.7\n1 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n`),
          deflateSync(content),
          Buffer.from('\nendstream\nendobj\n%%EOF\n'),
        ]),
      );
    assert.deepEqual(packed(Buffer.from('<< /S /JavaScript >>')).activeContent, ['javascript']);
    assert.deepEqual(packed(Buffer.alloc(40 * 1024 * 1024)).activeContent, ['not_all_looked_at'], 'a bomb');
  });

  it('what is no PDF but says so', () => {
    assert.equal(judged('%PDF-1.7\n').words, 'unreadable: not_well_formed');
    assert.equal(judged('%PDF-1.7\n%%EOF').words, 'unsigned: no_signature');
    assert.equal(judged(good.subarray(0, good.length / 2)).state, 'unreadable');
    assert.equal(judged(`%PDF-1.7 ${'/ByteRange [0 1 3 1] '.repeat(100)}%%EOF`).words, 'unreadable: too_complex');
  });

  it('600 mutated files: each gets a verdict, and none that differs is genuine', () => {
    let changed = 0;
    for (const mutated of mutations(good, { count: 600, seed: 20261126 })) {
      if (mutated.equals(good)) continue;
      changed += 1;
      assert.notEqual(judged(mutated).state, 'genuine');
    }
    assert.ok(changed > 550, `${changed}`);
  });
});
