import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, chmodSync, chownSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../cli/dev-folder.ts';

/** How a server is told to end: the three ways of `pg_ctl stop`, and a kill that it hears nothing of. */
export type Ending = 'smart' | 'fast' | 'immediate' | 'kill';

const signals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

/** A real PostgreSQL server of its own, on a folder of its own. */
export interface TestPostgres {
  port: number;
  /** The address of an empty database, or of a copy of `template`, for a role that owns it and is no superuser: its rules bind it. */
  newDatabase(template?: string): Promise<string>;
  /** Runs statements as the superuser, in the database at this address of `newDatabase`, or in the first one. */
  query(sql: string, url?: string): Promise<Record<string, unknown>[]>;
  /** The same as the role of `newDatabase`, which its rules bind. */
  asApplication(sql: string, url: string): Promise<Record<string, unknown>[]>;
  /** Its first process. */
  pid(): number;
  /** Tells the server to end; a `smart` end waits until everybody has left. */
  tell(how: Ending): void;
  /** Tells it, and resolves when it is gone. `start` brings it back on the same folder, `startAsStandby` as one until `select pg_promote()`. */
  end(how?: Ending): Promise<void>;
  start(): Promise<void>;
  startAsStandby(): Promise<void>;
  remove(): Promise<void>;
}

/** Who may not be root: `initdb` and the server refuse it. */
const unprivilegedAccounts = ['postgres', 'nobody'];
/** Only a start that hangs: after a power cut, on a machine that is busy with much else, recovery takes its time. */
const startMsMax = 120_000;
const applicationRole = 'tijori';

/**
 * Makes and starts a server with the programs beside `initdb` (see scripts/needs.ts). Durable as in production, but on a
 * file system in memory where there is one, so that a sync costs nothing; measurements name a disk as `parent`.
 */
export async function startPostgres(
  initdb: string,
  settings: Record<string, string> = {},
  parent: string = fastFolder(),
): Promise<TestPostgres> {
  const account = process.getuid?.() === 0 ? unprivileged() : {};
  const folder = mkdtempSync(join(parent, 'tijori-postgres-'));
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const options = { ...account, cwd: folder, stdio: 'ignore' as const };
  execFileSync(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], options);
  const port = await freePort();
  const flags = Object.entries({
    max_connections: '200',
    ...settings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  });
  let server: ChildProcess | undefined;
  let wasKilled = false;
  const urlOf = (database: string, user = 'postgres') => `postgresql://${user}@127.0.0.1:${port}/${database}`;

  const asApplication = async (sql: string, url: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const query = (sql: string, url = urlOf('postgres')) => asApplication(sql, urlOf(new URL(url).pathname.slice(1)));
  const launch = () => {
    const program = join(dirname(initdb), 'postgres');
    const words = flags.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    server = spawn(program, ['-D', data, '-p', String(port), ...words], options);
  };
  const start = async () => {
    if (server && server.exitCode === null && server.signalCode === null) return;
    launch();
    for (const deadline = Date.now() + startMsMax; ; ) {
      const up = await query('select 1').then(
        () => true,
        () => false,
      );
      if (up) return;
      const isGone = server?.exitCode !== null;
      if ((isGone && !wasKilled) || Date.now() > deadline) {
        throw new Error('the PostgreSQL of the tests did not start');
      }
      // The processes of the one that was killed may not have noticed yet, and it refuses to start beside them.
      if (isGone) launch();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  const tell = (how: Ending) => {
    wasKilled = how === 'kill';
    server?.kill(signals[how]);
  };
  const end = async (how: Ending = 'fast') => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    tell(how);
    await exited;
  };
  await start();
  await query(`create role ${applicationRole} login`);
  return {
    port,
    async newDatabase(template) {
      const name = `t${randomUUID().replaceAll('-', '')}`;
      const like = template ? ` template ${new URL(template).pathname.slice(1)}` : '';
      await query(`create database ${name} owner ${applicationRole}${like}`);
      return urlOf(name, applicationRole);
    },
    query,
    asApplication,
    pid: () => server?.pid ?? 0,
    tell,
    end,
    start,
    async startAsStandby() {
      const signal = join(data, 'standby.signal');
      writeFileSync(signal, '');
      if (account.uid !== undefined) chownSync(signal, account.uid, account.gid ?? account.uid);
      await start();
    },
    async remove() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function unprivileged(): { uid?: number; gid?: number } {
  for (const name of unprivilegedAccounts) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and there is none of the accounts ${unprivilegedAccounts.join(', ')}`,
  );
}

function fastFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
