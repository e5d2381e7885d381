import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../domain/app-error.ts';
import { encrypt } from './aead.ts';
import { contextData, type SealContext } from './data-key.ts';
import { createSeal } from './seal.ts';
import { headerBytes, segmentBytes } from './seal-file.ts';

const keys = new Map([
  ['old', randomBytes(32)],
  ['new', randomBytes(32)],
]);
const seal = createSeal({ keyring: { currentKeyId: 'new', keys } });
const context: SealContext = { workspaceId: 'w1', kind: 'document', objectId: 'd1', version: 1 };
const others: [string, SealContext][] = [
  ['workspace', { ...context, workspaceId: 'w2' }],
  ['kind', { ...context, kind: 'grant' }],
  ['object', { ...context, objectId: 'd2' }],
  ['version', { ...context, version: 2 }],
  ['border between the parts', { ...context, workspaceId: 'w1document', kind: '' }],
];
const refused = (error: unknown) => error instanceof AppError && error.code === 'internal';

function cut(bytes: Buffer, chunkBytes: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return chunks;
}

async function sealedBytes(plain: Buffer): Promise<{ wrappedKey: string; bytes: Buffer }> {
  const { wrappedKey, sealed } = seal.sealFile(plain, context);
  return { wrappedKey, bytes: await buffer(sealed) };
}

/** What left before the refusal, and whether there was one. */
async function opened(wrappedKey: string, bytes: Buffer, under = context, chunkBytes = 10_000) {
  const out: Buffer[] = [];
  try {
    for await (const chunk of seal.openFile(wrappedKey, under, cut(bytes, chunkBytes))) out.push(chunk);
  } catch (error) {
    assert.ok(refused(error), String(error));
    return { plain: Buffer.concat(out), refused: true };
  }
  return { plain: Buffer.concat(out), refused: false };
}

/** The same where the bytes are here already, which must judge as the stream does, but lets nothing out before it knows. */
function openedWhole(wrappedKey: string, bytes: Buffer, under = context): Buffer | undefined {
  try {
    return seal.openWhole(wrappedKey, under, bytes);
  } catch (error) {
    assert.ok(refused(error), String(error));
    return undefined;
  }
}

const sealedSegment = segmentBytes + 16;
const borders = [0, 1, 65535, 65536, 65537, 131071, 131072, 131073, 200_000];

