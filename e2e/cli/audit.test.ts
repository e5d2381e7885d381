import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTestGateway, type TestGateway } from '../../packages/server/src/testing/gateway.ts';
import { sessionWith } from '../../packages/server/src/testing/session.ts';
import { chainAudit } from '../../packages/server/src/usecases/audit/chain.ts';
import { type CommandHost, startCommandHost } from './command-host.ts';

describe('tijori audit verify', () => {
  let dir: string;
  let gateway: TestGateway;
  let host: CommandHost;
  const place = (name: string) => join(dir, name);
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tijori-audit-'));
    gateway = await startTestGateway({ dataDir: place('data') });
    host = startCommandHost();
    for (const workspaceId of ['one', 'other']) {
      const entry = { atMs: gateway.clock.nowMs, actor: 'system', action: 'tested', detail: workspaceId } as const;
      await gateway.deps.stores.commit([gateway.deps.stores.audit.insertion(sessionWith({ workspaceId }), entry)]);
    }
    gateway.clock.nowMs += 3_600_000;
    await chainAudit(gateway.deps, 1_000);
    const exported = await host.run(['audit', 'export', '--data', place('data'), '--out', place('log')]);
    assert.equal(exported.code, 0, exported.stderr);
    const heads = await host.run(['audit', 'head', '--data', place('data')]);
    writeFileSync(place('both'), heads.stdout);
    writeFileSync(place('first'), heads.stdout.split('\n')[0] ?? '');
    writeFileSync(place('empty'), '\n \n');
  });
  after(async () => {
    await host.stop();
    await gateway.close();
    rmSync(dir, { recursive: true });
  });

  const verify = (...args: string[]) => host.run(['audit', 'verify', '--data', place('data'), ...args]);

  it('takes no file without a head for heads that were kept, neither beside an export nor beside the database', async () => {
    for (const args of [['--log', place('log')], []]) {
      const refused = await verify('--heads', place('empty'), ...args);
      assert.deepEqual([refused.code, refused.stdout], [2, '']);
      assert.match(refused.stderr, /There is no head in .*empty/);
    }
  });

  it('says of each head of an export whether it was kept, and names the workspaces of which none was', async () => {
    const judged = async (...args: string[]) => {
      const [people, programs] = [
        await verify('--log', place('log'), ...args),
        await verify('--log', place('log'), '--json', ...args),
      ];
      assert.deepEqual([people.code, programs.code], [0, 0], people.stdout);
      const lines = programs.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const kept = lines
        .slice(0, -1)
        .map(({ workspace_id, kept }) => [workspace_id, kept])
        .sort();
      return { said: people.stdout, kept, without: lines.at(-1)?.workspaces_without_kept_head };
    };
    const none = await judged();
    assert.deepEqual(none.kept, [
      ['one', false],
      ['other', false],
    ]);
    assert.deepEqual(none.without, ['one', 'other']);
    assert.match(none.said, /No head was kept of workspace one, other\..*could have signed them/);

    const one = await judged('--heads', place('first'));
    assert.deepEqual(one.kept, [
      ['one', true],
      ['other', false],
    ]);
    assert.deepEqual(one.without, ['other']);
    assert.match(one.said, /No head was kept of workspace other\./);

    const both = await judged('--heads', place('both'));
    assert.deepEqual(both.kept, [
      ['one', true],
      ['other', true],
    ]);
    assert.deepEqual(both.without, []);
    assert.doesNotMatch(both.said, /No head was kept/);
  });

  it('names the workspaces of the database of which no head was kept', async () => {
    const { code, stdout } = await verify('--heads', place('first'));
    assert.equal(code, 0);
    assert.match(stdout, /No head was kept of workspace other: nothing is proved of its entries\.\n$/);
    assert.doesNotMatch((await verify('--heads', place('both'))).stdout, /nothing is proved/);
  });
});
