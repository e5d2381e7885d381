import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyFrontier, grown, inclusionPath, leafHash, levelsOf, rootFromPath, rootOf } from './merkle-tree.ts';

/** The leaves and roots of the reference implementation of Certificate Transparency (RFC 6962). */
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = inputs.map((hex) => leafHash(Buffer.from(hex, 'hex')));

describe('a Merkle tree', () => {
  it('has the roots of RFC 6962, however it grew', () => {
    for (const [size, root] of roots.entries()) {
      const some = leaves.slice(0, size);
      assert.equal(rootOf(grown(emptyFrontier, some)).toString('hex'), root);
      const halfway = grown(emptyFrontier, some.slice(0, Math.floor(size / 2)));
      assert.equal(rootOf(grown(halfway, some.slice(Math.floor(size / 2)))).toString('hex'), root);
    }
  });

  /** `[leaf, size, path]`, leaves counted from 0; from the same implementation. */
  const paths: [number, number, string[]][] = [
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ];
  it('has the inclusion proofs of RFC 6962', () => {
    for (const [index, size, path] of paths) {
      const levels = levelsOf(leaves.slice(0, size));
      assert.deepEqual(
        inclusionPath(levels, index).map((hash) => hash.toString('hex')),
        path,
      );
    }
  });

  it('proves each leaf of each tree, and nothing else', () => {
    for (let size = 1; size <= 40; size += 1) {
      const some = Array.from({ length: size }, (_, index) => leafHash(`leaf ${index}`));
      const root = rootOf(grown(emptyFrontier, some));
      const levels = levelsOf(some);
      for (let index = 0; index < size; index += 1) {
        const path = inclusionPath(levels, index);
        const proved = (
          change: Partial<{ index: number; size: number; path: Buffer[] }>,
          leaf = some[index] as Buffer,
        ) => rootFromPath(leaf, { index, size, path, ...change })?.equals(root) === true;
        assert.ok(proved({}), `leaf ${index} of ${size}`);
        assert.ok(!proved({}, leafHash('another')));
        for (let other = -1; other <= size; other += 1) {
          if (other !== index) assert.ok(!proved({ index: other }), `leaf ${index} of ${size} as ${other}`);
        }
        assert.ok(!proved({ path: [...path, root] }));
        assert.ok(path.length === 0 || !proved({ path: path.slice(0, -1) }));
      }
    }
  });
});
