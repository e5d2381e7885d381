import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import type { BlobEntry, Blobs } from './blobs.ts';

interface BlobsFixture {
  blobs: Blobs;
  close(): Promise<void>;
}

/** Chunks of a buffer, as a network or a sealing stream would bring them. */
async function* chunksOf(bytes: Buffer, chunkBytes = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function bytesOf(stream: Readable | undefined): Promise<Buffer> {
  assert.ok(stream, 'the blob is there');
  return buffer(stream);
}

/** Everything that a listing gives. */
export async function listed(blobs: Blobs): Promise<BlobEntry[]> {
  const entries: BlobEntry[] = [];
  for await (const entry of blobs.list()) entries.push(entry);
  return entries;
}

const failsAs = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

/** What every adapter of the `Blobs` port must do; `factory` gives an empty one. */
export function blobsSuite(adapter: string, factory: () => Promise<BlobsFixture>): void {
  const withBlobs = async (run: (blobs: Blobs) => Promise<void>) => {
    const { blobs, close } = await factory();
    try {
      await run(blobs);
    } finally {
      await close();
    }
  };

  describe(`Blobs on ${adapter}`, () => {
    for (const size of [0, 1, 999, 1000, 200_000]) {
      it(`gives back ${size} bytes as they were put`, () =>
        withBlobs(async (blobs) => {
          const name = randomUUID();
          const bytes = randomBytes(size);
          assert.deepEqual(await blobs.put(name, chunksOf(bytes)), { sizeBytes: size });
          assert.ok(bytes.equals(await bytesOf(await blobs.get(name))));
          assert.ok(await blobs.whole(name, size, (whole) => whole.equals(bytes)));
        }));
    }

    it('answers undefined for a blob that was never put', () =>
      withBlobs(async (blobs) => {
        assert.equal(await blobs.get(randomUUID()), undefined);
        assert.equal(await blobs.whole(randomUUID(), 1, () => 'used'), undefined);
      }));

    it('shows whoever wants it whole that it is shorter or longer than that', () =>
      withBlobs(async (blobs) => {
        const name = randomUUID();
        await blobs.put(name, [Buffer.from('twelve bytes')]);
        const text = (sizeBytes: number) => blobs.whole(name, sizeBytes, String);
        assert.deepEqual([await text(20), await text(12), await text(5)], ['twelve bytes', 'twelve bytes', 'twelve']);
      }));

    it('reads many small ones at once, each into a place of its own', () =>
      withBlobs(async (blobs) => {
        const texts = Array.from({ length: 40 }, (_, index) => `blob ${index}`.repeat(index + 1));
        const names = texts.map(() => randomUUID());
        await Promise.all(names.map((name, index) => blobs.put(name, [Buffer.from(texts[index] ?? '')])));
        const read = () =>
          Promise.all(names.map((name, index) => blobs.whole(name, texts[index]?.length ?? 0, String)));
        assert.deepEqual(await read(), texts);
        assert.deepEqual(await read(), texts);
      }));

    it('hands on what whoever wants it whole throws, and reads on', () =>
      withBlobs(async (blobs) => {
        const name = randomUUID();
        await blobs.put(name, [Buffer.from('x')]);
        const refused = blobs.whole(name, 1, () => {
          throw new AppError('internal', { detail: 'it does not open' });
        });
        await assert.rejects(refused, { detail: 'it does not open' });
        assert.equal(await blobs.whole(name, 1, String), 'x');
      }));

    it('forgets a removed blob, and removing it again is no fault', () =>
      withBlobs(async (blobs) => {
        const name = randomUUID();
        await blobs.put(name, [Buffer.from('x')]);
        await blobs.remove(name);
        await blobs.remove(name);
        assert.equal(await blobs.get(name), undefined);
      }));

    it('refuses a taken name and keeps what was there', () =>
      withBlobs(async (blobs) => {
        const name = randomUUID();
        await blobs.put(name, [Buffer.from('first')]);
        await assert.rejects(blobs.put(name, [Buffer.from('second')]), failsAs('internal'));
        assert.equal((await bytesOf(await blobs.get(name))).toString(), 'first');
      }));

    it('lets exactly one of many writers of a name win, whole', () =>
      withBlobs(async (blobs) => {
        const name = randomUUID();
        const puts = Array.from({ length: 20 }, (_, index) => blobs.put(name, chunksOf(Buffer.alloc(5000, index))));
        const results = await Promise.allSettled(puts);
        assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
        const bytes = await bytesOf(await blobs.get(name));
        assert.ok(
          bytes.equals(
            Buffer.alloc(
              5000,
              results.findIndex((result) => result.status === 'fulfilled'),
            ),
          ),
        );
      }));

    it('leaves nothing behind when the source fails half way, and the name stays free', () =>
      withBlobs(async (blobs) => {
        const name = randomUUID();
        async function* broken(): AsyncGenerator<Buffer> {
          yield randomBytes(5000);
          throw new AppError('upstream_unavailable');
        }
        await assert.rejects(blobs.put(name, broken()), failsAs('upstream_unavailable'));
        assert.equal(await blobs.get(name), undefined);
        assert.deepEqual(await listed(blobs), []);
        await blobs.put(name, [Buffer.from('x')]);
      }));

    it('shows a blob neither to get nor to list before it is whole', () =>
      withBlobs(async (blobs) => {
        const name = randomUUID();
        async function* watched(): AsyncGenerator<Buffer> {
          yield randomBytes(5000);
          assert.equal(await blobs.get(name), undefined);
          assert.deepEqual(await listed(blobs), []);
          yield randomBytes(5000);
        }
        assert.deepEqual(await blobs.put(name, watched()), { sizeBytes: 10_000 });
      }));

    it('lists each blob once with its size and age', () =>
      withBlobs(async (blobs) => {
        const names: string[] = Array.from({ length: 30 }, () => randomUUID());
        await Promise.all(names.map((name, index) => blobs.put(name, [Buffer.alloc(index)])));
        const entries = await listed(blobs);
        assert.deepEqual(entries.map((entry) => entry.name).sort(), names.toSorted());
        for (const entry of entries) {
          assert.equal(entry.sizeBytes, names.indexOf(entry.name));
          assert.ok(Math.abs(Date.now() - entry.modifiedAtMs) < 60_000);
        }
      }));

    it('refuses every name that is not an opaque id', () =>
      withBlobs(async (blobs) => {
        const id = randomUUID();
        const bad = ['', '..', '../../etc/passwd', `../${id}`, `${id}/..`, `a/${id}`, `${id}\0`, `.${id}`, `-${id}`];
        bad.push(
          id.toUpperCase().replace(/\d/g, 'A'),
          `${id}--`,
          `${id}\n`,
          'a'.repeat(65),
          'short',
          `${id}.tmp`,
          'c:\\windows',
        );
        for (const name of bad) {
          await assert.rejects(blobs.put(name, [Buffer.from('x')]), failsAs('internal'), name);
          await assert.rejects(blobs.get(name), failsAs('internal'), name);
          await assert.rejects(blobs.remove(name), failsAs('internal'), name);
        }
        assert.deepEqual(await listed(blobs), []);
      }));
  });
}
