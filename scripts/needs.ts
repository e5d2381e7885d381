import { accessSync, constants, globSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';

interface Program {
  /** Looked for on PATH, in this order. */
  names: readonly string[];
  /** Where it also lives, off PATH; patterns, of which the last match in order wins. */
  places: readonly string[];
  /** A variable that names the program outright. If it is set, nothing else is looked at. */
  variable?: string;
  /** How to get it on Debian and Ubuntu. */
  install: string;
}

/** Outside programs that tests use. The product itself needs none of them. */
export const programs = {
  chromium: {
    // The first is the same browser without a window around it, which takes half the processor time (Debian has it as a package of its own).
    names: ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    places: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      'C:/Program Files/Google/Chrome/Application/chrome.exe',
      '/usr/bin/chromium',
    ],
    variable: 'CHROMIUM_PATH',
    install: 'apt install chromium-headless-shell',
  },
  xmlsec1: { names: ['xmlsec1'], places: [], install: 'apt install xmlsec1' },
  pdfsig: { names: ['pdfsig'], places: [], install: 'apt install poppler-utils' },
  pdftotext: { names: ['pdftotext'], places: [], install: 'apt install poppler-utils' },
  openssl: { names: ['openssl'], places: [], install: 'apt install openssl' },
  ip: { names: ['ip'], places: ['/usr/sbin/ip', '/sbin/ip'], install: 'apt install iproute2' },
  unshare: { names: ['unshare'], places: [], install: 'apt install util-linux' },
  qpdf: { names: ['qpdf'], places: [], install: 'apt install qpdf' },
  unzip: { names: ['unzip'], places: [], install: 'apt install unzip' },
  bash: { names: ['bash'], places: [], install: 'apt install bash' },
  zsh: { names: ['zsh'], places: [], install: 'apt install zsh' },
  fish: { names: ['fish'], places: [], install: 'apt install fish' },
  bun: { names: ['bun'], places: [], install: 'npm install --global bun' },
  deno: { names: ['deno'], places: [], install: 'npm install --global deno' },
  wrk: { names: ['wrk'], places: [], install: 'apt install wrk' },
  slowhttptest: { names: ['slowhttptest'], places: [], install: 'apt install slowhttptest' },
  initdb: { names: ['initdb'], places: ['/usr/lib/postgresql/*/bin/initdb'], install: 'apt install postgresql' },
  pg_dump: {
    names: ['pg_dump'],
    places: ['/usr/lib/postgresql/*/bin/pg_dump'],
    install: 'apt install postgresql-client',
  },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

/** What is asked of a machine: its environment, and the table if not ours. */
interface Machine {
  env?: NodeJS.ProcessEnv;
  table?: Readonly<Record<string, Program>>;
}

/**
 * The path of a program that this test cannot do without. If it is missing the test is skipped and `undefined` comes
 * back; with `TIJORI_TESTS_REQUIRE_PROGRAMS=1`, as in CI, it fails instead: what never runs proves nothing.
 *
 * @example
 * const chromium = needs(t, 'chromium');
 * if (!chromium) return;
 */
export function needs(
  t: Pick<TestContext, 'skip'>,
  name: ProgramName,
  { env = process.env, table = programs }: Machine = {},
): string | undefined {
  const path = findProgram(name, { env, table });
  if (path) return path;
  const message = missingMessage(name, table[name]?.install ?? '');
  if (env.TIJORI_TESTS_REQUIRE_PROGRAMS === '1') {
    throw new Error(`${message}. TIJORI_TESTS_REQUIRE_PROGRAMS=1 forbids to skip the test.`);
  }
  t.skip(message);
  return undefined;
}

export function findProgram(name: string, { env = process.env, table = programs }: Machine = {}): string | undefined {
  const program: Program | undefined = table[name];
  if (!program) return undefined;
  const named = program.variable && env[program.variable];
  if (named) return runs(named) ? named : undefined;

  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const file of program.names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const path = join(folder, file + ending);
        if (runs(path)) return path;
      }
    }
  }
  const byVersion = new Intl.Collator('en', { numeric: true });
  return program.places.flatMap((place) => globSync(place).sort(byVersion.compare)).findLast(runs);
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function missingMessage(name: string, install: string): string {
  return `needs ${name}, which is not on this machine: ${install}`;
}

/** Reads a skip message back, for the report: what was missing, and how to get it. */
export function missingProgram(message: string): { name: string; install: string } | undefined {
  const match = /^needs (.+), which is not on this machine: (.+)$/.exec(message);
  return match?.[1] && match[2] ? { name: match[1], install: match[2] } : undefined;
}
