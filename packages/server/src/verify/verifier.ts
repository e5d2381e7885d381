import type { VerdictReason } from '@tijori/wire';
import type { ReadFault, Reading } from '../domain/document-data.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { FileRequest, TrustUpdate, VerifierAnswer } from './exchange.ts';
import { noFindings } from './findings.ts';
import type { VerdictPolicy } from './judge.ts';
import { openSlot, type Slot, SlotError, type SlotLimits } from './slot.ts';
import { sha256Hex, type TrustMaterial } from './trust-material.ts';
import type { TrustSource } from './trust-source.ts';

export interface JudgeOrder {
  /** Name of the trust store: the mode of the session. */
  store: string;
  judgedAtMs: number;
  /** EntityLocker's code of the document (`GSTND` …). */
  document?: string;
}

/** Judges documents away from the event loop. */
export interface Verifier {
  /**
   * Never rejects: a file on which a thread dies twice, or takes too long, is `unreadable`, and the thread is replaced. Files
   * wait for their turn as long as it takes.
   */
  judge(bytes: Uint8Array, order: JudgeOrder): Promise<Judgement>;
  /**
   * What a genuine document says, or why nothing was read from it; null for one that is not genuine. It is judged again on the way, so
   * that nothing is read that was not signed.
   */
  read(bytes: Uint8Array, order: JudgeOrder): Promise<Reading | null>;
  /** Ends the threads, and with them what is under way. */
  close(): Promise<void>;
}

interface VerifierOptions {
  /** By name. */
  stores: Readonly<Record<string, TrustSource>>;
  policy: VerdictPolicy;
  limits?: Partial<SlotLimits> & { threads?: number };
  /** Told when a thread died. */
  onDeath?: (failure: string) => void;
}

/** Time and memory for one file (acceptance D10), and how many at once. */
const usualLimits = { deadlineMs: 2_000, clockMs: 20_000, startMs: 20_000, memoryMb: 256, threads: 2 };

export function openVerifier({ stores, policy, limits, onDeath }: VerifierOptions): Verifier {
  const { threads, ...slotLimits } = { ...usualLimits, ...limits };
  const idle: Seat[] = Array.from({ length: threads }, () => ({ slot: openSlot(slotLimits), knows: new Map() }));
  const all = [...idle];
  const waiting: ((seat: Seat) => void)[] = [];
  // The seat that was used last comes first: a single file at a time needs a single thread.
  const take = () =>
    new Promise<Seat>((resolve) => {
      const seat = idle.pop();
      if (seat) resolve(seat);
      else waiting.push(resolve);
    });
  const giveBack = (seat: Seat) => {
    const next = waiting.shift();
    if (next) next(seat);
    else idle.push(seat);
  };

  const ask = async (bytes: Uint8Array, order: JudgeOrder, wantsData: boolean): Promise<VerifierAnswer> => {
    const source = stores[order.store];
    if (!source) throw new Error(`there is no trust store ${order.store}`);
    const seat = await take();
    const { digest, material } = source.current();
    const askOnce = () =>
      seat.slot.ask((isNew) => requestFor(seat, isNew, { bytes, order, wantsData, policy, digest, material }));
    try {
      // A verdict is kept, so what may be an accident of ours is tried once more.
      return await askOnce().catch((error) => {
        if (error instanceof SlotError && error.failure === 'took_too_long' && error.hadFile) throw error;
        onDeath?.(failureOf(error));
        return askOnce();
      });
    } catch (error) {
      onDeath?.(failureOf(error));
      return unreadable(bytes, order, failureOf(error), digest);
    } finally {
      giveBack(seat);
    }
  };

  return {
    async judge(bytes, order) {
      const { verdict, material } = await ask(bytes, order, false);
      return { verdict, material };
    },
    read: async (bytes, order) => (await ask(bytes, order, true)).reading,
    async close() {
      await Promise.all(all.map(({ slot }) => slot.close()));
    },
  };
}

function failureOf(error: unknown): 'took_too_long' | 'verifier_failed' {
  return error instanceof SlotError ? error.failure : 'verifier_failed';
}

interface Seat {
  slot: Slot;
  /** Version of each store that the thread has. */
  knows: Map<string, string>;
}

interface Task {
  bytes: Uint8Array;
  order: JudgeOrder;
  wantsData: boolean;
  policy: VerdictPolicy;
  digest: string;
  material: TrustMaterial;
}

function requestFor(
  { knows }: Seat,
  isNew: boolean,
  { bytes, order, wantsData, policy, digest, material }: Task,
): { trustUpdate: TrustUpdate | null; file: FileRequest } {
  const { store, ...rest } = order;
  if (isNew) knows.clear();
  const isKnown = knows.get(store) === digest;
  knows.set(store, digest);
  return {
    trustUpdate: isKnown ? null : { name: store, digest, material },
    file: { bytes, options: { ...rest, policy }, wantsData, trust: { name: store, digest } },
  };
}

function unreadable(
  bytes: Uint8Array,
  { judgedAtMs, store }: JudgeOrder,
  reason: VerdictReason,
  digest: string,
): VerifierAnswer {
  const { signer: _signer, hashes: _hashes, brought: _brought, ...findings } = noFindings();
  const verdict: Judgement['verdict'] = {
    ...findings,
    state: 'unreadable',
    reason,
    sha256: sha256Hex(bytes),
    judgedAtMs,
    signer: null,
    validAtMs: judgedAtMs,
    chain: [],
    revocation: { status: 'unknown', revokedAtMs: null, lists: [] },
    trust: { store, sha256: digest },
  };
  const fault: ReadFault = reason === 'took_too_long' ? 'took_too_long' : 'reader_failed';
  return { verdict, material: [], reading: { data: null, fault } };
}
