import { AppError } from '../../domain/app-error.ts';
import type { Keyring } from '../../domain/keyring.ts';
import type { Value } from '../../storage/db.ts';
import type { Deps } from '../deps.ts';
import { claimEveryMs, claimMasterKey, forgetOtherKeys } from './master-key-check.ts';
import { sealedColumns } from './sealed-columns.ts';

type RewrapDeps = Pick<Deps, 'stores' | 'seal'>;

/** Rows that are read at once. Each is written back by itself, so nobody waits long for the writer. */
const pageRows = 256;
/** Rounds over everything; a second one finds what was written while the first went on, and a third what was after that. */
const roundsMax = 10;

/** A gateway that still seals under a key has claimed it again by then, ms; what it sealed before it got the new one is in its row. */
const claimsMs = 2.5 * claimEveryMs;
/** So often that is waited for: a gateway that gets the new key meanwhile has claimed the old one for the last time. */
const waitsMax = 4;

export interface Rewrapped {
  /** Texts that are now under the current key and were not before. */
  rewrapped: number;
  /** Other keys under which nothing is any more. */
  released: number;
}

interface Rewrapping {
  /** Told how many were moved so far. */
  onPage?: (rewrapped: number) => void;
  wait: (ms: number) => Promise<unknown>;
}

/**
 * Brings everything that is sealed under the current master key, while the gateway works: only data keys are wrapped anew,
 * what they seal is neither read nor written. Each text is exchanged by compare-and-set, so a kill at any moment leaves every
 * one of them under a key that is known; the next run goes on. Rejects when something does not open, naming table and column.
 *
 * Before it says that the other keys may go, it waits for gateways that have not taken the new one yet, and looks once more: they claim the
 * old key again. Rejects when one goes on doing so.
 */
export async function rewrapAll(
  deps: RewrapDeps,
  keyring: Keyring,
  { onPage = () => {}, wait }: Rewrapping,
): Promise<Rewrapped> {
  await claimMasterKey(deps, keyring);
  let rewrapped = 0;
  const released = new Set<string>();
  for (let waits = 0; waits <= waitsMax; waits += 1) {
    await rewrapRounds(deps, (count) => {
      rewrapped += count;
      onPage(rewrapped);
    });
    const forgotten = await forgetOtherKeys(deps, keyring);
    if (forgotten.length === 0) return { rewrapped, released: released.size };
    for (const id of forgotten) released.add(id);
    await wait(claimsMs);
  }
  throw new Error(stillSealing);
}

const stillSealing =
  'A gateway still seals under an old master key. When the log of each says "keys were replaced", or each was restarted with the new key, begin again.';

/** Until nothing is under another key than the current one. */
async function rewrapRounds(deps: RewrapDeps, onPage: (rewrapped: number) => void): Promise<void> {
  for (let round = 0; round < roundsMax; round += 1) {
    let found = 0;
    for (const source of sealedColumns) found += await rewrapColumn(deps, source, onPage);
    if (found === 0) return;
  }
  throw new Error(stillSealing);
}

/** Resolves to how many texts were not under the current key. */
async function rewrapColumn(
  { stores, seal }: RewrapDeps,
  source: (typeof sealedColumns)[number],
  onPage: (rewrapped: number) => void,
): Promise<number> {
  let after: Value[] = [];
  let found = 0;
  for (;;) {
    const page = await stores.sealedTexts.page(source, after, pageRows);
    const changes = page.flatMap((row) => {
      const to = opened(() => seal.rewrap(String(row.sealed), source.label(row)), source);
      return to === undefined ? [] : [stores.sealedTexts.replacement(source, row, to)];
    });
    found += changes.length;
    // One that was exchanged or erased meanwhile conflicts; the next round looks again.
    const outcomes = await Promise.all(changes.map((change) => stores.commit([change])));
    onPage(outcomes.filter((outcome) => outcome === 'committed').length);
    const last = page.at(-1);
    if (!last || page.length < pageRows) return found;
    after = source.key.map((name) => last[name] ?? null);
  }
}

function opened(rewrap: () => string | undefined, { table, column }: (typeof sealedColumns)[number]) {
  try {
    return rewrap();
  } catch (error) {
    const detail = error instanceof AppError ? error.detail : undefined;
    throw new Error(`A text in ${table}.${column} does not open (${detail ?? 'unknown'}).`, { cause: error });
  }
}

/** How many texts are under which master key, by its id. */
export async function countByKey({ stores }: Pick<Deps, 'stores'>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const source of sealedColumns) {
    for (let after: Value[] = [], isLast = false; !isLast; ) {
      const page = await stores.sealedTexts.page(source, after, pageRows);
      for (const { sealed } of page) {
        const [, keyId = ''] = /^(?:s1~)?k1\.([^.]+)\./.exec(String(sealed)) ?? [];
        counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
      }
      const last = page.at(-1);
      isLast = !last || page.length < pageRows;
      after = source.key.map((name) => last?.[name] ?? null);
    }
  }
  return counts;
}
