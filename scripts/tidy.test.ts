import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { check } from './tidy/check.ts';
import { functionsOf } from './tidy/shapes.ts';
import { serverLevels } from './tidy/tables.ts';
import { viewsOf } from './tidy/views.ts';

const manifests = ['wire', 'server', 'simulator', 'client', 'web', 'console'].map((name) => ({
  path: `packages/${name}/package.json`,
  text: JSON.stringify({ name: `@tijori/${name}`, exports: { '.': './src/index.ts' } }),
}));

/** What is found in one made-up file, as `line message`. */
function found(path: string, text: string): string[] {
  return check([...manifests, { path, text }]).map(({ line, message }) => `${line} ${message}`);
}

function refuses(path: string, text: string, message: RegExp, line = 1): void {
  const all = found(path, text);
  assert.equal(all.length, 1, `${path}\n${text}\nfound: ${all.join('\n') || 'nothing'}`);
  assert.match(all[0] ?? '', new RegExp(`^${line} `));
  assert.match(all[0] ?? '', message);
}

function allows(path: string, text: string): void {
  assert.deepEqual(found(path, text), [], `${path}\n${text}`);
}

const server = 'packages/server/src';

describe('tidy: imports inside the server', () => {
  it('lets every room import each room below, and no room above', () => {
    for (const [low, lower] of serverLevels.entries()) {
      for (const upper of serverLevels.slice(low + 1)) {
        for (const down of lower.filter((room) => room !== 'config')) {
          for (const up of upper) {
            allows(`${server}/${up}/x.ts`, `import { y } from '../${down}/y.ts';\n`);
            refuses(`${server}/${down}/x.ts`, `import { y } from '../${up}/y.ts';\n`, /imports go down only/);
          }
        }
      }
    }
  });

  it('keeps rooms of one level apart, but for the arrows in the table', () => {
    refuses(`${server}/vault/x.ts`, `import { y } from '../storage/y.ts';\n`, /neighbours do not know each other/);
    refuses(`${server}/jobs/x.ts`, `import { y } from '../http/y.ts';\n`, /neighbours/);
    refuses(`${server}/pages/x.ts`, `import { y } from '../http/y.ts';\n`, /neighbours/);
    allows(`${server}/http/x.ts`, `import { y } from '../pages/y.ts';\n`);
    allows(`${server}/main.ts`, `import { y } from './cli/y.ts';\n`);
    allows(`${server}/stores/x.ts`, `import { y } from './y.ts';\n`);
  });

  it('sees every way of importing', () => {
    const y = '../stores/y.ts';
    for (const text of [
      `import y from '${y}';`,
      `import type { Y } from '${y}';`,
      `import * as y from "${y}";`,
      `import '${y}';`,
      `export * from '${y}';`,
      `export { y } from '${y}';`,
      `const y = await import('${y}');`,
      `let y: import('${y}').Y;`,
      `import {\n  a,\n  b,\n} from '${y}';`,
    ]) {
      refuses(`${server}/domain/x.ts`, `${text}\n`, /imports stores \(level 2\)/, text.split('\n').length);
    }
    allows(`${server}/domain/x.ts`, `// import y from '${y}';\nconst text = "import y from '${y}'";\n`);
  });

  it('hands config out to the top only, its types to all above', () => {
    refuses(`${server}/http/x.ts`, `import { config } from '../config.ts';\n`, /only boot, main, cli may/);
    allows(`${server}/http/x.ts`, `import type { Config } from '../config.ts';\n`);
    allows(`${server}/http/x.ts`, `import { type Config } from '../config.ts';\n`);
    refuses(`${server}/http/x.ts`, `import { type Config, config } from '../config.ts';\n`, /only boot, main, cli may/);
    allows(`${server}/boot.ts`, `import { config } from './config.ts';\n`);
    allows(`${server}/storage/x.ts`, `import type { Config } from '../config.ts';\n`);
    refuses(`${server}/domain/x.ts`, `import type { Config } from '../config.ts';\n`, /go down only/);
  });

  it('knows no room without a level', () => {
    refuses(`${server}/cellar/x.ts`, `import { y } from '../domain/y.ts';\n`, /room 'cellar', which has no level/);
    refuses(`${server}/boot.ts`, `import { y } from './cellar/y.ts';\n`, /room 'cellar', which has no level/);
  });

  it('lets tests look anywhere in their package, and nobody look into tests', () => {
    allows(`${server}/domain/x.test.ts`, `import { boot } from '../boot.ts';\n`);
    allows(`${server}/domain/x.test.ts`, `import { needs } from '../../../../scripts/needs.ts';\n`);
    allows(`${server}/domain/x.test.ts`, `import { dbSuite } from '../storage/db.suite.ts';\n`);
    allows(`${server}/testing/x.ts`, `import { boot } from '../boot.ts';\n`);
    refuses(`${server}/boot.ts`, `import { fake } from './testing/fake.ts';\n`, /must not live in a test/);
    refuses(`${server}/boot.ts`, `import { fake } from './storage/db.suite.ts';\n`, /must not live in a test/);
    allows('scripts/x.ts', `import { fake } from '../packages/server/src/testing/fake.ts';\n`);
    refuses('scripts/x.ts', `import { y } from '../packages/server/src/http/y.test.ts';\n`, /must not live in a test/);
  });
});

