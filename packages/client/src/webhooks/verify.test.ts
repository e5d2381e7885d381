import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { needs } from '../../../../scripts/needs.ts';
import { sign } from './sign.ts';
import { verify, verifyVendorSignature } from './verify.ts';
import { WebhookError } from './webhook-error.ts';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const id = 'evt_019ab7c5c4007000a1c2b3d4e5f60718';
const nowMs = 1_763_800_000_000;
const now = () => nowMs;

/** An event as it is sent, with what a serialiser would write otherwise: spaces, escapes, letters beyond ASCII. */
const body =
  '{ "type":"entitylocker.session.succeeded",\n "timestamp":"2026-11-22T08:26:40.000Z", "data":{"session_id":"s","sequence":4,"note":"₹ \\u00e9 😀"} }';

const codeOf = async (outcome: Promise<unknown>) => {
  try {
    await outcome;
  } catch (error) {
    assert.ok(error instanceof WebhookError, String(error));
    return error.code;
  }
  return 'accepted';
};

describe('verify', () => {
  it('gives the event of a delivery, from text, bytes or a buffer', async () => {
    const secret = newSecret();
    const headers = await sign(body, secret, { id, now });
    const bytes = new TextEncoder().encode(body);
    for (const rawBody of [body, bytes, bytes.buffer, Buffer.from(body)]) {
      assert.deepEqual(await verify(rawBody, headers, secret, { now }), { id, ...JSON.parse(body) });
    }
  });

  it('takes the example of the specification', async () => {
    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const outcome = verify('{"test": 2432232314}', headers, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
      now: () => 1_614_265_330_000,
    });
    assert.equal(await codeOf(outcome), 'not_an_event');
  });

  it('reads headers of any kind and case, and none that comes twice', async () => {
    const secret = newSecret();
    const headers = await sign(body, secret, { id, now });
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    for (const kind of [new Headers(headers), shouted, { ...headers, get: 'a header of that name' }]) {
      assert.equal((await verify(body, kind, secret, { now })).id, id);
    }
    for (const twice of [
      { ...headers, 'Webhook-Id': id },
      { ...headers, 'webhook-id': [id, id] },
    ]) {
      assert.equal(await codeOf(verify(body, twice, secret, { now })), 'missing_header');
    }
  });

  it('accepts either secret while one is rotated, on either side', async () => {
    const [old, fresh] = [newSecret(), newSecret()];
    const both = await sign(body, [fresh, old], { id, now });
    for (const secret of [old, fresh, [old, fresh]]) assert.equal((await verify(body, both, secret, { now })).id, id);
    for (const secret of [old, fresh]) {
      const one = await sign(body, secret, { id, now });
      assert.equal((await verify(body, one, [old, fresh], { now })).id, id);
    }
    assert.equal(await codeOf(verify(body, both, newSecret(), { now })), 'wrong_signature');
  });

  it('bears five minutes either way and no second more, or the tolerance that is named', async () => {
    const secret = newSecret();
    const headers = await sign(body, secret, { id, now });
    const at = (seconds: number, toleranceSeconds?: number) =>
      codeOf(verify(body, headers, secret, { now: () => nowMs + seconds * 1000, toleranceSeconds }));
    assert.deepEqual(await Promise.all([at(300), at(301), at(-300), at(-301)]), [
      'accepted',
      'stale_timestamp',
      'accepted',
      'future_timestamp',
    ]);
    assert.deepEqual(await Promise.all([at(5, 5), at(6, 5), at(-6, 5)]), [
      'accepted',
      'stale_timestamp',
      'future_timestamp',
    ]);
    for (const wrong of [0, -1, 1.5, Number.NaN, 86_401, '300' as unknown as number]) {
      await assert.rejects(verify(body, headers, secret, { now, toleranceSeconds: wrong }), TypeError);
    }
  });

  it('names what is missing or in no form', async () => {
    const secret = newSecret();
    const headers = await sign(body, secret, { id, now });
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      for (const value of [undefined, '']) {
        await assert.rejects(verify(body, { ...headers, [name]: value }, secret, { now }), {
          code: 'missing_header',
          status: 400,
          message: new RegExp(name),
        });
      }
    }
    const seconds = headers['webhook-timestamp'];
    for (const time of ['soon', `${seconds}.0`, ` ${seconds}`, `${seconds}x`, '-1', '1e9', '9'.repeat(40)]) {
      const outcome = verify(body, { ...headers, 'webhook-timestamp': time }, secret, { now });
      assert.equal(await codeOf(outcome), 'missing_header', time);
    }
  });

  it('refuses a right signature of what is no event', async () => {
    const secret = newSecret();
    const notUtf8 = Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    for (const other of ['', 'null', '[]', '"x"', '{}', '{"type":1}', '{', `\ufeff${body}`, notUtf8]) {
      const headers = await sign(other, secret, { id, now });
      assert.equal(await codeOf(verify(other, headers, secret, { now })), 'not_an_event', String(other));
    }
  });

  it('tells a receiver of its own mistakes, without repeating a secret', async () => {
    const secret = newSecret();
    const headers = await sign(body, secret, { id, now });
    const mistakes = [undefined, '', [], 'whsec_', secret.slice(6), `${secret}\n`, 'whsec_dG9vIHNob3J0', [secret, '']];
    for (const wrong of [...mistakes, Array(9).fill(secret), secret.slice(0, -4), 'whsec_!'] as string[]) {
      const error = await verify(body, headers, wrong, { now }).catch((reason: unknown) => reason);
      // Cut by three bytes it is still a secret, though another one.
      if (wrong === secret.slice(0, -4)) assert.ok(error instanceof WebhookError);
      else assert.ok(error instanceof TypeError, String(wrong));
      assert.ok(!String(error).includes(secret.slice(6)));
    }
    await assert.rejects(verify(JSON.parse(body), headers, secret, { now }), {
      name: 'TypeError',
      message: /been parsed/,
    });
  });

  it('looks at so many signatures of a header and no more', async () => {
    const secret = newSecret();
    const headers = await sign(body, secret, { id, now });
    const right = String(headers['webhook-signature']);
    const other = () => `v1,${randomBytes(32).toString('base64')}`;
    const after = (count: number) => {
      const signatures = [...Array.from({ length: count }, other), right].join(' ');
      return codeOf(verify(body, { ...headers, 'webhook-signature': signatures }, secret, { now }));
    };
    assert.deepEqual(await Promise.all([after(15), after(16)]), ['accepted', 'wrong_signature']);
  });
});

