import { readFileSync } from 'node:fs';

/** A process and all that it has started (Linux; elsewhere itself alone). */
export function processTree(pid: number): number[] {
  let children: number[] = [];
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    children = text.split(' ').filter(Boolean).map(Number);
  } catch {
    // It has ended, or this is not Linux.
  }
  return [pid, ...children.flatMap(processTree)];
}
