export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  path: string;
  text: string;
}

export interface Finding {
  path: string;
  line: number;
  message: string;
}

export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i !== -1 && i < index; i = text.indexOf('\n', i + 1)) line += 1;
  return line;
}

/** Tests, contract suites, type tests, and the room of their factories. */
export function isTest(path: string): boolean {
  return /\.(test|suite|test-d)\.ts$/.test(path) || path.startsWith('packages/server/src/testing/');
}

/** `packages/server/src/stores/sessions.ts` → package `server`, room `stores`; `e2e/x.ts` → room `e2e` alone. */
export function placeOf(path: string): { pkg?: string; room?: string } {
  const parts = path.split('/');
  if (parts[0] !== 'packages') return { room: parts[0] };
  const room = parts[2] === 'src' ? parts[3]?.replace(/\..*$/, '') : undefined;
  return { pkg: parts[1], room };
}
