import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { isSmallUnpacked } from './unpacked-size.ts';

const mebibyte = 1024 * 1024;

/** A file with these streams. */
function fileOf(streams: readonly Buffer[]): Buffer {
  const parts = streams.map((content) =>
    Buffer.concat([Buffer.from('<<>>\nstream\n'), content, Buffer.from('\nendstream\n')]),
  );
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), ...parts, Buffer.from('%%EOF')]);
}

function packed(bytes: number, layers = 1): Buffer {
  let content = Buffer.alloc(bytes, ' ');
  for (let layer = 0; layer < layers; layer += 1) content = deflateSync(content);
  return content;
}

describe('a PDF is small once it is unpacked', () => {
  it('up to 32 MiB of all its streams together, packed over some times', () => {
    assert.ok(isSmallUnpacked(fileOf([packed(16 * mebibyte), packed(15 * mebibyte)])));
    assert.ok(isSmallUnpacked(fileOf([packed(mebibyte, 4)])));
    assert.ok(isSmallUnpacked(fileOf([Buffer.from('0 0 m 9 9 l S')])), 'what is not packed');
    assert.ok(isSmallUnpacked(fileOf(Array<Buffer>(4_000).fill(packed(1)))));
  });

  it('not beyond, in one stream or in many, nor with more layers or streams than any has', () => {
    assert.ok(!isSmallUnpacked(fileOf([packed(33 * mebibyte)])));
    assert.ok(!isSmallUnpacked(fileOf([packed(33 * mebibyte, 2)])));
    assert.ok(!isSmallUnpacked(fileOf([packed(17 * mebibyte), packed(17 * mebibyte)])));
    assert.ok(!isSmallUnpacked(fileOf([packed(10, 5)])));
    assert.ok(!isSmallUnpacked(fileOf(Array<Buffer>(5_001).fill(packed(1)))));
  });
});
