/** `npm run docs`: writes the tables of docs/errors.md from the contract. The text around them is by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalogue, errorCodes, errorGuide, statusReasons } from '@tijori/wire';

export const errorsPath = join(import.meta.dirname, '..', 'docs', 'errors.md');

/** The whole file, its tables made anew. Pure, so that a test can compare. */
export function errorsFile(current: string): string {
  const errors = errorCodes().map((code) => {
    const { status, message, retryable } = errorCatalogue[code];
    const { cause, cure } = errorGuide[code];
    return [`\`${code}\``, String(status), message, retryable ? 'yes' : 'no', cause, cure];
  });
  const reasons = Object.entries(statusReasons).map(([reason, meaning]) => [`\`${reason}\``, meaning]);
  return withTable(withTable(current, '| code | status |', errors), '| reason | what happened |', reasons);
}

/** The page with the rows of one table, told by how its head begins, replaced. */
function withTable(page: string, head: string, rows: readonly (readonly string[])[]): string {
  const start = page.indexOf(`\n${head}`) + 1;
  const [first = '', second = ''] = page.slice(start).split('\n');
  const old = /^(?:\|.*\n)+/.exec(page.slice(start))?.[0];
  if (start === 0 || !old) throw new Error(`docs/errors.md has no table that begins with ${head}`);
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return `${page.slice(0, start)}${[first, second, ...lines].join('\n')}\n${page.slice(start + old.length)}`;
}

if (import.meta.main) writeFileSync(errorsPath, errorsFile(readFileSync(errorsPath, 'utf8')));
