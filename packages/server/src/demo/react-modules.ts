import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What a page of React's asks for by name. */
const entries = ['react', 'react/jsx-runtime', 'react-dom/client'] as const;

const requireCall = /\brequire\(["']([^"']+)["']\)/g;

/**
 * React as browsers can load it without a build: its own files, unchanged, one after another in a module, and a module
 * for each name that a page imports. React publishes CommonJS only, and browsers read none.
 */
export interface ReactModules {
  /** For an import map: module name → file name. */
  names: Readonly<Record<string, string>>;
  /** File name → text. */
  files: ReadonlyMap<string, string>;
}

/** React as it is installed beside `from`, a file or package.json. Throws where there is none. */
export function reactModules(from: string, build: 'production' | 'development'): ReactModules {
  const require = createRequire(from);
  const parts = new Map<string, string>();
  const add = (path: string) => {
    if (parts.has(path)) return;
    parts.set(path, '');
    const text = readFileSync(path, 'utf8').replace(requireCall, (_call, name: string) => {
      const other = build === 'production' ? '.development.' : '.production.';
      // The entry files of React choose between two builds; the other one is never reached.
      if (name.includes(other)) return 'undefined';
      const target = createRequire(path).resolve(name);
      add(target);
      return `load(${JSON.stringify(idOf(target))})`;
    });
    parts.set(path, `files[${JSON.stringify(idOf(path))}] = (module, exports) => {\n${text}\n};`);
  };
  const files = new Map<string, string>();
  const names: Record<string, string> = {};
  for (const name of entries) {
    const path = require.resolve(name);
    add(path);
    names[name] = `${name.replace('/', '-')}.js`;
    files.set(names[name], entryModule(idOf(path), Object.keys(require(name) as object)));
  }
  files.set('all.js', [head(build), ...parts.values()].join('\n'));
  return { names, files };
}

function head(build: string): string {
  return `const process = { env: { NODE_ENV: '${build}' } };
const files = {};
const loaded = {};
export function load(id) {
  const module = (loaded[id] ??= { exports: {} });
  const run = files[id];
  delete files[id];
  run?.(module, module.exports);
  return module.exports;
}`;
}

function entryModule(id: string, exported: readonly string[]): string {
  return `import { load } from './all.js';
const module = load(${JSON.stringify(id)});
export default module;
export const { ${exported.filter((name) => name !== 'default').join(', ')} } = module;
`;
}

/** `react-dom/cjs/react-dom.production.js`: says nothing about the folders of this machine. */
function idOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules') + 'node_modules'.length + 1).replaceAll('\\', '/');
}
