/** `npm run gen:web`: the browser scripts of packages/web into its `generated`, and what it takes over from wire. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, bundleModule } from './gen-web/bundle.ts';
import { compileJsx } from './gen-web/compile-jsx.ts';

const root = join(import.meta.dirname, '..');
const web = join(root, 'packages/web');

/** What is made of which entry file. */
export const webScripts: Readonly<Record<string, string>> = {
  'generated/sdk.js': 'src/script.ts',
  'generated/frame.js': 'src/hosted/frame.ts',
  'generated/window.js': 'src/hosted/window.ts',
  'generated/panel.js': 'src/hosted/panel.ts',
  'generated/withdraw.js': 'src/hosted/withdraw.ts',
};

/** Modules for a page of React's that has no build, such as the demo. */
export const webModules: Readonly<Record<string, string>> = {
  'generated/react.js': 'src/react.ts',
  'generated/add-business.js': 'examples/add-business.tsx',
};

/** The text of one of them, as it should be. */
export function webScript(entry: string): string {
  if (entry.endsWith('.tsx')) return compileJsx(join(web, entry));
  return Object.values(webModules).includes(entry)
    ? bundleModule(join(web, entry), ['react'])
    : bundle(join(web, entry));
}

/** The published package depends on nothing, so the contract of the messages comes along as a copy. */
export const messagesCopy = 'src/page-messages.ts';

/** The text of that copy, as it should be. */
export function messagesText(): string {
  const source = readFileSync(join(root, 'packages/wire/src/page-messages.ts'), 'utf8');
  return `// Made by \`npm run gen:web\` from packages/wire/src/page-messages.ts: do not edit.\n\n${source}`;
}

/** The text of one of them, as it is. */
export function generatedScript(name: string): string {
  return readFileSync(join(web, name), 'utf8');
}

if (import.meta.main) {
  writeFileSync(join(web, messagesCopy), messagesText());
  for (const [name, entry] of Object.entries({ ...webScripts, ...webModules }))
    writeFileSync(join(web, name), webScript(entry));
}
