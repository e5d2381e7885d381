import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import Type from 'typebox';
import Schema from 'typebox/schema';
import { type ChainedEntry, leafText } from '../domain/audit-leaf.ts';
import { leafHash } from '../domain/merkle-tree.ts';
import type { ExportedAudit } from '../usecases/audit/export.ts';
import { auditLineFields, fromAuditLine, toAuditLine } from './audit-line.ts';
import { CliError } from './cli-error.ts';

const isLine = Schema.Compile(Type.Object(auditLineFields, { additionalProperties: false }));

export function exportLine(exported: ExportedAudit): string {
  return `${JSON.stringify('head' in exported ? exported : toAuditLine(exported.entry))}\n`;
}

export interface AuditFile {
  heads: string[];
  /** In pieces that cut no batch in two. Can be read once. */
  entries: AsyncIterable<ChainedEntry[]>;
  /** Numbers from 1 of lines that are no entry, or not in their place; known when the entries were read. */
  strayLines(): number[];
}

/** Entries of one piece, or some more until the batch is over. */
const entriesPerPiece = 10_000;
/** Most lines that are told as stray: a file in another order has a million. */
const strayMax = 20;

/** Opens an export: heads first, then entries in the order of their tree, and nothing else. */
export async function openAuditFile(path: string): Promise<AuditFile> {
  const file = await open(path).catch((cause) => {
    throw new CliError('not_found', `${path} cannot be read.`, { cause });
  });
  await file.close();
  const heads: string[] = [];
  for await (const line of linesOf(path)) {
    const head = headOf(line);
    if (head === undefined) break;
    heads.push(head);
  }
  const stray: number[] = [];
  return { heads, entries: piecesOf(path, heads.length, stray), strayLines: () => stray };
}

async function* piecesOf(path: string, skipped: number, stray: number[]): AsyncGenerator<ChainedEntry[]> {
  let piece: ChainedEntry[] = [];
  let before: Place | undefined;
  let number = 0;
  for await (const line of linesOf(path)) {
    number += 1;
    if (number <= skipped) continue;
    const entry = entryOf(line);
    const place = entry && placeOf(entry);
    if (!entry || !place || (before && isBefore(place, before))) {
      if (stray.length < strayMax) stray.push(number);
      continue;
    }
    if (piece.length >= entriesPerPiece && before?.batch !== entry.batch) {
      yield piece;
      piece = [];
    }
    piece.push(entry);
    before = place;
  }
  yield piece;
}

interface Place {
  batch: number;
  workspaceId: string;
  atMs: number;
  leaf(): Buffer;
}

function placeOf(entry: ChainedEntry): Place {
  const { batch, workspaceId, atMs } = entry;
  // Only asked for within a millisecond.
  return { batch, workspaceId, atMs, leaf: () => leafHash(leafText(entry)) };
}

function isBefore(place: Place, other: Place): boolean {
  if (place.batch !== other.batch) return place.batch < other.batch;
  if (place.workspaceId !== other.workspaceId) return place.workspaceId < other.workspaceId;
  if (place.atMs !== other.atMs) return place.atMs < other.atMs;
  return Buffer.compare(place.leaf(), other.leaf()) < 0;
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}

function headOf(line: string): string | undefined {
  if (!line.startsWith('{"head":')) return undefined;
  const value = parsed(line) as { head?: unknown } | undefined;
  return typeof value?.head === 'string' ? value.head : undefined;
}

function entryOf(line: string): ChainedEntry | undefined {
  const value = parsed(line);
  return isLine.Check(value) ? fromAuditLine(value) : undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
