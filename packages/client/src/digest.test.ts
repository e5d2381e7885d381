import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { announcedSha256, sha256Of } from './digest.ts';

const sum = hash('sha256', 'bytes', 'base64');
const announced = (headers: Record<string, string>) => announcedSha256(new Headers(headers));

describe('the digest of a download', () => {
  it('is read from Repr-Digest, and from Digest before it', () => {
    assert.equal(announced({ 'repr-digest': `sha-256=:${sum}:` }), sum);
    assert.equal(announced({ 'repr-digest': `sha-512=:AAAA:, sha-256=:${sum}:` }), sum);
    assert.equal(announced({ digest: `SHA-256=${sum}` }), sum);
    assert.equal(announced({ digest: `md5=AAAA,sha-256=${sum},adler32=5` }), sum);
    assert.equal(
      announced({ 'repr-digest': `sha-256=:${sum}:`, digest: `sha-256=${hash('sha256', '', 'base64')}` }),
      sum,
    );
  });

  it('is not read from anything else', () => {
    const others = [
      {},
      { 'repr-digest': `sha-512=:${sum}:` },
      { 'repr-digest': 'sha-256=:short:' },
      { digest: 'sha-256=' },
    ];
    for (const headers of others) assert.equal(announced(headers as Record<string, string>), undefined);
  });

  it('says nothing about the bytes of a compressed answer', () => {
    assert.equal(announced({ 'repr-digest': `sha-256=:${sum}:`, 'content-encoding': 'gzip' }), undefined);
    assert.equal(announced({ 'repr-digest': `sha-256=:${sum}:`, 'content-encoding': 'identity' }), sum);
  });

  it('is the same however the bytes were cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), async (parts) => {
        assert.equal(await sha256Of(parts), hash('sha256', Buffer.concat(parts), 'base64'));
      }),
    );
  });
});
