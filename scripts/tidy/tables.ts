/** Who may import whom, and how big things may get: the house rules as data. `docs/architecture.md` tells the reasons. */

interface PackageRule {
  /** Packages of ours that it may import. */
  ours: readonly string[];
  /** Packages of others that it may import. `any` leaves it to package.json; a list also shuts out `node:`. */
  others: 'any' | readonly string[];
}

/** Folders under `packages/`. A test may import any package of others, and the simulator, whatever stands here. */
export const packageRules: Readonly<Record<string, PackageRule>> = {
  wire: { ours: [], others: ['typebox'] },
  simulator: { ours: [], others: 'any' },
  server: { ours: ['wire', 'simulator', 'web', 'client'], others: 'any' },
  client: { ours: [], others: [] },
  web: { ours: [], others: ['react'] },
  console: { ours: ['wire', 'client'], others: 'any' },
};

/**
 * Packages that only some rooms of the server may import. Elsewhere "use the simulator" is a base URL; and only the command line
 * calls a gateway as an integrator does, by `@tijori/client-source`: what is published is built, and the repository is not.
 */
export const packageOnlyFor: Readonly<Record<string, readonly string[]>> = {
  simulator: ['boot', 'cli'],
  client: ['cli'],
};

/** Folders beside `packages/`: they may import anything, and only tests may import from them. */
export const outerRooms: readonly string[] = ['e2e', 'bench', 'scripts'];

/** Rooms of `packages/server/src`, lowest first. A file `log.ts` right under `src` is the room `log`. */
export const serverLevels: readonly (readonly string[])[] = [
  ['domain'],
  ['storage', 'vault', 'upstream', 'verify', 'walker', 'tokens', 'egress', 'logos', 'log', 'config'],
  ['stores'],
  ['usecases', 'outbox'],
  ['http', 'pages', 'jobs', 'demo'],
  ['boot'],
  ['main', 'cli', 'index'],
];

/**
 * Arrows between rooms of one level, `from → to`. Use cases hand over what is to go out, and the outbox knows none of them. The demo is a guest in the hosted pages; the configuration is made
 * of the settings that adapters ask for.
 */
export const sidewaysArrows: readonly string[] = [
  'usecases → outbox',
  'http → pages',
  'demo → http',
  'demo → pages',
  'config → upstream',
  'config → vault',
  'main → cli',
];

/** Rooms whose values only these rooms may import; types may be imported from anywhere above. */
export const valuesOnlyFor: Readonly<Record<string, readonly string[]>> = { config: ['boot', 'main', 'cli'] };

export const importEndings: readonly string[] = ['.ts', '.tsx', '.json'];

export const linesMax = 400;
/** Lines of its own: functions inside a factory count for themselves. */
export const functionLinesMax = 70;

/** Tables of data: one long list each, nothing to take apart. */
export const longFiles: readonly string[] = ['packages/client/src/types.ts'];

export const vagueNames: readonly string[] = ['util', 'helper', 'common', 'manager', 'service'];
