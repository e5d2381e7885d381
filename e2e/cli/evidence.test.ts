import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { listPersonas } from '@tijori/simulator';
import { needs } from '../../scripts/needs.ts';
import { type DevGateway, startDevGateway } from './dev-gateway.ts';
import { run } from './tijori.ts';

const main = fileURLToPath(new URL('../../packages/server/bin/tijori.js', import.meta.url));

describe('tijori evidence', () => {
  let gateway: DevGateway;
  let id: string;
  let pack: string;
  before(async () => {
    gateway = await startDevGateway();
    const made = await gateway.run('simulate', 'consent_all', '--wait', '--json');
    ({ id } = JSON.parse(made.stdout) as { id: string });
    pack = join(gateway.dir, 'evidence.zip');
    // The first round of the clockwork makes the key.
    for (let tries = 0; tries < 60; tries += 1) {
      if ((await gateway.run('evidence', 'export', id, '--out', pack)).code === 0) break;
    }
  });
  after(() => gateway.stop());

  it('export writes one file for its owner alone, beside the running gateway, and not over another', async () => {
    assert.equal(statSync(pack).mode & 0o777, 0o600);
    const again = await gateway.run('evidence', 'export', id, '--out', pack);
    assert.equal(again.code, 3);
    const forced = await gateway.run('evidence', 'export', id, '--out', pack, '--force', '--json');
    assert.equal(forced.code, 0, forced.stderr);
    assert.equal((JSON.parse(forced.stdout) as { originals: number }).originals, 3);
    const nobody = await gateway.run('evidence', 'export', '3f0f6c1e-6a4c-4b1e-9d3a-1c2b3d4e5f60', '--out', `${pack}2`);
    assert.equal(nobody.code, 4, nobody.stderr);
    assert.equal((await run(['evidence', 'export', id, '--data', gateway.dir, '--out', `${pack}3`])).code, 4);
  });

  it('verify needs no network, server or database, and says in words what is proved and what is not', async (t) => {
    const unshare = needs(t, 'unshare');
    if (!unshare) return;
    const { code, said } = await new Promise<{ code: number | null; said: string }>((resolve) => {
      const args = ['--net', '--map-root-user', process.execPath, main, 'evidence', 'verify', pack];
      const child = execFile(unshare, args, { env: { PATH: process.env.PATH } }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, said: stdout + stderr }),
      );
    });
    assert.equal(code, 0, said);
    assert.match(said, /^This is test data/m);
    assert.match(said, /^Proved\n {2}- Nothing in the pack was changed/m);
    assert.match(said, /^Not proved\n/m);
  });

  it('verify ends with 6 for a changed pack and names the place, with 4 for none', async () => {
    const bytes = readFileSync(pack);
    const at = bytes.indexOf('Company Master Details');
    bytes[at] = 0x58;
    writeFileSync(`${pack}.bad`, bytes);
    const [bad, json, none] = await Promise.all([
      run(['evidence', 'verify', `${pack}.bad`]),
      run(['evidence', 'verify', `${pack}.bad`, '--json']),
      run(['evidence', 'verify', `${pack}.none`]),
    ]);
    assert.deepEqual([bad.code, json.code, none.code], [6, 6, 4]);
    assert.match(bad.stdout, /proves nothing[\s\S]*documents\.json: its content is not the one that was signed/);
    const { whole, proved } = JSON.parse(json.stdout) as { whole: boolean; proved: string[] };
    assert.deepEqual([whole, proved], [false, []]);
  });

  it('record writes a persona that the simulator takes', async () => {
    const folder = join(gateway.dir, 'people');
    const made = await gateway.run('record', id, '--out', join(folder, 'case.json'));
    assert.equal(made.code, 0, made.stderr);
    assert.match(listPersonas(folder)[0]?.entityNames[0] ?? '', /^Recorded Specimen \d{4} Private Limited$/);
    assert.equal((await gateway.run('record', 'nobody')).code, 4);
  });

  it('audit export is held against its heads by itself, and an edit in it is found', async () => {
    const file = join(gateway.dir, 'audit.jsonl');
    const made = await gateway.run('audit', 'export', '--out', file);
    assert.equal(made.code, 0, made.stderr);
    const whole = await run(['audit', 'verify', '--log', file]);
    assert.equal(whole.code, 0, whole.stdout);
    assert.match(whole.stdout, /every head holds[\s\S]*Name heads that were kept elsewhere/);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"session.created"', '"session.forged1"'));
    assert.equal((await run(['audit', 'verify', '--log', file])).code, 6);
    assert.equal((await run(['audit', 'verify'])).code, 2);
  });
});
