import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { freePort } from '../../packages/server/src/cli/dev-folder.ts';
import { walk } from '../../packages/server/src/testing/api.ts';
import { needs } from '../../scripts/needs.ts';
import { nodesOnPath, type Packed, packPackage } from '../bare-project.ts';
import { type Stage, startStage } from './stage.ts';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'packages', 'client', 'README.md'), 'utf8');
const [quickStart = '', thenFetch = '', list = '', receiver = '', ownTest = ''] = [
  ...readme.matchAll(/```js\n([\s\S]*?)```/g),
].map(([, code]) => code);

const typescript = `
import { verify, WebhookError, expressReceiver, fastifyReceiver, fetchReceiver, honoReceiver } from '@tijori/client/webhooks';
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
try {
  const event = await verify('{}', new Headers(), 'whsec_' + '0'.repeat(40));
  if (event.type === 'entitylocker.document.failed') console.log(event.data.document.code);
} catch (error) {
  if (error instanceof WebhookError) console.log(error.code);
}
export const POST = fetchReceiver({ secrets: () => undefined, onEvent: async ({ data }) => data });
void [expressReceiver, fastifyReceiver, honoReceiver];
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

/** A delivery that is right, and one that is not, through the receiver for web requests. */
const webhooks = `
import { fetchReceiver, sign, verify } from '@tijori/client/webhooks';
const secret = 'whsec_' + btoa('0123456789abcdefghijklmnopqrstuv');
const body = JSON.stringify({ type: 'endpoint.disabled', timestamp: '2026-11-26T09:00:00.000Z', data: { reason: 'gone' } });
const headers = await sign(body, secret);
console.log((await verify(new TextEncoder().encode(body), headers, secret)).data.reason);
const receive = fetchReceiver({ secrets: secret, onEvent: ({ type }) => console.log(type) });
for (const sent of [body, body + ' ']) {
  const answer = await receive(new Request('http://127.0.0.1/hooks', { method: 'POST', headers, body: sent }));
  console.log(answer.status, await answer.text());
}
`;

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
${webhooks}`;

/** What a program printed, once it is over. */
async function finished(child: ChildProcess): Promise<{ stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: string) => {
      texts[name] += chunk;
    });
  }
  const [code] = await once(child, 'close');
  assert.equal(code, 0, texts.stderr);
  return texts;
}

/** Waits until somebody listens at a port of this machine. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isThere) return;
    await wait(50);
  }
  throw new Error(`nobody listens at ${port}`);
}

/** The module at an entry of the package and all that it imports, as text. */
function codeOf(distDir: string, entry: string, seen = new Set<string>()): string {
  if (seen.has(entry)) return '';
  seen.add(entry);
  const code = readFileSync(join(distDir, entry), 'utf8');
  const inner = [...code.matchAll(/from\s*'(\.[^']+)'/g)].map(([, path = '']) => join(dirname(entry), path));
  return code + inner.map((path) => codeOf(distDir, path, seen)).join('');
}

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

  const newProject = (name: string, more: Record<string, string> = {}) => {
    const program = (quickStart + thenFetch).replaceAll('http://127.0.0.1:8080', stage.proxy.origin);
    return packed.project(name, { 'quick-start.js': program, 'webhooks.js': webhooks, ...more });
  };

  const runWebhooks = async (project: Project, runtime: readonly [string, ...string[]]) => {
    const { stdout } = await finished(project.start(runtime, 'webhooks.js', {}));
    assert.match(stdout, /^gone\nendpoint\.disabled\n204 \n400 .*\(wrong_signature\)\n\n$/);
  };

  const runQuickStart = async (project: Project, runtime: readonly [string, ...string[]]) => {
    const lines = await runWithConsent(project, runtime, 'quick-start.js');
    assert.match(lines[0] ?? '', /^Send the person to http:/);
    assert.match(lines[1] ?? '', /\S+ \d{3,}$/);
    assert.equal(lines.length, 2);
  };

  it('has its code, its types, its licence and its manual, and nothing else', () => {
    const others = packed.files.filter((path) => !/^dist\/(webhooks\/)?[a-z0-9-]+\.(js|d\.ts)$/.test(path));
    assert.deepEqual(others.sort(), ['LICENSE', 'README.md', 'package.json']);
    assert.ok(!packed.files.some((path) => path.includes('test')));
    for (const name of packed.files.filter((path) => path.endsWith('.js'))) {
      const code = readFileSync(join(packed.dir, name), 'utf8');
      for (const [, specifier] of code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g))
        assert.match(specifier ?? '', /^\.\.?\/[a-z0-9/-]+\.js$/);
    }
  });

  for (const [entry, bytesMax] of [
    ['index.js', 14_336],
    ['webhooks/index.js', 7_168],
  ] as const) {
    it(`costs whoever imports ${entry} no more than its manual says`, () => {
      const bytes = gzipSync(codeOf(packed.distDir, entry), { level: 9 }).length;
      assert.ok(bytes < bytesMax && bytes > bytesMax / 2, `${bytes} bytes gzipped`);
      assert.match(readme, new RegExp(`${Math.round(bytesMax / 1024)} kB gzipped`));
    });
  }

  it('runs the quick start of its manual, and verifies webhooks, in a bare JavaScript project on every Node at hand', async () => {
    assert.equal(quickStart.trim().split('\n').length, 5);
    const project = await newProject('bare-js');
    for (const node of nodesOnPath()) {
      await runQuickStart(project, [node]);
      await runWebhooks(project, [node]);
    }
    assert.match(list, /client\.v1\.sessions\.list\(/);
  });

  it('does the same on Bun', async (t) => {
    const bun = needs(t, 'bun');
    if (!bun) return;
    const project = await newProject('bun');
    await runQuickStart(project, [bun]);
    await runWebhooks(project, [bun]);
  });

  it('does the same on Deno, which may do nothing but speak to the gateway and read its environment', async (t) => {
    const deno = needs(t, 'deno');
    if (!deno) return;
    const project = await newProject('deno');
    const { host } = new URL(stage.proxy.origin);
    await runQuickStart(project, [deno, 'run', '--no-prompt', '--cached-only', `--allow-net=${host}`, '--allow-env']);
    await runWebhooks(project, [deno, 'run', '--no-prompt', '--cached-only']);
  });

  it('runs the receiver of its manual under Express, and the test beside it', async () => {
    const port = String(await freePort());
    const project = await packed.project('receiver', {
      'receiver.js': receiver.replace('3000', port),
      'own-test.js': ownTest.replace('3000', port),
    });
    const express = dirname(createRequire(import.meta.url).resolve('express'));
    symlinkSync(express, join(project.cwd, 'node_modules', 'express'));
    const env = { WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}` };
    const running = project.start([process.execPath], 'receiver.js', env);
    const told = once(running.stdout ?? assert.fail(), 'data');
    await listening(Number(port));
    const { stdout, stderr } = await finished(project.start([process.execPath], 'own-test.js', env));
    assert.equal(stdout, '204\n', stderr);
    assert.equal(String(await told), '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60 succeeded\n');
    running.kill();
    await once(running, 'close');
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
    assert.deepEqual(lines.slice(1), ['gstn_details', 'application/xml true', 'data_not_found 521', 'missing_header']);
  });

  it('needs nothing that only Node has', async () => {
    const project = await packed.project('edge', { 'edge.js': edge });
    const lines = await runWithConsent(project, [process.execPath], 'edge.js');
    assert.deepEqual(lines.slice(1, 6), ['succeeded', 'true', 'gone', 'endpoint.disabled', '204 ']);
  });
});
