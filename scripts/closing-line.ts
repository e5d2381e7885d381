import { relative, sep } from 'node:path';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { setTimeout } from 'node:timers/promises';
import { inspect, stripVTControlCharacters, styleText } from 'node:util';
import { missingProgram } from './needs.ts';

/** Set by `run-tests.ts`, which reads this report from a pipe and shows it in a terminal. */
export const colourVariable = 'TIJORI_TESTS_COLOUR';

/**
 * The report of `npm test`: a line for each file, the failures in full, what was skipped and why, and alone on the
 * last line `N passed, N failed` (`, N skipped` when there are). Parts of a test count as tests, suites do not: the
 * runner's own numbers.
 */
// biome-ignore lint/style/noDefaultExport: the test runner takes a reporter from the default export.
export default async function* closingLine(events: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  const run = new Run();
  for await (const event of events) {
    const text = run.take(event);
    if (text) yield text;
  }
  // What the last test closed needs a moment to be gone.
  await setTimeout(20);
  yield run.end();
}

type Result = EventData.TestPass | EventData.TestFail;
type Failure = { title: string; where: string; error: unknown };
type Skip = { title: string; reason: string };

/** The runner's own numbers; the type of its summary leaves `failed` out. */
type Counts = EventData.TestSummary['counts'] & { failed?: number };
const noCounts: Counts = { passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0, tests: 0, suites: 0, topLevel: 0 };

/** What one file has come to so far. */
interface FileTally {
  path: string;
  passed: number;
  failed: string[];
  skipped: number;
  ms: number;
}

class Run {
  readonly #failures: Failure[] = [];
  readonly #skips: Skip[] = [];
  readonly #complaints: string[] = [];
  /** Names of the suites and tests around the present one, outermost first. */
  readonly #names: string[] = [];
  #file: FileTally | undefined;
  #counts: Counts = noCounts;
  #success = false;

  take(event: TestEvent): string | undefined {
    if (event.type === 'test:start') {
      this.#names.length = event.data.nesting;
      this.#names.push(event.data.name);
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      return this.#takeResult(event.data, event.type === 'test:fail');
    } else if (event.type === 'test:diagnostic' && event.data.level !== 'info') {
      this.#complaints.push(event.data.message);
    } else if (event.type === 'test:diagnostic' && /^(Error|Warning): /.test(event.data.message)) {
      this.#complaints.push(event.data.message);
    } else if ((event.type === 'test:stdout' || event.type === 'test:stderr') && event.data.message) {
      return event.data.message;
    } else if (event.type === 'test:summary' && event.data.file === undefined) {
      this.#counts = event.data.counts;
      this.#success = event.data.success;
    }
    return undefined;
  }

  #takeResult(data: Result, failed: boolean): string | undefined {
    const path = data.file ? relative(process.cwd(), data.file).replaceAll(sep, '/') : '(no file)';
    const closed = this.#file && this.#file.path !== path ? this.#closeFile() : undefined;
    this.#file ??= { path, passed: 0, failed: [], skipped: 0, ms: 0 };
    const title = [...this.#names.slice(0, data.nesting), data.name].join(' › ');

    const isSuite = data.details.type === 'suite';
    if (data.nesting === 0) this.#file.ms += data.details.duration_ms;
    if (data.skip !== undefined || data.todo !== undefined) {
      if (!isSuite) this.#file.skipped += 1;
      this.#skips.push({ title: `${path}  ${title}`, reason: reasonOf(data) });
    } else if (failed) {
      const error = (data as EventData.TestFail).details.error;
      // A parent fails because a part of it did: the part is told, the parent only counted.
      if ((error as { failureType?: string }).failureType === 'subtestsFailed') return closed;
      this.#file.failed.push(title);
      this.#failures.push({ title, where: `${path}:${data.line ?? 1}`, error: error.cause ?? error });
    } else if (!isSuite) this.#file.passed += 1;
    return closed;
  }

