import { isDeepStrictEqual } from 'node:util';
import type { DocTypeName, SdkSession, SessionStatus } from '@tijori/wire';

/** What was acknowledged about one session. */
export interface Fact {
  id: string;
  createdAtMs: number;
  /** The round in which something was last acknowledged. */
  round: number;
  status: SessionStatus;
  documentsConsented: readonly DocTypeName[] | undefined;
  files: Map<DocTypeName, DownloadedFile[]>;
}

export interface DownloadedFile {
  url: string;
  sha256: string;
}

const order: readonly SessionStatus[] = ['created', 'initialized', 'authorized', 'succeeded'];

/** Reads are spread over so many of the newest. */
const recentMax = 2_000;
/** Sessions live for an hour; they are held against the server for less than that, so that long runs, and slow ones, may forget. */
const factMsMax = 50 * 60_000;

/** Whether a session made then may still be held against the server. */
export function isOfNow({ createdAtMs }: { createdAtMs: number }): boolean {
  return createdAtMs >= Date.now() - factMsMax;
}

/**
 * Everything that the server has acknowledged. Its fence is shut in the very turn in which the kill is ordered: what
 * arrives later may be true or not and counts for nothing. Without it a correct server seems to lose (acceptance §0 no. 3).
 */
export class Ledger {
  readonly facts = new Map<string, Fact>();
  acknowledged = 0;
  readonly #ids: string[] = [];
  #round = 0;
  #isOpen = false;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get round(): number {
    return this.#round;
  }

  /** One of the newest, of this round or some before, if it may still be held against the server; cheap, so that picking does not slow the load. */
  pickRecent(random: () => number): Fact | undefined {
    const back = Math.floor(random() * Math.min(this.#ids.length, recentMax));
    const fact = this.facts.get(this.#ids.at(-1 - back) ?? '');
    return fact && isOfNow(fact) ? fact : undefined;
  }

  open(round: number): void {
    this.#round = round;
    this.#isOpen = true;
  }

  shut(): void {
    this.#isOpen = false;
  }

  created(id: string, createdAtMs: number): void {
    if (!this.#isOpen) return;
    this.acknowledged += 1;
    this.#ids.push(id);
    const nothing = { documentsConsented: undefined, files: new Map() };
    this.facts.set(id, { id, createdAtMs, round: this.#round, status: 'created', ...nothing });
  }

  reached(id: string, status: SessionStatus, documentsConsented?: readonly DocTypeName[]): void {
    const fact = this.facts.get(id);
    if (!this.#isOpen || !fact || !isAhead(status, fact.status)) return;
    this.acknowledged += 1;
    this.facts.set(id, { ...fact, round: this.#round, status, documentsConsented });
  }

  downloaded(id: string, docType: DocTypeName, files: DownloadedFile[]): void {
    const fact = this.facts.get(id);
    if (!this.#isOpen || !fact) return;
    this.acknowledged += files.length;
    this.facts.set(id, { ...fact, round: this.#round, files: new Map(fact.files).set(docType, files) });
  }
}

/** What is wrong with a session, given what had been acknowledged before it was asked for; `undefined`: nothing. */
export function contradiction(
  fact: Fact,
  seen: Pick<SdkSession, 'created_at' | 'status' | 'documents_consented'>,
): string | undefined {
  if (seen.created_at !== fact.createdAtMs) return `created_at was ${fact.createdAtMs}, is ${seen.created_at}`;
  if (seen.status !== fact.status && !isAhead(seen.status, fact.status)) return `was ${fact.status}, is ${seen.status}`;
  if (fact.status === 'succeeded' && !isDeepStrictEqual(seen.documents_consented, fact.documentsConsented)) {
    return `documents_consented were ${fact.documentsConsented}, are ${seen.documents_consented}`;
  }
  return undefined;
}

/** Forward along the one road. Nobody here denies and nothing gets old enough, so other ends are no progress. */
function isAhead(status: SessionStatus, than: SessionStatus): boolean {
  return order.indexOf(status) > order.indexOf(than);
}
