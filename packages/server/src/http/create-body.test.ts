import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSdkSession, docTypes } from '@tijori/wire';
import fc from 'fast-check';
import Schema from 'typebox/schema';
import { createBody, createPath, integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import type { NewKey } from '../usecases/keys/create.ts';

const json = 'application/json';
const body = createBody({ doc_types: ['gstn_details'] });
const text = JSON.stringify(body);
const withKey = (key: string, value = '1') => text.replace(/}$/, `,${key}:${value}}`);

describe('body of sessions/create', () => {
  let gateway: TestGateway;
  let key: NewKey & { token: string };
  before(async () => {
    gateway = await startTestGateway();
    key = await gateway.newKey();
  });
  after(() => gateway.close());

  const send = (payload: string | Buffer | undefined, headers: Record<string, string> = { 'content-type': json }) =>
    gateway.app.inject({
      method: 'POST',
      url: createPath,
      headers: { ...gateway.headers(key), ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
  const refuses = async (payload: string | Buffer | undefined, what: string, headers?: Record<string, string>) => {
    const response = await send(payload, headers);
    assert.equal(response.statusCode, 400, `${what}: ${response.body}`);
    assert.equal(response.headers['x-error-code'], 'invalid_request_body', what);
    const { transaction_id: _, ...rest } = response.json();
    assert.deepEqual(rest, { code: 400, timestamp: gateway.clock.nowMs, message: 'Invalid request body' }, what);
  };

  it('is taken with any header that real clients send', async () => {
    const headers: Record<string, string>[] = [
      { 'content-type': json },
      { 'content-type': 'application/json; charset=utf-8' },
      { 'content-type': 'Application/JSON;charset=UTF-8' },
      {},
      { 'x-api-version': '1.0', 'content-type': json },
      { 'x-api-version': '99.x', 'x-source': 'primary', 'cache-control': 'no-cache', accept: 'text/html' },
    ];
    for (const each of headers) assert.equal((await send(text, each)).statusCode, 200, JSON.stringify(each));
  });

  it('is taken with either flow, one type or all, in any order and layout', async () => {
    const names = docTypes.map((type) => type.name);
    for (const doc_types of [...names.map((name) => [name]), names, names.toReversed()]) {
      for (const flow of ['signin', 'signup']) {
        assert.equal((await send(JSON.stringify({ doc_types, flow, '@entity': body['@entity'] }))).statusCode, 200);
      }
    }
    assert.equal((await send(`\n\t ${JSON.stringify(body, null, 4)} \r\n`)).statusCode, 200);
    assert.equal((await send(text.replace('signin', '\\u0073ignin'))).statusCode, 200);
  });

  it('has its doubled document types folded', async () => {
    const api = integrator(gateway, key);
    const id = await api.newSession({ doc_types: ['udhyam_certificate', 'gstn_details', 'udhyam_certificate'] });
    const session = await gateway.deps.stores.sessions.find(id);
    assert.deepEqual(session?.docTypes, ['udhyam_certificate', 'gstn_details']);
  });

  it('is refused with a key missing, too many, or a value that is not listed', async () => {
    for (const name of Object.keys(body)) {
      await refuses(JSON.stringify({ ...body, [name]: undefined }), `without ${name}`);
      for (const value of [null, 1, true, {}, '', [[]]]) {
        await refuses(JSON.stringify({ ...body, [name]: value }), `${name} is ${JSON.stringify(value)}`);
      }
    }
    for (const extra of ['redirect_url', 'workspace_id', 'id', 'status', 'created_at', 'x', 'Flow', '@Entity', '']) {
      await refuses(withKey(JSON.stringify(extra)), `extra key ${extra}`);
    }
    const wrong: Record<string, unknown>[] = [
      { '@entity': 'in.co.sandbox.kyc.entitylocker.sdk.session' },
      { '@entity': 'in.co.sandbox.kyc.entitylocker.session.request' },
      { '@entity': `${body['@entity']} ` },
      { '@entity': [body['@entity']] },
      { flow: 'SIGNIN' },
      { flow: 'login' },
      { flow: ['signin'] },
      { doc_types: [] },
      { doc_types: 'gstn_details' },
      { doc_types: ['udhyam_certificate '] },
      { doc_types: ['udyam_certificate'] },
      { doc_types: ['aadhaar'] },
      { doc_types: ['gstn_details', null] },
      { doc_types: [['gstn_details']] },
      { doc_types: { 0: 'gstn_details' } },
      { doc_types: Array.from({ length: 65 }, () => 'gstn_details') },
    ];
    for (const change of wrong) await refuses(JSON.stringify({ ...body, ...change }), JSON.stringify(change));
  });

  it('is refused when two parsers could read it differently', async () => {
    const flow = '"flow":"signin"';
    await refuses(text.replace(flow, `${flow},${flow}`), 'the same key twice');
    await refuses(text.replace(flow, `${flow},"\\u0066low":"signin"`), 'the same key twice, once escaped');
    await refuses(withKey('"x"', '{"a":[{"b":1,"b":1}]}'), 'the same key twice, deep inside');
    await refuses(withKey('"__proto__"', '{"flow":"signin"}'), '__proto__');
    await refuses(withKey('"\\u005f_proto__"', '{}'), '__proto__, escaped');
    await refuses(withKey('"constructor"', '{"prototype":{"polluted":1}}'), 'constructor');
    await refuses(withKey('"x"', `${'['.repeat(32)}${']'.repeat(32)}`), 'nested 33 deep');
    await refuses('['.repeat(30_000), 'nested 30,000 deep');
    await refuses(`\ufeff${text}`, 'a byte order mark');
    await refuses(Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])]), 'not UTF-8');
    await refuses(Buffer.from(text, 'utf16le'), 'UTF-16');
    await refuses(text.replace('signin', '\\ud800'), 'a lone surrogate');
    await refuses(text.replace('"signin"', 'NaN'), 'NaN');
    await refuses(text.replace('"signin"', '1e400'), '1e400');
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });

  it('is refused when it is no object, or no JSON', async () => {
    for (const other of ['null', '[]', '""', '0', 'true', '{}', `[${text}]`, JSON.stringify(text)]) {
      await refuses(other, other.slice(0, 20));
    }
    for (const broken of ['', ' ', '{', text.slice(0, -1), `${text}x`, `${text}${text}`, `${text}\0`, `//\n${text}`]) {
      await refuses(broken, `broken: ${broken.slice(-10)}`);
    }
    await refuses(undefined, 'no body, JSON type', { 'content-type': json });
    await refuses(undefined, 'no body, no type', {});
    await refuses('', 'an empty body, no type', {});
  });

  it('is refused under any other content type', async () => {
    const types = [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/json',
      'application/jsonp',
      'application/vnd.api+json',
      'application/json, text/plain',
      'application/xml',
      'json',
      ';',
    ];
    for (const type of types) await refuses(text, type, { 'content-type': type });
    await refuses('flow=signin&doc_types=gstn_details', 'a form', { 'content-type': types[0] ?? '' });
  });

  it('is never taken, and never a fault of ours, unless it fits the schema', async () => {
    const fits = Schema.Compile(createSdkSession.body);
    const oneOf = (...values: unknown[]) => fc.oneof(...values.map((value) => fc.constant(value)), fc.jsonValue());
    // Most cases are near misses: the right keys, with one or several values changed.
    const nearMiss = fc.record(
      {
        '@entity': oneOf(body['@entity']),
        flow: oneOf('signin', 'signup'),
        doc_types: fc.oneof(fc.array(oneOf('gstn_details', 'company_master_details')), fc.jsonValue()),
        extra: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), nearMiss), async (value) => {
        const response = await send(JSON.stringify(value));
        assert.equal(response.statusCode, fits.Check(value) ? 200 : 400, response.body);
      }),
      { numRuns: 300 },
    );
  });
});
