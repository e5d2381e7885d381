import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { walk } from '../../packages/server/src/testing/api.ts';
import { needs } from '../../scripts/needs.ts';
import { nodesOnPath, type Packed, packPackage } from '../bare-project.ts';
import { type Stage, startStage } from './stage.ts';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'packages', 'client', 'README.md'), 'utf8');
const [quickStart = '', thenFetch = '', list = ''] = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
);

const typescript = `
import { TijoriClient, TijoriError, type DriveFile, type SdkSession, type TijoriClientOptions } from '@tijori/client';
declare const process: { env: Record<string, string> };
const options: TijoriClientOptions = {
  baseUrl: process.env.TIJORI_URL ?? '',
  apiKey: process.env.TIJORI_KEY ?? '',
  apiSecret: process.env.TIJORI_SECRET ?? '',
  fetch: globalThis.fetch,
};
const client = new TijoriClient(options);
const { id } = await client.sdkSessions.create({ flow: 'signin', doc_types: ['gstn_details'] });
console.log('consent/' + id);
const session: SdkSession = await client.waitForSession(id, { timeoutMs: 60_000 });
console.log(session.documents_consented?.join());
const files: DriveFile[] = await client.sdkSessions.documents(id, 'gstn_details');
for (const file of files) {
  const stream: ReadableStream<Uint8Array> = await client.downloadDocument(file);
  console.log(file.metadata.ContentType, (await new Response(stream).text()).length === file.size);
}
try {
  await client.sdkSessions.status('nobody');
} catch (error) {
  if (error instanceof TijoriError) console.log(error.code, error.status);
}
`;

const tsconfig = (module: string, moduleResolution: string, outDir: string) =>
  JSON.stringify({
    compilerOptions: {
      module,
      moduleResolution,
      outDir,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
    },
    files: ['main.ts'],
  });

/** What only Node has is there for Node itself, whose `fetch` needs it, and an error for the client. */
const edge = `
const { env } = process;
for (const name of ['process', 'Buffer', 'global', 'setImmediate', 'clearImmediate', 'require', 'module']) {
  const value = globalThis[name];
  const get = () => {
    if (new Error().stack.split('\\n')[2].includes('/@tijori/client/')) throw new Error('the client used ' + name);
    return value;
  };
  Object.defineProperty(globalThis, name, { get });
}
const { TijoriClient } = await import('@tijori/client');
const client = new TijoriClient({ baseUrl: env.TIJORI_URL, apiKey: env.TIJORI_KEY, apiSecret: env.TIJORI_SECRET });
const { id } = await client.sdkSessions.create({ flow: 'signin', doc_types: ['gstn_details'] });
console.log('consent/' + id);
console.log((await client.waitForSession(id)).status);
const [file] = await client.sdkSessions.documents(id, 'gstn_details');
console.log((await new Response(await client.downloadDocument(file)).arrayBuffer()).byteLength === file.size);
`;

describe('the packed client', () => {
  let stage: Stage;
  let packed: Packed;
  before(async () => {
    [stage, packed] = await Promise.all([startStage(), packPackage('client')]);
  });
  after(async () => {
    packed.remove();
    await stage.close();
  });

  type Project = Awaited<ReturnType<Packed['project']>>;

  /** Runs a program that prints the address of a consent page, consents there, and returns what it printed. */
  const runWithConsent = async (
    project: Project,
    runtime: readonly [string, ...string[]],
    file: string,
  ): Promise<string[]> => {
    const { apiKey, apiSecret } = await stage.gateway.newKey();
    const env = { TIJORI_URL: stage.proxy.origin, TIJORI_KEY: apiKey, TIJORI_SECRET: apiSecret };
    const child = project.start(runtime, file, env);
    let output = '';
    let errors = '';
    let walking: Promise<unknown> | undefined;
    child.stdout?.on('data', (chunk: string) => {
      output += chunk;
      const id = /consent\/([0-9a-f-]{36})/.exec(output)?.[1];
      if (id) walking ??= walk(stage.gateway, id);
    });
    child.stderr?.on('data', (chunk: string) => {
      errors += chunk;
    });
    const [code] = await once(child, 'close');
    await walking;
    assert.equal(code, 0, `${runtime.join(' ')} ${file}: ${errors}`);
    return output.trim().split('\n');
  };

  const quickStartProgram = () => (quickStart + thenFetch).replaceAll('http://127.0.0.1:8080', stage.proxy.origin);

  const runQuickStart = async (project: Project, runtime: readonly [string, ...string[]]) => {
    const lines = await runWithConsent(project, runtime, 'quick-start.js');
    assert.match(lines[0] ?? '', /^Send the person to http:/);
    assert.match(lines[1] ?? '', /\S+ \d{3,}$/);
    assert.equal(lines.length, 2);
  };

  it('has its code, its types, its licence and its manual, and nothing else', () => {
    const others = packed.files.filter((path) => !/^dist\/[a-z0-9-]+\.(js|d\.ts)$/.test(path));
    assert.deepEqual(others.sort(), ['LICENSE', 'README.md', 'package.json']);
    assert.ok(!packed.files.some((path) => path.includes('test')));
    const modules = readdirSync(packed.distDir).filter((name) => name.endsWith('.js'));
    const code = modules.map((name) => readFileSync(join(packed.distDir, name), 'utf8')).join('');
    for (const [, specifier] of code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g))
      assert.match(specifier ?? '', /^\.\/[a-z0-9-]+\.js$/);
    const bytes = gzipSync(code, { level: 9 }).length;
    assert.ok(bytes < 13_312, `${bytes} bytes gzipped are more than the README says`);
  });

  it('runs the quick start of its manual in a bare JavaScript project, on every Node at hand', async () => {
    assert.equal(quickStart.trim().split('\n').length, 5);
    const project = await packed.project('bare-js', { 'quick-start.js': quickStartProgram() });
    for (const node of nodesOnPath()) await runQuickStart(project, [node]);
    assert.match(list, /client\.v1\.sessions\.list\(/);
  });

  it('runs the same quick start on Bun', async (t) => {
    const bun = needs(t, 'bun');
    if (!bun) return;
    await runQuickStart(await packed.project('bun', { 'quick-start.js': quickStartProgram() }), [bun]);
  });

  it('runs the same quick start on Deno, which may do nothing but speak to the gateway and read its environment', async (t) => {
    const deno = needs(t, 'deno');
    if (!deno) return;
    const project = await packed.project('deno', { 'quick-start.js': quickStartProgram() });
    const { host } = new URL(stage.proxy.origin);
    await runQuickStart(project, [deno, 'run', '--no-prompt', '--cached-only', `--allow-net=${host}`, '--allow-env']);
  });

  it('compiles and runs in a bare TypeScript project, checked to the last type', async () => {
    const project = await packed.project('bare-ts', {
      'main.ts': typescript,
      'tsconfig.json': tsconfig('nodenext', 'nodenext', 'out'),
      'tsconfig.bundler.json': tsconfig('esnext', 'bundler', 'out-bundler'),
    });
    await project.compile('-p', '.');
    await project.compile('-p', 'tsconfig.bundler.json');
    const lines = await runWithConsent(project, [process.execPath], 'out/main.js');
    assert.deepEqual(lines.slice(1), ['gstn_details', 'application/xml true', 'data_not_found 521']);
  });

  it('needs nothing that only Node has', async () => {
    const project = await packed.project('edge', { 'edge.js': edge });
    const lines = await runWithConsent(project, [process.execPath], 'edge.js');
    assert.deepEqual(lines.slice(1), ['succeeded', 'true']);
  });
});
