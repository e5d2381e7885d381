import type { Verdict } from '../domain/verdict.ts';
import type { Certificate } from './certificate.ts';

/** What is known so far about a file under judgement; it stays when a refusal ends the way. */
export interface Findings {
  format: Verdict['format'];
  algorithm: Verdict['algorithm'];
  /** Digests that the signature rests on, by their names in `node:crypto`. */
  hashes: readonly string[];
  signer: Certificate | null;
  /** All certificates that came with the file. */
  brought: readonly Certificate[];
  signedAtMs: number | null;
  covered: Verdict['covered'];
  activeContent: readonly string[];
}

export function noFindings(): Findings {
  return {
    format: 'unknown',
    algorithm: null,
    hashes: [],
    signer: null,
    brought: [],
    signedAtMs: null,
    covered: { scope: 'none', bytes: 0, paths: [] },
    activeContent: [],
  };
}
