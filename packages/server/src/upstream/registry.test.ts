import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectors, isConnectorName } from './registry.ts';

describe('registry', () => {
  it('knows its connectors and no name that every object has', () => {
    assert.equal(isConnectorName('entitylocker'), true);
    for (const name of ['toString', '__proto__', '', 'EntityLocker']) assert.equal(isConnectorName(name), false);
  });

  it('makes a connector from its settings', () => {
    const settings = {
      baseUrl: 'https://entity.example/public',
      clientId: 'A1B2C3D4E5',
      clientSecret: 'test-client-secret',
    };
    assert.equal(connectors.entitylocker(settings).authorizationOrigin, 'https://entity.example');
  });
});
