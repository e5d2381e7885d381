import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { integrator, people, walk } from '../../packages/server/src/testing/api.ts';
import { startTestGateway, type TestGateway } from '../../packages/server/src/testing/gateway.ts';
import { startS3 } from '../../packages/server/src/testing/s3-server.ts';
import { blobPath } from '../../packages/server/src/usecases/backup/layout.ts';
import { run } from './tijori.ts';

describe('beside a gateway whose documents are in a bucket', () => {
  let dir: string;
  let s3: Awaited<ReturnType<typeof startS3>>;
  let gateway: TestGateway;
  let env: Record<string, string>;
  let held: { id: string; blob: string }[];
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tijori-bucket-'));
    s3 = await startS3();
    const { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey } = s3.settings;
    env = {
      TIJORI_S3_ENDPOINT: endpoint,
      TIJORI_S3_REGION: region,
      TIJORI_S3_BUCKET: bucket,
      TIJORI_S3_PREFIX: prefix,
      TIJORI_S3_ACCESS_KEY_ID: accessKeyId,
      TIJORI_S3_SECRET_ACCESS_KEY: secretAccessKey,
    };
    gateway = await startTestGateway({ dataDir: join(dir, 'data'), s3: s3.settings });
    const api = integrator(gateway, await gateway.newKey());
    const sessionId = await api.newSession();
    await walk(gateway, sessionId, { mobile: people.ravi });
    await api.links(sessionId, 'gstn_details');
    const documents = await gateway.deps.stores.documents.ofSession(sessionId);
    held = documents.flatMap(({ id, held }) => (held ? [{ id, blob: held.blob }] : []));
    assert.ok(held.length > 0);
  });
  after(async () => {
    await gateway.close();
    await s3.close();
    rmSync(dir, { recursive: true });
  });

  const vaultFindings = async (settings: Record<string, string>, data = join(dir, 'data')) => {
    const { stdout } = await run(['doctor', '--data', data, '--json'], settings);
    const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; text: string }[] };
    return findings.filter(({ check }) => check === 'vault').map(({ state, text }) => `${state}: ${text}`);
  };

  it('backup brings every document into its folder, and what is restored is whole without the bucket', async () => {
    const backup = join(dir, 'backup');
    const made = await run(['backup', backup, '--data', join(dir, 'data'), '--json'], env);
    assert.equal(made.code, 0, made.stderr);
    assert.equal((JSON.parse(made.stdout) as { documents: number }).documents, held.length);
    for (const { blob } of held) {
      const inBucket = await gateway.deps.blobs.get(blob);
      assert.deepEqual(readFileSync(join(backup, blobPath(blob))), Buffer.concat((await inBucket?.toArray()) ?? []));
    }
    const restored = await run(['restore', backup, '--data', join(dir, 'restored')]);
    assert.equal(restored.code, 0, restored.stderr);
    assert.deepEqual(await vaultFindings({}, join(dir, 'restored')), [
      `ok: ${held.length} documents held, each with its file; no leftovers.`,
    ]);
  });

  it('doctor looks for them in the bucket, and says when it cannot', async () => {
    assert.deepEqual(await vaultFindings(env), [
      `ok: ${held.length} documents held, each with its file; no leftovers.`,
    ]);
    const [refused = ''] = await vaultFindings({ ...env, TIJORI_S3_SECRET_ACCESS_KEY: 'another-secret' });
    assert.match(refused, /^fault: It cannot be read: .*SignatureDoesNotMatch/);
    assert.ok(!refused.includes('another-secret'));
    const [unsaid = ''] = await vaultFindings({ ...env, TIJORI_S3_SECRET_ACCESS_KEY: '' });
    assert.match(unsaid, /^skipped: /);
    const [lost] = held;
    assert.ok(lost);
    await gateway.deps.blobs.remove(lost.blob);
    const [missing = ''] = await vaultFindings(env);
    assert.match(missing, new RegExp(`^fault: 1 document \\(${lost.id}\\) held without a file`));
  });
});
