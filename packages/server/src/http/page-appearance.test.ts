import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { stylesheet } from '../pages/stylesheet.ts';
import { consentTextVersion, textsOf } from '../pages/texts/index.ts';
import { themeCss } from '../pages/theme.ts';
import { integrator } from '../testing/api.ts';
import { startTestGateway, type TestGateway } from '../testing/gateway.ts';
import { browser } from '../testing/person.ts';

describe('how a page looks and speaks', () => {
  let gateway: TestGateway;
  let api: ReturnType<typeof integrator>;
  before(async () => {
    gateway = await startTestGateway();
    api = integrator(gateway, await gateway.newKey());
  });
  after(() => gateway.close());

  const get = (url: string, headers: Record<string, string> = {}) =>
    gateway.app.inject({ method: 'GET', url, headers: { host: new URL(gateway.config.baseUrl).host, ...headers } });
  const languageOf = (body: string) => /<html lang="([^"]+)"/.exec(body)?.[1];
  const attemptOf = async (location: string | null) => {
    const state = new URL(location ?? '').searchParams.get('state') ?? '';
    return gateway.deps.stores.attempts.find(hash('sha256', state, 'hex'));
  };

  it('takes the language that the person chose, then the cookie, then the browser’s', async () => {
    const url = `/consent/${await api.newSession()}`;
    assert.equal(languageOf((await get(url)).body), 'en-IN');
    assert.equal(languageOf((await get(url, { 'accept-language': 'ta-IN,ta' })).body), 'ta-IN');
    const chosen = await get(`${url}?lang=gu-IN`, { 'accept-language': 'ta-IN,ta' });
    assert.equal(languageOf(chosen.body), 'gu-IN');
    const [cookie] = chosen.cookies;
    assert.deepEqual([cookie?.name, cookie?.value, cookie?.httpOnly], ['tijori_locale', 'gu-IN', true]);
    assert.equal(
      languageOf((await get(url, { cookie: 'tijori_locale=gu-IN', 'accept-language': 'ta' })).body),
      'gu-IN',
    );
    assert.equal(languageOf((await get(`${url}?lang=hi`)).body), 'hi-IN', 'without its country');
    for (const lang of ['xx', 'h', 'hi-', 'HI', '', '<script>', 'en-IN%00']) {
      const odd = await get(`${url}?lang=${lang}`);
      assert.equal(languageOf(odd.body), 'en-IN', lang);
      assert.equal(odd.cookies.length, 0, lang);
    }
    assert.equal(languageOf((await get(`${url}?lang=hi-IN&lang=ta-IN`)).body), 'en-IN', 'said twice is not said');
  });

  it('speaks the session’s language to whoever chose none', async () => {
    const created = await api.send({
      method: 'POST',
      url: '/v1/sessions',
      payload: { flow: 'signin', documents: [{ type: 'gstn_details' }], locale: 'mr-IN' },
    });
    const url = `/consent/${created.json().id}`;
    assert.equal(languageOf((await get(url, { 'accept-language': 'ta' })).body), 'mr-IN');
    assert.equal(languageOf((await get(`${url}?lang=bn-IN`)).body), 'bn-IN');
  });

  it('speaks it on error pages, too', async () => {
    const nobody = await get(`/consent/${gateway.deps.newId()}`, { 'accept-language': 'hi' });
    assert.ok(nobody.body.includes(textsOf('hi-IN').faults.noRequest));
  });

  it('takes colours from one seed, on an address of ours, and nothing that is no colour', async () => {
    const url = `/consent/${await api.newSession()}`;
    const dressed = await get(`${url}?seed=3D6838&mode=dark`);
    assert.match(dressed.body, /<html lang="en-IN" data-mode="dark" data-seed="3d6838">/);
    assert.ok(dressed.body.includes(`<style>${themeCss('3d6838')}</style>`));
    assert.ok(String(dressed.headers['content-security-policy']).includes(stylesheet(themeCss('3d6838')).source));
    assert.equal(dressed.cookies[0]?.path, url);
    const again = await get(url, { cookie: `tijori_theme=${dressed.cookies[0]?.value}` });
    assert.match(again.body, /data-seed="3d6838"/);
    for (const seed of ['red', '3d683', '3d6838;}', '../../x', '"><script>']) {
      const odd = await get(`${url}?seed=${encodeURIComponent(seed)}&mode=neon`);
      assert.doesNotMatch(odd.body, /<html[^>]* data-|<style>[\s\S]*<style>/, seed);
    }
    const css = await get('/assets/theme/3d6838.css');
    assert.equal(css.body, themeCss('3d6838'));
    assert.match(String(css.headers['content-type']), /^text\/css/);
    assert.match(String(css.headers['cache-control']), /immutable/);
    assert.match(css.body, /--brand:#[0-9a-f]{6}/);
    for (const name of ['3D6838.css', '3d6838', 'x.css', '3d6838.css.css']) {
      assert.equal((await get(`/assets/theme/${name}`)).statusCode, 404, name);
    }
  });

  it('writes down with each trip which words the person had before them', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const page = await person.visit('GET', `/consent/${id}?lang=bn-IN`);
    person.jars.gateway.delete('tijori_locale');
    const away = await person.visit('POST', `/consent/${id}/continue`, person.fieldsOf(page));
    const attempt = await attemptOf(away.location);
    assert.deepEqual(attempt?.notice, { locale: 'bn-IN', version: consentTextVersion('bn-IN') });
  });

  it('lets the person take the other way in, for this trip', async () => {
    const id = await api.newSession();
    const person = browser(gateway);
    const flowOf = async (form: Record<string, string>) => {
      const away = await person.visit('POST', `/consent/${id}/continue`, new URLSearchParams(form));
      return away.location === null ? away.status : new URL(away.location).searchParams.get('dl_flow');
    };
    assert.equal(await flowOf({}), null);
    assert.equal(await flowOf({ flow: 'signup' }), 'signup');
    assert.equal(await flowOf({ flow: 'signin' }), null);
    assert.equal(await flowOf({ flow: 'other' }), 400, 'no such flow: nothing begins');
  });

  it('leads on from an error to where the session stands', async () => {
    const id = await api.newSession();
    const used = await get(`/consent/${id}/open?ticket=none`);
    assert.equal(used.statusCode, 403);
    assert.ok(used.body.includes(textsOf('en-IN').faults.used));
    assert.ok(used.body.includes(`href="/consent/${id}"`));
    const foreign = await get('/callbacks/kyc/entitylocker/oauth?state=x');
    assert.ok(foreign.body.includes(textsOf('en-IN').faults.link));
    assert.doesNotMatch(foreign.body, /class="way-on"/);
  });
});
