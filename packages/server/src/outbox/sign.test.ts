import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { needs } from '../../../../scripts/needs.ts';
import { secretPrefix, signedHeaders, signingKey, vendorSignature } from './sign.ts';

const newSecret = () => `${secretPrefix}${randomBytes(32).toString('base64')}`;
const message = () => ({
  id: 'evt_019ab7c5c4007000a1c2b3d4e5f60718',
  timestampSeconds: Math.floor(Date.now() / 1000),
  body: '{"type":"entitylocker.session.succeeded","data":{"note":"₹ and \\u00e9"}}',
});

describe('the signature of a delivery', () => {
  it('is the one of the specification', () => {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    const headers = signedHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1_614_265_330, body: '{"test": 2432232314}' },
      [signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
    );
    assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('passes the library of Standard Webhooks, with either secret while one is being changed', () => {
    const [old, fresh] = [newSecret(), newSecret()];
    const sent = message();
    const headers = signedHeaders(sent, [fresh, old].map(signingKey));
    for (const secret of [old, fresh]) {
      assert.deepEqual(new Webhook(secret).verify(sent.body, headers), JSON.parse(sent.body));
    }
    assert.throws(() => new Webhook(newSecret()).verify(sent.body, headers), /No matching signature/);
    assert.throws(() => new Webhook(fresh).verify(`${sent.body} `, headers), /No matching signature/);
  });

  it('passes openssl, and so does the one of the vendor', (t) => {
    const openssl = needs(t, 'openssl');
    if (!openssl) return;
    const secret = newSecret();
    const sent = message();
    const hmac = (text: string, key: Buffer) =>
      execFileSync(
        openssl,
        ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${key.toString('hex')}`, '-binary'],
        {
          input: text,
        },
      ).toString('base64');
    const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
    const headers = signedHeaders(sent, [signingKey(secret)]);
    assert.equal(headers['webhook-signature'], `v1,${hmac(`${sent.id}.${sent.timestampSeconds}.${sent.body}`, key)}`);
    assert.equal(vendorSignature(sent.body, signingKey(secret)), hmac(sent.body, Buffer.from(secret)));
  });
});
