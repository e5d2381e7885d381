import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../../domain/app-error.ts';
import { type EntityLockerSettings, resolveSettings } from './settings.ts';

const given: EntityLockerSettings = {
  baseUrl: 'https://entity.digilocker.gov.in/public',
  clientId: 'A1B2C3D4E5',
  clientSecret: 'test-client-secret',
};

function faultsOf(change: Partial<EntityLockerSettings>): string {
  try {
    resolveSettings({ ...given, ...change });
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'internal');
    assert.ok(!String(error.stack).includes('test-client-secret'));
    return error.detail ?? '';
  }
  return '';
}

describe('settings', () => {
  it('default to what is safe and to the order of entitylocker-upstream §9 no. 1', () => {
    const settings = resolveSettings(given);
    assert.deepEqual([settings.refuseSimulator, settings.allowLoopbackHttp], [true, false]);
    assert.deepEqual([settings.uriPlacement, settings.deadlineMs], ['path_then_query', 10_000]);
  });

  it('lose the slash at the end of the base URL', () => {
    assert.equal(resolveSettings({ ...given, baseUrl: `${given.baseUrl}//` }).baseUrl, given.baseUrl);
  });

  it('keep the default where a value is undefined', () => {
    assert.equal(resolveSettings({ ...given, deadlineMs: undefined }).deadlineMs, 10_000);
  });

  it('take plain HTTP on loopback only, and only where that is allowed', () => {
    for (const host of ['127.0.0.1', '127.8.9.1', 'localhost', '[::1]']) {
      const baseUrl = `http://${host}:4000/public`;
      assert.equal(faultsOf({ baseUrl, allowLoopbackHttp: true }), '');
      assert.match(faultsOf({ baseUrl }), /not allowed/);
    }
    for (const host of ['127.0.0.1.example', 'localhost.example', 'entity.example', '10.0.0.1', '0.0.0.0', '[::2]']) {
      assert.match(faultsOf({ baseUrl: `http://${host}/public`, allowLoopbackHttp: true }), /not https/);
    }
  });

  it('refuse a base URL that is more than origin and path, or not HTTP at all', () => {
    const bad = [
      '',
      'entity.example',
      'ftp://entity.example',
      'https://u:p@entity.example',
      'https://entity.example/?a=1',
      'https://entity.example/#a',
    ];
    for (const baseUrl of bad) assert.notEqual(faultsOf({ baseUrl }), '', baseUrl);
  });

  it('name all their faults at once', () => {
    const faults = faultsOf({
      baseUrl: 'x',
      clientId: '',
      clientSecret: '',
      deadlineMs: 0,
      documentBytesMax: Number.NaN,
    });
    for (const name of ['baseUrl', 'clientId', 'clientSecret', 'deadlineMs', 'documentBytesMax'])
      assert.match(faults, new RegExp(name));
  });
});
