import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readTrustFolder } from './trust-folder.ts';

describe('signers.json of a trust folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tijori-trust-'));
  after(() => rmSync(folder, { recursive: true }));
  const readRules = (content: unknown) => {
    writeFileSync(join(folder, 'signers.json'), JSON.stringify(content));
    return readTrustFolder(folder, 'test').signers;
  };

  it('is taken as it stands, with any of the four fields', () => {
    const rules = [
      { organization: 'Example Registry' },
      { common_name: 'Example signer', documents: ['GSTND', 'UDYAM'] },
      { sha256: 'aB'.repeat(32) },
    ];
    assert.deepEqual(readRules(rules), rules);
    assert.deepEqual(readRules([]), []);
  });

  it('is refused whole for one rule that would be read otherwise than it was meant', () => {
    const faulty: unknown[] = [
      {},
      null,
      ['Example Registry'],
      { organisation: 'Example Registry' },
      { organization: 'Example Registry', toString: 'x' },
      { organization: '' },
      { common_name: 7 },
      { sha256: 'ab' },
      { organization: 'Example Registry', documents: [] },
      { organization: 'Example Registry', documents: ['GSTN'] },
      { organization: 'Example Registry', documents: 'GSTND' },
    ];
    for (const rule of faulty) {
      assert.throws(
        () => readRules([{ organization: 'Example Registry' }, rule]),
        /signers\.json must be a list of rules/,
        JSON.stringify(rule),
      );
    }
    assert.throws(() => readRules({ organization: 'Example Registry' }), /signers\.json must be a list of rules/);
  });
});
