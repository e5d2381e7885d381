import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ReactModules, reactModules } from './react-modules.ts';

const read = (name: string) => readFileSync(fileURLToPath(import.meta.resolve(`@tijori/web/${name}`)), 'utf8');

/** The shop's own source, which is shown on its page as it runs there. */
export const shopSources = {
  html: read('examples/add-business.html'),
  script: read('examples/add-business.js'),
  react: read('examples/add-business.tsx'),
  server: read('examples/server.js'),
};

/** What the pages of the demo load: path under `/demo/assets/` → text. */
export function demoAssets(): Map<string, string> {
  const assets = new Map([
    ['demo.css', readFileSync(new URL('./demo.css', import.meta.url), 'utf8')],
    ['panel.js', read('panel.js')],
    ['html/add-business.js', shopSources.script],
    ['react/add-business.js', read('add-business.js')],
    ['react/web.js', read('react.js')],
  ]);
  for (const [name, text] of installedReact()?.files ?? []) assets.set(`react/${name}`, text);
  return assets;
}

/** Import map of the page in React; `undefined` where React is not installed, as after `npm ci --omit=dev`. */
export function reactImports(): Record<string, string> | undefined {
  const react = installedReact();
  if (!react) return undefined;
  const files = { ...react.names, '@tijori/web/react': 'web.js' };
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, `/demo/assets/react/${file}`]));
}

function installedReact(): ReactModules | undefined {
  try {
    return reactModules(import.meta.url, 'production');
  } catch {
    return undefined;
  }
}
