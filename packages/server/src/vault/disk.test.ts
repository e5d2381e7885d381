import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as nodeFiles from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { AppError } from '../domain/app-error.ts';
import { blobsSuite, listed } from './blobs.suite.ts';
import { type Files, openDiskBlobs } from './disk.ts';

async function inFolder(run: (root: string) => Promise<void>): Promise<void> {
  const folder = await nodeFiles.mkdtemp(join(tmpdir(), 'tijori-blobs-'));
  try {
    await run(join(folder, 'vault'));
  } finally {
    await nodeFiles.rm(folder, { recursive: true });
  }
}

blobsSuite('disk', async () => {
  const folder = await nodeFiles.mkdtemp(join(tmpdir(), 'tijori-blobs-'));
  return {
    blobs: await openDiskBlobs({ root: join(folder, 'vault') }),
    close: () => nodeFiles.rm(folder, { recursive: true }),
  };
});

/** Notes each step that durability depends on, in its order. */
function recordingFiles(steps: string[]): Files {
  const label = (path: unknown) => basename(String(path)).replace(/\..*$/, '.temporary');
  return {
    ...nodeFiles,
    mkdir: (async (path, options) => {
      const made = await nodeFiles.mkdir(path, options);
      steps.push(`mkdir ${label(path)}`);
      return made;
    }) as Files['mkdir'],
    link: async (from, to) => {
      await nodeFiles.link(from, to);
      steps.push(`link ${label(to)}`);
    },
    open: async (path, flags, mode) => {
      const handle = await nodeFiles.open(path, flags, mode);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        steps.push(`sync ${label(path)}`);
      };
      return handle;
    },
  };
}

describe('blobs on disk', () => {
  it('syncs the file before it gets its name, and the folders after', () =>
    inFolder(async (root) => {
      const steps: string[] = [];
      const blobs = await openDiskBlobs({ root, files: recordingFiles(steps) });
      steps.length = 0;
      await blobs.put('00000000-0000-4000-8000-0000000000ab', [Buffer.from('x')]);
      const name = '00000000-0000-4000-8000-0000000000ab';
      const expected = [`sync ${name}.temporary`, 'mkdir ab', 'sync vault', `link ${name}`, 'sync ab'];
      assert.deepEqual(steps, expected);
    }));

  it('syncs the root before any of several first blobs of a shard is acknowledged', () =>
    inFolder(async (root) => {
      const steps: string[] = [];
      const blobs = await openDiskBlobs({ root, files: recordingFiles(steps) });
      steps.length = 0;
      const names = Array.from({ length: 8 }, () => `${randomUUID()}-zz`);
      await Promise.all(names.map((name) => blobs.put(name, [Buffer.from('x')])));
      const rootSynced = steps.indexOf('sync vault');
      assert.ok(rootSynced >= 0 && rootSynced < steps.findIndex((step) => step.startsWith('link')));
    }));

  it('are none for a reader where no vault was made yet, and the reader makes none; the owner of a vault misses it', () =>
    inFolder(async (root) => {
      const reader = await openDiskBlobs({ root, readOnly: true });
      assert.deepEqual(await listed(reader), []);
      await assert.rejects(nodeFiles.lstat(root), { code: 'ENOENT' });
      const owner = await openDiskBlobs({ root });
      await nodeFiles.rm(root, { recursive: true });
      await assert.rejects(listed(owner), { detail: 'blobs: ENOENT' });
    }));

  it('keeps files 0600 and folders 0700', { skip: process.platform === 'win32' && 'no modes' }, () =>
    inFolder(async (root) => {
      const blobs = await openDiskBlobs({ root });
      const name = randomUUID();
      await blobs.put(name, [Buffer.from('x')]);
      const shard = join(root, name.slice(-2));
      const modes = await Promise.all(
        [root, join(root, 'tmp'), shard, join(shard, name)].map((path) => nodeFiles.stat(path)),
      );
      assert.deepEqual(
        modes.map((stats) => (stats.mode & 0o777).toString(8)),
        ['700', '700', '700', '600'],
      );
    }),
  );

  it('clears what a dead process left half-written, when it is opened', () =>
    inFolder(async (root) => {
      const name = randomUUID();
      const before = await openDiskBlobs({ root });
      await before.put(name, [Buffer.from('whole')]);
      await nodeFiles.writeFile(join(root, 'tmp', `${randomUUID()}.half`), 'half');
      const blobs = await openDiskBlobs({ root });
      assert.deepEqual(await nodeFiles.readdir(join(root, 'tmp')), []);
      assert.deepEqual(
        (await listed(blobs)).map((entry) => entry.name),
        [name],
      );
    }));

  it('clears only what is old where other processes write, too', () =>
    inFolder(async (root) => {
      await openDiskBlobs({ root, shared: true });
      const [old, fresh] = ['old.half', 'fresh.half'].map((name) => join(root, 'tmp', name));
      for (const path of [old, fresh]) await nodeFiles.writeFile(path ?? '', 'half');
      await nodeFiles.utimes(old ?? '', 0, 0);
      await openDiskBlobs({ root, shared: true });
      assert.deepEqual(await nodeFiles.readdir(join(root, 'tmp')), ['fresh.half']);
    }));

  it('does not list what is not a blob', () =>
    inFolder(async (root) => {
      const blobs = await openDiskBlobs({ root });
      const name = randomUUID();
      await blobs.put(name, [Buffer.from('x')]);
      await nodeFiles.writeFile(join(root, name.slice(-2), '.DS_Store'), 'x');
      await nodeFiles.mkdir(join(root, 'lost+found'));
      assert.deepEqual(
        (await listed(blobs)).map((entry) => entry.name),
        [name],
      );
    }));

  for (const [errno, code] of [
    ['ENOSPC', 'storage_full'],
    ['EDQUOT', 'storage_full'],
    ['EIO', 'internal'],
  ] as const) {
    it(`answers ${code} when the sync ends in ${errno}, acknowledges nothing and leaves nothing`, () =>
      inFolder(async (root) => {
        const failing: Files = {
          ...nodeFiles,
          open: async (path, flags, mode) => {
            const handle = await nodeFiles.open(path, flags, mode);
            if (flags === 'wx') handle.sync = () => Promise.reject(Object.assign(new Error(errno), { code: errno }));
            return handle;
          },
        };
        const blobs = await openDiskBlobs({ root, files: failing });
        const put = blobs.put(randomUUID(), [Buffer.from('x')]);
        await assert.rejects(put, (error) => error instanceof AppError && error.code === code);
        assert.deepEqual(await nodeFiles.readdir(join(root, 'tmp')), []);
        assert.deepEqual(await listed(blobs), []);
      }));
  }

  it('still refuses a taken name where the file system has no links', () =>
    inFolder(async (root) => {
      const linkless: Files = {
        ...nodeFiles,
        link: () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' })),
      };
      const blobs = await openDiskBlobs({ root, files: linkless });
      const name = randomUUID();
      await blobs.put(name, [Buffer.from('first')]);
      await assert.rejects(blobs.put(name, [Buffer.from('second')]), AppError);
      assert.equal(await nodeFiles.readFile(join(root, name.slice(-2), name), 'utf8'), 'first');
    }));
});
