import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../answer.ts';

/** A file that lies beside the pages, read once at the start. */
export function asset(name: 'simulator.css' | 'simulator.svg', contentType: string): () => Answer {
  const body = readFileSync(join(import.meta.dirname, name));
  return () => ({ status: 200, headers: { 'content-type': contentType }, body });
}
