import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { freshPki } from '../testing/fresh-pki.ts';
import { certificateReader } from './certificate-reader.ts';

describe('a reader of certificates', () => {
  const { raw } = freshPki().signer.certificate;

  it('reads the same bytes once, and others each for themselves', () => {
    const read = certificateReader();
    const first = read(raw);
    assert.equal(read(Buffer.from(raw)), first);
    assert.equal(first.organization, 'TEST - not a government authority');
    assert.notEqual(certificateReader()(raw), first, 'each has a memory of its own');
    const other = Buffer.from(raw);
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
    assert.notEqual(read(other).sha256, first.sha256);
  });

  it('throws on what is none, each time', () => {
    const read = certificateReader();
    for (let time = 0; time < 2; time += 1) assert.throws(() => read(Buffer.from('nonsense')));
  });

  it('forgets what was not asked for longest, and never keeps what is too large', () => {
    const read = certificateReader();
    const first = read(raw);
    const changed = (serial: number) => {
      const bytes = Buffer.from(raw);
      bytes.writeUInt32BE(serial, bytes.length - 4);
      return bytes;
    };
    for (let serial = 1; serial < 64; serial += 1) read(changed(serial));
    assert.equal(read(raw), first);
    for (let serial = 100; serial < 164; serial += 1) read(changed(serial));
    assert.notEqual(read(raw), first);
    const large = Buffer.concat([raw, Buffer.alloc(8 * 1024)]);
    assert.notEqual(read(large), read(large));
  });
});