describe('tidy: imports between packages', () => {
  it('follows the table', () => {
    allows(`${server}/domain/x.ts`, `import { docTypes } from '@tijori/wire';\n`);
    refuses(
      'packages/wire/src/x.ts',
      `import { x } from '@tijori/server';\n`,
      /package server, which wire must not know/,
    );
    refuses('packages/simulator/src/x.ts', `import { x } from '@tijori/wire';\n`, /simulator must not know/);
    refuses('packages/simulator/src/x.test.ts', `import { x } from '@tijori/wire';\n`, /simulator must not know/);
    refuses('packages/client/src/x.ts', `import { x } from '@tijori/wire';\n`, /client must not know/);
    refuses('packages/console/src/x.ts', `import { x } from '@tijori/server';\n`, /console must not know/);
    refuses('packages/extra/src/x.ts', `import { x } from 'typebox';\n`, /package extra, which has no rule/);
  });

  it('lets only boot, the commands and tests know the simulator', () => {
    const text = `import { simulator } from '@tijori/simulator';\n`;
    refuses(`${server}/http/x.ts`, text, /only boot, cli and tests may/);
    for (const path of ['boot.ts', 'cli/dev.ts', 'http/x.test.ts']) allows(`${server}/${path}`, text);
    allows('e2e/journey.test.ts', text);
  });

  it('lets a package be known only by its exports', () => {
    refuses(
      `${server}/domain/x.ts`,
      `import { x } from '../../../wire/src/errors.ts';\n`,
      /reaches out of its package/,
    );
    refuses(`${server}/domain/x.test.ts`, `import { x } from '../../../wire/src/errors.ts';\n`, /reaches out of its/);
    refuses(
      `${server}/domain/x.ts`,
      `import { x } from '../../../../scripts/needs.ts';\n`,
      /reaches out of its package/,
    );
    refuses(`${server}/domain/x.ts`, `import { x } from '@tijori/wire/src/errors.ts';\n`, /does not export/);
    refuses('bench/x.ts', `import { x } from '@tijori/wire/errors';\n`, /does not export/);
  });

  it('leaves free what stands beside the packages, and a package free to use its own name', () => {
    allows('bench/x.ts', `import { x } from '../packages/server/src/domain/x.ts';\n`);
    allows('scripts/x.ts', `import { x } from '@tijori/server';\nimport { y } from 'typebox';\n`);
    allows('packages/wire/src/x.test.ts', `import { x } from '@tijori/wire';\n`);
  });

  it('keeps what runs anywhere free of Node and of company', () => {
    refuses('packages/wire/src/x.ts', `import { readFile } from 'node:fs/promises';\n`, /runs anywhere/);
    refuses('packages/client/src/x.ts', `import ky from 'ky';\n`, /brings nothing along but itself/);
    allows('packages/wire/src/x.ts', `import { Type } from 'typebox';\nimport { Value } from 'typebox/value';\n`);
    allows('packages/wire/src/x.test.ts', `import { readFile } from 'node:fs/promises';\n`);
  });

  it('wants the ending that Node looks for', () => {
    refuses(`${server}/domain/x.ts`, `import { y } from './y';\n`, /without its ending.*'\.\/y\.ts'/);
    refuses('scripts/x.ts', `import { y } from './y.js';\n`, /'\.\/y\.ts'/);
    allows('scripts/x.ts', `import data from './y.json' with { type: 'json' };\n`);
  });
});

