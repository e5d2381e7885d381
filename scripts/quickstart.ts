/**
 * `node scripts/quickstart.ts`: follows docs/quickstart-testing.md to the letter, in a clean clone of the last commit, and
 * says how long it took, and each step of it. A block is run, written to its file, or compared with the output of the block before it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The promise of the page, s. */
const secondsMax = 600;
/** What `npm start` prints once it answers. */
const readyLine = 'Tijori is ready';
const readyMsMax = 60_000;
/** How long a server may take to end, ms: more than it gives itself. */
const endMsMax = 15_000;

interface Block {
  language: string;
  /** `background`, `fails`, or the path of a file. */
  note: string;
  text: string;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, language = '', note = '', text = '']) => ({
    language,
    note,
    text,
  }));
}

/** As in a fresh terminal: npm, which may have started this script, leaves its own Node and settings to its children. */
function environment(): NodeJS.ProcessEnv {
  const outside = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'));
  const path = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(outside), PATH: path.join(':') };
}

function shell(command: string, folder: string): ChildProcess {
  return spawn('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: folder,
    env: environment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function run(command: string, folder: string): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const child = shell(command, folder);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    // The promise of the page, also for a single step.
    const timer = setTimeout(stop, secondsMax * 1000, child);
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve({ status: status ?? 1, output });
    });
  });
}

/** `running` has the child from its first moment, so that it is stopped whatever becomes of it. */
function startInBackground(command: string, folder: string, running: ChildProcess[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = shell(command, folder);
    running.push(child);
    let output = '';
    const timer = setTimeout(() => reject(new Error(`"${command.trim()}" is not ready:\n${output}`)), readyMsMax);
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes(readyLine)) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('close', () => {
      clearTimeout(timer);
      reject(new Error(`"${command.trim()}" has ended:\n${output}`));
    });
  });
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

function stop({ pid }: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (pid === undefined) return;
  try {
    // The whole group: npm and bash stand before the server, and may end before it.
    process.kill(-pid, signal);
  } catch {
    // Nobody is left.
  }
}

/** Its folder can only be removed once it writes nothing more into it. */
async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const timer = setTimeout(() => {
    console.log(`quickstart: a server of the page had not ended after ${endMsMax / 1000} s`);
    stop(child, 'SIGKILL');
  }, endMsMax);
  const closed = once(child, 'close');
  stop(child);
  await closed;
  clearTimeout(timer);
}

/** Told as it ends, so that one that never does is seen. Of a block of several lines the last, which does what the ones before prepare. */
async function step<T>(block: string, work: Promise<T>): Promise<T> {
  const startedAtMs = Date.now();
  const result = await work;
  console.log(`quickstart: ${block.trim().split('\n').at(-1)}, ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
  return result;
}

async function follow(blocks: readonly Block[], folder: string, running: ChildProcess[]): Promise<number> {
  let output = '';
  let compared = 0;
  for (const { language, note, text } of blocks) {
    if (language === 'js') {
      mkdirSync(dirname(join(folder, note)), { recursive: true });
      writeFileSync(join(folder, note), text);
    } else if (language === 'text') {
      for (const line of text.trim().split('\n')) {
        if (!output.includes(line)) throw new Error(`the page promises "${line}", but the output is:\n${output}`);
        compared += 1;
      }
    } else if (note === 'background') {
      await step(text, startInBackground(text, folder, running));
    } else {
      const result = await step(text, run(text, folder));
      output = result.output;
      if ((result.status !== 0) !== (note === 'fails'))
        throw new Error(`"${text.trim()}" ended with ${result.status}:\n${output}`);
    }
  }
  return compared;
}

const root = join(import.meta.dirname, '..');
const startedAtMs = Date.now();
const scratch = mkdtempSync(join(tmpdir(), 'tijori-quickstart-'));
const running: ChildProcess[] = [];
try {
  const clone = await step('git clone', run(`git clone --quiet --no-hardlinks '${root}' tijori`, scratch));
  if (clone.status !== 0) throw new Error(clone.output);
  const page = readFileSync(join(scratch, 'tijori', 'docs', 'quickstart-testing.md'), 'utf8');
  const compared = await follow(blocksOf(page), join(scratch, 'tijori'), running);
  const seconds = (Date.now() - startedAtMs) / 1000;
  if (!running.every(isRunning)) throw new Error('a server of the page has ended before its time');
  if (compared === 0) throw new Error('the page promises nothing');
  if (seconds > secondsMax) throw new Error(`took ${seconds.toFixed(0)} s, more than ${secondsMax}`);
  console.log(
    `quickstart: followed to the letter, ${compared} promised lines seen, ${seconds.toFixed(1)} s from clone to end`,
  );
} finally {
  await Promise.all(running.map(end));
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
