import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  createWebhookEndpoint,
  secretOverlapHours,
  signingSecretsMax,
  type WebhookEndpointWithSecret,
} from '@tijori/wire';
import { Webhook } from 'standardwebhooks';
import { endpointLabel } from '../domain/webhook-endpoint.ts';
import { webhookStage } from '../testing/webhook-stage.ts';

const hourMs = 3_600_000;

describe('a delivery after the secret of its endpoint was rotated', () => {
  const stage = webhookStage();
  const begin = async () => {
    const api = await stage.open();
    const made = await api.newEndpoint({ vendor_signature: true });
    const secrets = [made.secret];
    const rotate = async () => {
      const answer = await api.call('POST', `${createWebhookEndpoint.path}/${made.id}/rotate`);
      assert.equal(answer.statusCode, 200, answer.body);
      const { secret, secret_overlap_until } = answer.json<WebhookEndpointWithSecret>();
      assert.equal(secret_overlap_until, stage.gateway.clock.nowMs + secretOverlapHours * hourMs);
      secrets.push(secret);
    };
    /** The numbers of the secrets that the next delivery is signed with; 0 is the first. */
    const signed = async () => {
      await api.newSession();
      await stage.sendDue();
      const { headers, body } = stage.receiver.received.at(-1) ?? assert.fail('nothing came');
      const fits = (secret: string) => {
        // The library looks at the real clock.
        const stamp = new Webhook(secret).sign(String(headers['webhook-id']), stamped(headers), body);
        return String(headers['webhook-signature']).split(' ').includes(stamp);
      };
      const found = secrets.flatMap((secret, index) => (fits(secret) ? [index] : []));
      assert.equal(String(headers['webhook-signature']).split(' ').length, found.length, 'one of an unknown secret');
      return found;
    };
    return { ...api, made, secrets, rotate, signed };
  };
  const stamped = (headers: Record<string, unknown>) => new Date(Number(headers['webhook-timestamp']) * 1_000);

  it('is signed with each of the two for a day', async () => {
    const { rotate, signed, pass } = await begin();
    await rotate();
    assert.deepEqual(await signed(), [0, 1]);
    assert.match(String(stage.receiver.received[0]?.headers['x-sandbox-signature']), /^[A-Za-z0-9+/]{43}=$/);
    await pass(secretOverlapHours * hourMs - 1);
    assert.deepEqual(await signed(), [0, 1]);
    await pass(1);
    assert.deepEqual(await signed(), [1]);
  });

  it('is signed with each secret for a day after it was replaced, also when it was rotated again because an answer was lost', async () => {
    const { rotate, signed, pass } = await begin();
    await rotate();
    await pass(10 * hourMs);
    await rotate();
    assert.deepEqual(await signed(), [0, 1, 2]);
    await pass(14 * hourMs);
    assert.deepEqual(await signed(), [1, 2], 'the first has had its day');
    await rotate();
    assert.deepEqual(await signed(), [1, 2, 3]);
    await pass(10 * hourMs);
    assert.deepEqual(await signed(), [2, 3]);
    await pass(14 * hourMs);
    assert.deepEqual(await signed(), [3]);
  });

  it(`is signed with the newest ${signingSecretsMax} at most`, async () => {
    const { rotate, signed } = await begin();
    for (let count = 0; count < signingSecretsMax + 1; count += 1) await rotate();
    assert.deepEqual(
      await signed(),
      Array.from({ length: signingSecretsMax }, (_each, index) => index + 2),
    );
  });

  it('is signed with both secrets of an endpoint that an earlier version rotated, and with them after another rotation', async () => {
    const { made, key, secrets, rotate, signed } = await begin();
    const { stores, seal, outbox } = stage.gateway.deps;
    const from = await stores.webhookEndpoints.findOwn({ workspaceId: key.workspaceId, mode: 'test' }, made.id);
    assert.ok(from);
    const next = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    secrets.push(next);
    const sealedSecrets = seal.sealSmall(JSON.stringify({ current: next, previous: made.secret }), endpointLabel(from));
    const secretOverlapUntilMs = stage.gateway.clock.nowMs + secretOverlapHours * hourMs;
    const to = { sealedSecrets, secretOverlapUntilMs };
    await stores.commit([stores.webhookEndpoints.rotation(from, to), outbox.endpoints.changed()]);
    await outbox.endpoints.refresh();
    assert.deepEqual(await signed(), [0, 1]);
    await rotate();
    assert.deepEqual(await signed(), [0, 1, 2]);
  });
});
