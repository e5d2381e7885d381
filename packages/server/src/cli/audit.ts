import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { ChainedEntry } from '../domain/audit-leaf.ts';
import type { Stores } from '../stores/index.ts';
import { type AuditVerdict, type HeadVerdict, verifyAudit } from '../usecases/audit/verify.ts';
import { bareHead } from './audit-heads.ts';
import { CliError } from './cli-error.ts';
import { dataOption } from './data-option.ts';
import { exitCodes } from './exit-codes.ts';
import { withStores } from './key-store.ts';
import { momentText, openOutput } from './output.ts';

interface Options {
  data: string;
  json?: boolean;
}

/** `tijori audit …`: heads to keep elsewhere, and a check of the log against them. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('signed heads of the audit log, and the check of the log against them')
    .addCommand(headCommand())
    .addCommand(verifyCommand());
}

function headCommand(): Command {
  return new Command('head')
    .description(
      'print the newest signed head of each workspace, one a line: keep them where this machine cannot reach them',
    )
    .addOption(dataOption())
    .action(async ({ data, json }: Options) => {
      const heads = await withStores(data, newestHeads);
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

function verifyCommand(): Command {
  return new Command('verify')
    .description('hold the audit log against signed heads; exit code 6 if it was changed')
    .requiredOption('--heads <file>', 'signed heads, one a line, as "tijori audit head" printed them')
    .addOption(dataOption())
    .action(async ({ heads, data, json }: Options & { heads: string }) => {
      const lines = headLines(heads);
      const verdict = await withStores(data, (stores) => verifyAudit(chainedEntries(stores), lines));
      const output = openOutput({ json: json === true });
      for (const head of verdict.heads) output.line(headJson(head), headText(head));
      for (const line of verdict.badLines) {
        output.line(
          { line, verdict: 'no_head' },
          `Line ${line} of the heads is no head, or its signature does not hold.`,
        );
      }
      output.line({ entries: entriesOf(verdict), holds: holds(verdict) }, summary(verdict));
      if (!holds(verdict)) process.exitCode = exitCodes.failed_check.code;
    });
}

/** Batches that are read at once. */
const batchesPerPiece = 100;

async function* chainedEntries({ auditTrees }: Stores): AsyncGenerator<ChainedEntry[]> {
  const { takenIn } = await auditTrees.batches();
  for (let after = 0; after < takenIn; after += batchesPerPiece) {
    yield await auditTrees.chained({ after, batches: Math.min(batchesPerPiece, takenIn - after) });
  }
}

function headLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').map(bareHead);
  } catch (cause) {
    throw new CliError('not_found', `${file} cannot be read.`, { cause, cure: 'Name a file of signed heads.' });
  }
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

function holds({ heads, badLines }: AuditVerdict): boolean {
  return heads.length > 0 && badLines.length === 0 && heads.every(({ verdict }) => verdict === 'holds');
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
