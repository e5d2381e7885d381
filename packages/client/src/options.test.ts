import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOptions, type TijoriClientOptions } from './options.ts';

const good = { baseUrl: 'https://tijori.example', apiKey: 'key_test_1', apiSecret: 'secret_test_1' };
const wrong = (change: object, message: RegExp) =>
  assert.throws(() => readOptions({ ...good, ...change } as TijoriClientOptions), { name: 'TypeError', message });

describe('the options', () => {
  it('are filled up', () => {
    const { baseUrl, isVendor, timeoutMs, retries } = readOptions(good);
    assert.deepEqual(
      { baseUrl, isVendor, timeoutMs, retries },
      {
        baseUrl: 'https://tijori.example',
        isVendor: false,
        timeoutMs: 30_000,
        retries: 2,
      },
    );
  });

  it('may have the API below a path, with or without a slash at its end', () => {
    for (const tail of ['/gateway', '/gateway/', '/gateway//']) {
      assert.equal(readOptions({ ...good, baseUrl: good.baseUrl + tail }).baseUrl, 'https://tijori.example/gateway');
    }
  });

  it("know the vendor's hosts, and no look-alike", () => {
    const isVendor = (baseUrl: string) => readOptions({ ...good, baseUrl }).isVendor;
    for (const host of ['api', 'test-api']) assert.ok(isVendor(`https://${host}.sandbox.co.in`));
    for (const host of ['mysandbox.co.in', 'sandbox.co.in.example', 'sandbox-co.in'])
      assert.ok(!isVendor(`https://${host}`));
  });

  it('that are wrong are told at once, without repeating a key or secret', () => {
    wrong({ baseURL: 'x' }, /no option 'baseURL'\. It takes: baseUrl, /);
    for (const baseUrl of [undefined, '', 'tijori.example', 'ftp://tijori.example'])
      wrong({ baseUrl }, /baseUrl must be an address/);
    for (const tail of ['?a=b', '#a']) wrong({ baseUrl: good.baseUrl + tail }, /no user name, query or fragment/);
    wrong({ baseUrl: 'https://me:word@tijori.example' }, /^(?!.*word)/);
    wrong({ apiKey: 'secret_test_1' }, /apiKey begins like the other one/);
    wrong({ apiSecret: 'key_test_1' }, /apiSecret begins like the other one/);
    for (const value of [undefined, '', 'two words', 'line\n', 'naïve'])
      wrong({ apiSecret: value }, /^apiSecret must be a string of visible/);
    wrong({ fetch: 'fetch' }, /fetch must be a function/);
    for (const timeoutMs of [0, -1, 1.5, 2 ** 31, '5', Number.NaN])
      wrong({ timeoutMs }, /timeoutMs must be a whole number/);
    for (const retries of [-1, 11]) wrong({ retries }, /retries must be a whole number from 0 to 10/);
  });
});