describe('sealed files', () => {
  for (const size of borders) {
    it(`come back whole at ${size} bytes`, async () => {
      const plain = randomBytes(size);
      const { wrappedKey, bytes } = await sealedBytes(plain);
      assert.equal(bytes.length, headerBytes + size + 16 * Math.max(1, Math.ceil(size / segmentBytes)));
      assert.deepEqual(await opened(wrappedKey, bytes), { plain, refused: false });
      assert.deepEqual(openedWhole(wrappedKey, bytes), plain);
    });
  }

  it('come back whole however they are cut, at any size', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(180_000),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        async (size, chunkIn, chunkOut) => {
          const plain = randomBytes(size);
          const { wrappedKey, sealed } = seal.sealFile(cut(plain, chunkIn), context);
          const bytes = await buffer(sealed);
          assert.deepEqual(await opened(wrappedKey, bytes, context, chunkOut), { plain, refused: false });
        },
      ),
      {
        numRuns: 60,
        examples: [
          [3, 1, 1],
          [65537, 7, 11],
        ],
      },
    ));

  it('refuse any flipped bit before a byte of its segment leaves', async () => {
    const plain = randomBytes(150_000);
    const { wrappedKey, bytes } = await sealedBytes(plain);
    const property = fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(at) ^ (1 << bit), at);
      const result = await opened(wrappedKey, altered);
      const whole = at < headerBytes ? 0 : Math.floor((at - headerBytes) / sealedSegment) * segmentBytes;
      assert.equal(result.refused, true);
      assert.ok(result.plain.equals(plain.subarray(0, whole)));
      assert.equal(openedWhole(wrappedKey, altered), undefined);
    });
    const header = Array.from({ length: headerBytes }, (_, at): [number, number] => [at, 0]);
    await fc.assert(property, { numRuns: 150, examples: [...header, [bytes.length - 1, 7]] });
  });

  it('refuse truncation at every kind of place, and what had left was true', async () => {
    const plain = randomBytes(3 * segmentBytes);
    const { wrappedKey, bytes } = await sealedBytes(plain);
    const places = [0, 1, headerBytes - 1, headerBytes, headerBytes + 15, headerBytes + 16, bytes.length - 1];
    places.push(...[1, 2].flatMap((n) => [-16, -1, 0, 1, 16].map((off) => headerBytes + n * sealedSegment + off)));
    for (const length of places) {
      const result = await opened(wrappedKey, bytes.subarray(0, length));
      assert.equal(result.refused, true, `cut to ${length}`);
      assert.equal(openedWhole(wrappedKey, bytes.subarray(0, length)), undefined, `cut to ${length}`);
      assert.ok(result.plain.equals(plain.subarray(0, result.plain.length)));
      assert.ok(result.plain.length <= Math.max(0, length - headerBytes));
    }
  });

  it('refuse extension, repetition, removal and exchange of segments', async () => {
    const { wrappedKey, bytes } = await sealedBytes(randomBytes(4 * segmentBytes));
    const header = bytes.subarray(0, headerBytes);
    const [a, b, c, d] = cut(bytes.subarray(headerBytes), sealedSegment);
    assert.ok(a && b && c && d);
    const wrong: Record<string, Buffer[]> = {
      swapped: [b, a, c, d],
      rotated: [d, a, b, c],
      repeated: [a, a, b, c, d],
      removed: [a, c, d],
      doubledEnd: [a, b, c, d, d],
      lastEarly: [a, b, d],
      oneByteMore: [a, b, c, d, Buffer.alloc(1)],
      tagMore: [a, b, c, d, Buffer.alloc(16)],
    };
    for (const [name, segments] of Object.entries(wrong)) {
      const altered = Buffer.concat([header, ...segments]);
      assert.equal((await opened(wrappedKey, altered)).refused, true, name);
      assert.equal(openedWhole(wrappedKey, altered), undefined, name);
    }
    assert.equal((await opened(wrappedKey, Buffer.concat([header, a, b, c, d]))).refused, false, 'control');
  });

  it('refuse an empty segment at their end, well sealed or not: each content has one sealed form', async () => {
    const constant = createSeal({ keyring: { currentKeyId: 'new', keys }, random: (size) => Buffer.alloc(size, 7) });
    const { wrappedKey, sealed } = constant.sealFile(Buffer.alloc(2 * segmentBytes), context);
    const bytes = (await buffer(sealed)).subarray(0, headerBytes + sealedSegment);
    const header = bytes.subarray(0, headerBytes);
    const associatedData = Buffer.concat([header, contextData('tijori:f1', context)]);
    const ends = (segment: Buffer) => Buffer.concat([bytes, segment]);
    // The second segment, and the last.
    const nonce = Buffer.concat([Buffer.alloc(7, 7), Buffer.from([0, 0, 0, 1, 1])]);
    const last = (plain: Buffer) => encrypt({ key: Buffer.alloc(32, 7), nonce, associatedData }, plain);
    assert.equal((await opened(wrappedKey, ends(last(Buffer.alloc(1))))).refused, false, 'control');
    assert.equal((await opened(wrappedKey, ends(last(Buffer.alloc(0))))).refused, true);
    assert.equal(openedWhole(wrappedKey, ends(last(Buffer.alloc(1))))?.length, segmentBytes + 1, 'control');
    assert.equal(openedWhole(wrappedKey, ends(last(Buffer.alloc(0)))), undefined);
  });

  it('refuse the segments, the header or the key of another file of the same context', async () => {
    const one = await sealedBytes(randomBytes(1000));
    const two = await sealedBytes(randomBytes(1000));
    const mixed = Buffer.concat([one.bytes.subarray(0, headerBytes), two.bytes.subarray(headerBytes)]);
    for (const [wrappedKey, bytes] of [
      [one.wrappedKey, mixed],
      [two.wrappedKey, mixed],
      [one.wrappedKey, two.bytes],
    ] as const) {
      assert.deepEqual(await opened(wrappedKey, bytes), { plain: Buffer.alloc(0), refused: true });
      assert.equal(openedWhole(wrappedKey, bytes), undefined);
    }
  });

  for (const [part, other] of others) {
    it(`refuse another ${part}`, async () => {
      const { wrappedKey, bytes } = await sealedBytes(randomBytes(100));
      assert.deepEqual(await opened(wrappedKey, bytes, other), { plain: Buffer.alloc(0), refused: true });
      assert.equal(openedWhole(wrappedKey, bytes, other), undefined);
    });
  }

  it('are bound to their context by the segments too, not by the wrapped key alone', async () => {
    const constant = createSeal({ keyring: { currentKeyId: 'new', keys }, random: (size) => Buffer.alloc(size, 7) });
    const mine = constant.sealFile(Buffer.from('secret'), context);
    const theirs = constant.sealFile(Buffer.from('secret'), { ...context, workspaceId: 'w2' });
    const bytes = await buffer(mine.sealed);
    await assert.rejects(
      buffer(constant.openFile(theirs.wrappedKey, { ...context, workspaceId: 'w2' }, [bytes])),
      refused,
    );
  });

  it('keep a bounded part of a long document in memory', async () => {
    const chunk = randomBytes(1024 * 1024);
    let pulled = 0;
    async function* long(): AsyncGenerator<Buffer> {
      for (; pulled < 64; pulled += 1) yield chunk;
    }
    const { wrappedKey, sealed } = seal.sealFile(long(), context);
    let leftBytes = 0;
    for await (const plain of seal.openFile(wrappedKey, context, sealed)) {
      leftBytes += plain.length;
      assert.ok(pulled * chunk.length - leftBytes <= 2 * chunk.length, 'nothing is read far ahead');
    }
    assert.equal(leftBytes, 64 * chunk.length);
  });

  it('turn a fault of the store while reading into our error', async () => {
    const { wrappedKey, bytes } = await sealedBytes(randomBytes(100));
    async function* failing(): AsyncGenerator<Buffer> {
      yield bytes.subarray(0, 50);
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    }
    await assert.rejects(buffer(seal.openFile(wrappedKey, context, failing())), refused);
  });
});

