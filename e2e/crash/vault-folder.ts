import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from './finding.ts';
import type { Place } from './gateway-process.ts';

/** The rule of `usecases/documents/leftovers.ts`: a file without a row may be this old, since its row may be on the way. */
const orphanAgeMs = 10 * 60_000;

/** The first sweep runs as soon as the server listens; only on a starved machine does it take longer than a moment. */
const sweepMsMax = 60_000;

export function blobPath(dataDir: string, blob: string): string {
  return join(dataDir, 'vault', blob.slice(-2), blob);
}

/** Half-written files that the next start has to clear. Several nodes may share a folder, and then it clears only very old ones. */
export function halfWritten({ dataDir, production }: Place): string[] {
  if (production) return [];
  return readdirSync(join(dataDir, 'vault', 'tmp')).map((name) => join(dataDir, 'vault', 'tmp', name));
}

/**
 * Leaves behind what a crash between two steps leaves: a half-written file, and a whole one of a document that is held in another, if one is,
 * dated back so far that the next start has to take it. A kill hits those moments too seldom to wait for.
 */
export async function plantLeftovers(place: Place): Promise<string[]> {
  const { dataDir } = place;
  const half = join(dataDir, 'vault', 'tmp', `${randomUUID()}.0123456789abcdef`);
  writeFileSync(half, 'half of');
  const settled = (await documentRows(place)).find(isSettled);
  if (!settled) return [half];
  const orphan = `${settled.id}-${randomUUID().slice(-12)}`;
  mkdirSync(join(dataDir, 'vault', orphan.slice(-2)), { recursive: true });
  writeFileSync(blobPath(dataDir, orphan), 'no row names me');
  const longAgoS = (Date.now() - orphanAgeMs - 60_000) / 1000;
  utimesSync(blobPath(dataDir, orphan), longAgoS, longAgoS);
  return [half, blobPath(dataDir, orphan)];
}

/** Half-written files are gone when the server is ready, old files without a row soon after. */
export async function leftoversStay(
  place: Place,
  halfBefore: readonly string[],
  waitMs = sweepMsMax,
): Promise<Finding[]> {
  const stays = (text: string): Finding => ({ kind: 'vault', text });
  const half = halfBefore
    .filter((path) => existsSync(path))
    .map((path) => stays(`half-written and still there: ${path}`));
  const deadline = performance.now() + waitMs;
  let orphans = await oldOrphans(place);
  while (orphans.length > 0 && performance.now() < deadline) {
    await sleep(20);
    orphans = await oldOrphans(place);
  }
  return [...half, ...orphans.map((path) => stays(`old, wanted by no row, and still there: ${path}`))];
}

async function oldOrphans(place: Place): Promise<string[]> {
  const blobOf = new Map((await documentRows(place)).filter(isSettled).map(({ id, blob }) => [String(id), blob]));
  return files(place.dataDir).filter((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const blob = blobOf.get(name.slice(0, randomUUID().length));
    return blob !== undefined && blob !== name && isOld(path);
  });
}

/** A document in one of these states gets no other file any more. */
function isSettled({ state }: Record<string, unknown>): boolean {
  return state === 'held' || state === 'erased';
}

async function documentRows({ dataDir, production }: Place): Promise<Record<string, unknown>[]> {
  const query = 'select id, state, blob from documents';
  if (production) return production.query(query);
  const db = new DatabaseSync(join(dataDir, 'tijori.db'), { readOnly: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

function files(dataDir: string): string[] {
  const root = join(dataDir, 'vault');
  const shards = readdirSync(root).filter((name) => name !== 'tmp');
  return shards.flatMap((shard) => readdirSync(join(root, shard)).map((name) => join(root, shard, name)));
}

/** A file that is removed while we look is not old. */
function isOld(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs >= orphanAgeMs;
}
