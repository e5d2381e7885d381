import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { box, pixelsMax, redraw } from './redraw.ts';

function png(width: number, height: number, colour: readonly [number, number, number, number]): Buffer {
  const image = new PNG({ width, height });
  for (let at = 0; at < image.data.length; at += 4) image.data.set(colour, at);
  return PNG.sync.write(image);
}

/** A header that claims this size, with no more than a few bytes behind it. */
function claiming(width: number, height: number, interlaced = 0): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, interlaced]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const data = deflateSync(Buffer.alloc(1_000_000));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('a large picture is drawn small, in its colours and its shape', () => {
  const out = PNG.sync.read(redraw(png(1_000, 500, [200, 30, 60, 255])) ?? Buffer.alloc(0));
  assert.deepEqual([out.width, out.height], [192, 96]);
  assert.deepEqual([...out.data.subarray(0, 4)], [200, 30, 60, 255]);
  const wide = PNG.sync.read(redraw(png(4_000, 20, [1, 2, 3, 255])) ?? Buffer.alloc(0));
  assert.deepEqual([wide.width, wide.height], [box.width, 2]);
});

test('what cannot be seen through stays so, and does not darken the edge', () => {
  const image = new PNG({ width: 640, height: 192 });
  for (let at = 0; at < image.data.length; at += 8) image.data.set([255, 255, 255, 255], at);
  const out = PNG.sync.read(redraw(PNG.sync.write(image)) ?? Buffer.alloc(0));
  assert.deepEqual([...out.data.subarray(0, 4)], [255, 255, 255, 128]);
});

test('a JPEG becomes a PNG', () => {
  const { data } = jpeg.encode({ width: 40, height: 20, data: Buffer.alloc(40 * 20 * 4, 120) }, 90);
  const out = PNG.sync.read(redraw(Buffer.from(data)) ?? Buffer.alloc(0));
  assert.deepEqual([out.width, out.height], [40, 20]);
});

test('nothing but pixels goes out', () => {
  const hidden = Buffer.concat([png(10, 10, [1, 2, 3, 255]), Buffer.from('<script>alert(1)</script>')]);
  assert.ok(!redraw(hidden)?.includes('script'));
});

test('what is too large, interlaced, broken or no such picture is none, and costs next to nothing', () => {
  const refused = {
    'too many pixels': png(1_025, 1_024, [0, 0, 0, 0]),
    'a claim of 4 gigapixels': claiming(65_535, 65_535),
    'a zip bomb behind an interlaced header': claiming(8, 8, 1),
    'a huge JPEG': Buffer.from('ffd8ffc0001108ffffffff03012200021101031101ffd9', 'hex'),
    'an SVG': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    'a GIF': Buffer.from('47494638396101000100', 'hex'),
    'half a PNG': png(100, 100, [1, 2, 3, 4]).subarray(0, 60),
    nothing: Buffer.alloc(0),
  };
  for (const [name, bytes] of Object.entries(refused)) assert.equal(redraw(bytes), undefined, name);
  assert.ok(1_025 * 1_024 > pixelsMax);
});

test('no bytes make it throw', () => {
  const start = png(20, 20, [9, 9, 9, 255]);
  const { data } = jpeg.encode({ width: 16, height: 16, data: Buffer.alloc(1_024, 50) }, 50);
  fc.assert(
    fc.property(
      fc.constantFrom(start, Buffer.from(data)),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      (whole, changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        redraw(bytes);
      },
    ),
    { numRuns: 500 },
  );
});
