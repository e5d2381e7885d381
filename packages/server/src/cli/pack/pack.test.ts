import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { hash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { trustFolder } from '@tijori/simulator';
import { needs } from '../../../../../scripts/needs.ts';
import { archive, readArchive } from '../../domain/stored-zip.ts';
import { openDatabaseForReading } from '../../storage/open-for-reading.ts';
import { openStores } from '../../stores/index.ts';
import { walkToCallback } from '../../testing/api.ts';
import { postgresOfTests } from '../../testing/engines.ts';
import { ownApi } from '../../testing/families.ts';
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts';
import { browser } from '../../testing/person.ts';
import { type EvidenceKey, newEvidenceKey, signEvidence } from '../../tokens/evidence-key.ts';
import { chainAudit } from '../../usecases/audit/chain.ts';
import { erasePastRetention } from '../../usecases/documents/erase.ts';
import { type Evidence, gatherEvidence } from '../../usecases/evidence/gather.ts';
import { signingKey } from '../../usecases/evidence/signing-key.ts';
import { openDiskBlobs } from '../../vault/disk.ts';
import { openTrustSource } from '../../verify/trust-source.ts';
import { checkPack, type KnownBefore } from './check-pack.ts';
import { makePack } from './make-pack.ts';
import { openPack } from './open-pack.ts';
import { type Manifest, manifestType } from './pack-format.ts';
import { statementsOf } from './tell-pack.ts';

const hourMs = 3_600_000;
const nothing: KnownBefore = { trust: null, kid: null, heads: null };
const simulatorTrust: KnownBefore = {
  ...nothing,
  trust: (mode) => openTrustSource(trustFolder, mode, { now: () => 0, onFault: () => undefined }),
};

interface Consented {
  id: string;
  /** What must be in no pack. */
  withdrawalCode: string;
}

/** A session whose person went all the way, under a signed head. */
async function consented(gateway: TestGateway): Promise<Consented> {
  const own = ownApi(gateway, await gateway.newKey());
  const { id } = await own.newSession({ documents: [{ type: 'gstn_details', purpose: 'A loan' }] });
  const person = browser(gateway);
  const page = await person.get(await walkToCallback(person, id));
  await gateway.deps.background.idle();
  const withdrawalCode = /href="\/withdraw#([\w-]{43})"/.exec(page.body)?.[1];
  assert.ok(withdrawalCode);
  gateway.clock.nowMs += 1_000;
  await chainAudit(gateway.deps, 1_000);
  return { id, withdrawalCode };
}

/** As the command does it: with connections of its own that only read, beside the running gateway. */
async function gatheredBeside(gateway: TestGateway, id: string): Promise<Evidence> {
  const { config, deps, clock } = gateway;
  const db = await openDatabaseForReading(config);
  try {
    const blobs = await openDiskBlobs({ root: join(config.dataDir, 'vault'), readOnly: true });
    const stores = openStores(db);
    await assert.rejects(stores.commit([stores.settings.insertion('any', 'thing')]));
    const { seal, newId, baseUrl } = deps;
    return await gatherEvidence({ stores, seal, blobs, now: () => clock.nowMs, newId, baseUrl }, id);
  } finally {
    await db.close();
  }
}

/** What a forger can do who has everything but the key of the gateway: other files, and a manifest of their own about them. */
async function resigned(
  pack: Buffer,
  key: EvidenceKey,
  change: (name: string, bytes: Buffer) => Buffer,
): Promise<Buffer> {
  const opened = await openPack(pack);
  assert.ok(opened.pack);
  const { files } = readArchive(pack);
  const changed = files.slice(0, -1).map(({ name, bytes }) => ({ name, bytes: change(name, bytes) }));
  const manifest: Manifest = {
    ...opened.pack.manifest,
    files: opened.pack.manifest.files.map((file, index) => {
      const bytes = changed[index]?.bytes ?? Buffer.alloc(0);
      return { ...file, bytes: bytes.length, sha256: sha256Of(bytes) };
    }),
  };
  const jws = await signEvidence(key, manifestType, manifest);
  return archive([...changed, { name: 'manifest.jws', bytes: Buffer.from(jws) }]);
}

function sha256Of(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex');
}

describe('an evidence pack', () => {
  let gateway: TestGateway;
  let session: Consented;
  let evidence: Evidence;
  let key: EvidenceKey;
  let pack: Buffer;
  before(async () => {
    gateway = await startTestGateway();
    session = await consented(gateway);
    evidence = await gatheredBeside(gateway, session.id);
    key = await signingKey(gateway.deps);
    pack = await makePack(evidence, key, gateway.clock.nowMs);
  });
  after(() => gateway.close());

  it('is whole, opens with any unzip, and proves documents, words and steps by themselves', async (t) => {
    const { faults, content } = await checkPack(pack, nothing);
    assert.deepEqual(faults, []);
    assert.ok(content);
    const { proved, notProved } = statementsOf(content, nothing);
    assert.match(
      proved.join('\n'),
      /documents\/01-gstn_details\.xml is as TEST .* came with the pack: CN=Tijori TEST root/,
    );
    assert.match(proved.join('\n'), /very words that were shown \(en-IN/);
    assert.match(proved.join('\n'), /receipt of the consent is signed by the same key/);
    assert.match(proved.join('\n'), /steps of the session stand in the audit log/);
    assert.equal(content.audit.newer, 0);
    assert.equal(content.audit.proved, evidence.audit.entries.length);
    assert.match(notProved.join('\n'), /Whose key .* is: ask Example Lender/);
    const unzip = needs(t, 'unzip');
    if (!unzip) return;
    const folder = mkdtempSync(join(tmpdir(), 'tijori-pack-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'pack.zip'), pack);
    assert.match(execFileSync(unzip, ['-t', join(folder, 'pack.zip')]).toString(), /No errors detected/);
    const original = execFileSync(unzip, ['-p', join(folder, 'pack.zip'), 'documents/01-gstn_details.xml']);
    assert.ok(evidence.documents[0]?.bytes?.equals(original));
  });

  it('names the root of a given trust folder, and needs its key and head to be those that are known', async () => {
    const { head } = evidence.audit;
    const known = { ...simulatorTrust, kid: key.publicJwk.kid, heads: [head ?? ''] };
    const { faults, content } = await checkPack(pack, known);
    assert.deepEqual(faults, []);
    assert.ok(content);
    const { proved, notProved } = statementsOf(content, known);
    assert.match(proved.join('\n'), /ends at a root of your trust folder: .*SHA-256 52e482a5/);
    assert.match(proved.join('\n'), /which is one of those that you kept/);
    assert.doesNotMatch(notProved.join('\n'), /Whose key|root is one to believe|written anew/);
    assert.match((await checkPack(pack, { ...known, kid: 'another' })).faults.join(), /and not by another/);
    assert.match((await checkPack(pack, { ...known, heads: [] })).faults.join(), /none of those that were kept/);
  });

  it('holds neither the withdrawal link nor a token, a code or a key', async () => {
    const text = pack.toString('latin1');
    const stored = await gateway.deps.stores.secrets.find(session.id);
    assert.ok(stored);
    assert.ok(text.includes(session.id));
    for (const secret of [session.withdrawalCode, stored.sealedGrant, 's1~', 'withdraw#', 'wrapped']) {
      assert.ok(!text.includes(secret), secret);
    }
  });

  it('has no byte that could be another: each flip is found, with its place', async () => {
    const { files } = readArchive(pack);
    let end = 0;
    const bodies = files.map(({ name, bytes }) => {
      const start = end + 30 + name.length;
      end = start + bytes.length;
      return { start, end };
    });
    const isSampled = (at: number) => {
      const body = bodies.find(({ start, end }) => at >= start && at < end);
      return !body || (at - body.start) % 61 === 0 || at === body.end - 1;
    };
    let flips = 0;
    for (let at = 0; at < pack.length; at += 1) {
      if (!isSampled(at)) continue;
      const flipped = Buffer.from(pack);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const { faults } = await openPack(flipped);
      assert.ok(faults.length > 0, `byte ${at}`);
      assert.ok(
        faults.every((fault) => /^(Byte \d+|[\w./-]+): /.test(fault)),
        faults.join('\n'),
      );
      flips += 1;
    }
    assert.ok(flips > 2_000, `${flips} flips`);
  });

  it('is found cut at any length, and with anything behind, before or between', async () => {
    for (let length = 0; length < pack.length; length += 97) {
      assert.ok((await openPack(pack.subarray(0, length))).faults.length > 0, `${length} bytes`);
    }
    assert.ok((await openPack(pack.subarray(0, -1))).faults.length > 0);
    const more = [
      Buffer.concat([pack, Buffer.from([0])]),
      Buffer.concat([Buffer.from([0]), pack]),
      Buffer.concat([pack, pack]),
    ];
    for (const bytes of more) assert.ok((await openPack(bytes)).faults.length > 0);
    assert.match((await openPack(Buffer.concat([pack, Buffer.from('x')]))).faults.join(), /behind the end/);
    const { files } = readArchive(pack);
    const others = [
      files.toReversed(),
      files.slice(1),
      [files[0] ?? assert.fail(), ...files],
      [...files.slice(1), files[0] ?? assert.fail()],
    ];
    for (const other of others) assert.ok((await openPack(archive(other))).faults.length > 0);
  });

  it('of a forger with a key of their own is whole, and shows that key; another original or step is found all the same', async () => {
    const forger = await newEvidenceKey();
    const same = await resigned(pack, forger, (_name, bytes) => bytes);
    assert.match(
      (await checkPack(same, { ...nothing, kid: key.publicJwk.kid })).faults.join(),
      /it is signed by the key/,
    );
    const edited = (from: string, to: string) => (name: string, bytes: Buffer) => {
      if (name.startsWith('trust/')) return bytes;
      return Buffer.from(bytes.toString('utf8').replaceAll(from, to));
    };
    const step = await resigned(pack, forger, edited('"session.created"', '"session.forged1"'));
    assert.match((await checkPack(step, nothing)).faults.join(), /entry 1 does not stand under the head/);
    const document = await resigned(pack, forger, edited('27ZZZCZ9999Z1ZJ', '29ZZZFZ0001Z1ZQ'));
    assert.match(
      (await checkPack(document, nothing)).faults.join(),
      /judged again by what the pack brings it is altered/,
    );
    const words = await resigned(pack, forger, edited('Example Lender', 'Example Bender'));
    assert.match((await checkPack(words, nothing)).faults.join(), /the words in it are not those of the digest/);
    const foreign = await resigned(pack, forger, (_name, bytes) => bytes);
    assert.match((await checkPack(foreign, nothing)).faults.join(), /receipt\.jws: it is by another key/);
    const shape = await resigned(pack, forger, (name, bytes) =>
      name === 'audit/proof.json' ? Buffer.from('{}') : bytes,
    );
    assert.match((await checkPack(shape, nothing)).faults.join(), /audit\/proof\.json: it is missing, or not/);
  });

  it('of a session whose documents are erased says so, and which they were', async () => {
    const { id } = await consented(gateway);
    const [sha256] = [...(await gateway.deps.stores.verdicts.ofSession(id)).values()].map((verdict) => verdict.sha256);
    gateway.clock.nowMs += 2 * hourMs;
    assert.equal((await gatheredBeside(gateway, id)).documents[0]?.bytes, null, 'past its time, if not erased yet');
    await erasePastRetention(gateway.deps, 10);
    const later = await makePack(await gatheredBeside(gateway, id), key, gateway.clock.nowMs);
    const { faults, content } = await checkPack(later, nothing);
    assert.deepEqual(faults, []);
    assert.ok(content);
    const { notProved } = statementsOf(content, nothing);
    assert.match(
      notProved.join('\n'),
      new RegExp(`original is not in the pack, since it was erased\\. Its SHA-256 was ${sha256}`),
    );
    assert.match(notProved.join('\n'), /newer than the head/, 'the erasure is not under a head yet');
  });

  it('of an unknown session is none', async () => {
    await assert.rejects(gatheredBeside(gateway, randomUUID()), { code: 'session_not_found' });
  });
});

describe('an evidence pack of a gateway on PostgreSQL', () => {
  const postgres = postgresOfTests((t: TestContext) => needs(t, 'initdb'));
  after(() => postgres.remove());

  it('is gathered beside it, and is whole', async (t) => {
    const url = await postgres.newMigrated(t);
    if (!url) return;
    const gateway = await startTestGateway({ database: { url, connectionsMax: 8 } });
    t.after(() => gateway.close());
    const { id } = await consented(gateway);
    const made = await makePack(await gatheredBeside(gateway, id), await signingKey(gateway.deps), gateway.clock.nowMs);
    const { faults, content } = await checkPack(made, simulatorTrust);
    assert.deepEqual(faults, []);
    assert.equal(content?.audit.newer, 0);
    assert.ok((content?.audit.proved ?? 0) > 5);
  });
});