describe('tidy: names and sizes', () => {
  const lines = (count: number, line: string) => `${line}\n`.repeat(count);

  it('refuses names that say nothing', () => {
    for (const name of ['utils.ts', 'string-helpers.ts', 'common/x.ts', 'session-manager.ts', 'service.test.ts']) {
      refuses(`${server}/domain/${name}`, 'export {};\n', /says nothing about what is inside/);
    }
    allows(`${server}/domain/service-worker.ts`, 'export {};\n');
    refuses(`${server}/domain/SessionState.ts`, 'export {};\n', /kebab-case/);
  });

  it('refuses files over 400 lines', () => {
    allows('scripts/x.ts', lines(400, 'export {};'));
    refuses('scripts/x.ts', lines(401, 'export {};'), /401 lines, 400 is the most/, 401);
  });

  it('refuses functions over 70 lines, tests excepted', () => {
    const shapes: [string, string][] = [
      ['export function f(a: string): void {', '}'],
      ['const f = async (a: string) => {', '};'],
      ['export async function f(\n  a: string,\n): Promise<Map<string, { b: string }>> {', '}'],
      ['function f(): {\n  a: string;\n} {', '}'],
      ['class Store {\n  get(a: string) {', '  }\n}'],
    ];
    for (const [head, tail] of shapes) {
      const body = 70 - `${head}\n${tail}`.split('\n').length + (head.startsWith('class') ? 2 : 0);
      const at = head.startsWith('class') ? 2 : 1;
      allows('scripts/x.ts', `${head}\n${lines(body, '    a();')}${tail}\n`);
      refuses('scripts/x.ts', `${head}\n${lines(body + 1, '    a();')}${tail}\n`, /71 lines of its own/, at);
      allows('scripts/x.test.ts', `${head}\n${lines(body + 1, '    a();')}${tail}\n`);
    }
  });

  it('counts the functions of a factory for themselves, and control flow not at all', () => {
    const method = `  b() {\n${lines(40, '    a();')}  },\n`;
    allows('scripts/x.ts', `function factory() {\n  return {\n${method}${method}  };\n}\n`);
    const loop = `for (const a of b) {\n${lines(40, '  a();')}}\n`;
    assert.deepEqual(functionsOf(loop.split('\n')), []);
    refuses('scripts/x.ts', `function f() {\n${lines(2, loop.replaceAll(/^(?=.)/gm, '  '))}}\n`, /of its own/);
  });
});