describe('verify and the library of Standard Webhooks', () => {
  it('say the same of every delivery, right, bent or made up', async () => {
    const secret = newSecret();
    const library = new Webhook(secret);
    const bends = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => `${text} `,
      (text) => text.slice(1),
      (text) => text.toUpperCase(),
      (text) => text.replace(/[A-Za-z0-9]/, (letter) => (letter === 'A' ? 'B' : 'A')),
      (text) => text.replace('v1,', 'v1a,'),
      (text) => text.replace('v1,', 'v2,'),
      (text) => text.replace('=', ''),
      (text) => text.replace(/.=$/, '/='),
      (text) => `v1,AAAA ${text}`,
      (text) => `${text} ${text}`,
    );
    const delivery = fc.record({
      id: fc.stringMatching(/^[!-~]{1,30}$/),
      note: fc.string({ unit: 'binary' }),
      ageSeconds: fc.integer({ min: -320, max: 320 }),
      bend: fc.constantFrom('id', 'timestamp', 'signature', 'body', 'nothing'),
      by: bends,
    });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(delivery, async ({ id, note, ageSeconds, bend, by }) => {
        const text = JSON.stringify({ type: 'entitylocker.session.failed', timestamp: 't', data: { note } });
        const signed = await sign(text, secret, { id, now: () => Date.now() - ageSeconds * 1000 });
        const bent = (part: string, value: unknown) => (bend === part ? by(String(value)) : String(value));
        const headers = {
          'webhook-id': bent('id', signed['webhook-id']),
          // The library takes digits with anything behind them, where we want digits and nothing else.
          'webhook-timestamp':
            bend === 'timestamp' ? String(Number(signed['webhook-timestamp']) + 1) : signed['webhook-timestamp'],
          'webhook-signature': bent('signature', signed['webhook-signature']),
        } as Record<string, string>;
        const sent = bent('body', text);
        const [theirs, ours] = [
          (() => {
            try {
              return library.verify(sent, headers) as object;
            } catch {
              return null;
            }
          })(),
          await verify(sent, headers, secret).catch(() => null),
        ];
        assert.deepEqual(ours, theirs && { id: headers['webhook-id'], ...theirs });
        if (ours) accepted += 1;
      }),
      { numRuns: 200 },
    );
    assert.ok(accepted > 40 && accepted < 200, `${accepted} of 200`);
  });
});

describe('sign', () => {
  it('makes what the library of Standard Webhooks takes, with each of two secrets', async () => {
    const [old, fresh] = [newSecret(), newSecret()];
    const headers = await sign(body, [fresh, old]);
    for (const secret of [old, fresh]) {
      assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
    }
    assert.match(headers['webhook-id'] ?? '', /^evt_[0-9a-f]{32}$/);
    assert.equal(headers['x-sandbox-signature'], undefined);
    await assert.rejects(sign(body, fresh, { id: 'two words' }), TypeError);
  });
});

describe('the signature of the vendor', () => {
  it('is taken with a secret of any form, and refused when anything differs', async (t) => {
    const openssl = needs(t, 'openssl');
    if (!openssl) return;
    const secret = 'any words that a user chose, even ₹';
    const hexkey = Buffer.from(secret).toString('hex');
    const args = ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${hexkey}`, '-binary'];
    const signature = execFileSync(openssl, args, { input: body }).toString('base64');
    const headers = { 'x-sandbox-signature': signature };
    assert.deepEqual(await verifyVendorSignature(body, headers, secret), JSON.parse(body));
    assert.deepEqual(await verifyVendorSignature(body, headers, ['old', secret]), JSON.parse(body));
    assert.equal(await codeOf(verifyVendorSignature(`${body} `, headers, secret)), 'wrong_signature');
    assert.equal(await codeOf(verifyVendorSignature(body, headers, `${secret}s`)), 'wrong_signature');
    assert.equal(await codeOf(verifyVendorSignature(body, {}, secret)), 'missing_header');
    const ofText = createHmac('sha256', secret).update('no json').digest('base64');
    const outcome = verifyVendorSignature('no json', { 'x-sandbox-signature': ofText }, secret);
    assert.equal(await codeOf(outcome), 'not_an_event');
  });

  it('is the one that sign makes with the first secret', async () => {
    const [old, fresh] = [newSecret(), newSecret()];
    const headers = await sign(body, [fresh, old], { vendorSignature: true });
    assert.deepEqual(await verifyVendorSignature(body, headers, fresh), JSON.parse(body));
    assert.equal(await codeOf(verifyVendorSignature(body, headers, old)), 'wrong_signature');
  });
});
