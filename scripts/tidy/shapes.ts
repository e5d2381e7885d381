import { type Finding, isTest, type SourceFile } from './source.ts';
import { functionLinesMax, linesMax, longFiles, vagueNames } from './tables.ts';

const vague = new RegExp(`(?:^|[/-])(${vagueNames.join('|')})s?(?=[./])`);
const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z-]+)*\.ts$/;

/** Names that say nothing, files and functions that have grown too long. */
export function wrongShapes(file: SourceFile, code: string): Finding[] {
  const { path } = file;
  const at = (line: number, message: string): Finding => ({ path, line, message });
  const findings: Finding[] = [];

  const name = vague.exec(path);
  if (name) {
    findings.push(
      at(
        1,
        `'${name[1]}' says nothing about what is inside, so anything ends up in it. Name the file after its main export.`,
      ),
    );
  }
  if (!kebab.test(path.slice(path.lastIndexOf('/') + 1))) {
    findings.push(
      at(1, 'file names are kebab-case, after the main export: some disks tell Case apart and some do not. Rename it.'),
    );
  }
  const lines = code.split('\n');
  const length = file.text.endsWith('\n') ? lines.length - 1 : lines.length;
  if (length > linesMax && !longFiles.includes(path)) {
    findings.push(
      at(
        linesMax + 1,
        `${length} lines, ${linesMax} is the most: such a file has two jobs. Split it, or list it as a table of data in scripts/tidy/tables.ts.`,
      ),
    );
  }
  if (isTest(path)) return findings;
  for (const { line, lines: count } of functionsOf(lines)) {
    if (count <= functionLinesMax) continue;
    findings.push(
      at(
        line,
        `a function of ${count} lines of its own, ${functionLinesMax} is the most: it must fit a screen. Keep the branching here, move the plain work out.`,
      ),
    );
  }
  return findings;
}

const bodyOpens = /=> \{$|\)(?:: .+)? \{$|^\} \{$/;
const notFunction =
  /^(?:\} )?(?:else )?(?:if|for|while|switch|catch|with|class|export (?:abstract )?class|export default class)\b/;

/**
 * Functions and how many lines are their own, told by the indentation that Biome gives: a body closes with the first
 * `}` that stands as deep as the line that opened it. (The compiler has no stable JavaScript API to ask.)
 */
export function functionsOf(lines: readonly string[]): { line: number; lines: number }[] {
  const found: { head: number; open: number; end: number }[] = [];
  lines.forEach((line, open) => {
    if (!bodyOpens.test(line.trimEnd())) return;
    const head = headOf(lines, open);
    if (notFunction.test((lines[head] ?? '').trimStart())) return;
    const closes = `${' '.repeat(depthOf(line))}}`;
    const end = lines.findIndex((later, index) => index > open && later.startsWith(closes));
    if (end !== -1) found.push({ head, open, end });
  });
  return found.map((whole) => {
    const inside = new Set<number>();
    for (const { open, end } of found) {
      if (open <= whole.open || end > whole.end) continue;
      for (let line = open + 1; line < end; line += 1) inside.add(line);
    }
    return { line: whole.head + 1, lines: whole.end - whole.head + 1 - inside.size };
  });
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** `): void {` belongs to the nearest line above that is as deep and does not itself begin with a bracket. */
function headOf(lines: readonly string[], open: number): number {
  const depth = depthOf(lines[open] ?? '');
  for (let index = open; index > 0; index -= 1) {
    const line = lines[index] ?? '';
    if (line.trim() !== '' && depthOf(line) === depth && !/^[)}\]]/.test(line.trimStart())) return index;
  }
  return 0;
}
