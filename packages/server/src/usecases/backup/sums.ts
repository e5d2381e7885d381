import { hash } from 'node:crypto';

/** Name of the list of sums; `sha256sum -c SHA256SUMS` reads it, too. */
export const sumsFile = 'SHA256SUMS';

/** Path below the backup's folder, with `/`, to hex SHA-256. */
export type Sums = ReadonlyMap<string, string>;

const linePattern = /^([0-9a-f]{64}) {2}([A-Za-z0-9._/-]+)$/;
const lastPattern = /^# sha256 of the lines above: ([0-9a-f]{64})$/;

/** The list as text. Its last line, a comment to `sha256sum`, is the sum of all before it: so the list itself is covered. */
export function toSumsText(sums: Sums): string {
  const lines = [...sums].map(([path, sum]) => `${sum}  ${path}\n`).join('');
  return `${lines}# sha256 of the lines above: ${hash('sha256', lines)}\n`;
}

/** The list again, or `undefined` if a single byte of it is not as it was written. */
export function fromSumsText(text: string): Sums | undefined {
  const end = text.lastIndexOf('# ');
  const lines = text.slice(0, end);
  const [, sumOfLines] = lastPattern.exec(text.slice(end).replace(/\n$/, '')) ?? [];
  if (end < 0 || !text.endsWith('\n') || sumOfLines !== hash('sha256', lines)) return undefined;
  const sums = new Map<string, string>();
  for (const line of lines.split('\n').slice(0, -1)) {
    const [, sum, path] = linePattern.exec(line) ?? [];
    if (sum === undefined || path === undefined || path.split('/').includes('..')) return undefined;
    sums.set(path, sum);
  }
  return sums;
}
