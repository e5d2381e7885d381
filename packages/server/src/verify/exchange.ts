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

/** What goes to a verifier's thread, one at a time; each gets one message. */
export type VerifierRequest = { trustUpdate: TrustUpdate } | { file: FileRequest };

/** What a thread says: first that it is there, then once for each request. */
export interface VerifierMessage {
  /** Time of a processor that it has used by now, ms. */
  usedMs: number;
  /** Null unless a file was asked about. */
  answer: VerifierAnswer | null;
}

/** What comes back about a file. */
export interface VerifierAnswer extends Judgement {
  /** Null unless it was wanted, and the file is genuine. */
  reading: Reading | null;
}
