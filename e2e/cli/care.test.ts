import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startGateway, steadyPort } from '../crash/gateway-process.ts';
import { type CommandHost, startCommandHost } from './command-host.ts';
import { run, start } from './tijori.ts';

interface DoctorAnswer {
  healthy: boolean;
  findings: { check: string; state: string; text: string }[];
}

describe('tijori migrate, backup, restore and doctor', () => {
  let dir: string;
  let data: string;
  let port: number;
  let host: CommandHost;
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tijori-care-'));
    data = join(dir, 'data');
    port = await steadyPort(Math.random);
    host = startCommandHost();
  });
  after(async () => {
    await host.stop();
    rmSync(dir, { recursive: true });
  });

  const doctor = async (folder: string) => {
    const { stdout, code } = await run(['doctor', '--data', folder, '--json']);
    const answer = JSON.parse(stdout) as DoctorAnswer;
    assert.equal(code, answer.healthy ? 0 : 6);
    return answer;
  };
  it('do their work beside a running gateway, and what is restored starts', async () => {
    const gateway = await startGateway({ dataDir: data, port });
    try {
      const [well, migrated, made] = await Promise.all([
        doctor(data),
        run(['migrate', '--data', data, '--json']),
        run(['backup', join(dir, 'backup'), '--data', data, '--json']),
      ]);
      assert.deepEqual(
        well.findings.filter(({ state }) => state === 'fault'),
        [],
      );
      assert.ok(well.findings.some(({ text }) => text === 'A gateway is running on it.'));
      assert.deepEqual(JSON.parse(migrated.stdout).waiting, []);
      assert.equal(made.code, 0, made.stderr);
      assert.equal(JSON.parse(made.stdout).deployment, 'dev');
    } finally {
      await gateway.stop();
    }
    assert.equal((await run(['restore', join(dir, 'backup'), '--check'])).code, 0);
    const restored = join(dir, 'restored');
    const done = await run(['restore', join(dir, 'backup'), '--data', restored]);
    assert.equal(done.code, 0, done.stderr);
    assert.equal((await run(['restore', join(dir, 'backup'), '--data', restored])).code, 3);
    const again = await startGateway({ dataDir: restored, port });
    assert.equal(again.apiKey, gateway.apiKey);
    assert.equal(await again.stop(), 0);
  });

  it('restore names the file of a flipped backup, and leaves nothing', async () => {
    const path = join(dir, 'backup', 'tijori.db');
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(5_000) ^ 1, 5_000);
    writeFileSync(path, bytes);
    const refused = await run(['restore', join(dir, 'backup'), '--data', join(dir, 'nothing')]);
    assert.equal(refused.code, 6);
    assert.match(refused.stderr, /tijori\.db was altered/);
    const checked = await run(['restore', join(dir, 'backup'), '--check']);
    assert.deepEqual([checked.code, checked.stderr], [6, refused.stderr]);
    assert.equal(existsSync(join(dir, 'nothing', 'tijori.db')), false);
  });

  const nowhere = () => join(dir, 'nowhere');
  const endings: [name: string, code: number, args: () => string[], said: RegExp][] = [
    ['restore of a backup that is not there', 4, () => ['restore', nowhere(), '--check'], /no backup in .*nowhere/],
    ['backup of a folder that is not there', 4, () => ['backup', join(dir, 'new'), '--data', nowhere()], /No database/],
    ['backup into a folder that is there', 3, () => ['backup', dir, '--data', data], /is there already/],
    ['migrate of a folder that is not there', 4, () => ['migrate', '--check', '--data', nowhere()], /No database/],
    [
      'webhooks check with a secret that is not there',
      2,
      () => ['webhooks', 'check', 'http://127.0.0.1:9/hooks', '--secret-file', nowhere()],
      /file of --secret-file cannot be read/,
    ],
  ];
  for (const [name, code, args, said] of endings) {
    it(`end as the table of exit codes says, and make nothing: ${name} with ${code}`, async () => {
      const ended = await host.run(args());
      assert.deepEqual([ended.code, ended.stdout], [code, '']);
      assert.match(ended.stderr, said);
      assert.deepEqual([existsSync(nowhere()), existsSync(join(dir, 'new'))], [false, false]);
    });
  }

  it('migrate --check says what is waiting and changes nothing; migrate applies it; a newer database is refused', async () => {
    const change = (sql: string) => {
      const database = new DatabaseSync(join(data, 'tijori.db'));
      database.exec(sql);
      database.close();
    };
    change(`delete from schema_migrations where number = 1`);
    const waiting = await run(['migrate', '--data', data, '--check']);
    assert.deepEqual([waiting.code, waiting.stdout], [6, 'Waiting: 0001-first.\n']);
    change(`insert into schema_migrations values (1, 'first', 1), (9999, 'future', 1)`);
    const newer = await run(['migrate', '--data', data]);
    assert.equal(newer.code, 1);
    assert.match(newer.stderr, /newer Tijori \(9999-future\). Nothing was changed/);
    change(`delete from schema_migrations where number = 9999`);
    assert.deepEqual((await run(['migrate', '--data', data])).code, 0);
  });

  it('secrets: a running gateway takes other keys out of their files, and keeps its own where they are wrong', async () => {
    const folder = join(dir, 'keys');
    mkdirSync(folder, { mode: 0o700 });
    const secret = () => randomBytes(32).toString('base64');
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
    const first = { master: secret(), token: secret(), link: secret() };
    const env: Record<string, string> = {
      TIJORI_BASE_URL: `http://127.0.0.1:${port}`,
      TIJORI_LISTEN: `127.0.0.1:${port}`,
      TIJORI_DATA: join(dir, 'production'),
      TIJORI_LIVE_CLIENT_ID: 'ABCDEF0123',
      TIJORI_LIVE_CLIENT_SECRET: secret(),
    };
    for (const [use, text] of Object.entries(first)) {
      write(use, text);
      write(`${use}-old`, '');
      env[`TIJORI_${use.toUpperCase()}_KEY_FILE`] = join(folder, use);
      env[`TIJORI_${use.toUpperCase()}_KEY_OLD_FILE`] = join(folder, `${use}-old`);
    }
    const server = start(['start'], env);
    try {
      await until(async () => (await fetch(`${env.TIJORI_BASE_URL}/health/ready`).catch(() => undefined))?.ok === true);
      const made = await run(['keys', 'create', '--mode', 'test', '--json'], env);
      const { api_key: apiKey, api_secret: apiSecret } = JSON.parse(made.stdout);
      const authenticate = { 'x-api-key': apiKey, 'x-api-secret': apiSecret };
      const answer = await fetch(`${env.TIJORI_BASE_URL}/authenticate`, { method: 'POST', headers: authenticate });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      const isGood = async () => {
        const headers = { authorization: token, 'x-api-key': apiKey };
        return (await fetch(`${env.TIJORI_BASE_URL}/v1/sessions`, { headers })).status === 200;
      };
      assert.equal(await isGood(), true);

      write('token-old', first.token);
      write('token', secret());
      write('master', 'not a key');
      server.child.kill('SIGHUP');
      await until(async () => server.told().includes('the new keys are refused'));
      assert.equal(await isGood(), true);
      write('master-old', first.master);
      write('master', secret());
      server.child.kill('SIGHUP');
      await until(async () => server.told().includes('keys were replaced'));
      assert.equal(await isGood(), true);

      const status = () => run(['secrets', 'status', '--json'], env);
      const moved = await run(['secrets', 'rewrap', '--json'], env);
      assert.equal(moved.code, 0, moved.stderr);
      assert.equal(JSON.parse(moved.stdout).released, 1);
      assert.equal((await status()).code, 0);
      write('master-old', '');
      write('token-old', '');
      server.child.kill('SIGHUP');
      await until(async () => !(await isGood()));
      assert.ok(!server.told().includes(first.master));
    } finally {
      server.child.kill('SIGTERM');
    }
    assert.equal((await server.ended).code, 0);
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await isSo()) return;
    await wait(50);
  }
  throw new Error('it never came to be');
}
