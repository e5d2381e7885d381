import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import { integrator, people, walk } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';

describe('a download link', () => {
  let gateway: TestGateway;
  let startMs: number;
  let link: string;
  let links: string[];
  before(async () => {
    // Documents are kept for longer than links live, so that a link's own end can be seen.
    gateway = await startTestGateway({
      limits: { sessionLifeMs: 3_600_000, apiSessionLifeMs: 86_400_000, retentionMs: 7_200_000, linkLifeMs: 3_600_000 },
    });
    startMs = gateway.clock.nowMs;
    const api = integrator(gateway, await gateway.newKey());
    const id = await api.newSession();
    await walk(gateway, id, { mobile: people.ravi });
    links = await api.links(id, 'gstn_details');
    [link = ''] = links;
  });
  afterEach(() => {
    gateway.clock.nowMs = startMs;
  });
  after(() => gateway.close());

  const open = (url: string, headers: Record<string, string> = {}) =>
    gateway.app.inject({ method: 'GET', url, headers });
  const refused = async (url: string, what: string) => {
    const response = await open(url);
    assert.equal(response.statusCode, 403, `${what}: ${url}`);
    assert.equal(response.headers['x-error-code'], 'link_refused', what);
    assert.equal(response.headers['content-disposition'], undefined, what);
    const { transaction_id: _, ...rest } = response.json();
    const constant = { code: 403, timestamp: gateway.clock.nowMs, message: 'Link is invalid or has expired' };
    assert.deepEqual(rest, constant, what);
  };

  it('opens without any credential, as an attachment that no browser interprets or keeps', async () => {
    assert.equal(links.length, 3);
    for (const [index, each] of links.entries()) {
      const response = await open(each);
      assert.equal(response.statusCode, 200);
      assert.match(response.body, /^<\?xml/);
      assert.match(response.body, /ZZZCZ9998/);
      const { date: _, connection: __, 'x-transaction-id': ___, ...headers } = response.headers;
      assert.deepEqual(headers, {
        'content-type': 'application/xml',
        'content-length': String(response.rawPayload.length),
        'repr-digest': `sha-256=:${hash('sha256', response.rawPayload, 'base64')}:`,
        'content-disposition': 'attachment; filename="gstn_details.xml"',
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex',
      });
      assert.equal(links.indexOf(each), index, 'two links are the same');
    }
  });

  it('was announced with the size that it has, and a date and type of the file', async () => {
    const api = integrator(gateway, await gateway.newKey());
    const id = await api.newSession();
    await walk(gateway, id);
    for (const docType of ['company_master_details', 'gstn_details', 'udhyam_certificate'] as const) {
      const [file] = (await api.document(id, docType)).json().data.files;
      const response = await open(file.url.slice(gateway.config.baseUrl.length));
      assert.equal(response.rawPayload.length, file.size);
      assert.equal(response.headers['content-type'], file.metadata.ContentType);
      assert.match(file.metadata.LastModified, /^\d{2}\/\d{2}\/\d{4}$/);
    }
  });

  it('has its host from the configuration, whatever the request says', async () => {
    const api = integrator(gateway, await gateway.newKey());
    const id = await api.newSession();
    await walk(gateway, id);
    const response = await api.send({
      method: 'GET',
      url: `/kyc/entitylocker-sdk/sessions/${id}/documents/gstn_details`,
      headers: {
        host: 'elsewhere.example',
        'x-forwarded-host': 'elsewhere.example',
        'x-forwarded-proto': 'https',
        forwarded: 'host=elsewhere.example',
      },
    });
    assert.ok(response.json().data.files[0].url.startsWith(`${gateway.config.baseUrl}/vault/documents/`));
  });

  it('is dead when any part of it is changed', async () => {
    const [path = '', query = ''] = link.split('?');
    const parameters = query.split('&');
    for (const [index, parameter] of parameters.entries()) {
      const [name = '', value = ''] = parameter.split('=');
      const replaced = (text: string) => `${path}?${parameters.with(index, text).join('&')}`;
      const flipped = value.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
      for (const other of [
        flipped,
        '',
        value.slice(0, -1),
        `${value}0`,
        ` ${value}`,
        encodeURIComponent(`%${value}`),
      ]) {
        await refused(replaced(`${name}=${encodeURI(other)}`), `${name} changed`);
      }
      await refused(replaced(`${name.toUpperCase()}=${value}`), `${name} in capitals`);
      await refused(replaced(`${name}=%${value.charCodeAt(0).toString(16)}${value.slice(1)}`), `${name} encoded`);
      await refused(`${path}?${parameters.toSpliced(index, 1).join('&')}`, `${name} left out`);
      await refused(`${path}?${parameters.toSpliced(index, 0, parameter).join('&')}`, `${name} doubled`);
      await refused(`${path}?${query}&${parameter}`, `${name} once more at the end`);
    }
    await refused(`${path}?${parameters.toReversed().join('&')}`, 'reordered');
    await refused(`${path}?${query}&download=1`, 'one parameter more');
    await refused(`${path}?x=1&${query}`, 'one parameter before');
    await refused(`${path}?${query}&`, 'an empty parameter');
    await refused(`${path}?${query.replaceAll('&', '%26')}`, 'separators encoded');
    await refused(`${path}?${query.replaceAll('&', ';')}`, 'other separators');
    await refused(`${path}?${query.replace('attachment', 'inline')}`, 'disposition');
    await refused(`${path}?${query.replace(/expires=\d+/, `expires=${startMs + 1_800_000}`)}`, 'an earlier end');
    await refused(path, 'no query');
    await refused(`${path}?`, 'an empty query');
    assert.equal((await open(link)).statusCode, 200);
  });

  it('opens no other address', async () => {
    const [path = '', query = ''] = link.split('?');
    const [other = ''] = (links[1] ?? '').split('?');
    await refused(`${other}?${query}`, "another document's path");
    await refused(`/vault/documents/${gateway.deps.newId()}?${query}`, 'a document that does not exist');
    const id = path.slice('/vault/documents/'.length);
    const hex = `%${id.charCodeAt(0).toString(16)}`;
    await refused(`/vault/documents/${hex}${id.slice(1)}?${query}`, 'the path percent-encoded');
    await refused(`/vault/%64ocuments/${id}?${query}`, 'the folder percent-encoded');
    if (id !== id.toUpperCase()) await refused(`/vault/documents/${id.toUpperCase()}?${query}`, 'the id in capitals');
    assert.equal((await open(`${path}/?${query}`)).statusCode, 404);
  });

  it('is for GET alone', async () => {
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const) {
      const response = await gateway.app.inject({ method, url: link });
      assert.equal(response.statusCode, 405, method);
      assert.equal(response.headers.allow, 'GET');
      assert.equal(response.headers['content-disposition'], undefined);
    }
  });

  it('gives the whole file however it is asked', async () => {
    const whole = (await open(link)).rawPayload;
    const response = await open(link, { range: 'bytes=0-9', 'if-none-match': '*', 'accept-encoding': 'gzip' });
    assert.equal(response.statusCode, 200);
    assert.deepEqual(response.rawPayload, whole);
  });

  it('lives to its very end and not a millisecond longer, nor when the clock is set back', async () => {
    gateway.clock.nowMs = startMs + 3_600_000 - 1;
    assert.equal((await open(link)).statusCode, 200);
    gateway.clock.nowMs = startMs + 3_600_000;
    await refused(link, 'at its end');
    gateway.clock.nowMs = startMs + 3_601_000;
    await refused(link, 'after its end');
    gateway.clock.nowMs = startMs - 3_600_000;
    await refused(link, 'more than an hour ahead of its end');
  });

  it('is refused alike for a document that is there and one that is not', async () => {
    // Whoever holds only a document id learns nothing: existing and missing are refused alike.
    const query = link.split('?')[1]?.replace(/signature=.{43}$/, `signature=${'A'.repeat(43)}`);
    const [path = ''] = link.split('?');
    await refused(`${path}?${query}`, 'a guessed signature');
    await refused(`/vault/documents/${gateway.deps.newId()}?${query}`, 'a guessed id');
  });
});
