import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Packed, packPackage } from '../bare-project.ts';
import { typescriptPage } from './sdk-package-page.ts';

const root = join(import.meta.dirname, '../..');
const modules = join(root, 'node_modules');
/** The two Reacts that the package works with, by the folder that has them. */
const reacts = { 18: join(root, 'e2e/react-18/node_modules'), 19: modules };

const tsconfig = (module: string, moduleResolution: string) =>
  JSON.stringify({
    compilerOptions: {
      module,
      moduleResolution,
      noEmit: true,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      jsx: 'react-jsx',
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
    },
    files: ['page.tsx', 'readme.tsx'],
  });

const serverRendering = `
import { createElement as h, version } from 'react';
import { renderToString } from 'react-dom/server';
import { createEntityLocker } from '@tijori/web';
import { EntityLockerButton, useEntityLocker } from '@tijori/web/react';
const options = { baseUrl: 'https://consent.example.in', apiKey: 'key_test_0' };
createEntityLocker(options).on('*', () => {});
const Page = () => h('p', null, String(useEntityLocker(options).isOpen), h(EntityLockerButton, { ...options, sessionId: null }));
console.log(version.split('.')[0], renderToString(h(Page)));
`;

describe('the packed SDK', () => {
  let packed: Packed;
  before(async () => {
    packed = await packPackage('web');
  });
  after(() => packed.remove());

  it('has its code, its types, its scripts, its licence and its manual, and nothing else', () => {
    const others = packed.files.filter((path) => !/^dist\/[a-z-]+\.(js|d\.ts)$/.test(path));
    assert.deepEqual(others.sort(), [
      'LICENSE',
      'README.md',
      'generated/add-business.js',
      'generated/frame.js',
      'generated/panel.js',
      'generated/react.js',
      'generated/sdk.js',
      'generated/window.js',
      'generated/withdraw.js',
      'package.json',
    ]);
    assert.ok(!packed.files.some((path) => /test|hosted|script|compat/.test(path)));
    for (const path of packed.files.filter((each) => /^dist\/.*\.js$/.test(each))) {
      const code = readFileSync(join(packed.dir, path), 'utf8');
      for (const [, from = ''] of code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
        if (!(path === 'dist/react.js' && from === 'react')) assert.match(from, /^\.\/[a-z-]+\.js$/, path);
      }
    }
  });

  it('installs and compiles in a bare TypeScript project, checked to the last type', async () => {
    const readme = readFileSync(join(root, 'packages/web/README.md'), 'utf8');
    const example = /```tsx\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    assert.match(example, /useEntityLocker/);
    const project = await packed.project(
      'bare-ts',
      {
        'page.tsx': typescriptPage,
        'readme.tsx': example,
        'tsconfig.json': tsconfig('nodenext', 'nodenext'),
        'tsconfig.bundler.json': tsconfig('esnext', 'bundler'),
      },
      { '@types/react': join(modules, '@types/react'), csstype: join(modules, 'csstype') },
    );
    await project.compile('-p', '.');
    await project.compile('-p', 'tsconfig.bundler.json');
  });

  for (const [version, folder] of Object.entries(reacts)) {
    it(`is rendered on a server by React ${version}`, async () => {
      const project = await packed.project(
        `react-${version}`,
        { 'page.js': serverRendering },
        { react: join(folder, 'react'), 'react-dom': join(folder, 'react-dom') },
      );
      const child = project.start([process.execPath], 'page.js', {});
      let output = '';
      child.stdout?.on('data', (chunk: string) => {
        output += chunk;
      });
      child.stderr?.on('data', (chunk: string) => {
        output += chunk;
      });
      await once(child, 'close');
      assert.equal(output, `${version} <p>false<button type="button" disabled="">Add your business</button></p>\n`);
    });
  }
});
