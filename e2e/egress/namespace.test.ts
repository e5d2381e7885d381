import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { needs } from '../../scripts/needs.ts';
import type { Report } from './canaries.ts';

describe('addresses that integrators name, in a network of our own', () => {
  it('reach no canary by any form that a plain client reaches, nor by names, redirects or a name that changes', (t) => {
    if (!needs(t, 'ip') || !needs(t, 'unshare')) return;
    const script = join(import.meta.dirname, 'in-namespace.sh');
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['--user', '--map-root-user', '--net', 'sh', script, process.execPath, join(import.meta.dirname, 'canaries.ts')],
      { encoding: 'utf8', timeout: 60_000 },
    );
    assert.equal(status, 0, `${stdout}\n${stderr}`);
    const report = JSON.parse(stdout) as Report;

    // The control: a client without a guard reaches the canary by every one of them.
    assert.ok(report.forms.length >= 36, `only ${report.forms.length} forms`);
    assert.deepEqual(
      report.forms.filter(({ plainHits }) => plainHits === 0).map(({ form }) => form),
      [],
    );
    assert.deepEqual(
      report.forms.filter(({ guardedHits, failure }) => guardedHits > 0 || failure !== 'destination_refused'),
      [],
    );
    assert.deepEqual(
      report.forms.filter(({ registered }) => registered).map(({ form }) => form),
      [],
    );
    // And the guard is no wall: what it may reach, it reaches.
    assert.deepEqual(report.allowed, { status: 204, hits: 1 });
    assert.deepEqual(report.ownAddress, { hits: 0, failure: 'destination_refused' });
    assert.deepEqual(report.changingName, { registered: true, hits: 0, failure: 'destination_refused' });
    assert.deepEqual(report.mixedAnswer, { registered: false, hits: 0, failure: 'destination_refused' });
    assert.deepEqual(report.redirectInward, { status: 302, hits: 1 });
    assert.deepEqual(report.reusedSocket.statuses, [204, 204, 204, 204]);
    assert.ok(report.reusedSocket.connections <= 1, 'connections to judged addresses are kept');
  });
});
