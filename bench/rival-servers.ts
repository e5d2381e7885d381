import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createSdkSession } from '@tijori/wire';
import { processTree } from './process-tree.ts';
import { residentMb } from './servers.ts';

/** A server that somebody would start instead of Tijori to have an answer of this API. */
export interface Rival {
  name: string;
  /** Exact versions, none of them a dependency of this repository. */
  packages: readonly string[];
  /** What it serves, and which of its settings make it fastest. */
  how: string;
  /** Program and words that serve at this port; `folder` is where its packages are. */
  command: (folder: string, port: number) => readonly string[];
  /** Its answer has the form of ours and values that mean nothing. */
  inventsValues?: boolean;
  /** It is left out, loudly, where this program is missing. */
  needs?: string;
}

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const openapi = at('../docs/openapi.json');
const { execPath: node } = process;

/** The answer to a create that the OpenAPI document shows: what those serve that cannot read the document themselves. */
export function exampleAnswer(): string {
  const { paths } = JSON.parse(readFileSync(openapi, 'utf8')) as {
    paths: Record<string, { post?: { responses: Record<string, { content: Record<string, { example: unknown }> }> } }>;
  };
  const example = paths[createSdkSession.path]?.post?.responses['200']?.content['application/json']?.example;
  return JSON.stringify(example);
}

export const rivals: readonly Rival[] = [
  {
    name: 'Prism',
    packages: ['@stoplight/prism-cli@5.16.0'],
    how: 'our OpenAPI document, static examples, checks the request; log off, one process',
    command: (folder, port) => [
      ...[node, join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js'), 'mock', openapi],
      ...['--host', '127.0.0.1', '--port', String(port), '--verboseLevel', 'silent', '--no-multiprocess'],
    ],
  },
  {
    name: 'Mockoon',
    packages: ['@mockoon/cli@9.9.0'],
    how: 'our OpenAPI document, from whose schemas it makes values of its own; log to file and admin API off',
    inventsValues: true,
    command: (folder, port) => [
      ...[node, join(folder, 'node_modules/@mockoon/cli/bin/run.js'), 'start', '--data', openapi],
      ...['--hostname', '127.0.0.1', '--port', String(port), '--disable-log-to-file', '--disable-admin-api'],
    ],
  },
  {
    name: 'MSW',
    packages: ['msw@3.0.5'],
    how: "one handler with the document's example, behind Node's server",
    command: (folder, port) => [node, at('./serve-msw.ts'), folder, String(port)],
  },
  {
    name: 'json-server',
    packages: ['json-server@0.17.4'],
    how: 'the 0.17 line; each post a row of its file, answered in our envelope; access log off',
    command: (folder, port) => [node, at('./serve-json-server.ts'), folder, String(port)],
  },
  {
    name: 'WireMock',
    packages: ['wiremock@3.13.2'],
    how: "one stub with the document's example; request journal off",
    needs: 'java',
    command: (folder, port) => {
      const stubs = join(folder, 'stubs');
      mkdirSync(join(stubs, 'mappings'), { recursive: true });
      const request = { method: createSdkSession.method, urlPath: createSdkSession.path };
      const response = { status: 200, headers: { 'Content-Type': 'application/json' }, body: exampleAnswer() };
      writeFileSync(join(stubs, 'mappings/create.json'), JSON.stringify({ request, response }));
      return [
        ...['java', '-jar', jarOf(folder), '--port', String(port), '--bind-address', '127.0.0.1'],
        ...['--root-dir', stubs, '--no-request-journal', '--disable-banner'],
      ];
    },
  },
];

function jarOf(folder: string): string {
  const files = execFileSync('find', [join(folder, 'node_modules/wiremock'), '-name', '*.jar'], { encoding: 'utf8' });
  const [jar] = files.split('\n');
  if (!jar) throw new Error('the package of WireMock has no jar');
  return jar;
}

/**
 * Where the packages of a rival lie, installed if they are not there: in a folder for temporary files outside of this repository, which never depends on
 * them.
 */
export function installed({ name, packages }: Rival): string {
  const folder = join(tmpdir(), 'tijori-bench-rivals', name.toLowerCase());
  const stamp = join(folder, 'installed.txt');
  const wanted = packages.join(' ');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder;
  console.log(`npm install ${wanted} into ${folder} (not into this repository)`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const words = [
    'install',
    '--prefix',
    folder,
    '--save-exact',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    ...packages,
  ];
  execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(stamp, wanted);
  return folder;
}

export interface RunningRival {
  baseUrl: string;
  /** From its start to the first create that it answered with 200, ms. */
  readyMs: number;
  /** Of it and of the processes that it started, MB. */
  residentMb(): number;
  stop(): Promise<void>;
}

const readyMsMax = 60_000;

/** Starts a rival and waits until it answers a create as it should. Whatever it prints stays unread. */
export async function startRival(
  rival: Rival,
  port: number,
  answersRightly: (baseUrl: string) => Promise<boolean>,
): Promise<RunningRival> {
  const folder = installed(rival);
  const [program = '', ...words] = rival.command(folder, port);
  const baseUrl = `http://127.0.0.1:${port}`;
  const beganMs = performance.now();
  const child = spawn(program, words, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(timer);
  };
  while (!(await answersRightly(baseUrl).catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${rival.name} ended with ${child.exitCode}`);
    if (performance.now() - beganMs > readyMsMax) {
      await stop();
      throw new Error(`${rival.name} gave no right answer within ${readyMsMax / 1000} s`);
    }
    await wait(20);
  }
  const readyMs = performance.now() - beganMs;
  const pid = child.pid ?? 0;
  return {
    baseUrl,
    readyMs,
    residentMb: () => processTree(pid).reduce((sum, each) => sum + (residentMb(each) ?? 0), 0),
    stop,
  };
}

/** Whether the program that it runs in is on this machine. */
export function isRunnable({ needs }: Rival): boolean {
  return needs === undefined || spawnSync(needs, ['-version'], { stdio: 'ignore' }).status === 0;
}
