import type { DocumentData } from '../domain/document-data.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { JudgeOptions } from './judge.ts';
import type { TrustMaterial } from './trust-material.ts';

/** What goes to a verifier's thread: one file at a time. */
export interface VerifierRequest {
  bytes: Uint8Array;
  options: JudgeOptions;
  /** Whether what the file says is wanted, too. */
  wantsData: boolean;
  /** `material` comes with the first request of each version of a store. */
  trust: { name: string; digest: string; material: TrustMaterial | null };
}

/** What comes back. The first message of a thread is `ready`. */
export interface VerifierAnswer extends Judgement {
  /** Null unless it was wanted, and the file is a genuine XML of a known kind. */
  data: DocumentData | null;
}
