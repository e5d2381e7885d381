import { execFile } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** A package of ours as npm would publish it, and empty projects that have it installed. For tests only. */
export async function packPackage(name: 'client' | 'web') {
  const source = join(root, 'packages', name);
  const dir = mkdtempSync(join(tmpdir(), `tijori-${name}-`));
  const npm = (cwd: string, ...args: string[]) => {
    // Nothing of the npm that runs the tests, and no cache: what installs here installs without a network.
    const env = {
      PATH: process.env.PATH,
      HOME: dir,
      npm_config_cache: join(dir, 'cache'),
      npm_config_update_notifier: 'false',
    };
    return run('npm', args, { cwd, env, shell: process.platform === 'win32' });
  };
  const packed = join(dir, 'packed');
  await run(process.execPath, [tsc, '-p', join(source, 'tsconfig.build.json'), '--outDir', join(packed, 'dist')]);
  for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(source, file), join(packed, file));
  if (name === 'web') cpSync(join(source, 'generated'), join(packed, 'generated'), { recursive: true });
  const { stdout } = await npm(packed, 'pack', '--ignore-scripts', '--json');
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];

  return {
    /** What is in the package. */
    files: files.map(({ path }) => path),
    dir: packed,
    distDir: join(packed, 'dist'),
    /**
     * A project with nothing but these files and the package. `more`: folders of packages that it has besides, laid in as
     * they are.
     */
    async project(project: string, sources: Record<string, string>, more: Readonly<Record<string, string>> = {}) {
      const cwd = join(dir, project);
      mkdirSync(cwd);
      writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name: project, private: true, type: 'module' }));
      for (const [file, text] of Object.entries(sources)) writeFileSync(join(cwd, file), text);
      await npm(cwd, 'install', '--offline', '--no-audit', '--no-fund', join(packed, filename));
      for (const [module, folder] of Object.entries(more)) {
        cpSync(folder, join(cwd, 'node_modules', module), { recursive: true });
      }
      return {
        cwd,
        compile: (...args: string[]) => run(process.execPath, [tsc, ...args], { cwd }),
        /** `runtime`: a program that runs JavaScript, with the words that come before the file. */
        start: ([runtime, ...words]: readonly [string, ...string[]], file: string, env: Record<string, string>) =>
          // A home of its own, so that no runtime's cache or setting of the machine plays a part.
          execFile(runtime, [...words, file], { cwd, env: { PATH: process.env.PATH ?? '', HOME: dir, ...env } }),
      };
    },
    remove: () => rmSync(dir, { recursive: true }),
  };
}
export type Packed = Awaited<ReturnType<typeof packPackage>>;

/** This Node, and every other one on the path: published packages run on whatever people have. */
export function nodesOnPath(): string[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const found = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return [realpathSync(join(folder, name))];
    } catch {
      return [];
    }
  });
  return [...new Set([realpathSync(process.execPath), ...found])];
}
