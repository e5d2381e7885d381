import assert from 'node:assert/strict';
import { test } from 'node:test';
import decodeQr from 'qr/decode.js';
import { anotherDevice, qrCode } from './another-device.ts';
import { textsOf } from './texts/index.ts';

/** What a camera sees: the rectangles of the path, each module a few pixels wide. */
function photograph(svg: string, pixels = 4) {
  const modules = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const size = modules * pixels;
  const data = new Uint8Array(size * size * 4).fill(255);
  for (const [, x, y, run] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let dy = 0; dy < pixels; dy += 1) {
      for (let dx = 0; dx < Number(run) * pixels; dx += 1) {
        const at = ((Number(y) * pixels + dy) * size + Number(x) * pixels + dx) * 4;
        data.fill(0, at, at + 3);
      }
    }
  }
  return { width: size, height: size, data };
}

test('the code says the address, however long it is', () => {
  for (const host of ['a.in', 'consent.a-rather-long-name-of-a-lender.example.co.in']) {
    const address = `https://${host}/consent/3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60`;
    assert.equal(decodeQr(photograph(qrCode(address, 'code').html)), address);
  }
});

test('a gateway that only this machine reaches says so', () => {
  const text = (address: string) => anotherDevice(address, textsOf('en-IN')).html;
  assert.match(text('http://127.0.0.1:8080/consent/s'), /another device cannot reach <code>127\.0\.0\.1:8080/);
  assert.doesNotMatch(text('https://consent.example.in/consent/s'), /another device cannot reach/);
});
