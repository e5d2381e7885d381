import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoSettings, handleOptions } from './settings.ts';
import { shown } from './shown-call.ts';

const defaults = { mode: 'modal', look: '', colour: '#8a3b1f', locale: 'en-IN', outcome: '' };

test('what stands in an address is taken where it is known, and nothing else is', () => {
  assert.deepEqual(demoSettings({}, []), defaults);
  const whole = { mode: 'container', look: 'dark', colour: '#0B5D57', locale: 'en-IN', outcome: 'deny' };
  assert.deepEqual(demoSettings(whole, ['deny']), whole);
  const odd = { mode: ['modal'], look: '<', colour: '#fff"', locale: 'xx', outcome: 'deny', more: 1 };
  assert.deepEqual(demoSettings(odd, []), defaults);
});

test('the shop’s handle gets the public key and no secret', () => {
  const options = handleOptions(demoSettings({ look: 'dark' }, []), 'https://consent.example.in', 'key_test_0');
  assert.deepEqual(options, {
    baseUrl: 'https://consent.example.in',
    apiKey: 'key_test_0',
    mode: 'modal',
    brand: { name: 'Example Bazaar' },
    theme: { mode: 'dark', seed: '#8a3b1f' },
    locale: 'en-IN',
  });
});

test('what a page is shown of a call has no token, link or personal data, however deep they stand', () => {
  const body = {
    data: {
      access_token: 'eyJ',
      files: [{ url: 'https://x/?signature=1', size: 7, metadata: { issuer: 'in.gov.mca' } }],
      email: 'a@example.in',
      mobile: '5550000001',
      date_of_birth: '01/01/1990',
      name: 'EXAMPLE LIMITED',
    },
  };
  const text = JSON.stringify(shown(body));
  assert.doesNotMatch(text, /eyJ|signature|a@example|5550000001|1990/);
  assert.match(text, /in\.gov\.mca.*EXAMPLE LIMITED/);
  assert.deepEqual(shown(null), null);
});
