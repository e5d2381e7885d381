import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DevGateway, startDevGateway } from './dev-gateway.ts';
import { run, start } from './tijori.ts';

interface Session {
  id: string;
  status: string;
  status_reason: string | null;
}

/** One object a line. */
function lines<Row>(stdout: string): Row[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

describe('commands that call a gateway', () => {
  let gateway: DevGateway;
  let succeeded: Session;
  before(async () => {
    gateway = await startDevGateway();
  });
  after(() => gateway.stop());

  it('simulate makes a session that ends as asked, and says how', async () => {
    const [good, denied, unknown] = await Promise.all([
      gateway.run('simulate', 'consent_all', '--wait', '--json'),
      gateway.run('simulate', 'deny', '--doc-type', 'gstn_details', '--wait'),
      gateway.run('simulate', 'no_such_outcome'),
    ]);
    assert.equal(good.code, 0, good.stderr);
    succeeded = JSON.parse(good.stdout) as Session;
    assert.equal(succeeded.status, 'succeeded');
    assert.equal(denied.code, 0, denied.stderr);
    assert.match(denied.stdout, /^Status +failed \(consent_denied\)$/m);
    assert.match(denied.stdout, /^Documents +gstn_details$/m);
    assert.equal(unknown.code, 3);
    assert.match(unknown.stderr, /^tijori: Unknown scenario\. Valid ones: consent_all.*\n$/);
  });

  it('sessions are listed, filtered, shown with their timeline, and what is over is not cancelled', async () => {
    const [all, failed, one, nobody, ended] = await Promise.all([
      gateway.run('sessions', 'list', '--json'),
      gateway.run('sessions', 'list', '--status', 'failed', '--limit', '1'),
      gateway.run('sessions', 'get', succeeded.id, '--json'),
      gateway.run('sessions', 'get', 'nobody', '--json'),
      gateway.run('sessions', 'cancel', succeeded.id),
    ]);
    // The unknown scenario was refused before its session was kept.
    assert.deepEqual(
      lines<Session>(all.stdout)
        .map(({ status }) => status)
        .sort(),
      ['failed', 'succeeded'],
    );
    const [titles = '', row = '', ...more] = failed.stdout.trimEnd().split('\n');
    assert.match(titles, /^SESSION +STATUS +REASON/);
    assert.match(row, /^[0-9a-f-]{36} {2}failed +consent_denied/);
    assert.deepEqual(more, []);
    const { timeline } = JSON.parse(one.stdout) as { timeline: { action: string }[] };
    assert.equal(timeline[0]?.action, 'session.created');
    assert.equal(nobody.code, 4);
    assert.equal((JSON.parse(nobody.stderr) as { error: { kind: string } }).error.kind, 'not_found');
    assert.equal(ended.code, 3);
    assert.match(ended.stderr, /Session has ended/);
  });

  it('an open session is opened by its address and cancelled once', async () => {
    const { apiKey, apiSecret, baseUrl } = gateway;
    const login = await fetch(`${baseUrl}/authenticate`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'x-api-secret': apiSecret },
    });
    const { data } = (await login.json()) as { data: { access_token: string } };
    const made = await fetch(`${baseUrl}/v1/sessions`, {
      method: 'POST',
      headers: { authorization: data.access_token, 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ flow: 'signin', documents: [{ type: 'gstn_details' }], reference: 'loan 17' }),
    });
    const { id } = (await made.json()) as Session;
    assert.equal((await gateway.run('sessions', 'open', id)).stdout, `${baseUrl}/consent/${id}\n`);
    const cancelled = await gateway.run('sessions', 'cancel', id, '--json');
    assert.equal((JSON.parse(cancelled.stdout) as Session).status_reason, 'session_cancelled');
    const byReference = await gateway.run('sessions', 'list', '--reference', 'loan 17', '--json');
    assert.deepEqual(
      lines<Session>(byReference.stdout).map((session) => session.id),
      [id],
    );
  });

  it('documents are files for their owner alone, of the size and digest that it tells, and never written over unasked', async () => {
    const out = join(gateway.dir, 'documents');
    const got = await gateway.run('documents', 'get', succeeded.id, '--out', out, '--json');
    assert.equal(got.code, 0, got.stderr);
    const files = lines<{ path: string; bytes: number; sha256: string; type: string }>(got.stdout);
    assert.equal(files.length, 3);
    for (const { path, bytes, sha256 } of files) {
      assert.equal(statSync(path).size, bytes);
      assert.equal(hash('sha256', readFileSync(path), 'hex'), sha256);
      if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o077, 0);
    }
    const [first] = files;
    assert.ok(first);
    writeFileSync(first.path, 'mine');
    const again = await gateway.run('documents', 'get', succeeded.id, '--out', out, '--type', first.type);
    assert.equal(again.code, 3);
    assert.match(again.stderr, /is there already\. Write over it with --force/);
    assert.equal(readFileSync(first.path, 'utf8'), 'mine');
    const forced = await gateway.run('documents', 'get', succeeded.id, '--out', out, '--type', first.type, '--force');
    assert.equal(forced.code, 0, forced.stderr);
    assert.equal(statSync(first.path).size, first.bytes);
    // Nothing half-written is left beside them.
    assert.equal(readdirSync(out).length, 3);
    const strange = await gateway.run('documents', 'get', succeeded.id, '--type', 'passport');
    assert.equal(strange.code, 4);
  });

  it('key and secret come from the environment or a file, go to no other gateway, and are never said', async () => {
    const { apiKey, apiSecret, baseUrl, dir } = gateway;
    const wrongSecret = `secret_test_${'0'.repeat(32)}`;
    const file = join(dir, 'secret');
    writeFileSync(file, `${apiSecret}\n`, { mode: 0o600 });
    const list = (env: Record<string, string>, ...args: string[]) =>
      run(['sessions', 'list', '--data', join(dir, 'empty'), ...args], env);
    const url = { TIJORI_URL: baseUrl, TIJORI_API_KEY: apiKey };
    const [byEnvironment, byFile, byFileSetting, refused, nothing, elsewhere, unreachable] = await Promise.all([
      list({ ...url, TIJORI_API_SECRET: apiSecret }),
      list(url, '--secret-file', file),
      list({ ...url, TIJORI_API_SECRET_FILE: file }),
      list({ ...url, TIJORI_API_SECRET: wrongSecret }),
      list({}),
      gateway.run('sessions', 'list', '--url', 'http://127.0.0.1:9'),
      list({ ...url, TIJORI_URL: 'http://127.0.0.1:9', TIJORI_API_SECRET: apiSecret }),
    ]);
    assert.deepEqual([byEnvironment.code, byFile.code, byFileSetting.code], [0, 0, 0], byFile.stderr);
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /Unauthorized.*Key and secret do not belong together here\.\n$/);
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /Which gateway\? Set TIJORI_URL/);
    assert.equal(elsewhere.code, 2);
    assert.match(elsewhere.stderr, /No API key for http:\/\/127\.0\.0\.1:9/);
    assert.equal(unreachable.code, 5);
    assert.match(unreachable.stderr, /Is the gateway running there\?/);
    for (const { stdout, stderr } of [byEnvironment, byFile, refused, elsewhere, unreachable]) {
      assert.ok(![stdout, stderr].join().includes(apiSecret) && !stderr.includes(wrongSecret));
    }
  });

  it('ends with 130 at Ctrl+C, in the midst of a call', async () => {
    const { apiKey, apiSecret } = gateway;
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const asked = once(silent, 'request');
    const { child, ended } = start(['sessions', 'list', '--url', `http://127.0.0.1:${port}`], {
      TIJORI_API_KEY: apiKey,
      TIJORI_API_SECRET: apiSecret,
    });
    await asked;
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    silent.closeAllConnections();
    silent.close();
    assert.equal(code, 130);
    assert.equal(stderr, 'tijori: Interrupted.\n');
  });
});
