import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createWebhookEndpoint, type WebhookEndpointWithSecret } from '@tijori/wire';
import { Webhook } from 'standardwebhooks';
import { liveKeyring } from '../domain/keyring.ts';
import { integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { rewrapAll } from '../usecases/secrets/rewrap.ts';
import { createSeal } from '../vault/seal.ts';

const none = { masterKeys: [], tokenKeys: [], linkKeys: [] };

describe('endpoints whose secrets are sealed', () => {
  let gateway: TestGateway;
  let receiver: Receiver;
  before(async () => {
    gateway = await startTestGateway();
    receiver = await startReceiver();
  });
  after(async () => {
    await receiver.close();
    await gateway.close();
  });

  it('are signed for after the master key has changed and the old one is gone, though nothing was sent before', async () => {
    const key = await gateway.newKey();
    const api = integrator(gateway, key);
    const payload = { url: receiver.url };
    const made = await api.send({ method: 'POST', url: createWebhookEndpoint.path, payload });
    const { secret } = made.json<WebhookEndpointWithSecret>();
    const { secrets } = gateway.config;
    const next = { ...secrets, masterKey: randomBytes(32) };
    await gateway.replaceKeys({ ...next, old: { ...none, masterKeys: [secrets.masterKey] } });
    const keyring = liveKeyring({ current: next.masterKey, old: [secrets.masterKey] });
    await rewrapAll({ stores: gateway.deps.stores, seal: createSeal({ keyring }) }, keyring, { wait: async () => {} });
    await gateway.replaceKeys({ ...next, old: none });
    gateway.config.secrets = next;

    await api.newSession();
    await gateway.deps.outbox.sendDue();
    const [one] = receiver.received;
    assert.ok(new Webhook(secret).verify(one?.body ?? '', one?.headers as Record<string, string>));
  });
});
