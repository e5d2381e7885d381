import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

/** A table that stands alone; one that nobody names, such as what other windows say, is left out. */
const topLevelTable = /^const (\w+) = \{\n[\s\S]*?^\};\n/gm;
/** Line ends that say nothing, since no statement ends there by its line alone. */
const lineEnds = /(?<=[{,;([])\n+|\n+(?=[}\])])/g;

const importLine = /^import\s+(?:type\s+)?[^'"]*?['"]([^'"]+)['"];\n?/gm;
const exportWord = /^export (?=(?:async )?(?:const|let|function|class)\b)/gm;
const exportedName = /^export (?:async )?(?:const|let|function|class) (\w+)/gm;
const topLevelName = /^(?:async )?(?:const|let|function|class) (\w+)/gm;

/** Tells V8 to compile all of a file at once, beside the page's thread, and not each function twice on it: once to skip it, once to run it. */
const compileHint = '//# allFunctionsCalledOnLoad\n';

/**
 * One classic script of a TypeScript file and what it imports: no bundler is worth its weight for a few files of our own.
 * Types and comments go, the modules follow one another in one function. It throws on what it does not know: an import
 * under another name, an export list, two top-level names alike.
 */
export function bundle(entry: string): string {
  return `${compileHint}(()=>{"use strict";\n${joined(entry).body}\n})();\n`;
}

/** The same as a module, which exports what the entry file does and imports packages of others by their names. */
export function bundleModule(entry: string, others: readonly string[]): string {
  const { body, imports } = joined(entry, others);
  const code = stripTypeScriptTypes(readFileSync(entry, 'utf8'), { mode: 'transform' });
  const exported = [...code.matchAll(exportedName)].map(([, name]) => name);
  return `${imports}${body}\nexport { ${exported.join(', ')} };\n`;
}

function joined(entry: string, others: readonly string[] = []): { body: string; imports: string } {
  let imports = '';
  const seen = new Set<string>();
  const names = new Map<string, string>();
  const parts: string[] = [];
  const add = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const code = stripTypeScriptTypes(readFileSync(path, 'utf8'), { mode: 'transform' });
    for (const [line, from = ''] of code.matchAll(importLine)) {
      if (others.includes(from)) {
        imports += line;
        continue;
      }
      if (/\bas\b|\*/.test(line)) throw new Error(`${path}: cannot bundle "${line.trim()}"`);
      if (!from.startsWith('.')) throw new Error(`${path}: unknown ${from}`);
      add(join(dirname(path), from));
    }
    const body = code.replace(importLine, '').replace(exportWord, '');
    if (/^(?:import|export)\b/m.test(body)) throw new Error(`${path}: an import or export that cannot be bundled`);
    for (const [, name = ''] of body.matchAll(topLevelName)) {
      if (names.has(name)) throw new Error(`${path} and ${names.get(name)} both have ${name}`);
      names.set(name, path);
    }
    parts.push(body.trim());
  };
  add(entry);
  const all = parts.join('\n');
  const body = all
    .replace(topLevelTable, (table, name: string) => (all.split(new RegExp(`\\b${name}\\b`)).length > 2 ? table : ''))
    .replace(/^ +/gm, '')
    .replace(lineEnds, '');
  return { body, imports };
}
