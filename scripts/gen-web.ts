/** `npm run gen:web`: bundles the browser scripts of packages/web into packages/web/generated. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './gen-web/bundle.ts';

const root = join(import.meta.dirname, '..');
const web = join(root, 'packages/web');

/** What is made of which entry file. */
export const webScripts: Readonly<Record<string, string>> = {
  'generated/sdk.js': 'src/script.ts',
  'generated/frame.js': 'src/hosted/frame.ts',
  'generated/window.js': 'src/hosted/window.ts',
};

/** The text of one of them, as it should be. */
export function webScript(entry: string): string {
  return bundle(join(web, entry), { '@tijori/wire/page-messages': join(root, 'packages/wire/src/page-messages.ts') });
}

/** The text of one of them, as it is. */
export function generatedScript(name: string): string {
  return readFileSync(join(web, name), 'utf8');
}

if (import.meta.main) {
  for (const [name, entry] of Object.entries(webScripts)) writeFileSync(join(web, name), webScript(entry));
}
