import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const tsc = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
const options = '--noCheck --jsx react-jsx --target es2022 --module esnext --moduleResolution bundler --ignoreConfig';

/** JavaScript of one `.tsx` file, as the compiler of the repository writes it. Its types are checked by `npm run types`. */
export function compileJsx(path: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'tijori-jsx-'));
  try {
    execFileSync(process.execPath, [tsc, path, ...options.split(' '), '--rootDir', dirname(path), '--outDir', dir], {
      stdio: 'pipe',
    });
    return readFileSync(join(dir, basename(path).replace(/\.tsx$/, '.js')), 'utf8');
  } finally {
    rmSync(dir, { recursive: true });
  }
}
