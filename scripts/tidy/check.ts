import { manifestOf, wrongImports } from './imports.ts';
import { wrongMarks } from './marks.ts';
import { wrongNumbers } from './numbers.ts';
import { wrongShapes } from './shapes.ts';
import type { Finding, SourceFile } from './source.ts';
import { viewsOf } from './views.ts';

/** Judges a list of files: `.ts` by every rule, `package.json` for what a package lets others import, numbered ones by their number. */
export function check(files: readonly SourceFile[]): Finding[] {
  const manifests = files.filter(({ path }) => path.endsWith('/package.json')).map(manifestOf);
  const sources = files
    .filter(({ path }) => path.endsWith('.ts'))
    .flatMap((file) => {
      const views = viewsOf(file.text);
      return [
        ...wrongShapes(file, views.code),
        ...wrongImports(file, views.code, manifests),
        ...wrongMarks(file, views),
      ];
    });
  return [...sources, ...wrongNumbers(files)];
}
