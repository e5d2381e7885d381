import type { Reading } from '../domain/document-data.ts';
import type { Judgement } from '../domain/verdict.ts';
import type { JudgeOptions } from './judge.ts';
import type { TrustMaterial } from './trust-material.ts';

/** A version of a trust store, which a thread is given before the first file that it is for. */
export interface TrustUpdate {
  name: string;
  digest: string;
  material: TrustMaterial;
}

/** One file to judge. */
export interface FileRequest {
  bytes: Uint8Array;
  options: JudgeOptions;
  /** Whether what the file says is wanted, too. */
  wantsData: boolean;
  trust: { name: string; digest: string };
}

/** What goes to a verifier's thread, one at a time; each gets one answer, a trust store the word `ready`. */
export type VerifierRequest = { trustUpdate: TrustUpdate } | { file: FileRequest };

/** What comes back. The first message of a thread is `ready`. */
export interface VerifierAnswer extends Judgement {
  /** Null unless it was wanted, and the file is genuine. */
  reading: Reading | null;
}
