import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Command } from 'commander';
import type { ChainedEntry } from '../domain/audit-leaf.ts';
import type { Stores } from '../stores/index.ts';
import { exportAudit } from '../usecases/audit/export.ts';
import { type AuditVerdict, type HeadVerdict, verifyAudit } from '../usecases/audit/verify.ts';
import { bareHead } from './audit-heads.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { exitCodes } from './exit-codes.ts';
import { withStoresForReading } from './key-store.ts';
import { momentText, type Output, openOutput } from './output.ts';
import { saveStream } from './save-stream.ts';

interface Options {
  data: string;
  json?: boolean;
}

/** `tijori audit …`: heads to keep elsewhere, and a check of the log against them. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('signed heads of the audit log, its export, and the check of either against heads')
    .addCommand(headCommand())
    .addCommand(exportCommand())
    .addCommand(verifyCommand());
}

function headCommand(): Command {
  return new Command('head')
    .description(
      'print the newest signed head of each workspace, one a line: keep them where this machine cannot reach them',
    )
    .addOption(dataOption())
    .action(async ({ data, json }: Options) => {
      const heads = await withStoresForReading(data, newestHeads);
      if (heads.length === 0) {
        throw new CliError('not_found', 'There is no signed head yet.', {
          cure: 'A running gateway signs one within a minute of the first entry.',
        });
      }
      for (const jws of heads) openOutput({ json: json === true }).line({ head: jws }, jws);
    });
}

async function newestHeads({ auditTrees }: Stores): Promise<string[]> {
  const heads: string[] = [];
  for (const { workspaceId } of await auditTrees.trees()) {
    const [newest] = await auditTrees.heads(workspaceId, 1);
    if (newest) heads.push(newest.jws);
  }
  return heads;
}

function exportCommand(): Command {
  return new Command('export')
    .description('write all signed heads and entries of the audit log into a file, also beside a running gateway')
    .requiredOption('--out <file>', 'where to put it: one JSON object a line')
    .option('--force', 'write over a file that is there')
    .addOption(dataOption())
    .action(async ({ out, data, force = false, json }: Options & { out: string; force?: boolean }) => {
      const counts = { heads: 0, entries: 0 };
      const { path, bytes, sha256 } = await withStoresForReading(data, (stores) => {
        const lines = Readable.from(exportLines(stores, counts)) as Readable;
        return saveStream(Readable.toWeb(lines) as ReadableStream<Uint8Array>, resolve(out), {
          force,
          onBytes: () => undefined,
        });
      });
      openOutput({ json: json === true }).line(
        { file: path, bytes, sha256, ...counts },
        `${counts.entries} entries and ${counts.heads} signed heads in ${path}. Entries of the last seconds may be missing.`,
      );
    });
}

/** In pieces: a line at a time would be a write of the disk for each. */
const charsPerWrite = 256 * 1024;