describe('small secrets', () => {
  it('come back whole, whatever they are', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const plain = Buffer.from(bytes);
        assert.ok(plain.equals(seal.openSmall(seal.sealSmall(plain, context), context)));
      }),
    ));

  it('take a text as UTF-8 and show nothing of it', () => {
    const sealed = seal.sealSmall('टोकन token-1234567890', context);
    assert.equal(seal.openSmall(sealed, context).toString(), 'टोकन token-1234567890');
    assert.match(sealed, /^s1~k1\.new\.[A-Za-z0-9_-]{80}~[A-Za-z0-9_-]+$/);
  });

  it('never look the same twice', () => {
    const texts = Array.from({ length: 200 }, () => seal.sealSmall('same', context));
    assert.equal(new Set(texts.flatMap((text) => text.split('~').slice(1))).size, 400);
  });

  it('refuse every altered, missing or added character', () => {
    const sealed = seal.sealSmall('secret', context);
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const variants = [
        sealed.slice(0, at) + other + sealed.slice(at + 1),
        sealed.slice(0, at) + sealed.slice(at + 1),
        sealed.slice(0, at),
      ];
      for (const text of variants) assert.throws(() => seal.openSmall(text, context), refused, `at ${at}`);
    }
    for (const text of [`${sealed}A`, `${sealed}=`, ` ${sealed}`, `${sealed}\n`]) {
      assert.throws(() => seal.openSmall(text, context), refused);
    }
  });

  for (const [part, other] of others) {
    it(`refuse another ${part}`, () => {
      assert.throws(() => seal.openSmall(seal.sealSmall('secret', context), other), refused);
    });
  }

  it('refuse the wrapped key of another value of the same context', () => {
    const [one, two] = [seal.sealSmall('one', context).split('~'), seal.sealSmall('two', context).split('~')];
    assert.throws(() => seal.openSmall([one[0], one[1], two[2]].join('~'), context), refused);
  });

  it('refuse a context that has no one encoding', () => {
    assert.throws(() => seal.sealSmall('x', { ...context, objectId: '\ud800' }));
    assert.throws(() => seal.sealSmall('x', { ...context, version: 1.5 }), refused);
  });
});

describe('master keys', () => {
  const before = createSeal({ keyring: { currentKeyId: 'old', keys } });

  it('of the past still open what they sealed, and new work takes the current one', () => {
    const sealed = before.sealSmall('secret', context);
    assert.match(sealed, /^s1~k1\.old\./);
    assert.equal(seal.openSmall(sealed, context).toString(), 'secret');
  });

  it('that are gone or exchanged open nothing', () => {
    const sealed = before.sealSmall('secret', context);
    const gone = createSeal({ keyring: { currentKeyId: 'new', keys: new Map([['new', randomBytes(32)]]) } });
    const exchanged = createSeal({ keyring: { currentKeyId: 'old', keys: new Map([['old', randomBytes(32)]]) } });
    for (const other of [gone, exchanged]) assert.throws(() => other.openSmall(sealed, context), refused);
  });

  it('that cannot be used are refused at once, without showing them', () => {
    const key = randomBytes(32);
    const faulty: [string, Map<string, Buffer>][] = [
      ['a', new Map()],
      ['a', new Map([['b', key]])],
      ['a', new Map([['a', key.subarray(1)]])],
      ['a', new Map([['a', Buffer.alloc(32)]])],
      ['a.b', new Map([['a.b', key]])],
    ];
    for (const [currentKeyId, entries] of faulty) {
      assert.throws(
        () => createSeal({ keyring: { currentKeyId, keys: entries } }),
        (error) => refused(error) && !String(error).includes(key.toString('hex')),
      );
    }
  });
});
