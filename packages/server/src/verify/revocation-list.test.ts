import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { freshPki, type Holder, list } from '../testing/fresh-pki.ts';
import { readCertificate } from './certificate.ts';
import { readRevocationList, serialOf } from './revocation-list.ts';

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const long = Buffer.alloc(5);
  long.writeUInt32BE(body.length, 1);
  const count = body.length < 2 ** 8 ? 1 : body.length < 2 ** 16 ? 2 : body.length < 2 ** 24 ? 3 : 4;
  const length =
    body.length < 0x80 ? long.subarray(4) : Buffer.concat([Buffer.from([0x80 | count]), long.subarray(5 - count)]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
}

const time = (text: string) => der(0x17, Buffer.from(text));
const serial = (number: number) => {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(number, 1);
  return der(0x02, bytes);
};

/** A list with as many entries as it takes; made by hand, since libraries need minutes for it. */
function longList(issuer: Holder, count: number, extension?: Buffer): Buffer {
  const algorithm = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
  const revoked = time('200101000000Z');
  const entries = Array.from({ length: count }, (_, index) => der(0x30, serial(1_000_000 + index), revoked));
  const name = readCertificate(issuer.certificate.raw).subjectDer;
  const tbs = der(
    0x30,
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    time('020101000000Z'),
    time('491231000000Z'),
    der(0x30, Buffer.concat(entries)),
    ...(extension ? [der(0xa0, der(0x30, extension))] : []),
  );
  const signature = sign('sha256', tbs, issuer.key);
  return der(0x30, tbs, algorithm, der(0x03, Buffer.from([0]), signature));
}

const criticalExtension = (oid: string) =>
  der(0x30, der(0x06, Buffer.from(oid, 'hex')), der(0x01, Buffer.from([0xff])), der(0x04, der(0x30)));

describe('revocation list', () => {
  let pki: ReturnType<typeof freshPki>;
  before(() => {
    pki = freshPki();
  });

  it('tells times, issuer, entries with their reason, and who signed it', () => {
    const read = readRevocationList(list(pki.issuingCa, { serials: [4113, 128], at: '2020-01-01', reason: 4 }));
    assert.equal(read.thisUpdateMs, Date.parse('2002-01-01'));
    assert.equal(read.nextUpdateMs, Date.parse('2049-12-31'));
    assert.ok(read.issuerDer.equals(readCertificate(pki.issuingCa.certificate.raw).subjectDer));
    for (const number of [4113, 128]) {
      assert.deepEqual(read.find(serialOf(number.toString(16))), { atMs: Date.parse('2020-01-01'), reason: 4 });
    }
    assert.equal(read.find('80F'), undefined);
    assert.equal(read.isSignedBy(readCertificate(pki.issuingCa.certificate.raw)), true);
    assert.equal(read.isSignedBy(readCertificate(pki.root.certificate.raw)), false);
    assert.equal(readRevocationList(list(pki.root)).find('1'), undefined, 'without entries');
  });

  it('reads 200,000 entries in a second, and finds the last of them', () => {
    const long = longList(pki.issuingCa, 200_000);
    const before = process.cpuUsage();
    const read = readRevocationList(long);
    assert.equal(read.find(serialOf((1_199_999).toString(16)))?.reason, null);
    assert.equal(read.find(serialOf((1_200_000).toString(16))), undefined);
    const used = process.cpuUsage(before);
    const tookMs = (used.user + used.system) / 1_000;
    assert.ok(read.isSignedBy(readCertificate(pki.issuingCa.certificate.raw)));
    assert.ok(tookMs < 1_000, `${tookMs} ms for ${long.length} bytes`);
  });

  it('refuses one that speaks of a part of the certificates, and takes one with a critical key identifier', () => {
    for (const part of ['551d1b', '551d1c', '2a0304']) {
      assert.throws(() => readRevocationList(longList(pki.issuingCa, 1, criticalExtension(part))), /a part of the/);
    }
    assert.doesNotThrow(() => readRevocationList(longList(pki.issuingCa, 1, criticalExtension('551d23'))));
  });

  it('refuses what is cut, has bytes behind its end, or a length that says otherwise', () => {
    const good = list(pki.issuingCa, { serials: [4113] });
    for (let length = 0; length < good.length; length += 1) {
      assert.throws(() => readRevocationList(good.subarray(0, length)), `${length} bytes`);
    }
    assert.throws(() => readRevocationList(Buffer.concat([good, Buffer.alloc(1)])));
    // Whatever becomes of a single byte, it is refused, or its signature does not hold.
    const issuer = readCertificate(pki.issuingCa.certificate.raw);
    for (let at = 0; at < good.length; at += 1) {
      const flipped = Buffer.from(good);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      assert.equal(holds(flipped, issuer), false, `byte ${at}`);
    }
  });
});

function holds(bytes: Buffer, issuer: ReturnType<typeof readCertificate>): boolean {
  try {
    return readRevocationList(bytes).isSignedBy(issuer);
  } catch {
    return false;
  }
}