async function* exportLines(stores: Stores, counts: { heads: number; entries: number }): AsyncGenerator<Uint8Array> {
  const { exportLine } = await import('./audit-file.ts');
  let text = '';
  for await (const exported of exportAudit(stores)) {
    counts['head' in exported ? 'heads' : 'entries'] += 1;
    text += exportLine(exported);
    if (text.length < charsPerWrite) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

interface VerifyOptions extends Options {
  heads?: string;
  log?: string;
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('hold the audit log, or an export of it, against signed heads; exit code 6 if it was changed')
    .option('--heads <file>', 'signed heads, one a line, as "tijori audit head" printed them')
    .option('--log <file>', 'an export, by itself: no database is asked')
    .addOption(dataOption())
    .action(async ({ heads, log, data, json }: VerifyOptions) => {
      const kept = heads === undefined ? [] : headLines(heads);
      if (heads === undefined && log === undefined) {
        throw new CliError('usage', 'There is nothing to hold the log against.', {
          cure: 'Name a file of heads with --heads.',
        });
      }
      const verdict =
        log === undefined
          ? await withStoresForReading(data, (stores) => verifyAudit(chainedEntries(stores), kept))
          : await verifyExport(log, kept);
      if (!holds(verdict)) process.exitCode = exitCodes.failed_check.code;
      tellVerdict(openOutput({ json: json === true }), { verdict, kept: new Set(kept), isExport: log !== undefined });
    });
}

/** The heads in the file and those that were kept, each once. */
async function verifyExport(file: string, kept: readonly string[]): Promise<AuditVerdict> {
  const { openAuditFile } = await import('./audit-file.ts');
  const { heads, entries, strayLines } = await openAuditFile(file);
  // Behind those that were kept: the numbers of bad lines are the ones of that file.
  const known = new Set(kept);
  const others = heads.filter((head) => !known.has(head));
  const { badLines, ...verdict } = await verifyAudit(entries, [...kept, ...others]);
  return { ...verdict, badLines, strayLines: strayLines() };
}

interface Told {
  verdict: AuditVerdict;
  /** Heads that were kept elsewhere: nobody who wrote the log anew could have signed these. */
  kept: ReadonlySet<string>;
  isExport: boolean;
}

function tellVerdict(output: Output, { verdict, kept, isExport }: Told): void {
  const newest = new Map<string, number>();
  for (const { head } of verdict.heads) {
    newest.set(head.workspace, Math.max(head.size, newest.get(head.workspace) ?? 0));
  }
  for (const head of verdict.heads) {
    // Of thousands only those that tell something.
    const isNewest = head.head.size === newest.get(head.head.workspace);
    const isTold = output.isJson || head.verdict !== 'holds' || isNewest;
    if (isTold) output.line({ ...headJson(head), kept: kept.has(head.jws) }, headText(head));
  }
  for (const line of verdict.badLines) {
    output.line({ line, verdict: 'no_head' }, `Line ${line} of the heads is no head, or its signature does not hold.`);
  }
  for (const line of verdict.strayLines ?? []) {
    output.line({ line, verdict: 'stray' }, `Line ${line} of the export is no entry, or not in its place.`);
  }
  const unkept = workspacesWithoutKeptHead(verdict, kept);
  const answer = { entries: entriesOf(verdict), holds: holds(verdict), workspaces_without_kept_head: unkept };
  output.line(answer, summary(verdict));
  if (unkept.length > 0 && !output.isJson) output.line({}, caution(unkept, isExport));
}

/** Those that have entries or heads here, none of them under a head that was kept. */
function workspacesWithoutKeptHead({ heads, sizes }: AuditVerdict, kept: ReadonlySet<string>): string[] {
  const here = new Set([...sizes.keys(), ...heads.map(({ head }) => head.workspace)]);
  for (const { head, jws } of heads) if (kept.has(jws)) here.delete(head.workspace);
  return [...here].sort();
}

/** Workspaces that are named to people; there may be thousands. */
const namedMax = 3;

function caution(unkept: readonly string[], isExport: boolean): string {
  const named = unkept.slice(0, namedMax).join(', ');
  const more = unkept.length > namedMax ? ` and ${unkept.length - namedMax} more` : '';
  const which = `No head was kept of workspace ${named}${more}`;
  return isExport
    ? `${which}. The heads of it came with the file: whoever wrote it anew could have signed them. Name heads that were kept elsewhere with --heads.`
    : `${which}: nothing is proved of its entries.`;
}

/** Batches that are read at once. */
const batchesPerPiece = 20;

async function* chainedEntries({ auditTrees }: Stores): AsyncGenerator<ChainedEntry[]> {
  const { takenIn } = await auditTrees.batches();
  for (let after = 0; after < takenIn; after += batchesPerPiece) {
    yield await auditTrees.chained({ after, batches: Math.min(batchesPerPiece, takenIn - after) });
  }
}

function headLines(file: string): string[] {
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => bareHead(line).trim());
  } catch (cause) {
    throw new CliError('not_found', `${file} cannot be read.`, { cause, cure: 'Name a file of signed heads.' });
  }
  if (lines.some((line) => line !== '')) return lines;
  throw new CliError('usage', `There is no head in ${file}.`, {
    cure: 'Name a file with what "tijori audit head" printed.',
  });
}

function headJson({ head, kid, verdict }: HeadVerdict): object {
  return { workspace_id: head.workspace, size: head.size, signed_at: head.atMs, kid, verdict };
}

const words = {
  holds: 'hold: nothing was changed, removed, added or moved',
  missing: 'do not hold: there are fewer entries than were signed',
  differs: 'do not hold: something was changed, removed, added or moved',
} as const;

function headText({ head, kid, verdict }: HeadVerdict): string {
  const { size, workspace, atMs } = head;
  return `Workspace ${workspace}: the first ${size} entries ${words[verdict]} since ${momentText(atMs)} (key ${kid}).`;
}

function holds({ heads, badLines, strayLines = [] }: AuditVerdict): boolean {
  return (
    heads.length > 0 &&
    badLines.length === 0 &&
    strayLines.length === 0 &&
    heads.every(({ verdict }) => verdict === 'holds')
  );
}

function entriesOf({ sizes }: AuditVerdict): number {
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function summary(verdict: AuditVerdict): string {
  const entries = entriesOf(verdict);
  if (verdict.heads.length === 0) return `${entries} entries, and no head to hold them against: nothing is proved.`;
  return holds(verdict)
    ? `${entries} entries; every head holds. Entries after the last head of a workspace are not proved.`
    : `${entries} entries; the log is not the one that was signed.`;
}
