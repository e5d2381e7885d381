import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { watchKeys } from '../../cli/watch-keys.ts';
import { keyIdOf, type LiveKeyring, liveKeyring } from '../../domain/keyring.ts';
import { integrator, people, walk } from '../../testing/api.ts';
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts';
import { createSeal } from '../../vault/seal.ts';
import { claimedKeyIds, claimKey } from './master-key-check.ts';
import { countByKey, rewrapAll } from './rewrap.ts';

const none = { masterKeys: [], tokenKeys: [], linkKeys: [] };

describe('a rewrap while a gateway has not taken the new key yet', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  let oldId: string;
  /** The next keys with the present master key as an old one, and without it. */
  let both: TestGateway['config']['secrets'];
  let alone: TestGateway['config']['secrets'];
  let keyring: LiveKeyring;
  beforeEach(async () => {
    gateway = await startTestGateway();
    api = integrator(gateway, await gateway.newKey());
    const { secrets } = gateway.config;
    oldId = keyIdOf(secrets.masterKey);
    alone = { ...secrets, masterKey: randomBytes(32), old: none };
    both = { ...alone, old: { ...none, masterKeys: [secrets.masterKey] } };
    keyring = liveKeyring({ current: alone.masterKey, old: [secrets.masterKey] });
  });
  afterEach(() => gateway.close());

  /** As `tijori secrets rewrap`, a process of its own, with something that happens while it waits. */
  const rewrap = (meanwhile: () => Promise<unknown>) =>
    rewrapAll({ stores: gateway.deps.stores, seal: createSeal({ keyring }) }, keyring, { wait: meanwhile });
  const document = async () => {
    const id = await api.newSession();
    await walk(gateway, id, { mobile: people.ravi });
    const [link = ''] = await api.links(id, 'gstn_details');
    return async () => (await gateway.app.inject({ method: 'GET', url: link })).statusCode;
  };
  const underOld = async () => (await countByKey(gateway.deps)).get(oldId) ?? 0;

  it('moves what that gateway seals until it takes the key, and only then lets go of the old one', async () => {
    const first = await document();
    let second = async () => 0;
    let waits = 0;
    const { released } = await rewrap(async () => {
      waits += 1;
      if (waits > 1) return;
      second = await document();
      assert.ok((await underOld()) > 0);
      await gateway.replaceKeys(both);
    });
    assert.equal(released, 1);
    assert.equal(await underOld(), 0);
    await gateway.replaceKeys(alone);
    assert.deepEqual([await first(), await second()], [200, 200]);
  });

  it('moves what a gateway has sealed that has stopped meanwhile', async () => {
    const opens = await document();
    await rewrap(async () => {
      if ((await underOld()) === 0) await document();
    });
    assert.equal(await underOld(), 0);
    assert.equal(await opens(), 500, 'this one never took the key');
  });

  it('says that the old key may not go where one goes on sealing under it', async () => {
    await document();
    const claim = () => claimKey(gateway.deps, oldId);
    await assert.rejects(rewrap(claim), /still seals under an old master key/);
    await assert.rejects(gateway.replaceKeys(alone), /nor is that one in TIJORI_MASTER_KEY_OLD/);
  });

  it('is no reason to take the old key from what was sealed since: the exchange is refused until the next one', async () => {
    await rewrap(async () => {});
    assert.equal(await underOld(), 0);
    const opens = await document();
    await assert.rejects(gateway.replaceKeys(alone), /nor is that one in TIJORI_MASTER_KEY_OLD/);
    assert.equal(await opens(), 200);
    await gateway.replaceKeys(both);
    await assert.rejects(gateway.replaceKeys(alone), /nor is that one in TIJORI_MASTER_KEY_OLD/);
    await rewrap(async () => {});
    await gateway.replaceKeys(alone);
    assert.equal(await opens(), 200);
  });

  it('learns of it, since a gateway claims its key each time that it looks at its key files, even if these cannot be read', async () => {
    const { stores } = gateway.deps;
    await stores.commit([stores.settings.removal(`master_key_check:${oldId}`)]);
    const unwatch = watchKeys(gateway, gateway.config.secrets);
    try {
      process.emit('SIGHUP');
      while (!(await claimedKeyIds({ stores })).includes(oldId)) await wait(5);
    } finally {
      unwatch();
    }
  });
});
