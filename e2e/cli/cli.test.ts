import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { run, start } from './tijori.ts';

const secret = () => randomBytes(32).toString('base64');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

async function untilReady(baseUrl: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const answer = await fetch(`${baseUrl}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(20);
  }
  throw new Error('not ready');
}

describe('tijori on the command line', () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tijori-cli-'));
  });
  after(() => rm(dir, { recursive: true }));

  it('runs in production: keys made beside it work, a revoked one dies, SIGTERM drains and exits 0', async () => {
    const port = await freePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const secrets = { TIJORI_MASTER_KEY: secret(), TIJORI_TOKEN_KEY: secret(), TIJORI_LINK_KEY: secret() };
    const data = join(dir, 'production');
    const server = start(['start'], {
      ...secrets,
      TIJORI_BASE_URL: baseUrl,
      TIJORI_LISTEN: `127.0.0.1:${port}`,
      TIJORI_DATA: data,
      TIJORI_LIVE_CLIENT_ID: 'ABCDEF0123',
      TIJORI_LIVE_CLIENT_SECRET: secret(),
    });
    await untilReady(baseUrl);

    const made = await run([
      'keys',
      'create',
      '--mode',
      'live',
      '--workspace',
      'Example Lender',
      '--data',
      data,
      '--json',
    ]);
    assert.equal(made.code, 0, made.stderr);
    const key = JSON.parse(made.stdout) as { api_key: string; api_secret: string };
    assert.match(key.api_key, /^key_live_[0-9a-f]{32}$/);
    const authenticate = () =>
      fetch(`${baseUrl}/authenticate`, {
        method: 'POST',
        headers: { 'x-api-key': key.api_key, 'x-api-secret': key.api_secret },
      });
    assert.equal((await authenticate()).status, 200);

    const listed = await run(['keys', 'list', '--data', data]);
    assert.match(listed.stdout, new RegExp(`${key.api_key}.*active`));
    assert.ok(!listed.stdout.includes(key.api_secret));
    assert.equal((await run(['keys', 'revoke', key.api_key, '--data', data])).code, 0);
    assert.equal((await authenticate()).status, 401);
    assert.equal((await run(['keys', 'revoke', key.api_key, '--data', data])).code, 4);

    server.child.kill('SIGTERM');
    const ended = await server.ended;
    assert.equal(ended.code, 0, ended.stderr);
    const lines = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    assert.ok(lines.some(({ msg }) => msg === 'ready') && lines.some(({ msg }) => msg === 'request'));
    for (const value of Object.values(secrets)) assert.ok(!ended.stdout.includes(value));
  });

  it('refuses to start without its settings: every fault at once, exit code 2, nothing made', async () => {
    const data = join(dir, 'nothing');
    const ended = await run(['start'], { TIJORI_DATA: data, TIJORI_TOKEN_KEY: 'changeme' });
    assert.equal(ended.code, 2);
    for (const name of ['TIJORI_BASE_URL', 'TIJORI_MASTER_KEY', 'TIJORI_TOKEN_KEY', 'TIJORI_LINK_KEY', 'upstream']) {
      assert.match(ended.stderr, new RegExp(name));
    }
    assert.ok(!ended.stderr.includes('changeme'));
    await assert.rejects(rm(data), { code: 'ENOENT' });
  });

  it('dev takes no live key, no second server on its folder, and says when the port is taken', async () => {
    const port = await freePort();
    const data = join(dir, 'dev');
    const server = start(['dev', '--port', String(port), '--data', data]);
    await untilReady(`http://127.0.0.1:${port}`);
    try {
      const [live, second, taken] = await Promise.all([
        run(['keys', 'create', '--mode', 'live', '--data', data]),
        run(['dev', '--port', '0', '--data', data]),
        run(['dev', '--port', String(port), '--data', join(dir, 'other')]),
      ]);
      assert.equal(live.code, 3);
      assert.match(live.stderr, /takes no live keys/);
      assert.equal(second.code, 1);
      assert.match(second.stderr, /Another Tijori is running/);
      assert.equal(taken.code, 1);
      assert.match(taken.stderr, /Port \d+ is taken/);
    } finally {
      server.child.kill('SIGTERM');
    }
    const ended = await server.ended;
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, new RegExp(`http://127.0.0.1:${port}/demo`));
  });

  it('keeps for each key the origins whose pages may use it', async () => {
    const data = join(dir, 'origins');
    const keys = (...args: string[]) => run(['keys', ...args, '--data', data]);
    const made = await keys(
      'create',
      '--mode',
      'test',
      '--origin',
      'https://a.example',
      '--origin',
      'https://b.example',
      '--json',
    );
    assert.equal(made.code, 0, made.stderr);
    const { api_key: key } = JSON.parse(made.stdout) as { api_key: string };
    assert.equal((await keys('origins', key)).stdout, 'https://a.example\nhttps://b.example\n');
    const changed = await keys(
      'origins',
      key,
      '--add',
      'http://localhost:3000',
      '--remove',
      'https://a.example',
      '--json',
    );
    const origins = ['https://b.example', 'http://localhost:3000'];
    assert.deepEqual(JSON.parse(changed.stdout), { api_key: key, origins });
    const [listed = ''] = (await keys('list', '--json')).stdout.split('\n');
    assert.deepEqual((JSON.parse(listed) as { origins: string[] }).origins, origins);

    const wrong = await keys('origins', key, '--add', 'https://a.example/page');
    assert.equal(wrong.code, 3);
    assert.match(wrong.stderr, /is not an origin/);
    assert.equal((await keys('create', '--mode', 'test', '--origin', '*')).code, 3);
    assert.equal((await keys('origins', `key_test_${'0'.repeat(32)}`)).code, 4);
    assert.equal((await keys('revoke', key)).code, 0);
    assert.equal((await keys('origins', key, '--add', 'https://c.example')).code, 4);
  });

  it('is called wrongly with exit code 2 and one line that says what to do', async () => {
    const wrong: [string[], RegExp][] = [
      [['nonsense'], /^tijori: unknown command 'nonsense'\. See "tijori --help"\.\n$/],
      [['keys', 'crate'], /Did you mean create\?.* See "tijori keys --help"\.\n$/],
      [['dev', '--port', '70000'], /A port is a whole number from 0 to 65535\. See "tijori dev --help"\.\n$/],
      [
        ['keys', 'create', '--mode', 'sideways'],
        /Allowed choices are test, live\. See "tijori keys create --help"\.\n$/,
      ],
    ];
    for (const [args, line] of wrong) {
      const ended = await run(args);
      assert.equal(ended.code, 2, args.join(' '));
      assert.match(ended.stderr, line);
      assert.equal(ended.stderr.trimEnd().split('\n').length, 1);
      assert.equal(ended.stdout, '');
    }
    const bare = await run(['keys']);
    assert.equal(bare.code, 2);
    assert.match(bare.stderr, /Usage: tijori keys/);
    const help = await run(['--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /workspaces/);
    assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('ends with what a check has found also where nobody reads it, and with 0 where nothing was to be found', async () => {
    const unread = async (args: string[]) => {
      const { child, ended } = start(args);
      child.stdout?.destroy();
      return (await ended).code;
    };
    assert.equal(await unread(['doctor', '--data', join(dir, 'no such folder')]), 6);
    assert.equal(await unread(['completion', 'bash']), 0);
  });

  it('tells errors as JSON where JSON was asked for', async () => {
    const ended = await run(['keys', 'list', '--data', join(dir, 'no such folder'), '--json']);
    assert.equal(ended.code, 4);
    const { error } = JSON.parse(ended.stderr) as { error: Record<string, unknown> };
    assert.equal(error.kind, 'not_found');
    assert.equal(error.exit_code, 4);
    assert.match(String(error.cure), /--data/);
    await assert.rejects(rm(join(dir, 'no such folder')), { code: 'ENOENT' });
  });

  it('lists workspaces as a table, plain in a pipe, and as JSON; a name is taken once', async () => {
    const data = join(dir, 'workspaces');
    const workspaces = (...args: string[]) => run(['workspaces', ...args, '--data', data]);
    const made = await workspaces('create', 'Example Lender', '--json');
    assert.equal(made.code, 0, made.stderr);
    const { workspace_id: id } = JSON.parse(made.stdout) as { workspace_id: string };
    assert.equal((await workspaces('create', 'Example Lender')).code, 3);
    assert.equal((await workspaces('create', 'a\u001b[31mred')).code, 2);
    const [titles = '', row = '', ...more] = (await workspaces('list')).stdout.split('\n');
    assert.match(titles, /^WORKSPACE +CREATED +NAME$/);
    assert.match(row, new RegExp(`^${id}  \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ  Example Lender$`));
    assert.deepEqual(more, ['']);
    const key = await run([
      'keys',
      'create',
      '--mode',
      'live',
      '--workspace',
      'Example Lender',
      '--data',
      data,
      '--json',
    ]);
    assert.equal((JSON.parse(key.stdout) as { workspace_id: string }).workspace_id, id);
    assert.equal((await workspaces('list', '--json')).stdout.trim().split('\n').length, 1);
  });

  it('is plain in a pipe, and coloured where somebody insists', async () => {
    const data = join(dir, 'workspaces');
    const list = (env: Record<string, string>) => run(['workspaces', 'list', '--data', data], env);
    assert.ok(!(await list({})).stdout.includes('\u001b'));
    assert.ok((await list({ FORCE_COLOR: '1' })).stdout.includes('\u001b[1m'));
    const json = await run(['workspaces', 'list', '--data', data, '--json'], { FORCE_COLOR: '1' });
    assert.ok(!json.stdout.includes('\u001b'));
  });
});
