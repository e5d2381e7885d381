import { posix } from 'node:path';
import { type Finding, isTest, lineAt, placeOf, type SourceFile } from './source.ts';
import {
  importEndings,
  outerRooms,
  packageOnlyFor,
  packageRules,
  serverLevels,
  sidewaysArrows,
  valuesOnlyFor,
} from './tables.ts';

/** What a package.json says that matters here: its name, and what others may import of it. */
export interface Manifest {
  name: string;
  dir: string;
  exports: readonly string[];
}

export function manifestOf(file: SourceFile): Manifest {
  const parsed = JSON.parse(file.text) as { name: string; exports?: Record<string, unknown> };
  return { name: parsed.name, dir: posix.dirname(file.path), exports: Object.keys(parsed.exports ?? {}) };
}

const importing = /\b(?:import|export)\b(\s[^'"`;=]*?\sfrom\b)?\s*\(?\s*['"]/g;

/** Every arrow that leaves this file, judged. */
export function wrongImports(file: SourceFile, code: string, manifests: readonly Manifest[]): Finding[] {
  const findings: Finding[] = [];
  for (const match of code.matchAll(importing)) {
    const start = match.index + match[0].length;
    const specifier = file.text.slice(start, code.indexOf(match[0].at(-1) ?? '', start));
    const arrow = { from: file.path, specifier, typeOnly: isTypeOnly(match[1] ?? '') };
    const message = specifier.startsWith('.') ? faultOfRelative(arrow) : faultOfBare(arrow, manifests);
    if (message) findings.push({ path: file.path, line: lineAt(code, start), message });
  }
  return findings;
}

function isTypeOnly(clause: string): boolean {
  if (/^\s+type\s/.test(clause)) return true;
  const names = /^\s+\{([^}]*)\}/
    .exec(clause)?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '');
  return names?.every((name) => /^\s*type\s/.test(name)) ?? false;
}

interface Arrow {
  from: string;
  specifier: string;
  typeOnly: boolean;
}

function faultOfRelative(arrow: Arrow): string | undefined {
  const { from, specifier } = arrow;
  if (!importEndings.some((ending) => specifier.endsWith(ending))) {
    return `imports '${specifier}' without its ending: Node runs these files as they are and looks for that very name. Write '${specifier.replace(/\.js$/, '')}.ts'.`;
  }
  const target = posix.join(posix.dirname(from), specifier);
  const [here, there] = [placeOf(from), placeOf(target)];
  // Everything in `e2e` is for tests, whatever its name; and a tool beside the product may use the factories of its tests.
  const isFactoryForTool = here.pkg === undefined && there.room === 'testing';
  if (isTest(target) && !isTest(from) && here.room !== 'e2e' && !isFactoryForTool) {
    return `imports the test file ${target}: what the product needs must not live in a test. Move it beside the product code.`;
  }
  if (here.pkg === undefined) return undefined;
  // Tests look at their whole package from any room, and use the tools of `scripts`.
  if (isTest(from) && (here.pkg === there.pkg || outerRooms.includes(there.room ?? ''))) return undefined;
  if (here.pkg !== there.pkg) {
    return `reaches out of its package into ${target}: a package is only known by what its package.json exports. Import it by name, or hand the thing in.`;
  }
  return here.pkg === 'server' ? faultOfRooms(arrow, here.room ?? '', there.room ?? '') : undefined;
}

function faultOfRooms(arrow: Arrow, from: string, to: string): string | undefined {
  const [low, high] = [levelOf(to), levelOf(from)];
  if (low === -1 || high === -1) {
    const room = low === -1 ? to : from;
    return `stands in or imports the room '${room}', which has no level: give it one in scripts/tidy/tables.ts and a line in docs/architecture.md.`;
  }
  if (from === to) return undefined;
  const may = valuesOnlyFor[to];
  if (may && low < high && !arrow.typeOnly && !may.includes(from)) {
    return `imports values of ${to}, which only ${may.join(', ')} may: everyone else is handed what it needs. Use \`import type\`, or take it as an argument.`;
  }
  if (may && low === high && arrow.typeOnly) return undefined;
  if (low > high) {
    return `imports ${to} (level ${low}) from ${from} (level ${high}): imports go down only. Move the shared part down, or hand it in as an argument.`;
  }
  if (low === high && !sidewaysArrows.includes(`${from} → ${to}`)) {
    return `imports ${to} from ${from}, both of level ${low}: neighbours do not know each other. Move the shared part down, or join them one level up.`;
  }
  return undefined;
}

function levelOf(room: string): number {
  return serverLevels.findIndex((rooms) => rooms.includes(room));
}

function faultOfBare(arrow: Arrow, manifests: readonly Manifest[]): string | undefined {
  const { from, specifier } = arrow;
  const here = placeOf(from);
  const target = manifests.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  if (!target) return faultOfOthers(from, specifier);
  const subpath = `.${specifier.slice(target.name.length)}`;
  if (!target.exports.includes(subpath)) {
    return `imports '${specifier}', which ${target.dir}/package.json does not export: use what it exports, or export it there on purpose.`;
  }
  const there = placeOf(`${target.dir}/`).pkg ?? '';
  if (here.pkg === undefined || here.pkg === there) return undefined;
  const onlyFor = packageOnlyFor[there];
  if (onlyFor && isTest(from)) return undefined;
  if (!packageRules[here.pkg]?.ours.includes(there)) {
    return `imports the package ${there}, which ${here.pkg} must not know. Who may import whom stands in scripts/tidy/tables.ts.`;
  }
  if (onlyFor && !onlyFor.includes(here.room ?? '')) {
    return `imports the package ${there}, which only ${onlyFor.join(', ')} and tests may: to the rest it is a base URL like any other.`;
  }
  return undefined;
}

function faultOfOthers(from: string, specifier: string): string | undefined {
  const { pkg } = placeOf(from);
  if (pkg === undefined) return undefined;
  const rule = packageRules[pkg];
  if (!rule) return `is in the package ${pkg}, which has no rule: add it to scripts/tidy/tables.ts.`;
  if (isTest(from) || rule.others === 'any') return undefined;
  const allowed = rule.others.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  if (allowed) return undefined;
  return `imports '${specifier}': ${pkg} runs anywhere and brings nothing along but ${rule.others.join(', ') || 'itself'}. Do without, or hand it in.`;
}