  #closeFile(): string {
    const file = this.#file;
    this.#file = undefined;
    if (!file) return '';
    const mark = file.failed.length > 0 ? paint('red', '✖') : paint('green', '✔');
    const numbers = [
      String(file.passed).padStart(4),
      file.skipped > 0 ? paint('yellow', ` ${file.skipped} skipped`) : '',
      file.failed.length > 0 ? paint('red', ` ${file.failed.length} failed`) : '',
    ].join('');
    const time = paint('gray', `${Math.round(file.ms)} ms`);
    const failed = file.failed.map((title) => `       ${paint('red', title)}\n`).join('');
    return `${mark} ${file.path.padEnd(60)} ${numbers}  ${time}\n${failed}`;
  }

  end(): string {
    const counts = this.#counts;
    const parts = [this.#closeFile(), failuresText(this.#failures), complaintsText(this.#complaints)];
    parts.push(skipsText(this.#skips), leftOpenText(process.getActiveResourcesInfo()));

    let failed = (counts.failed ?? 0) + counts.cancelled;
    // A hook, or an error after the end of its test, fails the run without failing a test.
    if (failed === 0 && !this.#success) failed = 1;
    if (counts.tests === 0) {
      parts.push(headingText('red', 'no test ran: a run that proved nothing has not passed'));
      process.exitCode = 1;
    }
    parts.push(`\n${closingText({ passed: counts.passed, failed, skipped: counts.skipped + counts.todo })}\n`);
    return parts.join('');
  }
}

/** How many tests passed, failed and did not run. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function closingText({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Reads a closing line back; `undefined` for any other. */
export function readClosingText(line: string): Tally | undefined {
  const [, ...numbers] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(line) ?? [];
  const [passed, failed, skipped = 0] = numbers.map((number) => Number(number ?? 0));
  return passed === undefined || failed === undefined ? undefined : { passed, failed, skipped };
}

function reasonOf(data: Result): string {
  const given = data.skip ?? data.todo;
  return typeof given === 'string' ? given : 'no reason given';
}

/** A line that begins a part of the report. */
export function headingText(colour: 'red' | 'yellow', text: string): string {
  return `\n${paint([colour, 'bold'], `━━━ ${text} ━━━`)}\n`;
}

/** Above errors that belong to no test. */
export const outsideHeading = 'outside any test';

/** Whether a line begins what is told after the last file: failures, skips. */
export function isHeading(line: string): boolean {
  return stripVTControlCharacters(line).startsWith('━━━ ');
}

function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { validateStream: process.env[colourVariable] !== '1' });
}

function failuresText(failures: readonly Failure[]): string {
  if (failures.length === 0) return '';
  const all = failures.map(({ title, where, error }) => {
    return `\n${paint('red', `✖ ${title}`)}\n  ${paint('gray', where)}\n${indent(errorText(error))}\n`;
  });
  return headingText('red', 'failures') + all.join('');
}

/** Message, own frames and causes; the frames inside Node and the property tester say nothing. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : inspect(error);
  const stack = (error.stack ?? String(error))
    .split('\n')
    .filter((line) => !/^\s+at .*(?:\(|at )(?:node:|\S*\/node_modules\/fast-check\/)/.test(line))
    .join('\n');
  return error.cause === undefined ? stack : `${stack}\ncaused by ${errorText(error.cause)}`;
}

function complaintsText(complaints: readonly string[]): string {
  if (complaints.length === 0) return '';
  return headingText('red', outsideHeading) + complaints.map((text) => `${indent(text)}\n`).join('');
}

function skipsText(skips: readonly Skip[]): string {
  if (skips.length === 0) return '';
  const groups = Map.groupBy(skips, ({ reason }) => reason);
  const parts: string[] = [];
  for (const [reason, group] of groups) {
    const program = missingProgram(reason);
    const why = program ? `${program.name} is missing:  ${paint('bold', program.install)}` : reason;
    parts.push(`${indent(why)}\n${group.map(({ title }) => `    ${title}\n`).join('')}`);
  }
  return headingText('yellow', `${skips.length} skipped: these did NOT run`) + parts.join('');
}

/** What only a test can have left behind, among all that keeps a process alive. */
const closable = ['TCPServerWrap', 'ProcessWrap', 'Timeout', 'Worker', 'MessagePort'];

/** `npm test` ends the process after the last test (`--test-force-exit`), so that a leak cannot hang it unseen. */
function leftOpenText(resources: readonly string[]): string {
  const groups = Map.groupBy(resources, (resource) => resource);
  const open = closable.flatMap((kind) => (groups.has(kind) ? [`${kind} × ${groups.get(kind)?.length}`] : []));
  if (open.length === 0) return '';
  return headingText('yellow', `left open by some test: ${open.join(', ')}`);
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