describe('tidy: forbidden calls and marks', () => {
  const domain = `${server}/domain/x.ts`;
  const cases: [fault: string, message: RegExp, elsewhere: string][] = [
    ['const a = process.env.HOME;', /reads process\.env/, `${server}/config.ts`],
    ['console.log(a);', /writes to the console/, `${server}/cli/x.ts`],
    ['const a = Date.now();', /asks the clock/, `${server}/http/x.ts`],
    ['const a = new Date();', /asks the clock/, `${server}/jobs/x.ts`],
    ['const a = Math.random();', /or the dice/, 'packages/simulator/src/x.ts'],
    ['const a = await fetch(url);', /past the guards/, `${server}/upstream/entitylocker/guards.ts`],
    ['const a = await globalThis.fetch(url);', /past the guards/, `${server}/demo/x.ts`],
  ];
  for (const [fault, message, elsewhere] of cases) {
    it(`refuses ${fault}`, () => {
      refuses(domain, `export {};\n${fault}\n`, message, 2);
      allows(elsewhere, `export {};\n${fault}\n`);
    });
  }

  it('excepts what each rule is made around', () => {
    allows('scripts/needs.ts', 't.skip(message);\n');
    allows('packages/client/src/x.ts', 'await fetch(url);\n');
    allows(`${server}/http/x.test.ts`, 'await fetch(url);\nconst a = process.env.HOME;\n');
    refuses(`${server}/http/x.test.ts`, 'console.log(a);\n', /writes to the console/);
  });

  const everywhere: [fault: string, message: RegExp][] = [
    ["it.only('a', () => {});", /silences the rest/],
    ["it('a', { only: true }, () => {});", /silences the rest/],
    ["it.skip('a', () => {});", /skips a test/],
    ['t.skip();', /skips a test/],
    ["it('a', { skip: true }, () => {});", /skips a test/],
    ['// TODO: later', /leaves work behind/],
    ['/* FIXME */', /leaves work behind/],
    ['// @ts-ignore', /silences the compiler/],
    ['const a = b as any;', /throws the type away/],
    ["createHash('md5');", /broken hash/],
    ["createHash('sha1');", /broken hash/],
    ["hash('SHA-1', data);", /broken hash/],
  ];
  for (const [fault, message] of everywhere) {
    it(`refuses ${fault}`, () => {
      refuses(domain, `export {};\n${fault}\n`, message, 2);
      refuses('e2e/x.test.ts', `export {};\n${fault}\n`, message, 2);
    });
  }

  it('is not fooled by words', () => {
    allows(
      domain,
      `// as any fool sees, console.log is not called here: createHash('md5')\nconst a = "process.env";\n`,
    );
    allows(domain, `const a = \`TODO \${b ? \`console.\` : ''} as any\`;\nconst c = /TODO fetch\\(|['"\`]/;\n`);
    allows(
      domain,
      "documents.fetch(a);\nlet f: typeof globalThis.fetch;\nprefetch(a);\nnew Date(0);\ncreateHash('sha256');\n",
    );
  });
});

describe('tidy: numbers', () => {
  it('stand for one decision, or one migration of a folder, each', () => {
    const named = (...paths: string[]) => check(paths.map((path) => ({ path, text: '' }))).map(({ path }) => path);
    assert.deepEqual(named('docs/decisions/0001-a.md', 'docs/decisions/0002-b.md', 'packages/x/src/m/0001-a.sql'), []);
    assert.deepEqual(named('docs/decisions/0001-a.md', 'docs/decisions/0001-b.md'), ['docs/decisions/0001-b.md']);
    assert.deepEqual(named('packages/x/src/m/0007-a.sql', 'packages/x/src/m/0007-b.sql'), [
      'packages/x/src/m/0007-b.sql',
    ]);
  });
});

describe('tidy: the two views of a text', () => {
  it('are as long as the text and share its lines, for every file of ours', () => {
    const root = join(import.meta.dirname, '..');
    const paths = globSync('{packages,scripts}/**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] });
    assert.ok(paths.length > 20);
    for (const path of paths) {
      const text = readFileSync(join(root, path), 'utf8');
      const { code, comments } = viewsOf(text);
      assert.equal(code.length, text.length, path);
      assert.equal(comments.length, text.length, path);
      assert.equal(code.split('\n').length, text.split('\n').length, path);
    }
  });

  it('sees code in templates, and divisions that are no regular expressions', () => {
    assert.equal(viewsOf(`a(\`x \${ b(\`y \${c}\`) } z\`, d)`).code, `a(\`  \${ b(\`  \${c}\`) }  \`, d)`);
    assert.equal(viewsOf("a / b / 'c'").code, "a / b / ' '");
    assert.equal(viewsOf("a(/['/]x/g, 'c')").code, "a(/     /g, ' ')");
    assert.equal(viewsOf("'it\\'s' // 'b").code, "'     '      ");
    assert.equal(viewsOf("'a' // b\nc /* d */").comments, '    // b\n  /* d */');
  });
});
